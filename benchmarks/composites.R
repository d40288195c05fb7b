# Pairs of ticks through R's survey: one svymean of all shares, svyratio for one answer among those with another, and
# svycontrast for lift and odds ratio. Prints seconds of each of three runs.
suppressPackageStartupMessages(library(survey))
frame <- read.csv(file.path(commandArgs(TRUE)[1], "ticks.csv"))
ticks <- grep("^t", names(frame), value = TRUE)
pairs <- combn(ticks, 2, simplify = FALSE)
for (pair in pairs) frame[[paste(pair, collapse = "_")]] <- frame[[pair[1]]] * frame[[pair[2]]]
both <- vapply(pairs, paste, "", collapse = "_")
design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~population, weights = ~weight, data = frame)
ratios <- do.call(c, lapply(pairs, function(pair) {
  a <- as.name(pair[1]); b <- as.name(pair[2]); ab <- as.name(paste(pair, collapse = "_"))
  list(bquote(log(.(ab) / (.(a) * .(b)))),
       bquote(log(.(ab) * (1 - .(a) - .(b) + .(ab)) / ((.(a) - .(ab)) * (.(b) - .(ab))))))
}))
run <- function() {
  base <- subset(design, in_base == 1)
  means <- svymean(reformulate(c(both, ticks)), base)
  confint(means, df = degf(base))
  for (tick in ticks) {
    of <- both[vapply(pairs, function(pair) tick %in% pair, TRUE)]
    confint(svyratio(reformulate(of), reformulate(tick), base), df = degf(base))
  }
  confint(svycontrast(means, ratios), df = degf(base))
}
for (i in 1:3) cat(system.time(run())[["elapsed"]], "\n")
