"""Who answered, and how representative they are of those drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from barometer import survey
from barometer.analysis.designs import wave_design
from barometer.analysis.drawn_sample import DrawnSample, drawn_sample
from barometer.analysis.estimates import NOTES as ESTIMATE_NOTES
from barometer.analysis.estimates import TOTAL
from barometer.analysis.suppression import SUPPRESSED
from barometer.analysis.tables import as_html, in_words
from barometer.codebook import Codebook
from barometer.codebook.names import as_names
from barometer.codebook.numbers import decimal, integer, per_cent
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet, base_note, source_note
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import SYNTHETIC, Wave, check_wave

NOTES = {
    "": Label("", ""),
    "outside_model": Label(
        "Følger af modellens andre variable: ingen betinget indikator",
        "Follows from other variables of the model: no conditional indicator",
    ),
    "rates_only": Label("Svarprocenter alene", "Response rates only"),
    "bias_exceeds_spread": Label(
        "Korrektionen er større end spredningen: R er sat til 1",
        "The correction is larger than the spread: R is set to 1",
    ),
    SUPPRESSED: ESTIMATE_NOTES[SUPPRESSED],
}
"""What a row lacks, by the code in column `note`."""
HEADINGS = {
    "domain": Label("Inddeling", "Domain"),
    "group": Label("Gruppe", "Group"),
    "population": Label("Population", "Population"),
    "sampled": Label("Udtrukket", "Drawn"),
    "answered": Label("Besvaret", "Answered"),
    "rate": Label("Svarandel", "Response rate"),
    "weighted_rate": Label("Vægtet svarandel", "Weighted response rate"),
    "unconditional": Label("Ubetinget indikator", "Unconditional indicator"),
    "unconditional_se": Label("Standardfejl", "Standard error"),
    "conditional": Label("Betinget indikator", "Conditional indicator"),
    "conditional_se": Label("Standardfejl, betinget", "Standard error, conditional"),
    "share_drawn": Label("Andel, udtrukket", "Share, drawn"),
    "share_answered": Label("Andel, besvaret", "Share, answered"),
    "share_weighted": Label("Andel, vægtet", "Share, weighted"),
    "note": Label("Bemærkning", "Note"),
    "provenance": Label("Data", "Data"),
}
ANSWERED = Label(
    "{answered} af {n} udtrukne svarede, vægtet {rate}.", "{answered} of {n} drawn answered, weighted {rate}."
)
MEASURED = Label(
    "R-indikator {r} ({low} til {high}); designeffekt af vægtningen {deff}.",
    "R-indicator {r} ({low} to {high}); design effect of weighting {deff}.",
)
MODELLED = Label(
    "Tilbøjeligheden til at svare er modelleret (logistisk, hovedvirkninger: {registers}) med designvægte blandt alle "
    "udtrukne; {confidence}\u202f%-konfidensinterval.",
    "The propensity to answer is modelled (logistic, main effects: {registers}) with design weights among all drawn; "
    "{confidence}% confidence intervals.",
)
SHARES = ("rate", "weighted_rate", "share_drawn", "share_answered", "share_weighted")
SHOWN = ("domain", "group", "sampled", "answered", "weighted_rate", "unconditional", "conditional")


@dataclass(frozen=True, eq=False, repr=False)
class ResponseReport:
    """
    Response to a wave, and what it does to the weights.

    Attributes
    ----------
    table : DataFrame
        One row for the total, each register domain of the frame (its group is empty) and its groups, and each stratum:
        domain, group, population, sampled, answered, rate, weighted_rate (0 to 1), unconditional, unconditional_se,
        conditional, conditional_se (partial indicators), share_drawn, share_answered, share_weighted (of the
        population: by the frame, of those who answered with design weights, and with the delivered weights), note,
        provenance. Codes, not labels.
    representativity : Representativity
        `.r`, `.cv` with standard errors and intervals, and the model of the propensities.
    weights : WeightReport
        Design weights of those who answered before, delivered weights after: range, cv, Kish's design effect, margins.
    variables : tuple of str
        Of the propensity model.
    wave : int
    codebook : Codebook
    is_synthetic : bool
    """

    table: pd.DataFrame
    representativity: "survey.Representativity"
    weights: "survey.WeightReport"
    variables: tuple[str, ...]
    wave: int
    codebook: Codebook
    is_synthetic: bool

    def row(self, domain: str = TOTAL, group: str = TOTAL) -> pd.Series:
        """Return one row of the table; an empty group is the domain as a whole."""
        found = self.table[(self.table["domain"] == domain) & (self.table["group"] == group)]
        if found.empty:
            raise ArgumentError("group", f"there is no row {domain!r}, {group!r} in this report")
        return found.iloc[0]

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the table with labels instead of codes and headings in words, in Danish or English."""
        return in_words(self.table, self.codebook, HEADINGS, NOTES, lang)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the table with what has to stand beside it, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        found = self.representativity
        registers = ", ".join(self.codebook.domains[name].label.text(lang).lower() for name in self.variables)
        notes = (
            f"{self._answered(lang)} {self._measured(lang)}",
            MODELLED.text(lang).format(registers=registers, confidence=f"{100 * found.confidence:g}"),
            self._base(lang),
            *((f"{SYNTHETIC.text(lang)}.",) if self.is_synthetic else ()),
            self._source(lang),
        )
        shares = tuple(HEADINGS[name].text(lang) for name in SHARES)
        return (Sheet("response", "", Label("Besvarelse", "Response").text(lang), notes, self.to_frame(lang), shares),)

    def _base(self, lang: Lang) -> str:
        return base_note(self.codebook, [self.codebook.widest_base], self.representativity.answered, lang)

    def _source(self, lang: Lang) -> str:
        return source_note(self.codebook, self.wave, self.codebook.wave(self.wave).period, lang)

    def text(self, lang: Lang = "en") -> str:
        """Say how many answered, how representative they are, and show the groups, in Danish or English."""
        standing = f"{SYNTHETIC.text(lang)}. " if self.is_synthetic else ""
        table = self.shown_frame(lang).to_string(index=False, float_format="{:.3f}".format, na_rep="")
        return f"{standing}{self._answered(lang)} {self._measured(lang)}\n{table}"

    def shown_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the rows and columns that `text` shows, with labels and headings in words."""
        shown = self.table[self.table["note"] != "rates_only"][list(SHOWN)]
        return in_words(shown, self.codebook, {name: HEADINGS[name] for name in SHOWN}, NOTES, lang)

    def _answered(self, lang: Lang) -> str:
        found = self.representativity
        return ANSWERED.text(lang).format(
            answered=integer(found.answered, lang), n=integer(found.n, lang), rate=per_cent(found.rate, lang, 1)
        )

    def _measured(self, lang: Lang) -> str:
        found, spread = self.representativity, self.weights.after
        numbers = {"r": found.r, "low": found.r_low, "high": found.r_high, "deff": spread.deff}
        return MEASURED.text(lang).format(**{name: decimal(number, lang, 3) for name, number in numbers.items()})

    def __repr__(self) -> str:
        """Say how many answered, how representative they are, and show the groups."""
        found, origin = self.representativity, "; SYNTHETIC" if self.is_synthetic else ""
        spread = self.weights.after
        lines = (
            f"<ResponseReport: wave {self.wave}, {found.answered:,} of {found.n:,} answered, weighted "
            f"{100 * found.rate:.1f}%{origin}>\n"
            f"R-indicator {found.r:.3f} ({found.r_low:.3f} to {found.r_high:.3f}), coefficient of variation of the "
            f"propensities {found.cv:.3f} ({found.cv_low:.3f} to {found.cv_high:.3f})\n"
            f"weights {spread.smallest:.2f} to {spread.largest:.2f}, cv {spread.cv:.2f}, "
            f"design effect of weighting {spread.deff:.2f}\n"
        )
        shown = self.table[self.table["note"] != "rates_only"]
        return lines + shown[list(SHOWN)].to_string(index=False, float_format="{:.3f}".format, na_rep="")

    def _repr_html_(self) -> str:
        found, note = self.representativity, f"{SYNTHETIC.en}. " if self.is_synthetic else ""
        caption = (
            f"{note}R-indicator {found.r:.3f} ({found.r_low:.3f} to {found.r_high:.3f}); "
            f"design effect of weighting {self.weights.after.deff:.2f}. {self._base('en')} {self._source('en')}"
        )
        return as_html(self.to_frame("en"), caption)


def check_response(
    wave: Wave, *, variables: str | Sequence[str] | None = None, confidence: float = 0.95
) -> ResponseReport:
    """
    Report who of the units drawn answered, and how representative they are.

    Parameters
    ----------
    wave : Wave
        With the frame it was drawn from; the shipped waves have theirs.
    variables : str or sequence of str, optional
        Registers of the frame that propensities are modelled on; those that the strata are made of without it.
    confidence : float
        Coverage of the intervals of R-indicator and coefficient of variation.

    Returns
    -------
    ResponseReport

    Raises
    ------
    ArgumentError
        If the wave has no frame, or one without the registers of its strata, or a variable follows from others.
    UnknownNameError
        If the frame has no register of a name.
    ResponseError
        If all or none answered in a group of a variable.

    Notes
    -----
    Propensities are modelled on the variables, main effects, with design weights; other registers get unconditional
    indicators. See `barometer.survey.estimate_representativity` for formulas and sources.

    Examples
    --------
    >>> import barometer as bm
    >>> report = bm.check_response(bm.load_wave(4))
    >>> report.representativity.n, report.representativity.answered
    (4494, 1611)
    """
    check_wave(wave)
    sample = drawn_sample(wave, wave_design(wave).weight)
    known = tuple(str(name) for name in sample.registers.columns)
    names = (wave.record.stratum or known) if variables is None else as_names("variables", variables)
    if not names:
        raise ArgumentError("variables", "the frame has no registers that answering could be modelled on")
    for name in names:
        if name not in known:
            raise UnknownNameError("register in this frame", name, known)
    others = [name for name in known if name not in names]
    found = survey.estimate_representativity(
        sample.design,
        sample.answered,
        sample.registers[list(names)],
        also=sample.registers[others] if others else None,
        confidence=confidence,
    )
    weights = survey.report_weights(sample.weight, sample.answered, sample.delivered, sample.registers)
    table = _table(wave, sample, found, weights)
    return ResponseReport(table, found, weights, tuple(names), wave.record.number, wave.codebook, wave.is_synthetic)


def _table(
    wave: Wave, sample: DrawnSample, found: "survey.Representativity", weights: "survey.WeightReport"
) -> pd.DataFrame:
    everybody = survey.response_rates(sample.answered, weight=sample.weight)
    rows: list[dict[str, object]] = [
        {"domain": TOTAL, "group": TOTAL, "note": found.note} | _rates(everybody, 0, sample.weight.sum())
    ]
    margins = {(margin.variable, margin.level): margin for margin in weights.margins}
    inside = found.model.classes.variables
    for part in found.partial:
        if part.level is None:
            rates = survey.response_rates(sample.answered, weight=sample.weight, by=sample.registers[part.variable])
            shares: dict[str, object] = {}
            counts = _rates(rates, 0, sample.weight.sum())
        else:
            population = sample.weight[(sample.registers[part.variable] == part.level).to_numpy()].sum()
            counts = _rates(rates, 1 + [labels[0] for labels in rates.groups].index(part.level), population)
            margin = margins[part.variable, part.level]
            shares = {
                "share_drawn": margin.drawn, "share_answered": margin.before, "share_weighted": margin.after,
            }  # fmt: skip
        indicators = {
            "unconditional": part.unconditional,
            "unconditional_se": part.unconditional_se,
            "conditional": part.conditional,
            "conditional_se": part.conditional_se,
        }
        keys = {
            "domain": part.variable,
            "group": part.level or "",
            "note": "" if part.variable in inside else "outside_model",
        }
        rows.append(keys | counts | indicators | shares)
    if wave.record.stratum:
        rates = survey.response_rates(sample.answered, weight=sample.weight, by=sample.stratum)
        domain = " x ".join(wave.record.stratum)
        for code, (group, population) in enumerate(zip(sample.strata, sample.population, strict=True)):
            keys = {"domain": domain, "group": group, "note": "rates_only"}
            rows.append(keys | _rates(rates, 1 + code, population))
    table = pd.DataFrame([{"provenance": wave.provenance.kind} | row for row in rows])
    return table.reindex(columns=list(HEADINGS))


def _rates(rates: "survey.ResponseRates", row: int, population: float) -> dict[str, object]:
    """Return the counts of one group; its population follows from the design weights."""
    return {
        "population": round(population),
        "sampled": int(rates.sampled[row]),
        "answered": int(rates.answered[row]),
        "rate": float(rates.rate[row]),
        "weighted_rate": float(rates.weighted_rate[row]),
    }
