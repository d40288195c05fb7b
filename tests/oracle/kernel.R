# The kernel's oracle for every design, estimator and lonely-PSU rule: estimate, SE, degrees of freedom, n, design
# effects and covariances by R's survey package, on the data sets that it ships and on three small made-up samples.
# Writes the inputs beside the answers (kernel_<data>.csv), so that the tests need no R; tests/survey/oracle_cases.py
# declares the same designs in the kernel's words.

# Deterministic whole numbers that look random: the same on every machine.
scatter <- function(i, size, seed) ((i * i * 31 + i * 7919 + seed * 104729) %% 1009) %% size

every <- function(x, step, first = step) replace(x, seq(first, length(x), by = step), NA)

school_columns <- function(schools) {
  i <- seq_len(nrow(schools))
  yes <- function(x) as.numeric(x == "Yes")
  data.frame(
    stype = as.character(schools$stype),
    band = as.character(cut(schools$meals, c(-1, 25, 50, 75, 100), labels = c("a", "b", "c", "d"))),
    size = every(ifelse(schools$api.stu > 400, "large", "small"), 17),
    level = every(as.character(cut(schools$api99, c(0, 550, 700, 1000), labels = c("low", "middle", "high"))), 23),
    award = yes(schools$awards), wide = yes(schools$sch.wide), answered = every(yes(schools$comp.imp), 6),
    api00 = schools$api00, api99 = schools$api99, pupils = schools$enroll, tested = schools$api.stu,
    varied = schools$pw * (1 + (i %% 7) / 10), in_base = as.numeric(schools$api00 > 550), stringsAsFactors = FALSE
  )
}

read_schools <- function() {
  data(api, package = "survey", envir = environment())
  strat <- cbind(apistrat[c("pw", "fpc")], school_columns(apistrat))
  strat$pupils <- every(strat$pupils, 9)
  strat$fraction <- as.numeric(table(strat$stype)[strat$stype]) / strat$fpc
  strat$zeroed <- replace(strat$varied, seq(5, nrow(strat), by = 20), 0)
  srs <- cbind(apisrs[c("pw", "fpc")], school_columns(apisrs))
  one <- cbind(apiclus1[c("dnum", "pw", "fpc")], school_columns(apiclus1))
  one$fraction <- length(unique(one$dnum)) / one$fpc
  # A district and parts of others that count for nothing.
  one$zeroed <- ifelse(one$dnum == 637 | seq_len(nrow(one)) %% 11 == 0, 0, one$varied)
  two <- cbind(apiclus2[c("dnum", "snum", "pw", "fpc1", "fpc2")], school_columns(apiclus2))
  two$fraction1 <- length(unique(two$dnum)) / two$fpc1
  two$fraction2 <- as.numeric(table(two$dnum)[as.character(two$dnum)]) / two$fpc2
  list(apistrat = strat, apisrs = srs, apiclus1 = one, apiclus2 = two)
}

read_others <- function() {
  shipped <- c("nhanes", "scd", "fpc", "election", "mu284")
  data(list = shipped, package = "survey", envir = environment())
  people <- nhanes[order(nhanes$SDMVSTRA, nhanes$SDMVPSU), ]
  people <- people[seq(3, nrow(people), by = 7), ]
  people <- people[c("SDMVSTRA", "SDMVPSU", "WTMEC2YR", "HI_CHOL", "race", "agecat", "RIAGENDR")]
  names(people) <- c("stratum", "psu", "weight", "cholesterol", "race", "age", "sex")
  people$age <- c("0-19", "20-39", "40-59", "60+")[as.integer(people$age)]
  people$race <- letters[people$race]
  people$sex <- c("m", "f")[people$sex]
  counties <- election_pps[c("Bush", "Kerry", "votes", "wt")]
  counties$size <- ifelse(counties$votes > 100000, "large", "small")
  communes <- mu284
  communes$weight <- communes$n1 / 5 * communes$n2 / 3
  communes$part <- ifelse(communes$id1 > 40, "high", "low")
  fpc$half <- ifelse(fpc$psuid %% 2 == 1, "odd", "even")
  list(nhanes = people, scd = cbind(scd, weight = 1), fpc = fpc, election = counties, mu284 = communes)
}

outcomes_of <- function(i, seed) data.frame(
  yes = as.numeric(scatter(i, 10, seed) < 4), seldom = as.numeric(scatter(i, 13, seed + 1) < 2),
  answered = every(as.numeric(scatter(i, 7, seed + 2) < 3), 5),
  y = 40 + scatter(i, 97, seed + 3) / 8, x = 5 + scatter(i, 31, seed + 4) / 4,
  answer = c("no", "some", "much")[1 + scatter(i, 3, seed + 5)], kind = c("k", "l")[1 + scatter(i, 2, seed + 6)],
  in_base = as.numeric(scatter(i, 6, seed + 7) > 0), stringsAsFactors = FALSE
)

# Three stages with strata at the first and the second; labels of units start again in each stratum and unit.
make_three_stages <- function() {
  units <- expand.grid(row = 1:3, ssu = 1:3, s2 = 1:2, psu = 1:4, s1 = 1:3)[5:1]
  i <- seq_len(nrow(units))
  units <- units[!(units$psu == 4 & units$s1 == 2) & !(units$ssu == 3 & scatter(i, 5, 1) < 2) & scatter(i, 6, 2) > 0, ]
  id <- with(units, interaction(s1, psu, s2, ssu, drop = TRUE))
  units <- units[as.numeric(table(id)[id]) > 1, ]
  psu <- with(units, interaction(s1, psu, drop = TRUE))
  part <- interaction(psu, units$s2, drop = TRUE)
  id <- interaction(part, units$ssu, drop = TRUE)
  count <- function(unit, within) as.numeric(tapply(as.character(unit), within, function(x) length(unique(x)))[within])
  units$n1 <- c(10, 24, 9)[units$s1]
  # A part with one unit in the sample has no other: it is whole, not lonely.
  units$n2 <- count(id, part) + ifelse(count(id, part) == 1, 0, scatter(as.integer(part), 4, 3))
  units$n3 <- as.numeric(table(id)[id]) + scatter(as.integer(id), 6, 4)
  units$weight <- units$n1 / count(psu, units$s1) * units$n2 / count(id, part) * units$n3 / as.numeric(table(id)[id])
  units <- cbind(units, outcomes_of(seq_len(nrow(units)), 11))
  # The same labels, each its own in the whole sample.
  cbind(units, psu_id = as.character(psu), part_id = as.character(part), ssu_id = as.character(id),
        row_id = seq_along(psu))
}

# Strata that are lonely by the sample (A, B), whole with one unit (C) or several (E), in a domain only (D, F) or never.
make_lonely <- function() {
  rows <- data.frame(stratum = rep(LETTERS[1:7], c(1, 1, 1, 6, 5, 8, 7)), stringsAsFactors = FALSE)
  rows$population <- c(A = 7, B = 4, C = 1, D = 30, E = 5, F = 64, G = 20)[rows$stratum]
  drawn <- as.numeric(table(rows$stratum)[rows$stratum])
  rows$weight <- rows$population / drawn * c(1, 1.5, 0.75)[1 + seq_len(nrow(rows)) %% 3]
  # "u" has lonely strata only, "v" one unit of D and F, "w" all of C and several of each, "z" the rest.
  rows$domain <- strsplit("uuwvwwzwzwwzzwvwzwzwzwwzwzwzz", "")[[1]]
  cbind(rows, outcomes_of(seq_len(nrow(rows)), 23))
}

# The same at two stages: PSUs within strata, and second-stage strata with one unit or several within PSUs.
make_lonely_clusters <- function() {
  psus <- data.frame(stratum = rep(c("A", "B", "C", "D", "E", "F"), c(1, 1, 4, 3, 2, 5)), stringsAsFactors = FALSE)
  psus$n1 <- c(A = 6, B = 1, C = 17, D = 8, E = 2, F = 30)[psus$stratum]
  psus$psu <- sprintf("p%02d", seq_len(nrow(psus)))
  rows <- do.call(rbind, lapply(seq_len(nrow(psus)), function(j) {
    part <- rep(c("i", "j"), c(1 + j %% 4, 2 + j %% 2))
    cbind(psus[rep(j, length(part)), ], part = part, n2 = ifelse(part == "i", (1 + j %% 4) * (1 + j %% 3), 6))
  }))
  rows$ssu <- seq_len(nrow(rows))
  per_stratum <- tapply(rows$psu, rows$stratum, function(x) length(unique(x)))
  per_part <- ave(rows$ssu, rows$psu, rows$part, FUN = length)
  rows$weight <- rows$n1 / as.numeric(per_stratum[rows$stratum]) * rows$n2 / per_part
  i <- seq_len(nrow(rows))
  # "u" is in two lonely strata, "v" in one PSU of C and the second part of others, "w" and "z" are spread.
  rows$domain <- ifelse(scatter(i, 3, 5) == 0, "w", "z")
  rows$domain[rows$stratum %in% c("A", "B") & i %% 2 == 0] <- "u"
  rows$domain[rows$psu %in% c("p03", "p08", "p10", "p12") & rows$part == "j"] <- "v"
  rows$n2_of_psu <- 2 + ave(rows$ssu, rows$psu, FUN = length)
  rownames(rows) <- NULL
  cbind(rows, outcomes_of(i, 31))
}

# One estimate as R gives it: a list of the statistic, its influence (rows x outcomes) and its two design effects.
ask <- function(estimator, outcome, design, ...) {
  parts <- strsplit(outcome, "/", fixed = TRUE)[[1]]
  formula <- as.formula(paste0("~", parts[1]))
  switch(estimator,
    share = , mean = , category = svymean(formula, design, ...),
    total = svytotal(formula, design, ...),
    ratio = svyratio(formula, as.formula(paste0("~", parts[2])), design, ...),
    variance = svyvar(formula, design)
  )
}

# subset(design, rows) whatever the columns are named: subset() looks for `rows` among them first.
keep_rows <- function(design, rows) design[rows, ]

# Item non-response is a domain, also for svyvar, whose own na.rm=TRUE counts the missing rows in n/(n - 1).
answered_rows <- function(outcome, variables) complete.cases(variables[strsplit(outcome, "/", fixed = TRUE)[[1]]])

answer_cell <- function(estimator, outcome, design) {
  found <- ask(estimator, outcome, design)
  row <- data.frame(
    outcome = if (estimator == "category") sub(outcome, "", names(coef(found)), fixed = TRUE) else outcome,
    estimate = as.numeric(coef(found)), se = as.numeric(SE(found)), df = degf(design), n = nrow(design$variables),
    deff = NA_real_, deff_replace = NA_real_, stringsAsFactors = FALSE
  )
  if (estimator == "variance") return(row)
  row$deff <- as.numeric(deff(suppressWarnings(ask(estimator, outcome, design, deff = TRUE))))
  row$deff_replace <- as.numeric(deff(ask(estimator, outcome, design, deff = "replace")))
  row
}

# Rows of each domain: the total first, then the groups of `by` ("a" or "a+b") that have rows.
domain_rows <- function(by, variables) {
  rows <- list(total = rep(TRUE, nrow(variables)))
  if (by == "") return(rows)
  labels <- variables[strsplit(by, "+", fixed = TRUE)[[1]]]
  label <- ifelse(complete.cases(labels), do.call(paste, c(unname(as.list(labels)), sep = "+")), NA)
  for (group in sort(unique(label[!is.na(label)]))) rows[[group]] <- label %in% group
  rows
}

answer_domains <- function(estimator, outcome, by, design) {
  domains <- domain_rows(by, design$variables)
  answered <- answered_rows(outcome, design$variables)
  domains <- domains[vapply(domains, function(inside) any(inside & answered & is.finite(design$prob)), TRUE)]
  do.call(rbind, lapply(names(domains), function(domain) {
    cell <- answer_cell(estimator, outcome, keep_rows(design, domains[[domain]] & answered))
    cbind(estimator, by, domain, cell, stringsAsFactors = FALSE)
  }))
}

# Covariance of all outcomes in all domains, upper triangle by rows, from influence functions as in svyby(covmat=TRUE).
answer_covariance <- function(estimator, outcomes, by, design) {
  domains <- domain_rows(by, design$variables)
  key <- expand.grid(domain = names(domains), outcome = outcomes, stringsAsFactors = FALSE)
  columns <- lapply(seq_len(nrow(key)), function(j) {
    inside <- domains[[key$domain[j]]] & answered_rows(key$outcome[j], design$variables)
    influence <- attr(ask(estimator, key$outcome[j], keep_rows(design, inside), influence = TRUE), "influence")
    full <- matrix(0, length(inside), NCOL(influence))
    full[inside, ] <- as.matrix(influence)
    full
  })
  if (estimator == "category") {
    levels <- levels(design$variables[[outcomes]])
    columns <- lapply(seq_along(levels), function(l) vapply(columns, function(x) x[, l], numeric(nrow(columns[[1]]))))
    key <- expand.grid(domain = names(domains), outcome = levels, stringsAsFactors = FALSE)
  }
  matrix <- svyrecvar(do.call(cbind, columns), design$cluster, design$strata, design$fpc)
  check_covariance(estimator, outcomes, by, design, matrix, names(domains))
  upper <- which(upper.tri(matrix, diag = TRUE), arr.ind = TRUE)
  upper <- upper[order(upper[, 1], upper[, 2]), , drop = FALSE]
  data.frame(estimator, by, outcome_1 = key$outcome[upper[, 1]], domain_1 = key$domain[upper[, 1]],
             outcome_2 = key$outcome[upper[, 2]], domain_2 = key$domain[upper[, 2]], value = matrix[upper],
             stringsAsFactors = FALSE)
}

# The total's block is that of one call for all outcomes, the domains' block that of svyby: where all rows answered.
check_covariance <- function(estimator, outcomes, by, design, matrix, domains) {
  if (estimator == "ratio" || getOption("survey.lonely.psu") != "fail") return(invisible())
  if (!all(complete.cases(design$variables[outcomes]))) return(invisible())
  formula <- as.formula(paste0("~", paste(outcomes, collapse = "+")))
  statistic <- if (estimator == "total") svytotal else svymean
  total <- seq(1, nrow(matrix), by = length(domains))
  same <- function(a, b) stopifnot(max(abs(a - b)) < 1e-12 * max(abs(b)))
  same(matrix[total, total], vcov(statistic(formula, design)))
  if (by == "" || grepl("+", by, fixed = TRUE) || anyNA(design$variables[[by]])) return(invisible())
  outcomes_in_domains <- vcov(svyby(formula, as.formula(paste0("~", by)), design, statistic, covmat = TRUE))
  same(matrix[-total, -total], outcomes_in_domains)
}

in_schools <- list(share = c("award", "wide", "answered"), mean = c("api00", "pupils"), total = c("answered", "pupils"),
                   ratio = c("tested/pupils", "api00/api99"), variance = c("api00", "pupils"), category = "level")
in_made_up <- list(share = c("yes", "answered"), mean = c("seldom", "y"), total = c("answered", "x"),
                   ratio = c("y/x", "yes/y"), variance = "y", category = "answer")
in_lonely <- list(mean = c("answered", "y"), total = c("answered", "x"), ratio = "y/x")

# What is asked of a design: its data, its arguments, outcomes, domains, bases (the name of a 0/1 column), covariances.
case <- function(data, ..., asked, by = "", base = "all", covariance = FALSE, lonely = NULL) {
  list(data = data, arguments = list(...), asked = asked, by = by, base = base, covariance = covariance,
       lonely = lonely)
}

schools_case <- function(data, ..., by = "stype") case(data, ..., asked = in_schools, by = by)

define_cases <- function() list(
  apistrat_population = schools_case("apistrat", ids = ~1, strata = ~stype, fpc = ~fpc, weights = ~varied,
                                     by = c("band", "stype+size"), base = c("all", "in_base"), covariance = TRUE),
  apistrat_fraction = schools_case("apistrat", ids = ~1, strata = ~stype, fpc = ~fraction, weights = ~pw, by = "size"),
  apistrat_replacement = schools_case("apistrat", ids = ~1, strata = ~stype, weights = ~varied, by = "band",
                                      covariance = TRUE),
  apistrat_weights = schools_case("apistrat", ids = ~1, weights = ~varied),
  apistrat_zeroed = schools_case("apistrat", ids = ~1, strata = ~stype, fpc = ~fpc, weights = ~zeroed, by = "size",
                                 covariance = TRUE),
  apisrs_population = schools_case("apisrs", ids = ~1, fpc = ~fpc, weights = ~pw),
  apisrs_weights = schools_case("apisrs", ids = ~1, weights = ~varied, by = "size"),
  apiclus1_population = schools_case("apiclus1", ids = ~dnum, fpc = ~fpc, weights = ~pw, covariance = TRUE),
  apiclus1_fraction = schools_case("apiclus1", ids = ~dnum, fpc = ~fraction, weights = ~varied, by = "size"),
  apiclus1_replacement = schools_case("apiclus1", ids = ~dnum, weights = ~varied, by = c("size", "stype+size")),
  apiclus1_zeroed = schools_case("apiclus1", ids = ~dnum, fpc = ~fpc, weights = ~zeroed, covariance = TRUE),
  apiclus2_two_stages = schools_case("apiclus2", ids = ~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~pw,
                                     by = c("stype", "stype+size"), base = c("all", "in_base"), covariance = TRUE),
  apiclus2_fraction = schools_case("apiclus2", ids = ~dnum + snum, fpc = ~fraction1 + fraction2, weights = ~varied,
                                   by = "size"),
  # Without replacement, then with it: districts of which one school was drawn are lonely at the second stage.
  apiclus2_replacement_second = schools_case("apiclus2", ids = ~dnum + snum, fpc = ~fpc1 + unlimited, weights = ~pw,
                                             lonely = "remove"),
  apiclus2_first_stage = schools_case("apiclus2", ids = ~dnum, weights = ~pw),
  apiclus2_no_population = schools_case("apiclus2", ids = ~dnum + snum, weights = ~varied, by = "size"),
  nhanes = case("nhanes", ids = ~psu, strata = ~stratum, weights = ~weight, nest = TRUE, by = c("race", "race+sex"),
                asked = list(share = "cholesterol", total = "cholesterol", category = "age"), covariance = TRUE),
  scd = case("scd", ids = ~ambulance, strata = ~ESA, weights = ~weight, nest = TRUE,
             asked = list(mean = "alive", total = c("alive", "arrests"), ratio = "alive/arrests"), covariance = TRUE),
  fpc = case("fpc", ids = ~psuid, strata = ~stratid, fpc = ~Nh, weights = ~weight, nest = TRUE, by = "half",
             asked = list(mean = "x", total = "x", variance = "x")),
  election = case("election", ids = ~1, weights = ~wt, by = "size", covariance = TRUE,
                  asked = list(mean = "votes", total = c("Bush", "Kerry"), ratio = c("Bush/votes", "Kerry/votes"),
                               variance = "Kerry")),
  mu284 = case("mu284", ids = ~id1 + id2, fpc = ~n1 + n2, weights = ~weight, by = "part", covariance = TRUE,
               asked = list(mean = "y1", total = "y1", variance = "y1")),
  three_stages = case("three_stages", ids = ~psu + ssu + row_id, strata = ~s1 + s2, fpc = ~n1 + n2 + n3,
                      weights = ~weight, nest = TRUE, asked = in_made_up, by = c("kind", "kind+answer"),
                      base = c("all", "in_base"), covariance = TRUE)
)

define_lonely <- function() {
  asked <- function(data, ...) case(data, ..., weights = ~weight, asked = in_lonely, by = "domain", covariance = TRUE)
  list(
    rows = asked("lonely", ids = ~1, strata = ~stratum, fpc = ~population),
    rows_replacement = asked("lonely", ids = ~1, strata = ~stratum),
    clusters = asked("lonely_clusters", ids = ~psu, strata = ~stratum, fpc = ~n1),
    clusters_replacement = asked("lonely_clusters", ids = ~psu, strata = ~stratum),
    two_stages = asked("lonely_clusters", ids = ~psu + ssu, strata = ~stratum + part, fpc = ~n1 + n2),
    two_stages_one_part = asked("lonely_clusters", ids = ~psu + ssu, strata = ~stratum, fpc = ~n1 + n2_of_psu)
  )
}

answer_case <- function(name, case, inputs) {
  if (!is.null(case$lonely)) {
    kept <- options(survey.lonely.psu = case$lonely)
    on.exit(options(kept))
  }
  variables <- inputs[[case$data]]
  for (outcome in case$asked$category) variables[[outcome]] <- factor(variables[[outcome]])
  design <- do.call(svydesign, c(case$arguments, list(data = variables)))
  ask_all <- function(estimators, answer) do.call(rbind, lapply(case$base, function(base) {
    inside <- if (base == "all") design else keep_rows(design, design$variables[[base]] == 1)
    do.call(rbind, lapply(estimators, function(estimator) {
      do.call(rbind, lapply(case$by, function(by) cbind(case = name, base, answer(estimator, by, inside))))
    }))
  }))
  estimates <- ask_all(names(case$asked), function(estimator, by, inside) {
    do.call(rbind, lapply(case$asked[[estimator]], answer_domains, estimator = estimator, by = by, design = inside))
  })
  case$base <- "all"
  case$by <- case$by[1]
  covariances <- if (case$covariance) ask_all(setdiff(names(case$asked), "variance"), function(estimator, by, inside) {
    answer_covariance(estimator, case$asked[[estimator]], by, inside)
  })
  columns <- c("case", "estimator", "outcome", "base", "by", "domain", "estimate", "se", "df", "n", "deff",
               "deff_replace")
  list(estimates = estimates[columns], covariances = covariances)
}

bind_answers <- function(answers, what) do.call(rbind, lapply(answers, `[[`, what))

# Every rule in every lonely design. A covariance keeps the strata of the whole sample, so the variance of a domain is
# not its diagonal where a stratum is lonely in the domain only: the diagonal is left out, it is with the estimates.
answer_lonely <- function(inputs) {
  cases <- define_lonely()
  kept <- options(c("survey.lonely.psu", "survey.adjust.domain.lonely"))
  on.exit(options(kept))
  answers <- list()
  for (rule in c("remove", "certainty", "adjust", "average")) for (domain in c("keep", "adjust")) {
    options(survey.lonely.psu = rule, survey.adjust.domain.lonely = domain == "adjust")
    for (name in names(cases)) {
      asked <- cases[[name]]
      asked$covariance <- domain == "keep"
      found <- suppressWarnings(answer_case(paste("lonely", name, rule, domain, sep = ":"), asked, inputs))
      if (asked$covariance) {
        diagonal <- with(found$covariances, outcome_1 == outcome_2 & domain_1 == domain_2)
        found$covariances <- found$covariances[!diagonal, ]
      }
      answers[[length(answers) + 1]] <- found
    }
  }
  answers
}

write_kernel <- function(folder) {
  inputs <- c(read_schools(), read_others(), list(three_stages = make_three_stages(), lonely = make_lonely(),
                                                  lonely_clusters = make_lonely_clusters()))
  for (name in names(inputs)) {
    whole <- vapply(inputs[[name]], is.integer, TRUE)
    inputs[[name]][whole] <- lapply(inputs[[name]][whole], as.numeric)
    shown <- inputs[[name]]
    shown[] <- lapply(shown, function(x) if (is.numeric(x)) x else ifelse(is.na(x), "", as.character(x)))
    write_exact(shown, file.path(folder, sprintf("kernel_%s.csv", name)))
  }
  inputs$apiclus2$unlimited <- Inf
  cases <- define_cases()
  answers <- lapply(names(cases), function(name) answer_case(name, cases[[name]], inputs))
  write_exact(bind_answers(answers, "estimates"), file.path(folder, "kernel_estimates.csv"))
  write_exact(bind_answers(answers, "covariances"), file.path(folder, "kernel_covariance.csv"))
  lonely <- answer_lonely(inputs)
  write_exact(bind_answers(lonely, "estimates"), file.path(folder, "kernel_lonely_estimates.csv"))
  write_exact(bind_answers(lonely, "covariances"), file.path(folder, "kernel_lonely_covariance.csv"))
}
