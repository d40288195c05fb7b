# Population variances under replicate weights, where the mean moves in every replicate: R's svyvar. The designs are
# those of replicates.R, which is read before.

# Both outcomes, in total and for each domain with several answers, around the mean of the replicates and around the estimate.
estimate_variances <- function(name, design) {
  rows <- list()
  for (centre in c("mean", "estimate")) for (domain in c("total", sort(unique(design$variables$domain)))) {
    design$mse <- centre == "estimate"
    part <- if (domain == "total") design else design[design$variables$domain == domain, ]
    for (outcome in c("y", "x")) if (sum(!is.na(part$variables[[outcome]])) > 1) {
      found <- suppressWarnings(svyvar(as.formula(paste0("~", outcome)), part, na.rm = TRUE))
      rows[[length(rows) + 1]] <- data.frame(design = name, centre = centre, domain = domain, outcome = outcome,
                                             estimate = as.numeric(coef(found)), variance = as.numeric(vcov(found)))
    }
  }
  do.call(rbind, rows)
}

# Across the domains that have several rows; x has no missing values.
covariance_variances <- function(name, design) {
  several <- names(which(table(design$variables$domain) > 1))
  part <- design[design$variables$domain %in% several, ]
  rows <- list()
  for (centre in c("mean", "estimate")) {
    part$mse <- centre == "estimate"
    matrix <- vcov(suppressWarnings(svyby(~x, ~domain, part, svyvar, covmat = TRUE)))
    rows[[centre]] <- cbind(design = name, centre = centre,
                            expand.grid(first = several, second = several, stringsAsFactors = FALSE),
                            covariance = as.numeric(matrix))
  }
  do.call(rbind, rows)
}

write_replicate_variances <- function(folder) {
  given <- given_designs(folder)
  made <- made_designs()
  of_all <- function(estimate) rbind(
    do.call(rbind, Map(function(name, design) cbind(source = "given", estimate(name, design)), names(given), given)),
    do.call(rbind, Map(function(name, design) cbind(source = "made", estimate(name, design)), names(made), made))
  )
  write_exact(of_all(estimate_variances), file.path(folder, "replicate_variances.csv"))
  write_exact(of_all(covariance_variances), file.path(folder, "replicate_variances_covariance.csv"))
}
