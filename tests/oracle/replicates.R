# Replicate weights: what R's survey package makes of weights that came with the data, and the weights it makes itself.
# Data that it ships: scd (six ambulance services), apiclus1 and apistrat (Californian schools of 2000).

replicate_statistics <- list(
  list("mean", "y", "", function(design) svymean(~y, design, na.rm = TRUE)),
  list("mean", "x", "", function(design) svymean(~x, design, na.rm = TRUE)),
  list("share", "yes", "", function(design) svymean(~yes, design, na.rm = TRUE)),
  list("total", "y", "", function(design) svytotal(~y, design, na.rm = TRUE)),
  list("ratio", "y", "x", function(design) svyratio(~y, ~x, design, na.rm = TRUE))
)

# Every statistic, in total and for each domain, around the mean of the replicates and around the estimate. Replicates
# in which a domain is empty are discarded by R with a warning.
estimate_replicates <- function(name, design) {
  rows <- list()
  for (centre in c("mean", "estimate")) for (domain in c("total", sort(unique(design$variables$domain)))) {
    design$mse <- centre == "estimate"
    part <- if (domain == "total") design else design[design$variables$domain == domain, ]
    for (statistic in replicate_statistics) {
      found <- suppressWarnings(statistic[[4]](part))
      rows[[length(rows) + 1]] <- data.frame(
        design = name, centre = centre, domain = domain, statistic = statistic[[1]], outcome = statistic[[2]],
        denominator = statistic[[3]], estimate = as.numeric(coef(found)), variance = as.numeric(SE(found))^2,
        df = as.numeric(degf(part))
      )
    }
  }
  do.call(rbind, rows)
}

covariance_replicates <- function(name, design) {
  rows <- list()
  for (centre in c("mean", "estimate")) {
    design$mse <- centre == "estimate"
    matrix <- vcov(suppressWarnings(svyby(~y, ~domain, design, svymean, na.rm = TRUE, covmat = TRUE)))
    groups <- sort(unique(design$variables$domain))
    rows[[centre]] <- cbind(design = name, centre = centre,
                            expand.grid(first = groups, second = groups, stringsAsFactors = FALSE),
                            covariance = as.numeric(matrix))
  }
  do.call(rbind, rows)
}

# Seven digits of a replicate weight are kept, and R is given those.
seven_digits <- function(weights) {
  weights <- apply(as.matrix(weights), 2, function(w) as.numeric(sprintf("%.7g", w)))
  colnames(weights) <- sprintf("r%02d", seq_len(ncol(weights)))
  weights
}

write_weights <- function(variables, weights, path) {
  numeric <- vapply(variables, is.numeric, TRUE)
  variables[numeric] <- lapply(variables[numeric], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
  weights <- as.data.frame(lapply(as.data.frame(weights), function(w) sprintf("%.7g", w)))
  write.csv(cbind(variables, weights), path, row.names = FALSE, quote = FALSE, eol = "\n")
}

# Schools: y has missing values, x none, and `domain` cuts across strata and clusters.
school_variables <- function(schools) data.frame(
  y = ifelse(schools$meals %% 11 == 0, NA, schools$api00), x = schools$api.stu, yes = as.numeric(schools$api00 > 680),
  domain = as.character(cut(schools$meals, c(-1, 20, 45, 75, 100), labels = c("a", "b", "c", "d"))),
  weight = as.numeric(sprintf("%.7g", schools$pw)), stratum = as.character(schools$stype), psu = schools$dnum,
  fpc = schools$fpc
)

# 32 schools in 16 strata of two; one domain is a single school.
paired_schools <- function(schools) {
  schools <- schools[order(schools$enroll), ][seq(3, 194, by = 6), ]
  variables <- school_variables(schools)
  variables$stratum <- sprintf("pair%02d", rep(seq_len(16), each = 2))
  variables$fpc <- NA_real_
  variables$domain[7] <- "one"
  variables
}

given_designs <- function(folder) {
  data(scd, package = "survey", envir = environment())
  data(api, package = "survey", envir = environment())
  designs <- list()
  add <- function(name, variables, weights, ...) {
    write_weights(variables, weights, file.path(folder, paste0("replicates_", name, ".csv")))
    designs[[name]] <<- svrepdesign(variables, repweights = as.matrix(weights), weights = variables$weight, ...)
  }
  ambulances <- data.frame(y = scd$alive, x = scd$arrests, yes = as.numeric(scd$alive > 50),
                           domain = ifelse(scd$ESA == 1, "a", "b"), weight = 3, stratum = paste0("area", scd$ESA),
                           psu = seq_len(6), fpc = NA_real_)
  halves <- 2 * cbind(c(1, 0, 1, 0, 1, 0), c(1, 0, 0, 1, 0, 1), c(0, 1, 1, 0, 0, 1), c(0, 1, 0, 1, 1, 0))
  add("scd_brr", ambulances, seven_digits(halves), type = "BRR", combined.weights = FALSE)

  clusters <- school_variables(apiclus1)
  by_cluster <- as.svrepdesign(svydesign(ids = ~psu, weights = ~weight, data = clusters), type = "JK1")
  add("clusters_jk1", clusters, seven_digits(weights(by_cluster, "analysis")), type = "JK1", scale = 0.9 * 14 / 15,
      combined.weights = TRUE)

  pairs <- paired_schools(apistrat)
  by_pair <- svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = pairs)
  half <- seven_digits(weights(as.svrepdesign(by_pair, type = "BRR"), "analysis"))
  add("pairs_brr", pairs, half, type = "BRR", combined.weights = TRUE)
  fay <- seven_digits(weights(as.svrepdesign(by_pair, type = "Fay", fay.rho = 0.3), "analysis"))
  add("pairs_fay", pairs, fay, type = "Fay", rho = 0.3, combined.weights = TRUE)
  one_out <- as.svrepdesign(by_pair, type = "JKn")
  add("pairs_jkn", pairs, seven_digits(weights(one_out, "analysis")), type = "JKn",
      rscales = rep(seq(0.2, 0.5, length.out = 16), each = 2), combined.weights = TRUE)
  add("pairs_other", pairs, half, type = "other", scale = 0.08, rscales = (seq_len(ncol(half)) %% 4) / 2,
      combined.weights = TRUE)

  set.seed(20)
  schools <- school_variables(apistrat)
  stratified <- svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = schools)
  drawn <- seven_digits(weights(as.svrepdesign(stratified, type = "subbootstrap", replicates = 40), "analysis"))
  add("schools_bootstrap", schools, drawn, type = "bootstrap", combined.weights = TRUE)
  sign <- 2 * survey::hadamard(18) - 1
  row <- 2 + (seq_len(nrow(schools)) - 1) %% (nrow(sign) - 2)
  successive <- seven_digits(schools$weight * (1 + 2^-1.5 * (sign[row, ] - sign[row + 1, ])))
  add("schools_sdr", schools, successive, type = "successive-difference", combined.weights = TRUE)
  designs
}

# Replicates that R makes from a design.
made_designs <- function() {
  data(api, package = "survey", envir = environment())
  clusters <- school_variables(apiclus1)
  schools <- school_variables(apistrat)
  pairs <- paired_schools(apistrat)
  list(
    clusters_jk1 = as.svrepdesign(svydesign(ids = ~psu, weights = ~weight, data = clusters), type = "JK1"),
    clusters_jk1_fpc = as.svrepdesign(svydesign(ids = ~psu, weights = ~weight, fpc = ~fpc, data = clusters),
                                      type = "JK1"),
    schools_jkn = as.svrepdesign(svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = schools),
                                 type = "JKn"),
    schools_jkn_fpc = as.svrepdesign(svydesign(ids = ~1, strata = ~stratum, weights = ~weight, fpc = ~fpc,
                                               data = schools), type = "JKn"),
    pairs_jkn = as.svrepdesign(svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = pairs), type = "JKn")
  )
}

# Ten sampling units in five strata, of which the third was taken whole and the last has one unit.
small_factors <- function() {
  stratum <- c(1, 1, 2, 2, 2, 3, 3, 4, 4, 5)
  units <- seq_along(stratum)
  rows <- list()
  add <- function(name, found) {
    factors <- found$repweights$weights
    rows[[length(rows) + 1]] <<- data.frame(
      name = name, replicate = as.vector(col(factors)), unit = as.vector(row(factors)), factor = as.vector(factors),
      scale = as.numeric(found$scale), rscale = rep(as.numeric(found$rscales), each = nrow(factors))
    )
  }
  one <- jk1weights(units[1:6], fpc = 20)
  one$rscales <- rep(1, 6)
  add("jk1", one)
  add("jkn", jknweights(stratum[1:9], units[1:9], fpc = rep(1, 4)[match(stratum[1:9], 1:4)], fpctype = "correction"))
  population <- c(10, 12, 2, 40, 9)[stratum]
  add("jkn_fpc", jknweights(stratum[1:9], units[1:9], fpc = population[1:9]))
  for (rule in c("remove", "certainty", "adjust"))
    add(paste0("jkn_fpc_", rule), jknweights(stratum, units, fpc = population, lonely.psu = rule))
  # No stratum taken whole: R counts its units in the average.
  kept <- stratum != 3
  add("jkn_average", jknweights(stratum[kept], units[kept], lonely.psu = "average"))
  do.call(rbind, rows)
}

write_replicates <- function(folder) {
  given <- given_designs(folder)
  made <- made_designs()
  answers <- rbind(
    do.call(rbind, Map(function(name, design) cbind(source = "given", estimate_replicates(name, design)),
                       names(given), given)),
    do.call(rbind, Map(function(name, design) cbind(source = "made", estimate_replicates(name, design)),
                       names(made), made))
  )
  write_exact(answers, file.path(folder, "replicates_answers.csv"))
  covariances <- do.call(rbind, Map(covariance_replicates, names(given), given))
  write_exact(covariances, file.path(folder, "replicates_covariance.csv"))
  write_exact(small_factors(), file.path(folder, "replicates_factors.csv"))
}
