# Comparisons of groups by R's survey package: differences, ratios and odds ratios of pairs, of a group and the whole,
# and of a group and the rest, with p.adjust over families. Pairs and rests are svycontrast on svyby(covmat = TRUE),
# a rest being the other level of a factor with two; the whole is svycontrast on svytotal, nonlinear, of the sums of
# group and whole together, or on the two under every replicate. svyttest's statistic stands beside the pairs. The samples are those of kernel.R and a wave.

linear <- function(a, b) setNames(c(1, -1), c(a, b))

# Difference, ratio, odds ratio and the logarithms of the two, from expressions for the two shares.
ask_contrasts <- function(object, p, q) {
  forms <- list(
    difference = bquote(.(p) - .(q)), ratio = bquote(.(p) / .(q)),
    odds_ratio = bquote(.(p) * (1 - .(q)) / ((1 - .(p)) * .(q))),
    log_ratio = bquote(log(.(p)) - log(.(q))),
    log_odds_ratio = bquote(log(.(p)) - log(1 - .(p)) - log(.(q)) + log(1 - .(q)))
  )
  found <- lapply(forms, function(form) svycontrast(object, list(x = form)))
  numbers <- lapply(found, function(x) c(as.numeric(coef(x)), as.numeric(SE(x))))
  data.frame(
    difference = numbers$difference[1], se = numbers$difference[2],
    ratio = numbers$ratio[1], ratio_se = numbers$ratio[2], log_ratio_se = numbers$log_ratio[2],
    odds_ratio = numbers$odds_ratio[1], odds_ratio_se = numbers$odds_ratio[2],
    log_odds_ratio_se = numbers$log_odds_ratio[2]
  )
}

nothing <- data.frame(difference = NA_real_, se = NA_real_, ratio = NA_real_, ratio_se = NA_real_,
                      log_ratio_se = NA_real_, odds_ratio = NA_real_, odds_ratio_se = NA_real_,
                      log_odds_ratio_se = NA_real_)

compare_one <- function(design, first, second, outcome, whole) {
  y <- design$variables[[outcome]]
  n <- c(sum(first), sum(second))
  share <- c(NA, NA)
  w <- weights(design, "sampling")
  if (n[1] > 0) share[1] <- sum((w * y)[first]) / sum(w[first])
  if (n[2] > 0) share[2] <- sum((w * y)[second]) / sum(w[second])
  either <- design[first | second, ]
  row <- data.frame(share = share[1], share_versus = share[2], n = n[1], n_versus = n[2],
                    df_union = if (sum(n)) degf(either) else NA_real_, t_ttest = NA_real_, df_ttest = NA_real_)
  if (any(n < 2) || any(is.na(share)) || any(share < 1e-12 | share > 1 - 1e-12)) {
    found <- nothing
    found$difference <- share[1] - share[2]
    return(cbind(row, found))
  }
  if (whole && inherits(design, "svyrep.design")) {
    both <- withReplicates(design, function(w, data) {
      c(a = sum((w * data[[outcome]])[first]) / sum(w[first]), b = sum(w * data[[outcome]]) / sum(w))
    })
    return(cbind(row, ask_contrasts(both, quote(a), quote(b))))
  }
  if (whole) {
    design <- update(design, yg = y * first, g = as.numeric(first), y0 = y, one = 1)
    totals <- svytotal(~yg + g + y0 + one, design)
    return(cbind(row, ask_contrasts(totals, quote(yg / g), quote(y0 / one))))
  }
  either <- update(either, side = factor(ifelse(first[first | second], "a", "b")), y0 = either$variables[[outcome]])
  by <- svyby(~y0, ~side, either, svymean, covmat = TRUE)
  found <- ask_contrasts(by, quote(a), quote(b))
  straight <- svycontrast(by, linear("a", "b"))
  stopifnot(abs(SE(straight) / found$se - 1) < 1e-7 || found$se < 1e-9)
  if (inherits(either, "survey.design")) {
    tested <- svyttest(y0 ~ I(side == "a"), either)
    row$t_ttest <- as.numeric(tested$statistic)
    row$df_ttest <- as.numeric(tested$parameter)
  }
  cbind(row, found)
}

compare_all <- function(case, design, by, outcomes, levels, base = NULL, reference = levels[1]) {
  rows <- list()
  for (outcome in outcomes) {
    answered <- !is.na(design$variables[[outcome]])
    if (!is.null(base)) answered <- answered & base
    inside <- design[answered, ]
    group <- as.character(inside$variables[[by]])
    is <- function(g) !is.na(group) & group == g
    add <- function(against, first, second, a, b, whole = FALSE) {
      rows[[length(rows) + 1]] <<- cbind(case = case, by = by, outcome = outcome, against = against, first = first,
                                         second = second, compare_one(inside, a, b, outcome, whole))
    }
    for (g in levels) add("all", g, "total", is(g), rep(TRUE, length(group)), TRUE)
    for (g in levels) add("rest", g, "rest", is(g), !is(g))
    for (pair in combn(levels, 2, simplify = FALSE)) add("pairs", pair[1], pair[2], is(pair[1]), is(pair[2]))
    for (g in setdiff(levels, reference)) add("reference", g, reference, is(g), is(reference))
  }
  table <- do.call(rbind, rows)
  table$design_df <- degf(design)
  finish(table)
}

# Tests and families. The family of everything is everything of one kind of comparison.
finish <- function(table) {
  table$p_design <- 2 * pt(-abs(table$difference / table$se), table$design_df)
  table$p_union <- 2 * pt(-abs(table$difference / table$se), table$df_union)
  table$p_normal <- 2 * pnorm(-abs(table$difference / table$se))
  t <- qt(0.975, table$design_df)
  table$low <- table$difference - t * table$se
  table$high <- table$difference + t * table$se
  table$ratio_low <- exp(log(table$ratio) - t * table$log_ratio_se)
  table$ratio_high <- exp(log(table$ratio) + t * table$log_ratio_se)
  table$odds_low <- exp(log(table$odds_ratio) - t * table$log_odds_ratio_se)
  table$odds_high <- exp(log(table$odds_ratio) + t * table$log_odds_ratio_se)
  for (family in c("outcome", "all")) {
    of <- if (family == "outcome") interaction(table$against, table$outcome) else factor(table$against)
    for (method in c("holm", "BH")) {
      name <- paste(tolower(method), family, sep = "_")
      table[[name]] <- NA_real_
      for (one in levels(of)) table[[name]][of == one] <- p.adjust(table$p_design[of == one], method)
    }
    size <- ave(as.numeric(!is.na(table$p_design)), of, FUN = sum)
    half <- qt(1 - 0.05 / (2 * pmax(size, 1)), table$design_df) * table$se
    table[[paste0("together_low_", family)]] <- table$difference - half
    table[[paste0("together_high_", family)]] <- table$difference + half
  }
  table
}

# Groups that make trouble: one school alone, one group nobody is in, shares of 0 and 1; NA is in no group.
troubled <- function(schools) {
  schools$part <- schools$band
  schools$part[2] <- "one"
  schools$part[seq(9, nrow(schools), by = 20)] <- NA
  schools$never <- ifelse(schools$part %in% "a", 0, schools$award)
  schools$always <- ifelse(schools$part %in% "b", 1, schools$wide)
  schools
}

write_comparisons <- function(folder, raw) {
  schools <- read_schools()
  strat <- troubled(schools$apistrat)
  one <- troubled(schools$apiclus1)
  outcomes <- c("award", "answered", "never", "always")
  parts <- c("a", "b", "c", "d", "one", "none")
  stratified <- svydesign(ids = ~1, strata = ~stype, weights = ~varied, fpc = ~fpc, data = strat)
  clusters <- svydesign(ids = ~dnum, weights = ~varied, fpc = ~fpc, data = one)
  two <- svydesign(ids = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = schools$apiclus2)
  jackknife <- as.svrepdesign(svydesign(ids = ~1, strata = ~stype, weights = ~varied, data = strat), type = "JKn")

  wave <- read.csv2(file.path(raw, "wave3_synthetic.csv"), dec = ",", fileEncoding = "UTF-8")
  is_one_of <- function(column, codes) !is.na(wave[[column]]) & wave[[column]] %in% codes
  wave$stratum <- interaction(wave$delsektor, wave$stoerrelse, drop = TRUE)
  defined <- define_wave3(wave, is_one_of)
  asked <- Filter(function(x) x[[1]] %in% c("shared.yes", "positive_role.private_firms"), defined$indicators)
  for (indicator in asked) wave[[indicator[[1]]]] <- as.numeric(indicator[[3]])
  wave$sector <- wave$delsektor
  wave$size <- wave$stoerrelse
  names <- vapply(asked, function(x) x[[1]], "")
  workplaces <- svydesign(ids = ~1, strata = ~stratum, fpc = ~antal_i_stratum, weights = ~vaegt, data = wave)
  innovative <- defined$bases$innovative

  tables <- list(
    compare_all("stratified", stratified, "part", outcomes, parts),
    compare_all("clusters", clusters, "part", outcomes, parts),
    compare_all("two_stages", two, "band", c("award", "answered"), c("a", "b", "c", "d")),
    compare_all("jackknife", jackknife, "band", c("award", "answered"), c("a", "b", "c", "d")),
    compare_all("wave3", workplaces, "size", names, as.character(1:3), innovative, "3"),
    compare_all("wave3", workplaces, "sector", names, as.character(1:15), innovative)
  )
  write_exact(do.call(rbind, tables), file.path(folder, "comparisons_answers.csv"))
  for (name in c("stratified", "clusters")) {
    data <- if (name == "stratified") strat else one
    keep <- intersect(c("stype", "dnum", "varied", "fpc", "band", "part", outcomes), names(data))
    write_rounded(data[keep], file.path(folder, sprintf("comparisons_%s.csv", name)))
  }
}
