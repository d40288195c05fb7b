# Shares and standard errors of the two real surveys of docs/how-to/real-surveys.md, by R's survey package:
#   Rscript tests/oracle/real_surveys.R FOLDER
# FOLDER holds acti2014/acti2014.sav and fevs2018/fevs2018_subset.csv.gz, which are not in this project. Writes shares
# beside this script, so that the tests need no R.

suppressPackageStartupMessages({
  library(survey)
  library(foreign)
})
options(survey.lonely.psu = "fail", digits = 17)

script <- sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))
real <- commandArgs(TRUE)[1]

rows <- function(survey, indicator, by, design, base = design) {
  whole <- svymean(~yes, base)
  found <- data.frame(survey, indicator, by = "", group = "", share = coef(whole), se = as.numeric(SE(whole)))
  if (nchar(by)) {
    split <- svyby(~yes, as.formula(paste0("~`", by, "`")), base, svymean)
    found <- rbind(found, data.frame(survey, indicator, by, group = as.character(split[[1]]), share = split$yes,
                                     se = as.numeric(SE(split))))
  }
  found
}

acti <- suppressWarnings(read.spss(file.path(real, "acti2014/acti2014.sav"), to.data.frame = TRUE,
                                   use.value.labels = FALSE))
names(acti)[7] <- "size"
acti$section <- trimws(as.character(acti$ciiu1))
acti$section[acti$section %in% c("D", "E")] <- "DE"
acti$stratum <- paste(acti$section, acti$size)
new <- c("iii_1_a", "iii_1_b", "iii_1_c", "iii_1_d", "iv_1_a", "iv_1_b")
acti$innovative <- rowSums(acti[, new] == 1) > 0
partners <- paste0("viii_2_", letters[1:10])
acti$cooperation <- rowSums(acti[, partners] == 1, na.rm = TRUE) > 0
design <- function(yes) {
  acti$yes <- as.numeric(yes)
  svydesign(ids = ~1, strata = ~stratum, weights = ~fexp, data = acti)
}
clients <- acti$viii_2_a == 1
answers <- rbind(
  rows("ecuador_acti2014", "innovative", "sector", design(acti$innovative)),
  rows("ecuador_acti2014", "cooperation", "size", design(acti$cooperation)),
  rows("ecuador_acti2014", "aim_with_clients.information", "", subset(design(!is.na(acti$viii_2_a_5)), clients)),
  rows("ecuador_acti2014", "good_new_to.market", "", subset(design(acti$iii_1_a_1 %in% 2:3), acti$iii_1_a == 1))
)

fevs <- read.csv(gzfile(file.path(real, "fevs2018/fevs2018_subset.csv.gz")), colClasses = c(RANDOM = "character"),
                 na.strings = "")
design <- function(yes) {
  fevs$yes <- as.numeric(yes)
  svydesign(ids = ~1, strata = ~AGENCY, weights = ~POSTWT, data = fevs)
}
answers <- rbind(
  answers,
  rows("us_fevs2018", "work.new_ways.positive", "AGENCY", design(fevs$Q3 >= 4)),
  rows("us_fevs2018", "innovation_climate", "DSUPER", design(fevs$Q3 >= 4 & fevs$Q30 >= 4 & fevs$Q32 >= 4))
)
answers$share <- sprintf("%.17g", answers$share)
answers$se <- sprintf("%.17g", answers$se)
write.csv(answers, file.path(dirname(normalizePath(script)), "real_surveys.csv"), row.names = FALSE, quote = FALSE,
          eol = "\n")
