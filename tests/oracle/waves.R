# Shares of the synthetic waves by R's survey package, from the delivered CSV alone: the indicators are defined here
# again, by hand and by column number, so that a mistake in the codebook's rules shows too.

# What is computed of one wave: bases, indicators (name, base, who is counted), domains, and those with a covariance.
define_wave3 <- function(wave, is_one_of) {
  innovative <- is_one_of("sp01_1", 1) | is_one_of("sp01_2", 1) | is_one_of("sp01_3", 1) | is_one_of("sp01_4", 1)
  citizens <- is_one_of("sp10_3", 1) | is_one_of("sp14_3", 3:4) | is_one_of("sp11_4", 1)
  list(
    bases = list(
      all = rep(TRUE, nrow(wave)),
      innovative = innovative,
      not_innovative = !innovative,
      innovation_work = is_one_of("sp02", 1),
      technological = is_one_of("sp15", 1:2),
      evaluated = is_one_of("sp18", 1:2)
    ),
    indicators = list(
      list("innovative", "all", innovative),
      list("culture.time.agree", "all", is_one_of("sp22_7", 3:4)),
      list("positive_role.private_firms", "innovative", is_one_of("sp10_4", 1) | is_one_of("sp14_4", 3:4) | is_one_of("sp11_5", 1)),
      list("positive_role.foundations", "innovative",
           is_one_of("sp10_7", 1) | is_one_of("sp14_7", 3:4) | is_one_of("sp11_6", 1) | is_one_of("sp13_4", 1)),
      list("novelty.reused", "innovative", is_one_of("sp08", 2:3)),
      list("value.quality", "innovative", is_one_of("sp17_1", 1)),
      list("shared.yes", "innovative", is_one_of("sp21", 1)),
      list("technology_use.known", "technological", is_one_of("sp16", 2)),
      list("evaluation_purpose.other", "evaluated", is_one_of("sp20_5", 1)),
      list("innovation_work.yes", "not_innovative", is_one_of("sp02", 1)),
      list("work_type.process_org", "innovation_work", is_one_of("sp03_3", 1))
    ),
    domains = list(
      level = wave$niveau,
      sector = wave$delsektor,
      size = wave$stoerrelse,
      "level+size" = wave$niveau * 10 + wave$stoerrelse,
      positive_role.citizens = ifelse(innovative, ifelse(citizens, 1, 2), NA),
      novelty_level = ifelse(is_one_of("sp08", 1:3), wave$sp08, NA)
    ),
    covariances = c("level", "positive_role.citizens")
  )
}

define_wave4 <- function(wave, is_one_of) {
  innovative <- is_one_of("sp01_1", 1) | is_one_of("sp01_2", 1) | is_one_of("sp01_3", 1) | is_one_of("sp01_4", 1)
  limited <- is_one_of("sp04_12", 1) | is_one_of("sp07_12", 3:4)
  list(
    bases = list(
      all = rep(TRUE, nrow(wave)),
      innovative = innovative,
      procurement = is_one_of("sp12", 1) & is_one_of("sp05_5", 1)
    ),
    indicators = list(
      list("innovative", "all", innovative),
      list("initiator.covid19", "innovative", is_one_of("sp04_15", 1)),
      list("positive_role.private_firms", "innovative", is_one_of("sp04_4", 1) | is_one_of("sp07_4", 3:4) | is_one_of("sp05_5", 1)),
      list("positive_role.abroad", "innovative", is_one_of("sp04_14", 1) | is_one_of("sp05_9", 1) | is_one_of("sp06_6", 1)),
      list("positive_role.limited_resources", "innovative", limited),
      list("evaluated.not_evaluated", "innovative", is_one_of("sp10", 3:5)),
      list("technology.technological", "innovative", is_one_of("sp08", 1:2)),
      list("value.quality", "innovative", is_one_of("sp09_1", 1)),
      list("procurement.yes", "innovative", is_one_of("sp12", 1)),
      list("tender.yes", "procurement", is_one_of("sp13", 1))
    ),
    domains = list(
      level = wave$niveau,
      sector = wave$delsektor,
      positive_role.limited_resources = ifelse(innovative, ifelse(limited, 1, 2), NA)
    ),
    covariances = "positive_role.limited_resources"
  )
}

write_wave <- function(number, define, folder, raw) {
  wave <- read.csv2(file.path(raw, sprintf("wave%d_synthetic.csv", number)), dec = ",", fileEncoding = "UTF-8")
  is_one_of <- function(column, codes) !is.na(wave[[column]]) & wave[[column]] %in% codes
  wave$stratum <- interaction(wave$delsektor, wave$stoerrelse, drop = TRUE)
  found <- define(wave, is_one_of)
  for (indicator in found$indicators) wave[[indicator[[1]]]] <- as.numeric(indicator[[3]])
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~antal_i_stratum, weights = ~vaegt, data = wave)

  answers <- list()
  covariances <- list()
  for (indicator in found$indicators) {
    name <- indicator[[1]]
    for (by in names(found$domains)) {
      design$variables$by_domain <- found$domains[[by]]
      base <- subset(design, found$bases[[indicator[[2]]]])
      rows <- estimate_groups(base, name, "by_domain", indicator[[2]])
      rows$by <- by
      answers[[length(answers) + 1]] <- rows
      if (by %in% found$covariances && indicator[[2]] == "innovative") {
        grouped <- subset(base, !is.na(base$variables$by_domain))
        matrix <- estimate_covariance(grouped, name, "by_domain", indicator[[2]])
        matrix$by <- by
        covariances[[length(covariances) + 1]] <- matrix
      }
    }
  }
  write_exact(do.call(rbind, answers), file.path(folder, sprintf("wave%d_shares.csv", number)))
  write_exact(do.call(rbind, covariances), file.path(folder, sprintf("wave%d_covariance.csv", number)))
}

write_waves <- function(folder, raw) {
  write_wave(3, define_wave3, folder, raw)
  write_wave(4, define_wave4, folder, raw)
}
