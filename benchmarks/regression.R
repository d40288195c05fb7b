# A logistic regression through R's survey, and the Wald test of its last columns.
# Rscript regression.R FOLDER RUNS: prints seconds of each run; writes coefficients and standard errors to FOLDER.
suppressPackageStartupMessages(library(survey))
arguments <- commandArgs(TRUE)
folder <- arguments[1]
path <- function(name) file.path(folder, name)
doubles <- function(name) readBin(path(name), "double", file.size(path(name)) / 8)

y <- doubles("y")
x <- doubles("x")
dim(x) <- c(length(y), length(x) / length(y))
colnames(x) <- paste0("x", seq_len(ncol(x)) - 1)
frame <- data.frame(x, y = y, weight = doubles("w"), stratum = doubles("stratum"), population = doubles("N"))
rm(x)
design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~population, weights = ~weight, data = frame)
formula <- as.formula(paste("y ~", paste(setdiff(names(frame)[startsWith(names(frame), "x")], "x0"), collapse = " + ")))
for (i in seq_len(as.integer(arguments[2]))) {
  cat(system.time(fit <- svyglm(formula, design, family = quasibinomial()))[["elapsed"]], "\n")
}
writeBin(c(coef(fit), SE(fit)), path("found_r"))
