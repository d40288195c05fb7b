# Response propensities, R-indicators, adjusted weights and replicates that fit the model again: glm, svymean,
# withReplicates and svyby. The sample is written to nonresponse_sample.csv, what R makes of it to the other files.

nonresponse_sample <- function() {
  set.seed(20261)
  population <- c(a = 400, b = 150, c = 900)
  drawn <- c(a = 60, b = 50, c = 90)
  stratum <- rep(names(drawn), drawn)
  size <- sample(c("small", "middle", "large"), length(stratum), replace = TRUE, prob = c(0.5, 0.3, 0.2))
  eta <- -0.6 + 0.7 * (stratum == "b") + 0.3 * (stratum == "c") + 0.5 * (size == "middle") + 0.9 * (size == "large")
  answered <- rbinom(length(stratum), 1, plogis(eta))
  y <- rbinom(length(stratum), 1, plogis(0.4 + 0.8 * (size == "large") - 0.5 * (stratum == "c")))
  late <- rbinom(length(stratum), 1, 0.4)
  data.frame(stratum, size, population = population[stratum], weight = (population / drawn)[stratum], answered, y, late)
}

model_matrix <- function(sample) model.matrix(~ stratum + size, sample)

# Coefficients, covariance given the sample, and the propensities.
propensity_rows <- function(sample, weighting) {
  w <- if (weighting == "design") sample$weight else rep(1, nrow(sample))
  fit <- suppressWarnings(glm(answered ~ stratum + size, binomial, sample, weights = w, epsilon = 1e-14))
  x <- model_matrix(sample)
  slope <- fitted(fit) * (1 - fitted(fit))
  bread <- solve(t(x) %*% (x * (w * slope)))
  covariance <- bread %*% (t(x) %*% (x * (w^2 * slope))) %*% bread
  if (weighting == "none") stopifnot(max(abs(covariance - vcov(fit))) < 1e-9)
  list(fit = fit, rho = as.numeric(fitted(fit)), z = x * slope, covariance = covariance)
}

# The formulas of Shlomo, Skinner and Schouten (2012), with the sampling variances of svymean.
indicator_rows <- function(sample, correction) {
  made <- propensity_rows(sample, "design")
  d <- sample$weight; total <- sum(d); rho <- made$rho; v <- made$covariance
  mean <- sum(d * rho) / total
  spread <- sum(d * (rho - mean)^2) / (total - 1)
  centre <- colSums(d * made$z) / total
  centred <- sweep(made$z, 2, centre)
  z <- if (correction == "published") made$z else centred
  sample$rho <- rho
  sample$square <- (rho - mean)^2
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~population, weights = ~weight, data = sample)
  by_sample <- vcov(svymean(~ square + rho, design))
  bias <- sum(d * rowSums((z %*% v) * z)) / total - by_sample[2, 2]
  a <- colSums(d * centred * (rho - mean)) / total
  b <- t(centred) %*% (centred * d) / total
  var_square <- 4 * t(a) %*% v %*% a + 2 * sum(diag(b %*% v %*% b %*% v)) + by_sample[1, 1]
  var_mean <- t(centre) %*% v %*% centre + by_sample[2, 2]
  across <- 2 * t(a) %*% v %*% centre + by_sample[1, 2]
  s <- sqrt(spread)
  cv_variance <- var_square / (4 * spread * mean^2) + spread * var_mean / mean^4 - across / mean^3
  data.frame(correction, r = 1 - 2 * sqrt(spread - bias), r_uncorrected = 1 - 2 * s, r_se = sqrt(var_square / spread),
             cv = sqrt(spread - bias) / mean, cv_uncorrected = s / mean, cv_se = sqrt(cv_variance), spread, bias)
}

partial_rows <- function(sample) {
  rho <- propensity_rows(sample, "design")$rho
  d <- sample$weight; total <- sum(d); mean <- sum(d * rho) / total
  rows <- list()
  for (variable in c("stratum", "size")) {
    other <- setdiff(c("stratum", "size"), variable)
    inside <- ave(d * rho, sample[[other]], FUN = sum) / ave(d, sample[[other]], FUN = sum)
    away <- d * (rho - inside)^2
    own <- tapply(d * rho, sample[[variable]], sum) / tapply(d, sample[[variable]], sum)
    part <- tapply(d, sample[[variable]], sum) / total
    rows[[variable]] <- data.frame(
      variable, level = c("", names(own)),
      unconditional = c(sqrt(sum(part * (own - mean)^2)), sqrt(part) * (own - mean)),
      conditional = sqrt(c(sum(away), tapply(away, sample[[variable]], sum)) / (total - 1)))
  }
  do.call(rbind, rows)
}

adjusted_weight <- function(w, sample, rule) {
  if (rule == "cells") {
    cell <- paste(sample$stratum, sample$size)
    factor <- ave(w, cell, FUN = sum) / ave(w * sample$answered, cell, FUN = sum)
    return(ifelse(sample$answered == 1, w * factor, 0))
  }
  fit <- suppressWarnings(glm(answered ~ stratum + size, binomial, sample, weights = w, epsilon = 1e-14))
  rho <- as.numeric(fitted(fit))
  if (rule == "inverse") return(ifelse(sample$answered == 1, w / rho, 0))
  rank <- match(round(rho, 9), sort(unique(round(rho, 9))))
  tied <- tapply(w, factor(rank, seq_len(max(rank))), sum)
  class <- pmin(floor(3 * (cumsum(tied) - tied / 2) / sum(tied)), 2)[rank]
  factor <- ave(w, class, FUN = sum) / ave(w * sample$answered, class, FUN = sum)
  ifelse(sample$answered == 1, w * factor, 0)
}

# Share and total under weights adjusted, and then calibrated or not, as a function of the design weights.
adjusted_estimates <- function(w, sample, rule, calibrated) {
  sample$adjusted <- adjusted_weight(w, sample, rule)
  answers <- subset(sample, answered == 1)
  new <- answers$adjusted
  if (calibrated) {
    design <- suppressWarnings(svydesign(ids = ~1, weights = ~adjusted, data = answers))
    counts <- c(`(Intercept)` = 1450, late = 600)
    new <- weights(calibrate(design, ~late, counts, calfun = "linear", bounds = c(-Inf, Inf)))
  }
  c(share = sum(new * answers$y) / sum(new), total = sum(new * answers$y))
}

# Standard errors of svytotal of the derivatives by the logarithm of each design weight: what linearization has to be.
linearized_rows <- function(sample, rule, calibrated, step = 1e-5) {
  influence <- t(vapply(seq_len(nrow(sample)), function(unit) {
    moved <- lapply(c(1 + step, 1 - step), function(times) {
      w <- sample$weight; w[unit] <- w[unit] * times
      adjusted_estimates(w, sample, rule, calibrated)
    })
    (moved[[1]] - moved[[2]]) / (2 * step)
  }, c(share = 0, total = 0)))
  sample$share <- influence[, 1]; sample$total <- influence[, 2]
  ones <- svydesign(ids = ~1, strata = ~stratum, fpc = ~population, weights = rep(1, nrow(sample)), data = sample)
  found <- adjusted_estimates(sample$weight, sample, rule, calibrated)
  se <- SE(svytotal(~share + total, ones))
  data.frame(rule, calibrated, share = found[1], share_se = se[1], total = found[2], total_se = se[2])
}

write_nonresponse <- function(folder) {
  sample <- nonresponse_sample()
  write_exact(sample, file.path(folder, "nonresponse_sample.csv"))
  models <- lapply(c("design", "none"), function(weighting) {
    made <- propensity_rows(sample, weighting)
    data.frame(weighting, name = names(coef(made$fit)), estimate = as.numeric(coef(made$fit)),
               se = sqrt(diag(made$covariance)))
  })
  write_exact(do.call(rbind, models), file.path(folder, "nonresponse_models.csv"))
  indicators <- do.call(rbind, lapply(c("published", "centred"), function(how) indicator_rows(sample, how)))
  write_exact(indicators, file.path(folder, "nonresponse_indicators.csv"))
  write_exact(partial_rows(sample), file.path(folder, "nonresponse_partial.csv"))

  weights <- data.frame(inverse = adjusted_weight(sample$weight, sample, "inverse"),
                        classes = adjusted_weight(sample$weight, sample, "classes"))
  write_exact(weights, file.path(folder, "nonresponse_weights.csv"))
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~population, weights = ~weight, data = sample)
  jackknife <- as.svrepdesign(design, type = "JKn", mse = TRUE)
  rows <- lapply(c("inverse", "classes", "cells"), function(rule) {
    found <- withReplicates(jackknife, function(w, data) {
      new <- adjusted_weight(w, data, rule)
      c(share = sum(new * data$y) / sum(new), total = sum(new * data$y))
    })
    data.frame(rule, share = coef(found)[1], share_se = SE(found)[1], total = coef(found)[2], total_se = SE(found)[2])
  })
  write_exact(do.call(rbind, rows), file.path(folder, "nonresponse_replicates.csv"))

  kinds <- expand.grid(rule = c("cells", "inverse", "classes"), calibrated = c(FALSE, TRUE), stringsAsFactors = FALSE)
  rows <- Map(function(rule, calibrated) linearized_rows(sample, rule, calibrated), kinds$rule, kinds$calibrated)
  write_exact(do.call(rbind, rows), file.path(folder, "nonresponse_linearized.csv"))

  sample$adjusted <- weights$inverse
  answers <- subset(sample, answered == 1)
  design <- svydesign(ids = ~1, strata = ~stratum, weights = ~adjusted, data = answers)
  shares <- svyby(~y, ~late, design, svymean, covmat = TRUE)
  gap <- svycontrast(shares, c(-1, 1))
  write_exact(data.frame(early = coef(shares)[1], late = coef(shares)[2], early_se = SE(shares)[1],
                         late_se = SE(shares)[2], difference = as.numeric(coef(gap)), se = as.numeric(SE(gap))),
              file.path(folder, "nonresponse_late.csv"))
}
