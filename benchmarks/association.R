# svychisq and a cross table by R's survey; prints seconds: the test, then the table with row, column and total shares.
suppressPackageStartupMessages(library(survey))
arguments <- commandArgs(TRUE)
frame <- read.csv(arguments[1])
runs <- as.integer(arguments[2])
frame[c("row", "column")] <- lapply(frame[c("row", "column")], factor)
design <- if (arguments[3] == "clusters") svydesign(~psu, strata = ~stratum, weights = ~weight, nest = TRUE, data = frame) else
  svydesign(~1, strata = ~stratum, fpc = ~population, weights = ~weight, data = frame)
tabulate_all <- function() {
  svytable(~row + column, design)
  svyby(~column, ~row, design, svymean)
  svyby(~row, ~column, design, svymean)
  svymean(~interaction(row, column), design)
}
for (i in seq_len(runs)) {
  test <- system.time(found <- svychisq(~row + column, design))[["elapsed"]]
  table <- system.time(tabulate_all())[["elapsed"]]
  cat(sprintf("%.6f %.6f %.17g\n", test, table, found$p.value))
}
