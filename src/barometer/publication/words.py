"""The words of a figure: headline, subtitle, footer and text alternative, from the record and the numbers drawn."""

from dataclasses import dataclass

import pandas as pd

from barometer.analysis import Estimates
from barometer.analysis.method import DONT_KNOW
from barometer.codebook.records import FigureRecord, Headline, Label, Lang
from barometer.microdata import SYNTHETIC
from barometer.publication.numbers import integer, interval, per_cent

KINDS = {
    "union": Label("Søjlediagram over en sammensat andel og dens dele", "Bar chart of a composite share and its parts"),
    "bars": Label("Søjlediagram", "Bar chart"),
    "domains": Label("Prikdiagram over grupper sammenlignet med alle", "Dot plot of groups beside the share of all"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is written around the marks, in one language."""

    headline: str
    subtitle: str
    footer: tuple[str, ...]
    alt_text: str


def write_words(record: FigureRecord, estimates: Estimates, data: pd.DataFrame, lang: Lang) -> Words:
    """Write a figure's words so that they hold for the numbers drawn."""
    facts = {"share": per_cent(data_main(data)["share"], lang), "period": estimates.method.period}
    headline = _finding(record, data).text(lang).format(**facts)
    if estimates.is_synthetic:
        headline = f"{Label('Syntetiske data', 'Synthetic data').text(lang)}: {_lower(headline)}"
    subtitle = record.subtitle.text(lang).format(**facts)
    return Words(headline, subtitle, _footer(record, estimates, data, lang), _alt_text(record, headline, data, lang))


def data_main(data: pd.DataFrame) -> pd.Series:
    """Return the row that a headline is about: the composite, the total, or the first."""
    special = data[data["role"].isin(["main", "total"])]
    return (special if len(special) else data).iloc[0]


def _finding(record: FigureRecord, data: pd.DataFrame) -> Label:
    for headline in record.headlines:
        if holds(headline, data):
            return headline.label
    return record.neutral


def holds(headline: Headline, data: pd.DataFrame) -> bool:
    """Whether a headline may be said: what it compares must hold over the whole interval."""
    kind, *names = headline.when.split(":")
    if kind == "always":
        return True
    by_name = data.set_index("indicator" if data["group"].nunique() == 1 else "group")
    if any(name not in by_name.index for name in names[: 2 if kind in ("higher", "lower") else 1]):
        return False
    first = by_name.loc[names[0]]
    if kind == "above":
        return bool(first["ci_low"] > float(names[1]) / 100)
    if kind == "below":
        return bool(first["ci_high"] < float(names[1]) / 100)
    if kind == "largest":
        others = by_name.drop(index=names[0])
        return bool((first["ci_low"] > others["ci_high"]).all())
    second = by_name.loc[names[1]]
    if kind == "higher":
        return bool(first["ci_low"] > second["ci_high"])
    return bool(kind == "lower" and first["ci_high"] < second["ci_low"])


def _footer(record: FigureRecord, estimates: Estimates, data: pd.DataFrame, lang: Lang) -> tuple[str, ...]:
    rules = dict.fromkeys(estimates.table["dont_know"].astype(str))
    if estimates.domains and estimates.domains[0].dont_know is not None:
        rules = dict.fromkeys([estimates.domains[0].dont_know])
    dont_know = ". ".join(DONT_KNOW[rule].text(lang) for rule in rules if rule in DONT_KNOW)
    synthetic = estimates.is_synthetic
    if lang == "da":
        lines = f"Linjer: {per_cent(0.95, lang)}-konfidensinterval" + (" for det antagne design." if synthetic else ".")
        n_text = f"n = {integer(int(data_main(data)['n']), lang)}. Vægtet."
    else:
        lines = f"Lines: {per_cent(0.95, lang)} confidence interval" + (" of the assumed design." if synthetic else ".")
        n_text = f"n = {integer(int(data_main(data)['n']), lang)}. Weighted."
    wave = estimates.codebook.wave(estimates.method.wave)
    origin = f"{wave.label.text(lang)}, {estimates.method.period}"
    if synthetic:
        source = Label(f"syntetiske data, tilpasset {origin}", f"synthetic data, fitted to {origin}").text(lang)
    else:
        source = origin
    first = " ".join(filter(None, [record.note.text(lang), f"{dont_know}.", lines]))
    second = f"{Label('Kilde', 'Source').text(lang)}: {source}. {n_text}"
    third = [_standing(record, data, lang)] if synthetic else []
    thin = [Label("Hule mærker: under 30 svar.", "Hollow marks: fewer than 30 answers.").text(lang)] if data["thin"].any() else []
    return (first, second, " ".join([*third, *thin])) if third or thin else (first, second)


def _standing(record: FigureRecord, data: pd.DataFrame, lang: Lang) -> str:
    """Say that the data are synthetic, and which marks stand for no published number."""
    assumed = data["basis"] == "assumed"
    if assumed.all():
        note = Label("Intet af tallene er offentliggjort; de hviler på en antagelse.", "None of the numbers was published; they rest on an assumption.")
    elif not assumed.any():
        return f"{SYNTHETIC.text(lang)}."
    elif record.kind == "domains":
        note = Label("Lyse prikker: intet tal er offentliggjort, de hviler på en antagelse.", "Pale dots: no number was published, they rest on an assumption.")
    else:
        note = Label("Stiplede søjler: intet tal er offentliggjort, de hviler på en antagelse.", "Dashed bars: no number was published, they rest on an assumption.")
    return f"{SYNTHETIC.text(lang)}. {note.text(lang)}"


def _alt_text(record: FigureRecord, headline: str, data: pd.DataFrame, lang: Lang) -> str:
    rows = data[data["role"] != "total"].dropna(subset=["share"])
    main = data[data["role"].isin(["main", "total"])]
    sentences = [f"{KINDS[record.kind].text(lang)}. {headline}."]
    sentences += [f"{row[f'label_{lang}']}: {_with_interval(row, lang)}." for row in main.to_dict("records")]
    parts = rows[rows["role"] != "main"]
    if len(parts) > 1:
        top, bottom = parts.loc[parts["share"].idxmax()], parts.loc[parts["share"].idxmin()]
        highest, lowest = Label("Højest", "Highest").text(lang), Label("lavest", "lowest").text(lang)
        sentences.append(
            f"{highest}: {top[f'label_{lang}']}, {_with_interval(top, lang)}; "
            f"{lowest}: {bottom[f'label_{lang}']}, {_with_interval(bottom, lang)}."
        )
    return " ".join(sentences)


def _with_interval(row: pd.Series | dict[str, float], lang: Lang) -> str:
    share = per_cent(row["share"], lang)
    if pd.isna(row["ci_low"]):
        return share
    return f"{share} ({interval(row['ci_low'], row['ci_high'], lang)})"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
