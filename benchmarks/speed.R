# The same shares by sector through R's survey, one svyby and one svymean a base; prints seconds of each of three runs.
suppressPackageStartupMessages(library(survey))
folder <- commandArgs(TRUE)[1]
bases <- lapply(sort(list.files(folder, "^base.*csv$", full.names = TRUE)), function(path) {
  frame <- read.csv(path)
  svydesign(ids = ~1, strata = ~stratum, fpc = ~population, weights = ~weight, data = frame)
})
run <- function() {
  for (design in bases) {
    names <- grep("^y", names(design$variables), value = TRUE)
    formula <- as.formula(paste("~", paste(names, collapse = " + ")))
    base <- subset(design, in_base == 1)
    by <- svyby(formula, ~sector, base, svymean)
    total <- svymean(formula, base)
    share <- as.matrix(by[, 1 + seq_along(names)])
    se <- as.matrix(SE(by))
    half <- qt(0.975, degf(base)) * se / (share * (1 - share))
    interval <- list(plogis(qlogis(share) - half), plogis(qlogis(share) + half))
    confint(total)
  }
}
for (i in 1:3) cat(system.time(run())[["elapsed"]], "\n")
