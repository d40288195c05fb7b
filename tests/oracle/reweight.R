# Shares of wave 4 with weights moved to the frame's counts by R's survey package, from the delivered CSV and frame alone:
# once from the delivered weights to counts that are not those of the frame, once from design weights to the frame.

write_reweight <- function(folder, raw) {
  wave <- read.csv2(file.path(raw, "wave4_synthetic.csv"), dec = ",", fileEncoding = "UTF-8")
  frame <- read.csv2(file.path(raw, "wave4_synthetic.frame.csv"), fileEncoding = "UTF-8")
  wave$stratum <- paste(wave$delsektor, wave$stoerrelse)
  wave$innovative <- as.numeric(wave$sp01_1 %in% 1 | wave$sp01_2 %in% 1 | wave$sp01_3 %in% 1 | wave$sp01_4 %in% 1)
  wave$firms <- as.numeric(wave$sp04_4 %in% 1 | wave$sp07_4 %in% 3:4 | wave$sp05_5 %in% 1)
  frame$stratum <- paste(frame$delsektor, frame$stoerrelse)
  units <- table(frame$stratum)
  drawn <- table(frame$stratum[frame$udtrukket == 1])
  wave$design_weight <- as.numeric(units[wave$stratum] / drawn[wave$stratum])
  for (name in c("niveau", "delsektor", "stoerrelse")) {
    wave[[name]] <- factor(wave[[name]])
    frame[[name]] <- factor(frame[[name]], levels = levels(wave[[name]]))
  }

  # More of the state and of the small than the frame has, the same total.
  level <- c(10000, 1100, 3197)
  size <- c(7000, 4500, 2797)
  totals_of <- function(formula) colSums(model.matrix(formula, frame))
  given <- c(14297, level[2:3], size[2:3])
  cases <- list(
    list("given_raking", "vaegt", ~ niveau + stoerrelse, given, "raking", c(-Inf, Inf)),
    list("given_linear", "vaegt", ~ niveau + stoerrelse, given, "linear", c(-Inf, Inf)),
    list("given_logit", "vaegt", ~ niveau + stoerrelse, given, "logit", c(0.4, 2.5)),
    list("frame_raking", "design_weight", ~ delsektor + stoerrelse, totals_of(~ delsektor + stoerrelse), "raking", c(-Inf, Inf)),
    list("frame_linear", "design_weight", ~ delsektor + stoerrelse, totals_of(~ delsektor + stoerrelse), "linear", c(-Inf, Inf))
  )
  answers <- list()
  weights <- list()
  for (case in cases) {
    design <- svydesign(
      ids = ~1, strata = ~stratum, fpc = ~antal_i_stratum, weights = as.formula(paste("~", case[[2]])), data = wave
    )
    names(case[[4]]) <- colnames(model.matrix(case[[3]], wave))
    moved <- calibrate(
      design, case[[3]], case[[4]], calfun = case[[5]], bounds = case[[6]], epsilon = 1e-12, maxit = 500
    )
    weights[[length(weights) + 1]] <- unique(data.frame(
      case = case[[1]], sector = wave$delsektor, size = wave$stoerrelse, weight = signif(weights(moved), 14)
    ))
    for (indicator in c("innovative", "firms")) {
      base <- if (indicator == "innovative") moved else subset(moved, innovative == 1)
      estimate <- svymean(as.formula(paste("~", indicator)), base)
      rows <- data.frame(group = "total", share = as.numeric(estimate), se = as.numeric(SE(estimate)))
      by <- svyby(as.formula(paste("~", indicator)), ~niveau, base, svymean)
      rows <- rbind(rows, data.frame(group = as.character(by$niveau), share = by[[2]], se = as.numeric(SE(by))))
      answers[[length(answers) + 1]] <- cbind(case = case[[1]], indicator = indicator, rows)
    }
  }
  write_exact(do.call(rbind, answers), file.path(folder, "reweight_shares.csv"))
  write_exact(do.call(rbind, weights), file.path(folder, "reweight_weights.csv"))
}
