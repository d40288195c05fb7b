# R's svyby and svycontrast on the stacked waves, timed: Rscript trends.R FOLDER TIMES. See trends.py.
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "fail", digits = 17)
folder <- commandArgs(TRUE)[1]
times <- as.integer(commandArgs(TRUE)[2])
rows <- read.csv(file.path(folder, "rows.csv"), stringsAsFactors = TRUE)
outcomes <- grep("^y[0-9]+$", names(rows), value = TRUE)
design <- svydesign(ids = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = rows)
waves <- sort(unique(rows$wave))

ask <- function(outcome) {
  base <- subset(design, !is.na(design$variables[[outcome]]))
  asked <- intersect(waves, base$variables$wave)
  found <- NULL
  for (by in c("total", "sector")) {
    split <- if (by == "total") ~wave else ~wave + sector
    shares <- svyby(as.formula(paste0("~", outcome)), split, base, svymean, covmat = TRUE)
    groups <- if (by == "total") "total" else levels(factor(shares$sector))
    for (group in groups) for (pair in combn(asked, 2, simplify = FALSE)) {
      names <- if (by == "total") pair else paste(pair, group, sep = ".")
      if (!all(names %in% rownames(shares))) next
      one <- svycontrast(shares, setNames(c(-1, 1), names))
      found <- rbind(found, data.frame(outcome, group, first = pair[1], second = pair[2],
                                       change = as.numeric(coef(one)), se = as.numeric(SE(one))))
    }
  }
  found
}

for (run in seq_len(times)) {
  started <- proc.time()[["elapsed"]]
  found <- do.call(rbind, lapply(outcomes, ask))
  cat(proc.time()[["elapsed"]] - started, "\n")
}
numeric <- vapply(found, is.double, TRUE)
found[numeric] <- lapply(found[numeric], sprintf, fmt = "%.17g")
write.csv(found, file.path(folder, "found.csv"), row.names = FALSE, quote = FALSE)
