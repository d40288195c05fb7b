# W1 or W2 through R's survey, its fastest idiom: one svyby and one svymean of all outcomes, logit interval by hand.
# Rscript kernel.R FOLDER w1|w2 RUNS: prints seconds of declaring the design, then of each run; writes the table to FOLDER.
suppressPackageStartupMessages(library(survey))
arguments <- commandArgs(TRUE)
folder <- arguments[1]
runs <- as.integer(arguments[3])
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
rm(outcomes, weight)

declared <- system.time({
  design <- if (arguments[2] == "w1") {
    svydesign(ids = ~1, strata = ~stratum, fpc = ~population, weights = ~weight, data = frame)
  } else {
    replicates <- doubles("replicates")
    dim(replicates) <- c(n, length(replicates) / n)
    # degf is given because R would take it from a QR decomposition of all the weights.
    svrepdesign(
      data = frame, repweights = replicates, weights = ~weight, type = "bootstrap", combined.weights = TRUE,
      scale = 1 / ncol(replicates), rscales = rep(1, ncol(replicates)), mse = TRUE, degf = ncol(replicates) - 1
    )
  }
})[["elapsed"]]
cat(declared, "\n")

formula <- as.formula(paste("~", paste(names, collapse = " + ")))
# The domain's rows less the strata that it is in, or the replicates' df.
domain_df <- function() {
  if (arguments[2] == "w2") return(degf(design))
  cells <- table(frame$sector, frame$stratum)
  pmax(c(n - ncol(cells), rowSums(cells) - rowSums(cells > 0)), 1)
}
run <- function() {
  by <- svyby(formula, ~sector, design, svymean)
  total <- svymean(formula, design)
  share <- rbind(coef(total), as.matrix(by[, 1 + seq_along(names)]))
  se <- rbind(SE(total), as.matrix(SE(by)))
  half <- qt(0.975, domain_df()) * se / (share * (1 - share))
  list(share, se, plogis(qlogis(share) - half), plogis(qlogis(share) + half))
}
for (i in seq_len(runs)) cat(system.time(found <- run())[["elapsed"]], "\n")
writeBin(unlist(lapply(found, as.numeric)), path("found_r"))
