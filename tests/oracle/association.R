# Tests of association and ordered trends: svychisq with every statistic it has without a further package, svytable,
# row and column shares by svyby, and svyglm, on the inputs that kernel.R and replicates.R wrote. lincom is left out:
# R answers it with the saddlepoint where CompQuadForm is not installed.

association_statistics <- c("F", "Chisq", "Wald", "adjWald", "saddlepoint")

# R stops at 1e-8 of the saddlepoint, which is up to 1e-5 of the p-value near the mean. The same function with the same
# equation solved to the end stands beside it.
saddle_as_it_is <- getFromNamespace("saddle", "survey")
saddle_solved <- eval(parse(text = sub("1e-08", "1e-15", deparse(saddle_as_it_is), fixed = TRUE)),
                      envir = environment(saddle_as_it_is))

solve_saddle <- function(design, formula) {
  assignInNamespace("saddle", saddle_solved, "survey")
  on.exit(assignInNamespace("saddle", saddle_as_it_is, "survey"))
  as.numeric(eval(bquote(svychisq(.(formula), design, statistic = "saddlepoint")))$p.value)
}

# Rows that have both answers are a domain, so that svychisq counts no row that has not.
both_answers <- function(design, pair, base) {
  inside <- complete.cases(design$variables[pair])
  if (base != "all") inside <- inside & design$variables[[base]] %in% 1
  design[inside, ]
}

test_one <- function(design, pair) {
  formula <- as.formula(paste0("~", pair[1], "+", pair[2]))
  do.call(rbind, lapply(association_statistics, function(statistic) {
    # A covariance without the rank that the test needs is an error of solve(): stored as no answer.
    found <- tryCatch(suppressWarnings(eval(bquote(svychisq(.(formula), design, statistic = .(statistic))))),
                      error = function(e) list(statistic = NA, parameter = NULL, p.value = NA))
    df <- as.numeric(found$parameter)
    solved <- if (statistic == "saddlepoint" && !is.na(found$p.value)) solve_saddle(design, formula) else NA_real_
    data.frame(statistic, value = as.numeric(found$statistic), ndf = if (length(df) > 0) df[1] else NA_real_,
               ddf = if (length(df) > 1) df[2] else NA_real_, p_value = as.numeric(found$p.value), solved)
  }))
}

# Weighted counts, and each kind of share with its standard error.
tabulate_one <- function(design, pair) {
  variables <- design$variables
  variables[pair] <- lapply(variables[pair], factor)
  design$variables <- variables
  counts <- svytable(as.formula(paste0("~", pair[1], "+", pair[2])), design)
  key <- expand.grid(row = rownames(counts), column = colnames(counts), stringsAsFactors = FALSE)
  shares <- function(of, answer) {
    by <- svyby(as.formula(paste0("~", answer)), as.formula(paste0("~", of)), design, svymean, keep.names = FALSE)
    levels <- length(levels(variables[[answer]]))
    list(share = as.matrix(by[1 + seq_len(levels)]), se = as.matrix(SE(by)))
  }
  row <- shares(pair[1], pair[2])
  column <- shares(pair[2], pair[1])
  total <- svymean(as.formula(paste0("~interaction(", pair[1], ",", pair[2], ")")), design)
  cbind(key, weighted = as.numeric(counts), row_share = as.numeric(row$share), row_se = as.numeric(row$se),
        column_share = as.numeric(t(column$share)), column_se = as.numeric(t(column$se)),
        total_share = as.numeric(coef(total)), total_se = as.numeric(SE(total)))
}

# The slope of the rows' scores on the columns' scores 0, 1, 2, ... in the order of their names.
trend_one <- function(design, pair) {
  scored <- function(x) as.numeric(factor(x)) - 1
  design$variables$score_y <- scored(design$variables[[pair[1]]])
  design$variables$score_x <- scored(design$variables[[pair[2]]])
  found <- svyglm(score_y ~ score_x, design)
  last <- summary(found)$coefficients["score_x", ]
  data.frame(slope = last[[1]], se = last[[2]], t = last[[3]], df = found$df.residual, p_value = last[[4]])
}

# The same slope as a function of the replicates' cell shares, by the delta method.
trend_of_shares <- function(design, pair) {
  scores <- lapply(design$variables[rev(pair)], function(answer) as.numeric(factor(answer)) - 1)
  design$variables$s_x <- scores[[1]]
  design$variables$s_y <- scores[[2]]
  design$variables$s_xx <- scores[[1]]^2
  design$variables$s_xy <- scores[[1]] * scores[[2]]
  moments <- svymean(~s_x + s_y + s_xx + s_xy, design)
  slope <- svycontrast(moments, quote((s_xy - s_x * s_y) / (s_xx - s_x^2)))
  df <- degf(design) - 1
  t <- as.numeric(coef(slope)) / as.numeric(SE(slope))
  data.frame(slope = as.numeric(coef(slope)), se = as.numeric(SE(slope)), t = t, df = df, p_value = 2 * pt(-abs(t), df))
}

ask_association <- function(name, design, pairs, bases, trend) {
  asked <- list(tests = list(), cells = list(), trends = list())
  for (pair in pairs) for (base in bases) {
    key <- data.frame(case = name, rows = pair[1], columns = pair[2], base = base, stringsAsFactors = FALSE)
    inside <- both_answers(design, pair, base)
    asked$tests <- c(asked$tests, list(cbind(key, test_one(inside, pair))))
    asked$cells <- c(asked$cells, list(cbind(key, tabulate_one(inside, pair))))
    asked$trends <- c(asked$trends, list(cbind(key, trend(inside, pair))))
  }
  lapply(asked, function(rows) do.call(rbind, rows))
}

read_stored <- function(folder, name) {
  read.csv(file.path(folder, paste0(name, ".csv")), na.strings = "", stringsAsFactors = FALSE)
}

association_designs <- function(folder) {
  read <- function(name) read_stored(folder, paste0("kernel_", name))
  strat <- read("apistrat")
  one <- read("apiclus1")
  two <- read("apiclus2")
  people <- read("nhanes")
  stages <- read("three_stages")
  schools <- list(c("award", "band"), c("band", "stype"), c("level", "size"), c("award", "wide"))
  made_up <- list(c("yes", "answer"), c("answer", "kind"), c("answered", "kind"))
  list(
    apistrat_population = list(svydesign(~1, strata = ~stype, fpc = ~fpc, weights = ~varied, data = strat),
                               schools[c(1, 3, 4)], c("all", "in_base")),
    apistrat_weights = list(svydesign(~1, weights = ~varied, data = strat), schools, "all"),
    apiclus1_population = list(svydesign(~dnum, fpc = ~fpc, weights = ~pw, data = one), schools, c("all", "in_base")),
    apiclus2_two_stages = list(svydesign(~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~pw, data = two), schools,
                               c("all", "in_base")),
    nhanes = list(svydesign(~psu, strata = ~stratum, weights = ~weight, nest = TRUE, data = people),
                  list(c("sex", "race"), c("cholesterol", "age"), c("race", "age")), "all"),
    three_stages = list(svydesign(~psu + ssu + row_id, strata = ~s1 + s2, fpc = ~n1 + n2 + n3, weights = ~weight,
                                  nest = TRUE, data = stages), made_up, c("all", "in_base"))
  )
}

association_replicates <- function(folder) {
  read <- function(name) {
    stored <- read_stored(folder, paste0("replicates_", name))
    weights <- grepl("^r[0-9]+$", names(stored))
    list(stored[!weights], as.matrix(stored[weights]))
  }
  declare <- function(name, ...) {
    stored <- read(name)
    svrepdesign(stored[[1]], repweights = stored[[2]], weights = stored[[1]]$weight, combined.weights = TRUE, ...)
  }
  pairs <- list(c("yes", "domain"), c("domain", "stratum"))
  list(
    clusters_jk1 = list(declare("clusters_jk1", type = "JK1", scale = 0.9 * 14 / 15), pairs, "all"),
    schools_bootstrap = list(declare("schools_bootstrap", type = "bootstrap"), pairs, "all"),
    pairs_fay = list(declare("pairs_fay", type = "Fay", rho = 0.3), pairs[1], "all")
  )
}

association_lonely <- function(folder) {
  rows <- read_stored(folder, "kernel_lonely")
  clusters <- read_stored(folder, "kernel_lonely_clusters")
  list(
    rows = svydesign(~1, strata = ~stratum, fpc = ~population, weights = ~weight, data = rows),
    clusters = svydesign(~psu, strata = ~stratum, fpc = ~n1, weights = ~weight, data = clusters),
    two_stages = svydesign(~psu + ssu, strata = ~stratum + part, fpc = ~n1 + n2, weights = ~weight, data = clusters)
  )
}

ask_lonely_association <- function(folder) {
  kept <- options(c("survey.lonely.psu", "survey.adjust.domain.lonely"))
  on.exit(options(kept))
  pairs <- list(c("yes", "kind"), c("answer", "kind"))
  answers <- list()
  for (rule in c("remove", "certainty", "adjust", "average")) for (domain in c("keep", "adjust")) {
    options(survey.lonely.psu = rule, survey.adjust.domain.lonely = domain == "adjust")
    designs <- association_lonely(folder)
    for (name in names(designs)) {
      case <- paste("lonely", name, rule, domain, sep = ":")
      answers[[case]] <- ask_association(case, designs[[name]], pairs, c("all", "in_base"), trend_one)
    }
  }
  answers
}

# Crosses of the synthetic wave 3 from the delivered CSV alone, don't know kept, left out or merged by hand.
association_wave3 <- function(raw) {
  wave <- read.csv(file.path(raw, "wave3_synthetic.csv"), sep = ";", dec = ",")
  is_one_of <- function(column, codes) wave[[column]] %in% codes
  asked <- !is.na(wave$sp21)
  yes_no <- function(yes, inside) ifelse(inside, ifelse(yes, 1, 2), NA)
  evaluated <- is_one_of("sp18", 1:2)
  knows <- !is_one_of("sp18", 98) & !is_one_of("sp21", 98)
  citizens <- is_one_of("sp10_3", 1) | is_one_of("sp14_3", 3:4) | is_one_of("sp11_4", 1)
  crosses <- list(
    shared_evaluated_keep = list(yes_no(is_one_of("sp21", 1), asked), yes_no(evaluated, asked)),
    shared_evaluated_drop = list(yes_no(is_one_of("sp21", 1), asked & knows), yes_no(evaluated, asked & knows)),
    shared_evaluation_level = list(yes_no(is_one_of("sp21", 1), asked),
                                   ifelse(asked, 1 + is_one_of("sp18", 1) + 2 * is_one_of("sp18", 2), NA)),
    novelty_size = list(ifelse(is_one_of("sp08", 1:3), wave$sp08, NA), wave$stoerrelse),
    risk_level = list(ifelse(is_one_of("sp22_1", 1:4), wave$sp22_1, NA), wave$niveau),
    citizens_sector = list(yes_no(citizens, asked), wave$delsektor)
  )
  tests <- lapply(names(crosses), function(name) {
    wave$row <- crosses[[name]][[1]]
    wave$column <- crosses[[name]][[2]]
    design <- svydesign(~1, strata = ~interaction(delsektor, stoerrelse), fpc = ~antal_i_stratum, weights = ~vaegt,
                        data = wave)
    cbind(cross = name, test_one(both_answers(design, c("row", "column"), "all"), c("row", "column")))
  })
  do.call(rbind, tests)
}

write_association <- function(folder, raw) {
  write_exact(association_wave3(raw), file.path(folder, "association_wave3.csv"))
  ask <- function(designs, trend) Map(function(name, case) {
    ask_association(name, case[[1]], case[[2]], case[[3]], trend)
  }, names(designs), designs)
  answers <- c(ask(association_designs(folder), trend_one), ask(association_replicates(folder), trend_of_shares),
               ask_lonely_association(folder))
  for (what in c("tests", "cells", "trends"))
    write_exact(do.call(rbind, lapply(answers, `[[`, what)), file.path(folder, paste0("association_", what, ".csv")))
}
