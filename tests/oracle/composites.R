# Composites of the third synthetic wave by R's survey package, from the delivered CSV alone: parts and ticks are defined
# here again by column number, their combinations are the levels of a factor.

# Estimate, SE, df, n and the closed logit interval of yes/no columns; of numbers the symmetric interval.
composite_rows <- function(design, columns, topic, statistic, group, first = names(columns), second = "") {
  rows <- lapply(seq_along(columns), function(i) {
    design$variables$outcome <- as.numeric(columns[[i]])
    mean <- svymean(~outcome, design)
    estimate <- as.numeric(coef(mean))
    df <- degf(design)
    if (statistic == "mean") ends <- as.numeric(confint(mean, df = df))
    else if (estimate > 1e-12 && estimate < 1 - 1e-12) ends <- as.numeric(confint(svyciprop(~outcome, design, method = "xlogit")))
    else ends <- c(NA_real_, NA_real_)
    data.frame(topic = topic, statistic = statistic, first = first[i], second = rep_len(second, length(columns))[i],
               group = group, estimate = estimate, se = as.numeric(SE(mean)), df = df, n = nrow(design$variables),
               low = ends[1], high = ends[2])
  })
  do.call(rbind, rows)
}

# One estimate of logarithms, taken back: the SE is that of the logarithm.
ratio_row <- function(design, ticks, topic, statistic, group, first, second) {
  a <- ticks[[first]]
  b <- ticks[[second]]
  design$variables <- data.frame(p11 = as.numeric(a & b), p10 = as.numeric(a & !b), p01 = as.numeric(!a & b),
                                 p00 = as.numeric(!a & !b), a = as.numeric(a), b = as.numeric(b))
  means <- svymean(~p11 + p10 + p01 + p00, design)
  log_ratio <- if (statistic == "odds_ratio") svycontrast(means, quote(log(p11 * p00 / (p10 * p01)))) else
    svycontrast(means, quote(log(p11 / ((p11 + p10) * (p11 + p01)))))
  estimate <- as.numeric(coef(log_ratio))
  se <- as.numeric(SE(log_ratio))
  if (statistic == "odds_ratio") {
    model <- svyglm(b ~ a, design = design, family = quasibinomial(), epsilon = 1e-14)
    stopifnot(abs(coef(model)[["a"]] - estimate) < 1e-7 * max(1, abs(estimate)), abs(SE(model)[["a"]] / se - 1) < 1e-6)
  }
  half <- qt(0.975, degf(design)) * se
  data.frame(topic = topic, statistic = statistic, first = first, second = second, group = group,
             estimate = exp(estimate), se = se, df = degf(design), n = nrow(design$variables),
             low = exp(estimate - half), high = exp(estimate + half))
}

# Names of the columns that are yes, with "+" between; "none" where no one is.
combination_of <- function(columns) {
  matrix <- do.call(cbind, columns)
  apply(matrix, 1, function(row) if (any(row)) paste(colnames(matrix)[row], collapse = "+") else "none")
}

# Covariance of the shares of a factor's levels within and across groups, and in total.
factor_covariance <- function(design, value, topic) {
  design$variables$value <- factor(value)
  levels <- levels(design$variables$value)
  by_group <- svyby(~value, ~niveau, design, svymean, covmat = TRUE)
  names <- as.vector(outer(paste0("group ", sort(unique(design$variables$niveau))), levels, paste, sep = "|"))
  grouped <- cbind(topic = topic, expand.grid(first = names, second = names, stringsAsFactors = FALSE),
                   covariance = as.numeric(vcov(by_group)))
  total <- paste0("total|", levels)
  cbind(topic = topic, expand.grid(first = total, second = total, stringsAsFactors = FALSE),
        covariance = as.numeric(vcov(svymean(~value, design)))) |> rbind(grouped)
}

# Every group of a base: the total, then the levels of government.
in_groups <- function(design, rows_of) {
  groups <- sort(unique(design$variables$niveau))
  masks <- c(list(rep(TRUE, nrow(design$variables))), lapply(groups, function(g) design$variables$niveau == g))
  rows <- Map(function(mask, group) rows_of(subset(design, mask), mask, group), masks, c("total", as.character(groups)))
  do.call(rbind, rows)
}

write_composites <- function(folder, raw) {
  wave <- read.csv2(file.path(raw, "wave3_synthetic.csv"), dec = ",", fileEncoding = "UTF-8")
  is_one_of <- function(column, codes) !is.na(wave[[column]]) & wave[[column]] %in% codes
  wave$stratum <- interaction(wave$delsektor, wave$stoerrelse, drop = TRUE)
  innovative <- is_one_of("sp01_1", 1) | is_one_of("sp01_2", 1) | is_one_of("sp01_3", 1) | is_one_of("sp01_4", 1)
  everybody <- svydesign(ids = ~1, strata = ~stratum, fpc = ~antal_i_stratum, weights = ~vaegt, data = wave)

  unions <- list(
    positive_role.private_firms = list(promoted = is_one_of("sp14_4", 3:4), collaborated = is_one_of("sp11_5", 1),
                                       started = is_one_of("sp10_4", 1)),
    positive_role.foundations = list(promoted = is_one_of("sp14_7", 3:4), collaborated = is_one_of("sp11_6", 1),
                                     financed = is_one_of("sp13_4", 1), started = is_one_of("sp10_7", 1))
  )
  answers <- list()
  covariances <- list()
  for (name in names(unions)) {
    parts <- lapply(unions[[name]], function(part) part[innovative])
    combination <- combination_of(parts)
    levels <- setdiff(unique(combination), "none")
    columns <- c(setNames(list(combination != "none"), "union"), parts,
                 setNames(lapply(c(levels, "none"), function(level) combination == level), c(levels, "none")))
    statistic <- c("union", rep("part", length(parts)), rep("combination", length(levels)), "none")
    answers[[name]] <- in_groups(subset(everybody, innovative), function(design, mask, group)
      do.call(rbind, lapply(seq_along(columns), function(i)
        composite_rows(design, list(columns[[i]][mask]), name, statistic[i], group, names(columns)[i]))))
    if (name == "positive_role.private_firms")
      covariances[[name]] <- factor_covariance(subset(everybody, innovative), combination, name)
  }

  ticks <- list(partner.citizens = is_one_of("sp11_4", 1), partner.private_firms = is_one_of("sp11_5", 1),
                partner.foundations = is_one_of("sp11_6", 1))
  ticks <- lapply(ticks, function(tick) tick[innovative])
  pairs <- combn(names(ticks), 2, simplify = FALSE)
  answers$pairs <- in_groups(subset(everybody, innovative), function(design, mask, group) {
    inside <- lapply(ticks, function(tick) tick[mask])
    do.call(rbind, lapply(pairs, function(pair) {
      a <- inside[[pair[1]]]
      b <- inside[[pair[2]]]
      rbind(
        composite_rows(design, list(a & b), "pairs", "both", group, pair[1], pair[2]),
        composite_rows(subset(design, a), list(b[a]), "pairs", "among", group, pair[1], pair[2]),
        composite_rows(subset(design, b), list(a[b]), "pairs", "among", group, pair[2], pair[1]),
        ratio_row(design, inside, "pairs", "lift", group, pair[1], pair[2]),
        ratio_row(design, inside, "pairs", "odds_ratio", group, pair[1], pair[2])
      )
    }))
  })

  agreed <- Reduce(`+`, lapply(paste0("sp22_", 1:7), is_one_of, 3:4))
  knew <- !Reduce(`|`, lapply(paste0("sp22_", 1:7), is_one_of, 98))
  types <- Reduce(`+`, lapply(paste0("sp05_", 1:4), is_one_of, 1))
  counts <- list(
    "culture keep" = list(base = rep(TRUE, nrow(wave)), count = agreed, highest = 7),
    "culture drop" = list(base = knew, count = agreed, highest = 7),
    "latest_type keep" = list(base = innovative, count = types, highest = 4)
  )
  for (name in names(counts)) {
    of <- counts[[name]]
    count <- of$count[of$base]
    answers[[name]] <- in_groups(subset(everybody, of$base), function(design, mask, group) {
      here <- count[mask]
      rbind(
        composite_rows(design, lapply(0:of$highest, function(k) here == k), name, "exactly", group, 0:of$highest),
        composite_rows(design, lapply(1:of$highest, function(k) here >= k), name, "at_least", group, 1:of$highest),
        composite_rows(design, list(here), name, "mean", group, "")
      )
    })
    if (name == "latest_type keep")
      covariances[[name]] <- factor_covariance(subset(everybody, of$base), count, name)
  }
  write_exact(do.call(rbind, answers), file.path(folder, "composites.csv"))
  write_exact(do.call(rbind, covariances), file.path(folder, "composites_covariance.csv"))
}
