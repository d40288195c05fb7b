"""A finished figure: its numbers, its words, and files of it."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError, check_choice
from barometer.microdata.inert_text import inert_frame
from barometer.microdata.store import replacing, writing_to
from barometer.publication.composing import compose
from barometer.publication.disclosure.audit import Audit
from barometer.publication.drawing import Drawing
from barometer.publication.gaps import NO_N
from barometer.publication.style import SIZES, SizeName, style
from barometer.publication.words import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

DPI = 200
FigureFormat = Literal["png", "svg", "csv", "json"]
COLUMNS = {
    "heading": Label("Led", "Term"),
    "label": Label("Gruppe", "Group"),
    "versus": Label("Sammenlignet med", "Compared with"),
    "answer": Label("Svar", "Answer"),
    "period": Label("Periode", "Period"),
    "change": Label("Ændring", "Change"),
    "before": Label("Andel før", "Share before"),
    "target": Label("Andel i populationen", "Share in the population"),
    "share": Label("Andel", "Share"),
    "scale": Label("Mål", "Measure"),
    "value": Label("Estimat", "Estimate"),
    "ci_low": Label("Nedre grænse", "Lower bound"),
    "ci_high": Label("Øvre grænse", "Upper bound"),
    "delta": Label("Afviger højst", "Differ by at most"),
    "bound_low": Label("Grænse, nedre", "Bound, lower"),
    "bound_high": Label("Grænse, øvre", "Bound, upper"),
    "covered_low": Label("Grænse med stikprøve, nedre", "Bound with sampling, lower"),
    "covered_high": Label("Grænse med stikprøve, øvre", "Bound with sampling, upper"),
    "worst_low": Label("Yderste grænse, nedre", "Worst case, lower"),
    "worst_high": Label("Yderste grænse, øvre", "Worst case, upper"),
    "threshold": Label("Udsagnets grænse", "Threshold of the statement"),
    "tip": Label("Vælter ved", "Tips at"),
    "share_versus": Label("Andel i sammenligningen", "Share compared with"),
    "difference": Label("Forskel", "Difference"),
    "at_least": Label("Mindst", "At least"),
    "p_adjusted": Label("Justeret p-værdi", "Adjusted p-value"),
    "observed": Label("Andel uden justering", "Share, not adjusted"),
    "n": Label("Svar (n)", "Answers (n)"),
    "basis": Label("Grundlag", "Basis"),
}
SCALES = {
    "odds_ratio": Label("Oddsforhold", "Odds ratio"),
    "rate_ratio": Label("Andelsforhold", "Ratio of shares"),
    "points": Label("Forskel på andele", "Difference of shares"),
    "share": Label("Justeret andel", "Adjusted share"),
}
COMPARED = ("versus", "share_versus", "difference", "at_least", "p_adjusted")
"""What a frame has no column for where nothing was compared."""
PUBLISHED = Label("Offentliggjort figur", "Published figure")
BASIS = {
    "published": Label("syntetisk, tilpasset det offentliggjorte", "synthetic, fitted to what was published"),
    "assumed": Label("syntetisk, antaget", "synthetic, assumed"),
    "delivery": Label("leverede data", "delivered data"),
}


@dataclass(frozen=True, eq=False, repr=False)
class Figure:
    """
    One drawn figure.

    Attributes
    ----------
    id : str
        Name of its record, or of the result it was drawn from.
    data : DataFrame
        Exactly the numbers drawn, one row per mark: indicator, group, labels, share, ci_low, ci_high (0 to 1), n, role,
        basis (published, assumed or delivery) and thin; of comparisons the difference and its test as well, over waves
        their periods, of a change `change` and no `share`, of weights the shares before and in the population, of
        bounds the bounds.
    lang : {"da", "en"}
        Language it is shown in.
    words : dict of {"da", "en"} to Words
    source : str
        Address of the published figure.
    method : Label
        How the numbers were made.
    drawing : Drawing
        How marks of its kind are laid out.
    audit : Audit or None
        What disclosure control did to the numbers, cell by cell; None where there was none.
    """

    id: str
    kind: str
    data: pd.DataFrame
    lang: Lang
    words: dict[Lang, Words]
    source: str
    method: Label
    drawing: Drawing
    audit: Audit | None = None

    @property
    def headline(self) -> str:
        """The finding, or the neutral title where nothing is certain."""
        return self.words[self.lang].headline

    @property
    def caption(self) -> str:
        """Subtitle and footer as running text."""
        words = self.words[self.lang]
        return " ".join([f"{words.subtitle}.", *words.footer])

    @property
    def alt_text(self) -> str:
        """Text alternative: type, subject, highest and lowest."""
        return self.words[self.lang].alt_text

    def noting(self, note: Label) -> "Figure":
        """Return the same figure with a sentence more at the end of its footer."""
        words = {}
        for lang, said in self.words.items():
            last = " ".join(filter(None, (*said.footer[-1:], note.text(lang))))
            words[lang] = replace(said, footer=(*said.footer[:-1], last))
        return replace(self, words=words)

    def in_language(self, lang: Lang) -> "Figure":
        """Return the same figure in another language."""
        check_choice("lang", lang, ("da", "en"))
        return replace(self, lang=lang)

    def to_frame(self, lang: Lang | None = None) -> pd.DataFrame:
        """Return the numbers drawn with labels and headings in one language; shares stay 0 to 1."""
        lang = lang or self.lang
        written = {f"{name}_{lang}": name for name in ("label", "versus", "answer", "heading")}
        named = self.data.rename(columns=written)
        headings = {name: label.text(lang) for name, label in COLUMNS.items() if name in named}
        if "share_versus" in headings and named["share_versus"].isna().all():
            headings = {name: heading for name, heading in headings.items() if name not in COMPARED}
        shown = named[list(headings)]
        if "n" in shown and (shown["n"] == NO_N).any():
            shown = shown.assign(n=shown["n"].astype("Int64").mask(shown["n"] == NO_N))
        for name, words in (("basis", BASIS), ("scale", SCALES)):
            if name in shown:
                shown = shown.assign(
                    **{name: shown[name].map({code: label.text(lang) for code, label in words.items()})}
                )
        return shown.rename(columns=headings)

    def render(self, format: Literal["png", "svg"], size: SizeName = "text") -> bytes:
        """
        Draw it.

        Returns
        -------
        bytes
            The same at every run.
        """
        check_choice("format", format, ("png", "svg"))
        check_choice("size", size, tuple(SIZES))
        with style():
            canvas = compose(self, SIZES[size])
            stream = io.BytesIO()
            if format == "png":
                canvas.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
                return stream.getvalue()
            canvas.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        return _accessible(stream.getvalue().decode(), self).encode()

    def pixels(self, size: SizeName = "text", dpi: int = DPI) -> "NDArray[np.uint8]":
        """
        Draw it as an image that is put on something else.

        Returns
        -------
        (height, width, 4) uint8
            Red, green, blue and opacity of each pixel, the first row at the top.
        """
        check_choice("size", size, tuple(SIZES))
        with style():
            canvas = compose(self, SIZES[size])
            canvas.dpi = dpi
            drawn: Any = canvas.canvas
            drawn.draw()
            return np.asarray(drawn.buffer_rgba()).copy()

    def save(
        self,
        folder: str | Path,
        *,
        size: SizeName = "text",
        formats: tuple[FigureFormat, ...] = ("png", "svg", "csv", "json"),
        languages: tuple[Lang, ...] | None = None,
    ) -> list[Path]:
        """
        Write the figure and its numbers side by side under one stem.

        Parameters
        ----------
        folder : str or Path
            Made if it is not there.
        size : {"column", "text", "slide", "web"}
        formats : tuple of {"png", "svg", "csv", "json"}
            "csv" writes the numbers in both number formats; "json" the words in both languages, source and method.
        languages : tuple of {"da", "en"}, optional
            Of the drawings; the figure's own by default.

        Returns
        -------
        list of Path

        Raises
        ------
        ArgumentError
            If a format or size is none there is, or the figure does not fit the size.
        OutputError
            If the folder cannot be written to.
        """
        folder, contents = Path(folder), self.files(size=size, formats=formats, languages=languages)
        with replacing(folder) as staged, writing_to(staged):
            for name, content in contents.items():
                (staged / name).write_bytes(content)
        return [folder / name for name in contents]

    def files(
        self, *, size: SizeName, formats: tuple[FigureFormat, ...], languages: tuple[Lang, ...] | None = None
    ) -> dict[str, bytes]:
        """
        Make the contents of the files that `save` writes, by their names.

        Raises
        ------
        ArgumentError
            As for `save`.
        """
        for wanted in formats:
            check_choice("formats", wanted, get_args(FigureFormat))
        if isinstance(languages, str):
            raise ArgumentError("languages", f"is a tuple, for instance ('da', 'en'); got {languages!r}")
        stem = self.id if size == "text" else f"{self.id}-{size}"
        contents: dict[str, bytes] = {}
        for lang in languages or (self.lang,):
            for image in ("png", "svg"):
                if image in formats:
                    contents[f"{stem}.{lang}.{image}"] = self.in_language(lang).render(image, size)
        if "csv" in formats:
            contents[f"{self.id}.csv"] = (
                inert_frame(self.to_frame("en")).to_csv(index=False, lineterminator="\n").encode()
            )
            danish = inert_frame(self.to_frame("da")).to_csv(index=False, sep=";", decimal=",", lineterminator="\n")
            contents[f"{self.id}.da.csv"] = danish.encode("utf-8-sig")
        if "json" in formats:
            contents[f"{self.id}.json"] = _record(self)
        return contents

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        words, frame = self.words[lang], self.to_frame(lang)
        source = (f"{PUBLISHED.text(lang)}: {self.source}",) if self.source else ()
        notes = (words.subtitle, *words.footer, self.method.text(lang), *source)
        ends = ("share", "ci_low", "ci_high") if "share" in self.data else ()
        shares = tuple(COLUMNS[name].text(lang) for name in ends)
        return (Sheet(self.id, "", words.headline, notes, frame, shares),)

    def __repr__(self) -> str:
        """Name and headline."""
        return f"<Figure {self.id}: {self.headline}>"

    def _repr_svg_(self) -> str:
        return self.render("svg", "web").decode()


def in_both_languages(write: Callable[[Lang], str]) -> Label:
    """Write a text in both languages."""
    return Label(write("da"), write("en"))


def _accessible(svg: str, figure: Figure) -> str:
    """Give the drawing its text alternative and let it scale to the page."""
    start = svg.index("<svg")
    end = svg.index(">", start)
    tag = svg[start:end]
    width, height = (tag.split(f' {side}="')[1].split('"')[0] for side in ("width", "height"))
    tag = tag.replace(f' width="{width}"', "").replace(f' height="{height}"', "")
    tag += f' role="img" lang="{figure.lang}" style="max-width:100%;height:auto"'
    title = f"<title>{escape(figure.headline)}</title><desc>{escape(figure.alt_text)}</desc>"
    return f"{tag}>{title}{svg[end + 1 :]}"


def _record(figure: Figure) -> bytes:
    content = {
        "id": figure.id,
        "kind": figure.kind,
        "source": figure.source,
        "method": {lang: figure.method.text(lang) for lang in figure.words},
        "words": {
            lang: {
                "headline": words.headline,
                "subtitle": words.subtitle,
                "footer": list(words.footer),
                "alt_text": words.alt_text,
            }
            for lang, words in figure.words.items()
        },
    }
    return (json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()
