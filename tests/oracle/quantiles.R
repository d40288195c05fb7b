# Quantiles by domain, their intervals and standard errors (svyquantile), on the samples of Californian schools and the
# six ambulance areas that R's survey package ships. Writes the inputs beside the answers.

# 4.1-1 gives the second lowest value where the probability is below the share of the lowest row, and extrapolates with
# hf4; hf4 also has no maximum. The rules are put right there and R's own are used everywhere else; the column
# `repaired` says where that made a difference.
right_rule <- function(rule) {
  own <- getFromNamespace(paste0("qrule_", rule), "survey")
  if (!rule %in% c("math", "school", "hf4")) return(own)
  function(x, w, p) {
    x <- x[w > 0]
    w <- w[w > 0]
    if (p * sum(w) < w[order(x)][1]) return(min(x))
    if (rule == "hf4" && p == 1) return(max(x))
    own(x, w, p)
  }
}

# Replicates: 4.1-1 takes the interval of the share for "mean" whatever it is asked for, so its own step is called here.
replicate_answer <- function(design, outcome, probabilities, rule, interval, alpha, df) {
  design <- design[!is.na(design$variables[[outcome]]), ]
  x <- design$variables[[outcome]]
  if (is.character(rule)) rule <- getFromNamespace(paste0("qrule_", rule), "survey")
  if (is.null(df)) df <- degf(design)
  t(vapply(probabilities, function(p) {
    value <- rule(x, weights(design, "sampling"), p)
    ends <- suppressWarnings(survey:::woodruffCI(x, value, p, design, rule, alpha, df, method = interval))
    c(value, ends, diff(ends) / (2 * qt(1 - alpha / 2, df)))
  }, numeric(4)))
}

# One row for each probability. The ends are empty where the interval of the share leaves 0 to 1.
quantile_rows <- function(design, outcome, probabilities, rule, interval, alpha, df_rule) {
  formula <- as.formula(paste0("~", outcome))
  df <- if (df_rule == "normal") Inf
  answer <- function(rule) {
    if (inherits(design, "svyrep.design") && !interval %in% c("mean", "quantile"))
      return(replicate_answer(design, outcome, probabilities, rule, interval, alpha, df))
    suppressWarnings(svyquantile(formula, design, probabilities, alpha = alpha, interval.type = interval, na.rm = TRUE,
                                 qrule = rule, df = df))[[1]]
  }
  right <- answer(right_rule(rule))
  own <- answer(rule)
  answered <- design[!is.na(design$variables[[outcome]]), ]
  same <- function(a, b) (is.nan(a) & is.nan(b)) | (!is.nan(a) & !is.nan(b) & abs(a - b) < 1e-9)
  data.frame(rule = rule, interval = interval, confidence = 1 - alpha, df_rule = df_rule, probability = probabilities,
             quantile = right[, 1], low = right[, 2], high = right[, 3], se = right[, 4], df = degf(answered),
             n = nrow(answered), repaired = as.integer(!apply(same(right, own), 1, all)))
}

domain_rows <- function(name, design, outcomes, by, probabilities, choices) {
  groups <- levels(factor(design$variables[[by]]))
  parts <- c(list(total = design), lapply(setNames(groups, groups), function(g) design[design$variables[[by]] == g, ]))
  rows <- list()
  for (outcome in outcomes) for (group in names(parts)) for (i in seq_len(nrow(choices))) {
    choice <- choices[i, ]
    rows[[length(rows) + 1]] <- cbind(
      design = name, outcome = outcome, group = group,
      quantile_rows(parts[[group]], outcome, probabilities, choice$rule, choice$interval, choice$alpha, choice$df))
  }
  do.call(rbind, rows)
}

# Lighter rows first: where values are tied, the interpolating rules depend on the order of the rows.
schools_for_quantiles <- function(schools, columns) {
  schools$api_missing <- ifelse(seq_len(nrow(schools)) %% 9 == 4, NA, schools$api00)
  schools$meals_tens <- round(schools$meals / 10) * 10
  schools$pw <- schools$pw * (1 + (seq_len(nrow(schools)) %% 4) / 8)
  schools$pw[seq(7, nrow(schools), by = 31)] <- 0
  schools <- schools[order(schools$pw), c("stype", "pw", columns, "api_missing", "meals_tens")]
  rownames(schools) <- NULL
  schools
}

choose <- function(rule, interval, alpha = 0.05, df = "t") data.frame(rule, interval, alpha, df)

write_quantiles <- function(folder) {
  data(api, package = "survey", envir = environment())
  data(scd, package = "survey", envir = environment())
  outcomes <- c("api_missing", "meals_tens")
  strat <- schools_for_quantiles(apistrat, "fpc")
  clus1 <- schools_for_quantiles(apiclus1, c("dnum", "fpc"))
  clus2 <- schools_for_quantiles(apiclus2, c("dnum", "snum", "fpc1", "fpc2"))
  scd$weight <- 1
  halves <- 2 * cbind(c(1, 0, 1, 0, 1, 0), c(1, 0, 0, 1, 0, 1), c(0, 1, 1, 0, 0, 1), c(0, 1, 0, 1, 1, 0))
  by_strata <- svydesign(ids = ~1, strata = ~stype, fpc = ~fpc, weights = ~pw, data = strat)
  by_cluster <- svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = clus1)
  jackknife <- as.svrepdesign(by_cluster, type = "JK1", compress = FALSE)
  replicates <- list(
    scd_brr = svrepdesign(data = scd, weights = ~weight, repweights = halves, type = "BRR", combined.weights = FALSE),
    clus1_jk1 = jackknife
  )
  taylor <- list(
    strat = by_strata,
    clus1 = by_cluster,
    clus2 = svydesign(ids = ~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~pw, data = clus2)
  )
  probabilities <- c(0.05, 0.25, 0.5, 0.8, 0.95)
  main <- rbind(choose("math", c("mean", "xlogit", "beta", "asin")), choose("school", "mean"),
                choose("math", c("mean", "xlogit"), 0.1, "normal"))
  answers <- do.call(rbind, c(
    lapply(names(taylor), function(name) domain_rows(name, taylor[[name]], outcomes, "stype", probabilities, main)),
    list(domain_rows("strat", by_strata, outcomes, "stype", probabilities, choose(paste0("hf", 4:9), "mean"))),
    list(domain_rows("clus1_jk1", jackknife, outcomes, "stype", probabilities,
                     rbind(main, choose(c("math", "school"), "quantile")))),
    list(domain_rows("scd_brr", replicates$scd_brr, "alive", "ESA", c(0.25, 0.5, 0.75),
                     rbind(choose("math", c("mean", "xlogit")), choose(c("math", "school"), "quantile"))))
  ))
  write_rounded(answers, file.path(folder, "quantiles_answers.csv"))
  write_rounded(strat, file.path(folder, "quantiles_strat.csv"))
  write_rounded(clus2, file.path(folder, "quantiles_clus2.csv"))
  scales <- list()
  for (name in names(replicates)) {
    weights <- as.data.frame(unclass(as.matrix(weights(replicates[[name]], "analysis"))))
    names(weights) <- paste0("replicate", seq_along(weights))
    write_rounded(cbind(replicates[[name]]$variables, weights), file.path(folder, paste0("quantiles_", name, ".csv")))
    scales[[name]] <- data.frame(design = name, scale = replicates[[name]]$scale, mse = replicates[[name]]$mse,
                                 replicate = seq_along(weights), rscale = replicates[[name]]$rscales)
  }
  write_rounded(do.call(rbind, scales), file.path(folder, "quantiles_scales.csv"))
}
