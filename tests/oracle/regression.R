# Regressions by R's survey: svyglm's coefficients, covariance and df, regTermTest, svypredmeans, and what follows from
# the influence functions (joint errors of predictive margins, average slopes), on the inputs that kernel.R wrote.
# R's iterations go on until nothing changes, so that even they can be compared closely.

iterated <- glm.control(epsilon = 1e-14, maxit = 100)

regression_designs <- function(folder) {
  read <- function(name)
    read.csv(file.path(folder, paste0("kernel_", name, ".csv")), stringsAsFactors = TRUE, na.strings = "")
  strat <- read("apistrat")
  one <- read("apiclus1")
  two <- read("apiclus2")
  people <- read("nhanes")
  stratified <- svydesign(ids = ~1, strata = ~stype, weights = ~varied, fpc = ~fpc, data = strat)
  list(
    stratified = stratified,
    domain = subset(stratified, in_base == 1),
    weights_only = svydesign(ids = ~1, weights = ~varied, data = strat),
    zero_weights = svydesign(ids = ~1, strata = ~stype, weights = ~zeroed, fpc = ~fpc, data = strat),
    clusters = svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = one),
    two_stages = svydesign(ids = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = two),
    people = svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, nest = TRUE, data = people),
    jkn = as.svrepdesign(svydesign(ids = ~1, strata = ~stype, weights = ~varied, data = strat), type = "JKn"),
    jk1 = as.svrepdesign(svydesign(ids = ~dnum, weights = ~pw, data = one), type = "JK1", mse = TRUE)
  )
}

regression_models <- list(
  logistic = list(quasibinomial(), award ~ size + api99, "band"),
  crossed = list(quasibinomial(), award ~ size * stype, "level"),
  linear = list(gaussian(), api00 ~ size + tested, "band"),
  crossed_linear = list(gaussian(), api00 ~ size * band + wide, NULL),
  poisson = list(quasipoisson(), tested ~ wide + api99, "band"),
  cholesterol = list(quasibinomial(), cholesterol ~ race + sex, "age"),
  cholesterol_linear = list(gaussian(), cholesterol ~ race * sex, "age")
)

# Every number of one model of one design, as (quantity, first, second, value).
describe_regression <- function(design, family, formula, group) {
  rows <- list()
  add <- function(quantity, first, second, value)
    rows[[length(rows) + 1]] <<- data.frame(quantity, first, second, value = as.numeric(value), stringsAsFactors = FALSE)
  add_matrix <- function(quantity, matrix, names) {
    upper <- upper.tri(matrix, diag = TRUE)
    add(quantity, names[row(matrix)[upper]], names[col(matrix)[upper]], matrix[upper])
  }
  full <- if (is.null(group)) formula else update(formula, paste(". ~ . +", group))
  fit <- eval(bquote(svyglm(.(full), design = design, family = family, control = iterated)))
  fit$call$family <- family
  names <- names(coef(fit))
  add("coefficient", names, "", coef(fit))
  add_matrix("covariance", vcov(fit), names)
  add("df", "", "", fit$df.residual)
  add("n", "", "", length(fit$y))
  for (term in attr(terms(full), "term.labels")) {
    test <- regTermTest(fit, as.formula(paste("~", term)))
    add(c("F", "F_df", "F_ddf", "F_p"), term, "", c(test$Ftest, test$df, test$ddf, test$p))
  }
  if (!is.null(group)) {
    # svypredmeans averages over rows without the group too; here as over those that the model was fitted to.
    known <- design[!is.na(design$variables[[group]]), ]
    adjust <- eval(bquote(svyglm(.(formula), design = known, family = .(family), control = iterated)))
    means <- eval(bquote(svypredmeans(adjust, ~ .(as.name(group)))))
    add("margin", names(means), "", coef(means))
    add_matrix("margin_independent", vcov(means), names(means))
    add_matrix("margin_fixed", attr(vcov(means), "parts")[[1]], names(means))
    if (!inherits(design, "svyrep.design")) add_joint(add, add_matrix, fit, group, names(means))
  }
  do.call(rbind, rows)
}

# Margins and average slopes with every error in the influence functions.
add_joint <- function(add, add_matrix, fit, group, levels) {
  design <- fit$survey.design
  w <- weights(design, "sampling")
  frame <- model.frame(design)
  x <- model.matrix(fit)
  beta <- coef(fit)
  mean <- fit$family$linkinv(drop(x %*% beta))
  y <- fit$y
  slope <- fit$family$mu.eta(drop(x %*% beta))
  bread <- solve(crossprod(x, w * slope * x), tol = 0)
  influence <- ((y - mean) * x) %*% bread
  stopifnot(max(abs(vcov(svytotal(influence, design)) - vcov(fit)) / outer(SE(fit), SE(fit))) < 1e-6)
  score <- function(value, gradient) (value - sum(w * value) / sum(w)) / sum(w) + influence %*% gradient
  scores <- vapply(levels, function(level) {
    frame[[group]] <- factor(level, levels = levels(frame[[group]]))
    at <- model.matrix(delete.response(terms(fit)), frame)
    value <- fit$family$linkinv(drop(at %*% beta))
    drop(score(value, colSums(w * fit$family$mu.eta(drop(at %*% beta)) * at) / sum(w)))
  }, numeric(length(y)))
  add_matrix("margin_joint", vcov(svytotal(scores, design)), levels)
  for (name in intersect(c("api99", "tested"), colnames(x))) {
    curvature <- switch(fit$family$family, quasibinomial = slope * (1 - 2 * mean), gaussian = 0, quasipoisson = slope)
    gradient <- colSums(w * curvature * beta[name] * x) / sum(w)
    gradient[name] <- gradient[name] + sum(w * slope) / sum(w)
    add("slope", name, "", sum(w * slope * beta[name]) / sum(w))
    add("slope_fixed", name, "", sqrt(gradient %*% vcov(fit) %*% gradient))
    add("slope_joint", name, "", SE(svytotal(drop(score(slope * beta[name], gradient)), design)))
  }
}

# The example of the documentation from the delivered CSV of wave 3, with indicators defined by hand as in waves.R.
describe_wave <- function(raw) {
  wave <- read.csv2(file.path(raw, "wave3_synthetic.csv"), dec = ",", fileEncoding = "UTF-8")
  yes <- function(column, codes = 1) !is.na(wave[[column]]) & wave[[column]] %in% codes
  wave$innovative <- yes("sp01_1") | yes("sp01_2") | yes("sp01_3") | yes("sp01_4")
  wave$shared <- as.numeric(yes("sp21"))
  wave$evaluated <- factor(ifelse(yes("sp18", 1:2), "yes", "no"))
  wave$sector <- factor(wave$delsektor)
  wave$size <- factor(wave$stoerrelse)
  wave$stratum <- interaction(wave$delsektor, wave$stoerrelse, drop = TRUE)
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~antal_i_stratum, weights = ~vaegt, data = wave)
  describe_regression(subset(design, innovative), quasibinomial(), shared ~ evaluated + size, "sector")
}

# One linear model in a domain of the small samples with lonely units, by every rule.
describe_lonely <- function(folder) {
  read <- function(name) read.csv(file.path(folder, name), stringsAsFactors = TRUE, na.strings = "")
  rows <- read("kernel_lonely.csv")
  clusters <- read("kernel_lonely_clusters.csv")
  before <- options(survey.lonely.psu = "remove")
  on.exit(options(before), add = TRUE)
  on.exit(options(survey.adjust.domain.lonely = FALSE), add = TRUE)
  answers <- list()
  for (rule in c("remove", "certainty", "adjust", "average")) for (domain in c(FALSE, TRUE)) {
    options(survey.lonely.psu = rule, survey.adjust.domain.lonely = domain)
    designs <- list(
      rows = svydesign(ids = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = rows),
      clusters = svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, fpc = ~n1, data = clusters),
      two_stages = svydesign(ids = ~psu + ssu, strata = ~stratum + part, weights = ~weight, fpc = ~n1 + n2,
                             data = clusters)
    )
    for (name in names(designs)) {
      fit <- suppressWarnings(svyglm(y ~ x + kind, subset(designs[[name]], in_base == 1)))
      matrix <- vcov(fit)
      upper <- upper.tri(matrix, diag = TRUE)
      answers[[length(answers) + 1]] <- data.frame(
        case = paste("lonely", name, rule, if (domain) "adjust" else "keep", sep = ":"),
        first = row(matrix)[upper] - 1, second = col(matrix)[upper] - 1, covariance = matrix[upper],
        df = fit$df.residual, stringsAsFactors = FALSE
      )
    }
  }
  do.call(rbind, answers)
}

write_regression <- function(folder, raw) {
  answers <- list()
  designs <- regression_designs(folder)
  for (name in names(designs)) for (model in names(regression_models)) {
    asked <- regression_models[[model]]
    design <- designs[[name]]
    if ((name == "people") != startsWith(model, "cholesterol")) next
    # No school of the second sample is in one of the crossed cells; R answers with coefficients of 1e15.
    if (name == "two_stages" && model == "crossed_linear") next
    # A replicate leaves out all schools of a crossed cell.
    if (name == "jk1" && model == "crossed") next
    found <- suppressWarnings(describe_regression(design, asked[[1]], asked[[2]], asked[[3]]))
    answers[[length(answers) + 1]] <- cbind(design = name, model = model, found)
  }
  answers[[length(answers) + 1]] <- cbind(design = "wave3", model = "shared", describe_wave(raw))
  write_exact(do.call(rbind, answers), file.path(folder, "regression_answers.csv"))
  write_exact(describe_lonely(folder), file.path(folder, "regression_lonely.csv"))
}
