# Every interval that survey::svyciprop makes, on designs of survey's own data sets and on a very small one, for shares
# near 0, in the middle and near 1, total and domains. intervals_shares.csv holds what an interval is made from,
# intervals_limits.csv its ends: one row for each share, level and distribution.
#
# "likelihood" is what svyciprop returns: it profiles on about ten points, draws a spline and interpolates. Beside it,
# "profile" solves the same criterion to the last digits, from a fit that has converged.

interval_designs <- function() {
  data(api, package = "survey", envir = environment())
  data(scd, package = "survey", envir = environment())
  apistrat$weight <- apistrat$pw * (1 + (seq_len(nrow(apistrat)) %% 7) / 10)
  patients <- scd[rep(seq_len(nrow(scd)), scd$arrests), c("ESA", "ambulance")]
  patients$alive <- unlist(lapply(seq_len(nrow(scd)), function(i) seq_len(scd$arrests[i]) <= scd$alive[i]))
  patients$night <- seq_len(nrow(patients)) %% 3 == 0
  few <- data.frame(yes = c(1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0) == 1, weight = c(1, 3, 2, 5, 1, 2, 4, 2, 6, 1, 3, 2))
  list(
    apistrat = svydesign(ids = ~1, strata = ~stype, weights = ~weight, fpc = ~fpc, data = apistrat),
    apiclus1 = svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1),
    apiclus2 = svydesign(ids = ~ dnum + snum, fpc = ~ fpc1 + fpc2, data = apiclus2),
    scd = svydesign(ids = ~ambulance, strata = ~ESA, weights = ~1, nest = TRUE, data = patients),
    few = svydesign(ids = ~1, weights = ~weight, data = few)
  )
}

interval_cases <- function(name) {
  schools <- list(outcomes = c("api00 > 850", "api00 > 700", "awards == \"Yes\"", "api00 > 450"),
                  domains = c(E = "stype == \"E\"", H = "stype == \"H\"", poor = "meals > 50"))
  list(apistrat = schools, apiclus1 = schools, apiclus2 = schools,
       scd = list(outcomes = "alive", domains = c(night = "night", day = "!night")),
       few = list(outcomes = c("yes", "!yes"), domains = c(heavy = "weight > 1")))[[name]]
}

# Where the scaled deviance of svyglm meets its cutoff, on the logit scale, solved by bisection and not by interpolation.
profile_limits <- function(outcome, design, level, df) {
  # Started where it ends: its weights, and so its variance, then are those of the converged fit to the last digits.
  start <- qlogis(coef(eval(bquote(svymean(~ as.numeric(.(outcome)), design))))[[1]])
  fit <- eval(bquote(svyglm(.(outcome) ~ 1, design, family = quasibinomial, start = .(start))))
  share <- fitted(fit)[[1]]
  weight <- weights(design, "sampling")
  weight <- weight / mean(weight)
  said <- sum(weight[fit$y == 1])
  deviance <- function(at) -2 * (said * plogis(at, log.p = TRUE) + (sum(weight) - said) * plogis(-at, log.p = TRUE))
  scale <- as.numeric(summary(fit)$dispersion) * fit$cov.unscaled[1] / fit$naive.cov[1]
  centre <- qlogis(share)
  excess <- function(at) (deviance(at) - deviance(centre)) / scale - qt((1 - level) / 2, df)^2
  solve_to <- function(end) uniroot(excess, sort(c(centre, end)), tol = 1e-15, maxiter = 5000)$root
  plogis(c(solve_to(centre - 60), solve_to(centre + 60)))
}

interval_limits <- function(outcome, design, level, df, distribution) {
  ends <- function(method) {
    call <- bquote(svyciprop(~ .(outcome), design, method = .(method), level = .(level), df = .(df)))
    tryCatch(as.numeric(confint(suppressWarnings(eval(call)))), error = function(e) c(NA, NA))
  }
  methods <- c(logit = "logit", xlogit = "xlogit", arcsine = "asin", wald = "mean", likelihood = "likelihood")
  limits <- lapply(methods, ends)
  limits$profile <- profile_limits(outcome, design, level, df)
  # svyciprop's beta takes no df: with the normal distribution the ratio of t quantiles in its formula is 1.
  limits$beta <- if (distribution == "t") ends("beta") else {
    mean <- eval(bquote(svymean(~ as.numeric(.(outcome)), design)))
    share <- coef(mean)[[1]]
    effective <- share * (1 - share) / vcov(mean)[1]
    tail <- (1 - level) / 2
    c(qbeta(tail, effective * share, effective * (1 - share) + 1),
      qbeta(1 - tail, effective * share + 1, effective * (1 - share)))
  }
  ends_of_all <- unlist(limits)
  names(ends_of_all) <- paste(rep(names(limits), each = 2), c("low", "high"), sep = "_")
  as.data.frame(t(ends_of_all))
}

write_intervals <- function(folder) {
  shares <- limits <- list()
  designs <- interval_designs()
  for (name in names(designs)) {
    cases <- interval_cases(name)
    for (text in cases$outcomes) for (domain in c("total", names(cases$domains))) {
      outcome <- str2lang(text)
      design <- designs[[name]]
      if (domain != "total") design <- eval(bquote(subset(design, .(str2lang(cases$domains[[domain]])))))
      mean <- eval(bquote(svymean(~ as.numeric(.(outcome)), design, deff = TRUE)))
      replaced <- eval(bquote(svymean(~ as.numeric(.(outcome)), design, deff = "replace")))
      share <- coef(mean)[[1]]
      if (share == 0 || share == 1) next
      case <- length(shares)
      weight <- weights(design, "sampling")
      shares[[case + 1]] <- data.frame(
        case = case, design = name, outcome = gsub("\"", "", text), domain = domain, share = share,
        variance = vcov(mean)[1], n = nrow(design), df = degf(design), weight_sum = sum(weight),
        weight_square_sum = sum(weight^2), deff = as.numeric(deff(mean)), deff_replacement = as.numeric(deff(replaced)),
        cv = as.numeric(cv(mean)))
      for (level in c(0.9, 0.95, 0.99)) {
        limits[[length(limits) + 1]] <- cbind(case = case, level = as.character(level), distribution = "t",
          interval_limits(outcome, design, level, degf(design), "t"))
      }
      limits[[length(limits) + 1]] <- cbind(case = case, level = "0.95", distribution = "normal",
        interval_limits(outcome, design, 0.95, Inf, "normal"))
    }
  }
  write_exact(do.call(rbind, shares), file.path(folder, "intervals_shares.csv"))
  write_exact(do.call(rbind, limits), file.path(folder, "intervals_limits.csv"))
}
