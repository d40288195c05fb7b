# All pairs of sectors for every outcome of W1 through R's survey: svyby with its covariance, linear contrasts, Holm's
# p-values; outcome by outcome, which is faster than one svyby of all and its contrasts among 750 estimates. Rscript comparisons.R FOLDER RUNS: prints seconds of each run, then those of one outcome's nonlinear
# contrasts for ratio and odds ratio; writes differences, standard errors and p-values to FOLDER.
suppressPackageStartupMessages(library(survey))
arguments <- commandArgs(TRUE)
folder <- arguments[1]
path <- function(name) file.path(folder, name)
doubles <- function(name) readBin(path(name), "double", file.size(path(name)) / 8)
integers <- function(name, size) readBin(path(name), "integer", file.size(path(name)) / size, size, signed = FALSE)

weight <- doubles("weight")
n <- length(weight)
outcomes <- integers("outcomes", 1)
dim(outcomes) <- c(n, length(outcomes) / n)
names <- paste0("y", seq_len(ncol(outcomes)) - 1)
colnames(outcomes) <- names
frame <- data.frame(
  outcomes, weight = weight, stratum = integers("stratum", 1), population = doubles("population"),
  sector = factor(integers("sector", 2))
)
design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~population, weights = ~weight, data = frame)
sectors <- levels(frame$sector)
pairs <- combn(sectors, 2)
contrasts <- apply(pairs, 2, function(p) setNames(c(1, -1), p), simplify = FALSE)

run <- function() {
  df <- degf(design)
  lapply(names, function(name) {
    by <- svyby(as.formula(paste0("~", name)), ~sector, design, svymean, covmat = TRUE)
    compared <- svycontrast(by, contrasts)
    difference <- as.numeric(coef(compared))
    se <- as.numeric(SE(compared))
    list(by = by, numbers = cbind(difference, se, p.adjust(2 * pt(-abs(difference / se), df), "holm")))
  })
}
for (i in seq_len(as.integer(arguments[2]))) cat(system.time(found <- run())[["elapsed"]], "\n")
cat(system.time(for (j in seq_len(ncol(pairs))) {
  p <- as.name(pairs[1, j])
  q <- as.name(pairs[2, j])
  svycontrast(found[[1]]$by, list(ratio = bquote(.(p) / .(q))))
  svycontrast(found[[1]]$by, list(odds = bquote(.(p) * (1 - .(q)) / ((1 - .(p)) * .(q)))))
})[["elapsed"]], "\n")
writeBin(unlist(lapply(1:3, function(k) lapply(found, function(x) x$numbers[, k]))), path("found_r"))
