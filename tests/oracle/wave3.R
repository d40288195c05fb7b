# Shares of the synthetic wave 3 by R's survey package, from the delivered CSV alone: the indicators are defined here
# again, by hand and by column number, so that a mistake in the codebook's rules shows too.

write_wave3 <- function(folder, raw) {
  wave <- read.csv2(file.path(raw, "wave3_synthetic.csv"), dec = ",", fileEncoding = "UTF-8")
  is_one_of <- function(column, codes) !is.na(wave[[column]]) & wave[[column]] %in% codes
  wave$stratum <- interaction(wave$delsektor, wave$stoerrelse, drop = TRUE)

  innovative <- is_one_of("sp01_1", 1) | is_one_of("sp01_2", 1) | is_one_of("sp01_3", 1) | is_one_of("sp01_4", 1)
  bases <- list(
    all = rep(TRUE, nrow(wave)),
    innovative = innovative,
    not_innovative = !innovative,
    innovation_work = is_one_of("sp02", 1),
    technological = is_one_of("sp15", 1:2),
    evaluated = is_one_of("sp18", 1:2)
  )
  indicators <- list(
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
  )
  citizens <- is_one_of("sp10_3", 1) | is_one_of("sp14_3", 3:4) | is_one_of("sp11_4", 1)
  domains <- list(
    level = wave$niveau,
    sector = wave$delsektor,
    size = wave$stoerrelse,
    "level+size" = wave$niveau * 10 + wave$stoerrelse,
    positive_role.citizens = ifelse(innovative, ifelse(citizens, 1, 2), NA),
    novelty_level = ifelse(is_one_of("sp08", 1:3), wave$sp08, NA)
  )
  for (indicator in indicators) wave[[indicator[[1]]]] <- as.numeric(indicator[[3]])
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~antal_i_stratum, weights = ~vaegt, data = wave)

  answers <- list()
  covariances <- list()
  for (indicator in indicators) {
    name <- indicator[[1]]
    for (by in names(domains)) {
      design$variables$by_domain <- domains[[by]]
      base <- subset(design, bases[[indicator[[2]]]])
      found <- estimate_groups(base, name, "by_domain", indicator[[2]])
      found$by <- by
      answers[[length(answers) + 1]] <- found
      if (by %in% c("level", "positive_role.citizens") && indicator[[2]] == "innovative") {
        grouped <- subset(base, !is.na(base$variables$by_domain))
        matrix <- estimate_covariance(grouped, name, "by_domain", indicator[[2]])
        matrix$by <- by
        covariances[[length(covariances) + 1]] <- matrix
      }
    }
  }
  write_exact(do.call(rbind, answers), file.path(folder, "wave3_shares.csv"))
  write_exact(do.call(rbind, covariances), file.path(folder, "wave3_covariance.csv"))
}
