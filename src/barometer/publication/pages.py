"""The report's pages as HTML: plain functions from results to text, everything escaped."""

from collections.abc import Sequence
from html import escape
from importlib.metadata import version

from barometer.codebook.records import Label, Lang, WaveRecord
from barometer.microdata import SYNTHETIC
from barometer.publication.figure import Figure
from barometer.publication.numbers import integer
from barometer.publication.verification import Verification, claims_html

TEXTS = {
    "figures": Label("Figurer", "Figures"),
    "verification": Label("Efterprøvning", "Verification"),
    "methods": Label("Metode", "Methods"),
    "notebooks": Label("Notebooks", "Notebooks"),
    "downloads": Label("Hent tallene", "Download the numbers"),
    "cite": Label("Sådan citeres rapporten", "How to cite"),
    "numbers": Label("Tallene i figuren", "The numbers drawn"),
    "source": Label("Offentliggjort figur", "Published figure"),
    "other": Label("English", "Dansk"),
    "back": Label("Rapporten", "The report"),
}
PAGE = {"da": "index.html", "en": "index.en.html"}


def report_page(
    record: WaveRecord, figures: Sequence[Figure], checked: Verification, notebooks: Sequence[tuple[str, str]], lang: Lang
) -> str:
    """
    Write the report of one wave in one language.

    Parameters
    ----------
    notebooks : sequence of (address, title)
    """
    title = f"{record.label.text(lang)}, {record.period}"
    intro = Label(
        f"Rapporten viser {len(figures)} offentliggjorte figurer med deres usikkerhed og holder {len(checked.table)} offentliggjorte "
        "udsagn op mod tal, der er beregnet af de mikrodata, der er læst ind.",
        f"The report shows {len(figures)} published figures with their uncertainty and holds {len(checked.table)} published claims "
        "against numbers computed from the microdata that were read.",
    ).text(lang)
    sections = [
        f"<p>{escape(intro)}</p>",
        _section("figures", lang, f"<div class='figures'>{''.join(_figure(f.in_language(lang)) for f in figures)}</div>"),
        _section("verification", lang, _verification(checked, lang)),
        _section("methods", lang, _methods(record, checked.is_synthetic, lang)),
    ]
    if notebooks:
        items = "".join(f"<li><a href='{escape(address)}'>{escape(name)}</a></li>" for address, name in notebooks)
        sections.append(_section("notebooks", lang, f"<ul>{items}</ul>"))
    sections.append(_section("downloads", lang, _downloads(lang)))
    sections.append(_section("cite", lang, _cite(record, checked.is_synthetic, lang)))
    other: Lang = "en" if lang == "da" else "da"
    links = [(f"#{name}", TEXTS[name].text(lang)) for name in ("figures", "verification", "methods", "downloads", "cite")]
    links.append((PAGE[other], TEXTS["other"].text(lang)))
    return page(title, "".join(sections), lang, links, synthetic=checked.is_synthetic)


def notebook_page(title: str, body: str, *, synthetic: bool) -> str:
    """Write an executed notebook as a page of the report."""
    return page(title, body, "en", [("../index.en.html", TEXTS["back"].en)], synthetic=synthetic, root="../", heading=False)


def page(
    title: str,
    body: str,
    lang: Lang,
    links: Sequence[tuple[str, str]],
    *,
    synthetic: bool,
    root: str = "",
    heading: bool = True,
) -> str:
    """Write a whole page around a body; every address in it is relative."""
    nav = "".join(f"<a href='{escape(address)}'>{escape(text)}</a>" for address, text in links)
    notice = f"<p class='notice'>{escape(SYNTHETIC.text(lang))}.</p>" if synthetic else ""
    top = f"<h1>{escape(title)}</h1>" if heading else ""
    return (
        f"<!doctype html>\n<html lang='{lang}'>\n<head>\n<meta charset='utf-8'>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        f"<title>{escape(title)}</title>\n<link rel='stylesheet' href='{root}style.css'>\n</head>\n<body>\n"
        f"<header><nav>{nav}</nav>{top}{notice}</header>\n<main>{body}</main>\n"
        f"<footer>barometer {escape(version('innovation-barometer'))}</footer>\n</body>\n</html>\n"
    )


def _section(name: str, lang: Lang, body: str) -> str:
    return f"<section id='{name}'><h2>{escape(TEXTS[name].text(lang))}</h2>{body}</section>"


def _figure(figure: Figure) -> str:
    lang, stem = figure.lang, f"figures/{figure.id}"
    table = figure.to_frame(lang)
    head = "".join(f"<th scope='col'>{escape(str(c))}</th>" for c in table.columns)
    rows = "".join("<tr>" + "".join(_cell(v, lang) for v in row) + "</tr>" for row in table.itertuples(index=False))
    csv = f"{stem}.da.csv" if lang == "da" else f"{stem}.csv"
    files = " · ".join(
        f"<a href='{escape(address)}'>{name}</a>"
        for address, name in ((f"{stem}.{lang}.svg", "SVG"), (f"{stem}.{lang}.png", "PNG"), (csv, "CSV"))
    )
    source = f"{escape(TEXTS['source'].text(lang))}: {escape(figure.source.removeprefix('https://'))}" if figure.source else ""
    return (
        f"<figure id='{escape(figure.id)}'><img src='{escape(stem)}.{lang}.svg' alt='{escape(figure.alt_text, quote=True)}' loading='lazy'>"
        f"<figcaption><details><summary>{escape(TEXTS['numbers'].text(lang))}</summary><div class='scroll'>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>{files}<br>{source}</figcaption></figure>"
    )


def _cell(value: object, lang: Lang) -> str:
    if isinstance(value, float):
        text = "\N{EN DASH}" if value != value else f"{value:.4f}".replace(".", "," if lang == "da" else ".")
        return f"<td class='number'>{text}</td>"
    if isinstance(value, int):
        return f"<td class='number'>{integer(value, lang)}</td>"
    return f"<td>{escape(str(value))}</td>"


def _verification(checked: Verification, lang: Lang) -> str:
    explained = Label(
        "»Genfundet« betyder, at den beregnede andel afrundes til det offentliggjorte hele procenttal. »(Tilpasset)« betyder, at de "
        "syntetiske data er lavet, så de passer; det siger intet om, hvorvidt det offentliggjorte tal er rigtigt.",
        "'Reproduced' means that the computed share rounds to the published whole per cent. '(By construction)' means that the "
        "synthetic data were made to agree; it says nothing of whether the published number is right.",
    ).text(lang)
    return (
        f"<p>{escape(checked.summary(lang))}</p><p>{escape(explained)}</p>"
        f"<div class='scroll'>{claims_html(checked.table, lang)}</div>"
    )


def _methods(record: WaveRecord, synthetic: bool, lang: Lang) -> str:
    paragraphs = [
        Label(
            "Andelene er vægtede: summen af vægtene for dem, der svarede ja, delt med summen for alle i basis. Vægten er antallet af "
            "arbejdspladser i stratum delt med antallet af svar.",
            "Shares are weighted: the weights of those who said yes over the weights of all in the base. A weight is the number of "
            "workplaces in the stratum over the number of answers.",
        ),
        Label(
            "Standardfejl beregnes ved Taylor-linearisering inden for strata (delsektor gange størrelse) med endelighedskorrektionen "
            "1 - svar/arbejdspladser. At svare behandles som en anden tilfældig udvælgelse inden for stratum; forskelle mellem dem, der "
            "svarede, og dem, der ikke gjorde, er altså ikke med.",
            "Standard errors come from Taylor linearization within strata (sector by size) with the finite population correction "
            "1 - answers/workplaces. Answering is treated as a second random draw inside the stratum; differences between those who "
            "answered and those who did not are therefore not in them.",
        ),
        Label(
            "Konfidensintervallerne er symmetriske på logit-skala og bruger t-fordelingen med svar minus strata i gruppen som "
            "frihedsgrader. Tallene er de samme som i R-pakken survey.",
            "Confidence intervals are symmetric on the logit scale and use Student's t with answers less strata in the group as degrees "
            "of freedom. The numbers are those of R's survey package.",
        ),
    ]
    if synthetic:
        paragraphs.append(
            Label(
                "Mikrodata her er syntetiske: kunstige arbejdspladser, tilpasset det, der er offentliggjort om udgaven. Stikprøvedesignet er "
                "antaget, så intervaller og test viser metoden; de er ikke de offentliggjorte tals usikkerhed.",
                "The microdata here are synthetic: artificial workplaces, fitted to what was published about the edition. The design is "
                "assumed, so intervals and tests show the method; they are not the uncertainty of the published numbers.",
            )
        )
    facts = Label(
        f"{record.answers:,} svar fra {record.sample:,} udtrukne af {record.population:,} arbejdspladser.".replace(",", "."),
        f"{record.answers:,} answers from {record.sample:,} workplaces drawn out of {record.population:,}.",
    )
    return "".join(f"<p>{escape(p.text(lang))}</p>" for p in [facts, *paragraphs])


def _downloads(lang: Lang) -> str:
    items = (
        ("barometer.xlsx", Label("Alle figurers tal og efterprøvningen i én Excel-fil", "Every figure's numbers and the verification in one Excel file")),
        ("verification.csv", Label("Efterprøvningen som CSV", "The verification as CSV")),
        ("report.json", Label("Fortegnelse over rapportens filer med SHA-256", "List of the report's files with SHA-256")),
    )
    return "<ul>" + "".join(f"<li><a href='{a}'>{a}</a>: {escape(t.text(lang))}</li>" for a, t in items) + "</ul>"


def _cite(record: WaveRecord, synthetic: bool, lang: Lang) -> str:
    what = Label("Syntetiske data tilpasset", "Synthetic data fitted to").text(lang) + " " if synthetic else ""
    text = (
        f"{record.publisher.text(lang)}: {what}{record.label.text(lang)}, {record.period}. "
        f"{Label('Beregnet med', 'Computed with').text(lang)} barometer {version('innovation-barometer')}."
    )
    return f"<p>{escape(text)}</p>"
