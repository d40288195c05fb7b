"""The words of a model's results, in Danish and English."""

from collections.abc import Sequence

from barometer import survey
from barometer.analysis.comparison_words import COMPARISON_HEADINGS
from barometer.analysis.estimates import NOTES
from barometer.analysis.model_cells import CROSS
from barometer.codebook import Codebook
from barometer.codebook.numbers import signed
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import indicator_text
from barometer.microdata import SYNTHETIC

FAMILIES: "dict[survey.FamilyName, Label]" = {
    "logistic": Label("Logistisk regression", "Logistic regression"),
    "linear": Label("Lineær sandsynlighedsmodel", "Linear probability model"),
    "poisson": Label("Poisson-regression", "Poisson regression"),
}
RATIOS: "dict[survey.FamilyName, str]" = {"logistic": "odds_ratio", "linear": "", "poisson": "rate_ratio"}
"""Name of the exponential of a coefficient; a linear model has none."""
HEADINGS = {
    "term": Label("Led", "Term"),
    "level": Label("Gruppe", "Group"),
    "versus": Label("I forhold til", "Against"),
    "within": Label("I gruppen", "Within"),
    "estimate": Label("Estimat", "Estimate"),
    "se": Label("Standardfejl", "Standard error"),
    "ci_low": Label("Nedre grænse", "Lower bound"),
    "ci_high": Label("Øvre grænse", "Upper bound"),
    "odds_ratio": Label("Oddsforhold", "Odds ratio"),
    "odds_ratio_low": Label("Oddsforhold, nedre", "Odds ratio, lower"),
    "odds_ratio_high": Label("Oddsforhold, øvre", "Odds ratio, upper"),
    "rate_ratio": Label("Andelsforhold", "Ratio of shares"),
    "rate_ratio_low": Label("Andelsforhold, nedre", "Ratio of shares, lower"),
    "rate_ratio_high": Label("Andelsforhold, øvre", "Ratio of shares, upper"),
    "statistic": Label("Teststørrelse", "Statistic"),
    "df": Label("Frihedsgrader", "Degrees of freedom"),
    "residual_df": Label("Frihedsgrader i nævner", "Residual degrees of freedom"),
    "p_value": Label("p-værdi", "p-value"),
    "p_adjusted": COMPARISON_HEADINGS["p_adjusted"],
    "family": COMPARISON_HEADINGS["family"],
    "family_size": COMPARISON_HEADINGS["family_size"],
    "together_low": COMPARISON_HEADINGS["together_low"],
    "together_high": COMPARISON_HEADINGS["together_high"],
    "n": Label("Svar (n)", "Answers (n)"),
    "observed": Label("Andel uden justering", "Share, not adjusted"),
    "note": Label("Bemærkning", "Note"),
    "provenance": Label("Data", "Data"),
}
MODEL_NOTES = NOTES | {
    "reference": Label("Referencegruppe", "Reference group"),
    "empty_cell": Label("Ingen svar i gruppen eller i et kryds med den", "Nobody in the group or in a cross with it"),
    "left_out": Label("Udeladt af modellen efter valg", "Left out of the model by choice"),
    "one_answer": Label(
        "Kun ét svar i gruppen, i referencegruppen eller i et kryds med dem: usikkerheden kan ikke beregnes",
        "A single answer in the group, in the reference group or in a cross with them: no uncertainty can be computed",
    ),
    "share_zero": Label(
        "Alle svar er nej i gruppen, i referencegruppen eller i et kryds med dem: usikkerheden kan ikke beregnes",
        "All answers are no in the group, in the reference group or in a cross with them: no uncertainty can be "
        "computed",
    ),
    "share_one": Label(
        "Alle svar er ja i gruppen, i referencegruppen eller i et kryds med dem: usikkerheden kan ikke beregnes",
        "All answers are yes in the group, in the reference group or in a cross with them: no uncertainty can be "
        "computed",
    ),
    "singular": Label("For få enheder til at teste leddet", "Too few units to test the term"),
    "some_not_tested": Label(
        "Grupper, hvor svarene ikke varierer, er ikke med i testen",
        "Groups whose answers do not vary are left out of the test",
    ),
    "none_tested": Label(
        "Svarene varierer ikke i grupperne eller i referencegruppen; vælg en anden reference",
        "Answers do not vary in the groups or in the reference group; choose another reference",
    ),
}
INTERCEPT_LABEL = Label("Konstant", "Intercept")
ALL_LABEL = Label("Alle, som de er", "All, as they are")
HEADLINE = Label(
    "{family} af »{outcome}«, bølge {wave} ({period}).", '{family} of "{outcome}", wave {wave} ({period}).'
)
ANSWERS = Label("{base}: {n} svar.", "{base}: {n} answers.")
LEFT_OUT = Label(
    " Yderligere {missing} er ude, fordi de ikke har svar på alle forklarende led.",
    " Another {missing} are left out, as they do not have an answer to every explaining term.",
)
WITHOUT = Label(" Udeladt efter valg: {groups}.", " Left out by choice: {groups}.")
IN_REFERENCE = Label("{term}, hvor {factors}", "{term}, where {factors}")
IS_GROUP = Label("{factor} er {group}", "{factor} is {group}")
TESTED = Label("{term}: {tested}.", "{term}: {tested}.")
NOT_TESTED = Label("{term}: ikke testet ({why}).", "{term}: not tested ({why}).")
EFFECT = Label(
    " Justeret forskel mellem {level} og {reference}: {effect} procentpoint ({low} til {high}){ratio}.",
    " Adjusted difference between {level} and {reference}: {effect} percentage points ({low} to {high}){ratio}.",
)
UNTESTED_EFFECT = Label(
    " Justeret forskel mellem {level} og {reference}: {effect} procentpoint ({note}).",
    " Adjusted difference between {level} and {reference}: {effect} percentage points ({note}).",
)
RATIO = {
    "odds_ratio": Label("; oddsforhold {value} ({low} til {high})", "; odds ratio {value} ({low} to {high})"),
    "rate_ratio": Label("; andelsforhold {value} ({low} til {high})", "; ratio of shares {value} ({low} to {high})"),
}
RANGE = Label(
    " Justerede andele går fra {lowest} ({lowest_share}) til {highest} ({highest_share}).",
    " Adjusted shares go from {lowest} ({lowest_share}) to {highest} ({highest_share}).",
)
NO_INTERVAL = Label("uden interval", "no interval")
WITH_ENDS = Label("{share}; {low} til {high}", "{share}; {low} to {high}")
NOT_SHOWN = Label(" Uden justeret andel: {groups}.", " Without an adjusted share: {groups}.")
ADJUSTED = Label(
    "Justerede andele er gennemsnit af modellens forudsigelser, som om alle var i gruppen og ellers er, som de er.",
    "Adjusted shares are means of the model's predictions as if everybody were in the group and otherwise as they are.",
)
ERRORS = Label(
    "Standardfejl fra stikprøvens design (sandwich-estimat){strata}; {confidence}\u202f%-intervaller med t-fordeling "
    "og {df} frihedsgrader: designets {design_df} plus 1 minus modellens {p} koefficienter.",
    "Standard errors from the sample's design (sandwich){strata}; {confidence}% intervals with Student's t and {df} "
    "degrees of freedom: the design's {design_df} plus 1 less the model's {p} coefficients.",
)
INTERVALS = Label("{confidence}\u202f%-konfidensintervaller.", "{confidence}% confidence intervals.")
LOGIT_INTERVALS = Label(
    "Andelenes intervaller er på logit-skala og bliver mellem 0 og 100\u202f%.",
    "Intervals of shares are on the logit scale and stay between 0 and 100%.",
)
MARGIN_FAMILY = Label("sammenligningerne af {term}", "the comparisons of {term}")
POPULATIONS: "dict[survey.Population, Label]" = {
    "independent": Label(
        "Standardfejlen omfatter koefficienterne og stikprøvens sammensætning, regnet som uafhængige (som svypredmeans "
        "i R)",
        "Standard errors are of the coefficients and of the sample's make-up, taken to be independent (as R's "
        "svypredmeans)",
    ),
    "fixed": Label(
        "Standardfejlen omfatter kun koefficienterne; svarenes sammensætning er givet (deltametoden)",
        "Standard errors are of the coefficients only; the answers' make-up is given (delta method)",
    ),
    "joint": Label(
        "Standardfejlen omfatter koefficienterne og stikprøvens sammensætning med deres kovarians (fuld linearisering)",
        "Standard errors are of the coefficients and of the sample's make-up with their covariance (linearized in "
        "full)",
    ),
}


def factor_text(book: Codebook, name: str, lang: Lang) -> str:
    """Name a factor: the label of a domain, family and label of an indicator."""
    return book.domains[name].label.text(lang) if name in book.domains else indicator_text(book, name, lang)


def term_text(book: Codebook, term: Sequence[str], lang: Lang) -> str:
    """Name a term: its factors with a cross between."""
    return CROSS.join(factor_text(book, name, lang) for name in term)


def points(value: float, lang: Lang) -> str:
    """Write a difference of shares as percentage points with their sign."""
    return signed(100.0 * value, lang)


def synthetic_text(is_synthetic: bool, lang: Lang) -> str:
    """Say that data are synthetic, in capitals so that nobody overlooks it."""
    return SYNTHETIC.text(lang).upper() if is_synthetic else ""
