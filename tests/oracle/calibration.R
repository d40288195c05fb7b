# Calibrated weights and what they do to standard errors: postStratify, rake, calibrate and trimWeights. Level targets are
# written as counts by margin, so that a test can give them to the kernel in words of its own.



calibration_designs <- function() {
  data(api, package = "survey", envir = environment())
  mark <- function(frame) {
    frame$half <- ifelse(seq_len(nrow(frame)) %% 3 == 0, "third", "other")
    frame$size <- as.character(cut(frame$enroll, c(0, 300, 600, Inf), labels = c("small", "middle", "large")))
    frame$stype <- as.character(frame$stype)
    frame$award <- as.integer(frame$awards == "Yes")
    frame$size[is.na(frame$size)] <- "middle"
    frame$enroll[is.na(frame$enroll)] <- 500
    frame$item <- ifelse(seq_len(nrow(frame)) %% 7 == 0, NA, frame$api00)
    frame
  }
  strat <- mark(apistrat); clus1 <- mark(apiclus1); clus2 <- mark(apiclus2)
  strat$w <- strat$pw * (0.8 + 0.4 * (seq_len(nrow(strat)) %% 5) / 4)
  clus1$w <- clus1$pw
  clus2$w <- clus2$pw
  keep <- function(frame, more) frame[c("w", more, "stype", "size", "half", "award", "item", "api00", "api99", "enroll")]
  strat <- keep(strat, "fpc"); clus1 <- keep(clus1, c("dnum", "fpc"))
  clus2 <- keep(clus2, c("dnum", "snum", "fpc1", "fpc2"))
  list(
    strat = list(data = strat, design = svydesign(~1, strata = ~stype, weights = ~w, fpc = ~fpc, data = strat)),
    strat_replacement = list(data = strat, design = svydesign(~1, strata = ~stype, weights = ~w, data = strat)),
    clus1 = list(data = clus1, design = svydesign(~dnum, weights = ~w, fpc = ~fpc, data = clus1)),
    clus2 = list(data = clus2, design = svydesign(~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~w, data = clus2))
  )
}

# Targets near what the sample says, so that every method has an answer in every design.
calibration_margins <- function(frame) {
  n <- 6194
  scaled <- function(variable, tilt) {
    found <- tapply(frame$w, frame[[variable]], sum) * tilt[sort(unique(frame[[variable]]))]
    round(found / sum(found) * n, 3)
  }
  counts <- list(
    stype = scaled("stype", c(E = 1.05, H = 0.9, M = 1)),
    size = scaled("size", c(large = 0.9, middle = 1.05, small = 1.1))
  )
  counts <- lapply(counts, function(x) { x[1] <- n - sum(x[-1]); x })
  list(n = n, counts = counts, api99 = round(n * weighted.mean(frame$api99, frame$w) * 1.005))
}

to_frame <- function(name, counts) setNames(data.frame(names(counts), as.numeric(counts)), c(name, "Freq"))

# Population totals in the order of R's model matrix: intercept, levels after the first, numbers.
model_totals <- function(margins, with_number) {
  c(`(Intercept)` = margins$n,
    setNames(margins$counts$stype[-1], paste0("stype", names(margins$counts$stype)[-1])),
    setNames(margins$counts$size[-1], paste0("size", names(margins$counts$size)[-1])),
    if (with_number) c(api99 = margins$api99))
}

BOUNDED <- list(strat = c(0.85, 1.13), strat_replacement = c(0.85, 1.13), clus1 = c(0.85, 1.2), clus2 = c(0.93, 1.47))

calibrated_by <- function(name, design, margins) {
  fine <- list(maxit = 2000, epsilon = 1e-13, verbose = FALSE)
  by_totals <- function(with_number, ...) {
    formula <- if (with_number) ~ stype + size + api99 else ~ stype + size
    calibrate(design, formula, model_totals(margins, with_number), epsilon = 1e-12, maxit = 500, ...)
  }
  frames <- Map(to_frame, names(margins$counts), margins$counts)
  first <- postStratify(design, ~stype, frames$stype)
  list(
    poststratify = postStratify(design, ~size, frames$size),
    rake = rake(design, list(~stype, ~size), frames, control = fine),
    raking = by_totals(FALSE, calfun = "raking"),
    linear = by_totals(FALSE, calfun = "linear"),
    logit = by_totals(FALSE, calfun = "logit", bounds = c(0.4, 2.5)),
    bounded = by_totals(FALSE, calfun = "linear", bounds = BOUNDED[[name]]),
    greg = by_totals(TRUE, calfun = "linear"),
    raking_total = by_totals(TRUE, calfun = "raking"),
    logit_total = by_totals(TRUE, calfun = "logit", bounds = c(0.4, 2.5)),
    twice = postStratify(first, ~size, frames$size)
  )
}

calibration_answers <- function(design) {
  rows <- list()
  add <- function(statistic, outcome, domain, found) rows[[length(rows) + 1]] <<- data.frame(
    statistic = statistic, outcome = outcome, domain = domain, estimate = as.numeric(coef(found)),
    se = as.numeric(SE(found)))
  groups <- c("third", "other")
  for (outcome in c("award", "api00", "item")) {
    f <- as.formula(paste0("~", outcome))
    add("mean", outcome, "total", svymean(f, design, na.rm = TRUE))
    add("sum", outcome, "total", svytotal(f, design, na.rm = TRUE))
    for (g in groups) {
      add("mean", outcome, g, svymean(f, subset(design, half == g), na.rm = TRUE))
      add("sum", outcome, g, svytotal(f, subset(design, half == g), na.rm = TRUE))
    }
  }
  add("ratio", "api00/api99", "total", svyratio(~api00, ~api99, design))
  for (g in groups) add("ratio", "api00/api99", g, svyratio(~api00, ~api99, subset(design, half == g)))
  for (s in c("small", "middle", "large")) add("mean", "award", s, svymean(~award, subset(design, size == s)))
  do.call(rbind, rows)
}

# Covariances from the linearized variables of the estimates; svyby(covmat = TRUE) stops where a design was calibrated.
calibration_covariances <- function(design) {
  frame <- design$variables
  w <- weights(design, "sampling")
  estimates <- list(award_total = c("award", "all"), award_other = c("award", "other"), award_third = c("award", "third"),
                    item_total = c("item", "all"), item_third = c("item", "third"))
  scores <- vapply(estimates, function(what) {
    y <- frame[[what[1]]]
    inside <- !is.na(y) & (what[2] == "all" | frame$half == what[2])
    y[!inside] <- 0
    inside * (y - sum(w * y) / sum(w * inside)) / sum(w * inside)
  }, numeric(nrow(frame)))
  matrix <- vcov(svytotal(scores, design))
  one <- as.numeric(SE(svymean(~award, design)))
  stopifnot(abs(sqrt(matrix[1, 1]) - one) < 1e-10 * one)
  cbind(expand.grid(first = names(estimates), second = names(estimates), stringsAsFactors = FALSE),
        covariance = as.numeric(matrix))
}

calibration_replicates <- function(case, margins) {
  set.seed(1)
  frames <- Map(to_frame, names(margins$counts), margins$counts)
  totals <- model_totals(margins, TRUE)
  jack <- as.svrepdesign(case$design, type = if (is.null(case$data$dnum)) "JKn" else "JK1")
  made <- list(
    rake = rake(jack, list(~stype, ~size), frames, control = list(maxit = 2000, epsilon = 1e-13, verbose = FALSE)),
    poststratify = postStratify(jack, ~size, frames$size),
    greg = calibrate(jack, ~ stype + size + api99, totals),
    logit_total = calibrate(jack, ~ stype + size + api99, totals, calfun = "logit", bounds = c(0.4, 2.5),
                            epsilon = 1e-12, maxit = 500))
  do.call(rbind, Map(function(name, design) cbind(method = name, calibration_answers(design)), names(made), made))
}

# One stratum with one unit that is not taken whole, by every rule; domains keep the rows of the whole sample.
calibration_lonely <- function() {
  frame <- calibration_designs()$strat$data
  frame$alone <- ifelse(seq_len(nrow(frame)) == 7, "X", frame$stype)
  margins <- calibration_margins(frame)
  before <- options(survey.lonely.psu = "adjust")
  on.exit(options(before))
  rows <- lapply(c("remove", "certainty", "adjust", "average"), function(rule) {
    options(survey.lonely.psu = rule)
    design <- svydesign(~1, strata = ~alone, weights = ~w, data = frame)
    found <- calibrate(design, ~ stype + size, model_totals(margins, FALSE))
    cbind(design = rule, calibration_answers(found))
  })
  do.call(rbind, rows)
}

write_calibration <- function(folder) {
  weights <- answers <- covariances <- targets <- replicates <- list()
  for (name in names(cases <- calibration_designs())) {
    case <- cases[[name]]
    margins <- calibration_margins(case$data)
    if (name != "strat_replacement") {
      write_exact(case$data, file.path(folder, paste0("calibration_", name, ".csv")))
    }
    for (margin in names(margins$counts)) targets[[length(targets) + 1]] <- data.frame(
      design = name, variable = margin, level = names(margins$counts[[margin]]),
      target = as.numeric(margins$counts[[margin]]))
    targets[[length(targets) + 1]] <- data.frame(design = name, variable = "api99", level = "", target = margins$api99)
    found <- calibrated_by(name, case$design, margins)
    for (method in names(found)) {
      design <- found[[method]]
      weights[[length(weights) + 1]] <- data.frame(design = name, method = method, weight = as.numeric(weights(design)))
      answers[[length(answers) + 1]] <- cbind(design = name, method = method, calibration_answers(design))
      covariances[[length(covariances) + 1]] <- cbind(design = name, method = method, calibration_covariances(design))
    }
    if (name %in% c("strat", "clus1")) replicates[[name]] <- cbind(design = name, calibration_replicates(case, margins))
    if (name == "strat") for (strict in c(FALSE, TRUE)) {
      trimmed <- trimWeights(case$design, upper = 45, lower = 20, strict = strict)
      weights[[length(weights) + 1]] <- data.frame(
        design = name, method = if (strict) "trim_strict" else "trim", weight = as.numeric(weights(trimmed)))
    }
  }
  write_exact(do.call(rbind, weights), file.path(folder, "calibration_weights.csv"))
  write_exact(do.call(rbind, answers), file.path(folder, "calibration_answers.csv"))
  write_exact(do.call(rbind, covariances), file.path(folder, "calibration_covariances.csv"))
  write_exact(do.call(rbind, targets), file.path(folder, "calibration_targets.csv"))
  write_exact(do.call(rbind, replicates), file.path(folder, "calibration_replicates.csv"))
  write_exact(calibration_lonely(), file.path(folder, "calibration_lonely.csv"))
}
