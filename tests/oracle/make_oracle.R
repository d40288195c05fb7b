# Writes every stored answer of R's survey package again: Rscript tests/oracle/make_oracle.R (Debian: r-cran-survey r-cran-mass).
# The tests read the CSV files and need no R.

suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "fail", digits = 17)

script <- sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(script))

write_exact <- function(frame, path) {
  numeric <- vapply(frame, is.double, TRUE)
  frame[numeric] <- lapply(frame[numeric], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
  write.csv(frame, path, row.names = FALSE, quote = FALSE, eol = "\n")
}

write_rounded <- function(frame, path) {
  logical <- vapply(frame, is.logical, TRUE)
  frame[logical] <- lapply(frame[logical], as.integer)
  write_exact(frame, path)
}

# Share, SE, df and both logit intervals of one domain. xlogit is the closed form, logit the one that R iterates.
estimate_one <- function(design, name) {
  formula <- as.formula(paste0("~`", name, "`"))
  mean <- svymean(formula, design)
  share <- as.numeric(coef(mean))
  df <- degf(design)
  row <- data.frame(share = share, se = as.numeric(SE(mean)), df = df, n = nrow(design$variables))
  row$xlogit_low <- row$xlogit_high <- row$logit_low <- row$logit_high <- NA_real_
  if (share > 0 && share < 1 && df >= 1) {
    closed <- confint(svyciprop(formula, design, method = "xlogit"))
    iterated <- confint(svyciprop(formula, design, method = "logit"))
    row[c("xlogit_low", "xlogit_high")] <- as.numeric(closed)
    row[c("logit_low", "logit_high")] <- as.numeric(iterated)
  }
  row
}

# The total and every group of a domain.
estimate_groups <- function(design, name, by, base) {
  groups <- levels(factor(design$variables[[by]]))
  rows <- lapply(groups, function(group) {
    inside <- subset(design, design$variables[[by]] %in% group)
    cbind(indicator = name, base = base, by = by, group = group, estimate_one(inside, name))
  })
  total <- cbind(indicator = name, base = base, by = by, group = "total", estimate_one(design, name))
  do.call(rbind, c(list(total), rows))
}

# Covariance across groups, and of each group with the total, as R's influence functions give them.
estimate_covariance <- function(design, name, by, base) {
  groups <- levels(factor(design$variables[[by]]))
  outcome <- design$variables[[name]]
  inside <- vapply(c("total", groups), function(g) if (g == "total") rep(TRUE, length(outcome)) else
    design$variables[[by]] %in% g, logical(length(outcome)))
  weight <- weights(design, "sampling")
  scores <- vapply(seq_len(ncol(inside)), function(j) {
    w <- weight * inside[, j]
    share <- sum(w * outcome) / sum(w)
    inside[, j] * (outcome - share) / sum(w)
  }, numeric(length(outcome)))
  total <- svytotal(scores, design)
  matrix <- vcov(total)
  by_r <- vcov(svyby(as.formula(paste0("~`", name, "`")), as.formula(paste0("~", by)), design, svymean, covmat = TRUE))
  stopifnot(max(abs(matrix[-1, -1] - by_r)) < 1e-12 * max(abs(by_r)) + 1e-18)
  cbind(indicator = name, base = base, by = by,
        expand.grid(first = colnames(inside), second = colnames(inside), stringsAsFactors = FALSE),
        covariance = as.numeric(matrix))
}

source(file.path(folder, "api.R"))
write_api(folder)
source(file.path(folder, "waves.R"))
write_waves(folder, file.path(folder, "..", "..", "data", "raw"))
source(file.path(folder, "intervals.R"))
write_intervals(folder)
source(file.path(folder, "quantiles.R"))
write_quantiles(folder)
source(file.path(folder, "kernel.R"))
write_kernel(folder)
source(file.path(folder, "replicates.R"))
write_replicates(folder)
source(file.path(folder, "replicate_variances.R"))
write_replicate_variances(folder)
source(file.path(folder, "composites.R"))
write_composites(folder, file.path(folder, "..", "..", "data", "raw"))
source(file.path(folder, "trends.R"))
write_trends(folder)
source(file.path(folder, "comparisons.R"))
write_comparisons(folder, file.path(folder, "..", "..", "data", "raw"))
source(file.path(folder, "regression.R"))
write_regression(folder, file.path(folder, "..", "..", "data", "raw"))
source(file.path(folder, "association.R"))
write_association(folder, file.path(folder, "..", "..", "data", "raw"))
source(file.path(folder, "calibration.R"))
write_calibration(folder)
source(file.path(folder, "nonresponse.R"))
write_nonresponse(folder)
source(file.path(folder, "reweight.R"))
write_reweight(folder, file.path(folder, "..", "..", "data", "raw"))
