# The kernel's oracle on data that nobody made for this project: apistrat, 200 Californian schools of 2000, shipped with
# R's survey package. Writes the input beside the answers, so that the tests need no R.

outcomes <- c("awards", "sch.wide", "comp.imp", "over_700")

write_api <- function(folder) {
  data(api, package = "survey", envir = environment())
  schools <- apistrat[, c("cds", "stype", "pw", "fpc", "cnum", "sch.wide", "awards", "comp.imp", "api00", "meals")]
  schools$over_700 <- schools$api00 > 700
  schools$poor <- schools$meals > 50
  for (name in c("sch.wide", "awards", "comp.imp")) schools[[name]] <- schools[[name]] == "Yes"
  # Weights that vary inside strata, and a base that only part of the rows is in.
  schools$weight <- schools$pw * (1 + (seq_len(nrow(schools)) %% 7) / 10)
  schools$in_base <- schools$api00 > 550
  # Some that count for nothing: they answered, and give no degree of freedom.
  schools$weight[seq(5, nrow(schools), by = 20)] <- 0
  schools <- schools[, c("stype", "fpc", "weight", "meals", "poor", "in_base", outcomes)]
  write_rounded(schools, file.path(folder, "api_input.csv"))
  for (name in outcomes) schools[[name]] <- as.numeric(schools[[name]])
  design <- svydesign(ids = ~1, strata = ~stype, fpc = ~fpc, weights = ~weight, data = schools)
  base <- subset(design, in_base)
  schools$band <- cut(schools$meals, c(-1, 25, 50, 75, 100), labels = c("a", "b", "c", "d"))
  design$variables$band <- base_band(design$variables$meals)
  base$variables$band <- base_band(base$variables$meals)
  answers <- do.call(rbind, lapply(outcomes, function(name) rbind(
    estimate_groups(design, name, "band", "all"),
    estimate_groups(base, name, "band", "in_base")
  )))
  write_exact(answers, file.path(folder, "api_shares.csv"))
  covariances <- do.call(rbind, lapply(outcomes, function(name) rbind(
    estimate_covariance(design, name, "band", "all"),
    estimate_covariance(base, name, "band", "in_base")
  )))
  write_exact(covariances, file.path(folder, "api_covariance.csv"))
}

base_band <- function(meals) cut(meals, c(-1, 25, 50, 75, 100), labels = c("a", "b", "c", "d"))
