# Changes, trends and decompositions over three overlapping samples by R's survey package; called by make_oracle.R.
# The answers are drawn here, so that the tests and R read the same rows.

draw_waves <- function() {
  set.seed(20140)
  strata <- data.frame(stratum = c("a", "b", "c", "d"), N = c(90, 60, 140, 45), take = c(18, 15, 20, 12),
                       base = c(.25, .45, .6, .35))
  rows <- lapply(seq_len(nrow(strata)), function(h) {
    s <- strata[h, ]
    domain <- sample(c("x", "y"), s$N, TRUE, c(.6, .4))
    liking <- runif(s$N)
    taken <- list()
    out <- NULL
    for (wave in 1:3) {
      n <- s$take + 2 * (wave - 1)
      old <- if (wave > 1) sample(taken[[wave - 1]], round(.55 * length(taken[[wave - 1]]))) else integer()
      taken[[wave]] <- c(old, sample(setdiff(seq_len(s$N), old), n - length(old)))
      who <- taken[[wave]]
      yes <- as.numeric(.6 * liking[who] + .4 * runif(n) < s$base + .05 * wave)
      yes[sample(n, 2)] <- NA
      other <- as.numeric(runif(n) < .3 + .1 * (domain[who] == "x"))
      moved <- ifelse(runif(n) < .1, ifelse(domain[who] == "x", "y", "x"), domain[who])
      population <- s$N + if (wave == 3) 10 else 0
      out <- rbind(out, data.frame(wave, id = paste0(s$stratum, who), stratum = s$stratum, domain = moved,
                                   weight = population / n * runif(n, .8, 1.25), population, yes, other))
    }
    out
  })
  do.call(rbind, rows)
}

# Estimate, SE and variances of one outcome by wave, in total and by domain, of a design of the stacked rows.
contrasts_of <- function(design, outcome, rule, years) {
  formula <- as.formula(paste0("~", outcome))
  found <- NULL
  for (group in c("total", "x", "y")) {
    part <- if (group == "total") design else subset(design, domain == group)
    part <- subset(part, !is.na(part$variables[[outcome]]))
    by_wave <- svyby(formula, ~wave, part, svymean, covmat = TRUE)
    slope <- (years - mean(years)) / sum((years - mean(years))^2)
    asked <- list("1-2" = c(-1, 1, 0), "1-3" = c(-1, 0, 1), "2-3" = c(0, -1, 1), slope = slope)
    for (name in names(asked)) {
      one <- svycontrast(by_wave, asked[[name]])
      waves <- which(asked[[name]] != 0)
      if (name == "slope") waves <- 1:3
      asked_in <- part$variables$wave %in% waves
      found <- rbind(found, data.frame(rule, outcome, group, what = name, estimate = as.numeric(coef(one)),
                                       se = as.numeric(SE(one)), df = degf(subset(part, asked_in))))
    }
  }
  found
}

# Each wave's own variance, and the covariance over the units in both given how many each wave has (Tam 1984).
conditional_of <- function(rows, outcome) {
  found <- NULL
  own <- lapply(1:3, function(w) {
    rows <- rows[rows$wave == w, ]
    list(rows = rows, design = svydesign(ids = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = rows))
  })
  for (group in c("total", "x", "y")) {
    each <- lapply(own, function(wave) {
      inside <- (group == "total" | wave$rows$domain == group) & !is.na(wave$rows[[outcome]])
      mean <- svymean(as.formula(paste0("~", outcome)), subset(wave$design, inside))
      y <- ifelse(inside, wave$rows[[outcome]], 0)
      w <- wave$rows$weight * inside
      list(mean = as.numeric(coef(mean)), v = as.numeric(vcov(mean)), z = w * (y - as.numeric(coef(mean))) / sum(w))
    })
    for (pair in list(c(1, 2), c(1, 3), c(2, 3))) {
      a <- own[[pair[1]]]$rows; b <- own[[pair[2]]]$rows
      z1 <- each[[pair[1]]]$z; z2 <- each[[pair[2]]]$z
      covariance <- 0
      for (h in unique(a$stratum)) {
        n1 <- sum(a$stratum == h); n2 <- sum(b$stratum == h)
        d1 <- setNames(z1[a$stratum == h] - mean(z1[a$stratum == h]), a$id[a$stratum == h])
        d2 <- setNames(z2[b$stratum == h] - mean(z2[b$stratum == h]), b$id[b$stratum == h])
        both <- intersect(names(d1), names(d2)); m <- length(both)
        if (m == 0) next
        N <- min(a$population[a$stratum == h], b$population[b$stratum == h])
        f1 <- n1 / a$population[a$stratum == h][1]; f2 <- n2 / b$population[b$stratum == h][1]
        factor <- (1 - n1 * n2 / (m * N)) / (1 - 1 / n1 - 1 / n2 + m / (n1 * n2))
        most <- sqrt((1 - f1) * n1 / (n1 - 1) * (1 - f2) * n2 / (n2 - 1))
        covariance <- covariance + max(min(factor, most), -most) * sum(d1[both] * d2[both])
      }
      v <- each[[pair[1]]]$v + each[[pair[2]]]$v - 2 * covariance
      found <- rbind(found, data.frame(rule = "conditional", outcome, group, what = paste(pair, collapse = "-"),
                                       estimate = each[[pair[2]]]$mean - each[[pair[1]]]$mean, se = sqrt(v), df = NA))
    }
  }
  found
}

# Parts of the change from wave 1 to wave 2 over the cells stratum x domain, by the delta method on totals of the cells.
parts_of <- function(design, rule) {
  cells <- sort(unique(paste(design$variables$stratum, design$variables$domain)))
  held <- design$variables
  for (w in 1:2) for (i in seq_along(cells)) {
    inside <- held$wave == w & paste(held$stratum, held$domain) == cells[i] & !is.na(held$yes)
    held[[paste0("b", w, "_", i)]] <- as.numeric(inside)
    held[[paste0("a", w, "_", i)]] <- ifelse(inside, held$yes, 0)
  }
  design$variables <- held
  names <- unlist(lapply(1:2, function(w) paste0(rep(c("b", "a"), each = length(cells)), w, "_", seq_along(cells))))
  totals <- svytotal(as.formula(paste("~", paste(names, collapse = "+"))), design)
  i <- seq_along(cells)
  base <- function(w) paste0("(", paste0("b", w, "_", i, collapse = "+"), ")")
  q <- function(w) paste0("(b", w, "_", i, "/", base(w), ")")
  r <- function(w) paste0("(a", w, "_", i, "/b", w, "_", i, ")")
  add <- function(terms) paste(terms, collapse = "+")
  asked <- c(
    change = add(paste0(q(2), "*", r(2), "-", q(1), "*", r(1))),
    mix = add(paste0("(", q(2), "-", q(1), ")*(", r(1), "+", r(2), ")/2")),
    behaviour = add(paste0("(", q(1), "+", q(2), ")/2*(", r(2), "-", r(1), ")")),
    mix_first = add(paste0("(", q(2), "-", q(1), ")*", r(1))),
    behaviour_first = add(paste0(q(1), "*(", r(2), "-", r(1), ")")),
    interaction = add(paste0("(", q(2), "-", q(1), ")*(", r(2), "-", r(1), ")")),
    second_standardised = add(paste0(q(1), "*", r(2))),
    first_standardised = add(paste0(q(2), "*", r(1)))
  )
  do.call(rbind, lapply(names(asked), function(name) {
    one <- svycontrast(totals, parse(text = asked[[name]])[[1]])
    data.frame(rule, part = name, estimate = as.numeric(coef(one)), se = as.numeric(SE(one)))
  }))
}

# The same parts by delete-one jackknife, for a check by another road than the delta method.
jackknife_of <- function(rows) {
  rows <- rows[rows$wave < 3 & !is.na(rows$yes), ]
  rows$apart <- paste(rows$wave, rows$stratum)
  design <- as.svrepdesign(svydesign(ids = ~1, strata = ~apart, weights = ~weight, data = rows), type = "JKn")
  cell <- factor(paste(rows$stratum, rows$domain))
  parts <- withReplicates(design, function(w, data) {
    q <- sapply(1:2, function(k) tapply(w * (data$wave == k), cell, sum) / sum(w[data$wave == k]))
    r <- sapply(1:2, function(k) tapply(w * data$yes * (data$wave == k), cell, sum) /
      tapply(w * (data$wave == k), cell, sum))
    c(mix = sum((q[, 2] - q[, 1]) * rowMeans(r)), behaviour = sum(rowMeans(q) * (r[, 2] - r[, 1])))
  })
  data.frame(rule = "jackknife", part = c("mix", "behaviour"), estimate = as.numeric(coef(parts)),
             se = as.numeric(SE(parts)))
}

write_trends <- function(folder) {
  rows <- draw_waves()
  write_exact(rows, file.path(folder, "trends_input.csv"))
  rows$apart <- paste(rows$wave, rows$stratum)
  years <- c(2013.5, 2015.5, 2018.5)
  independent <- svydesign(ids = ~1, strata = ~apart, weights = ~weight, fpc = ~population, data = rows)
  stacked <- svydesign(ids = ~id, strata = ~stratum, weights = ~weight, data = rows)
  often <- table(rows$id)
  kept <- rows$id %in% names(often)[often == 3] & rows$domain == ave(rows$domain, rows$id, FUN = function(d) d[1])
  panel <- rows[rows$id %in% names(which(table(rows$id[kept]) == 3)), ]
  together <- svydesign(ids = ~id, strata = ~stratum, weights = ~weight, data = panel)
  write_exact(panel, file.path(folder, "trends_panel.csv"))
  outcomes <- c("yes", "other")
  changes <- do.call(rbind, lapply(outcomes, function(outcome) rbind(
    contrasts_of(independent, outcome, "independent", years),
    contrasts_of(stacked, outcome, "stacked", years),
    contrasts_of(together, outcome, "panel", years),
    conditional_of(rows, outcome)
  )))
  write_exact(changes, file.path(folder, "trends_changes.csv"))
  two <- rows[rows$wave < 3, ]
  parts <- rbind(
    parts_of(svydesign(ids = ~1, strata = ~apart, weights = ~weight, fpc = ~population, data = two), "independent"),
    parts_of(svydesign(ids = ~1, strata = ~apart, weights = ~weight, data = two), "replacement"),
    parts_of(svydesign(ids = ~id, strata = ~stratum, weights = ~weight, data = two), "stacked"),
    jackknife_of(two)
  )
  write_exact(parts, file.path(folder, "trends_parts.csv"))
}
