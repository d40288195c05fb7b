"""Build the report: every wave's figures, claims and counts, the site around them, and the manifest."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from html import unescape
from pathlib import Path

import pandas as pd

from barometer.codebook.records import Lang
from barometer.errors import ArgumentError, as_path
from barometer.microdata import Wave, load_wave
from barometer.microdata.inert_text import inert_frame
from barometer.microdata.load import shipped_waves
from barometer.microdata.store import write_json, writing_to
from barometer.publication.claim_tables import claims_frame
from barometer.publication.disclosure.audit import Audit, put_together
from barometer.publication.disclosure.policy import DEFAULT, DisclosurePolicy, PolicyChoice, find_policy
from barometer.publication.editions import Edition, make_edition, reported_waves
from barometer.publication.fingerprints import TYPE, code_digest, digest, package_versions
from barometer.publication.numbers import compare_numbers, numbers_of, read_numbers
from barometer.publication.report.cache import Cache
from barometer.publication.report.drawings import LANGUAGES, write_drawings
from barometer.publication.report.earlier import NUMBERS, EarlierNumbers, find_earlier
from barometer.publication.report.folder import MARK, refuse_strangers, replacing_folder
from barometer.publication.report.manifest import describe_inputs, describe_run
from barometer.publication.report.notebook_pages import drawings_by_checksum, show_drawings
from barometer.publication.report.notebook_runs import NotebookRuns, find_notebooks
from barometer.publication.report.sheets import write_sheets
from barometer.publication.report.shown import protect_shown
from barometer.publication.result_sheets import Result
from barometer.publication.site import FRONT, SITE, Content, characters_of, file_of, find_rooms, site_pages, web_fonts
from barometer.publication.site.texts import heading
from barometer.publication.statbank.folder import write_tables
from barometer.publication.theme_trends import draw_theme_trends
from barometer.publication.verification import Verification
from barometer.publication.workbook import to_excel

WORKBOOKS: dict[Lang, str] = {"da": "barometer.xlsx", "en": "barometer.en.xlsx"}


def build_report(
    out: str | Path,
    waves: Wave | Sequence[Wave] | None = None,
    *,
    notebooks: str | Path | None = None,
    baseline: str | Path | None = None,
    cache: str | Path | None = None,
    workers: int = 1,
    policy: PolicyChoice = DEFAULT,
    audit: str | Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Path:
    """
    Build the report of one wave or several: a static site that opens from a file and needs no network.

    Parameters
    ----------
    out : str or Path
        Folder for it: not there yet, empty, or an earlier report, which stays until the new one is whole.
    waves : Wave or sequence of Wave, optional
        All synthetic or all delivered, of one codebook; every shipped synthetic wave by default.
    notebooks : str or Path, optional
        Folder whose notebooks are executed into the report. They show the shipped synthetic waves: a report of a real
        delivery is made without them.
    baseline : str or Path, optional
        Numbers that were approved (`write_numbers`); the quality page says what is different.
    cache : str or Path, optional
        Folder that keeps drawn figures and executed notebooks, so that only what has changed is made again. It holds
        what the report holds, and nothing of an earlier one.
    workers : int
        Processes that draw figures. More than one, as notebooks do, needs the `if __name__ == "__main__"` guard in a
        script.
    policy : str or DisclosurePolicy
        What may be shown: see `protect`. The report says in `disclosure.csv` what is suppressed.
    audit : str or Path, optional
        CSV file outside the report for whoever checks it before it goes out: why each cell is suppressed, which the
        report may not say.
    tell : callable, optional
        Gets one line of progress at a time.

    Returns
    -------
    Path
        The page to open.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written to.
    ArgumentError
        If waves do not go together, notebooks are asked for beside a real delivery, or the audit would lie in the
        report.
    UnknownNameError
        If there is no such policy.
    MixedCodebooksError
        If the waves answer to different codebooks.
    MissingFileError
        If there is no notebook in the folder of notebooks, or no baseline where one is named.
    NotebookError
        If a notebook fails.
    """
    out = as_path("out", out)
    refuse_strangers(out)
    if audit is not None and out.resolve() in Path(audit).resolve().parents:
        raise ArgumentError("audit", f"says what a report may not; name a file outside {out}")
    found = reported_waves([load_wave(number) for number in shipped_waves()] if waves is None else waves)
    if notebooks is not None and not found[0].is_synthetic:
        raise ArgumentError("notebooks", "show the shipped synthetic waves and stay out of a report of a real delivery")
    approved_file = Path(baseline) if baseline else None
    sources = _Sources(found, find_policy(policy), find_notebooks(notebooks), approved_file, find_earlier(out))
    approved = read_numbers(sources.baseline) if sources.baseline else None
    kept = Cache(Path(cache) if cache else None)
    with replacing_folder(out) as folder:
        content = _draw(sources, approved, folder, kept, workers, tell)
        tell("writing workbook and pages")
        with writing_to(out):
            done = _write_numbers(content, folder)
            _write_site(content, folder, kept)
            _write_manifest(content, sources, folder)
    if audit is not None and done is not None:
        done.to_csv(audit)
    kept.prune()
    return out / file_of(FRONT, "da")


def report_numbers(waves: Sequence[Wave], policy: PolicyChoice = DEFAULT) -> pd.DataFrame:
    """Return every number that a report of some waves would show under a policy, as `numbers_of` gives them."""
    found = reported_waves(waves)
    shown = protect_shown(found, find_policy(policy))
    editions = [make_edition(wave, policy, shown.figures[wave.record.number]) for wave in found]
    return numbers_of(editions, draw_theme_trends(found, shown.trends))


@dataclass(frozen=True, slots=True)
class _Sources:
    """What a report is made from."""

    waves: tuple[Wave, ...]
    policy: DisclosurePolicy
    notebooks: list[Path]
    baseline: Path | None
    earlier: EarlierNumbers | None


def _draw(
    sources: _Sources,
    approved: pd.DataFrame | None,
    folder: Path,
    kept: Cache,
    workers: int,
    tell: Callable[[str], None],
) -> Content:
    """Compute and draw what the report shows, while the notebooks run beside it."""
    runs = NotebookRuns(sources.notebooks, kept, tell)

    def drawn(line: str) -> None:
        """Stop at a notebook that has failed, and not after everything is drawn."""
        runs.check()
        tell(line)

    try:
        tell("verifying claims")
        shown = protect_shown(sources.waves, sources.policy)
        editions = tuple(
            make_edition(wave, sources.policy, shown.figures[wave.record.number]) for wave in sources.waves
        )
        trends = draw_theme_trends(sources.waves, shown.trends)
        numbers = numbers_of(editions, trends)
        drift = None if approved is None else compare_numbers(approved, numbers)
        last = sources.earlier
        since = None if last is None else compare_numbers(last.table, numbers, against="earlier")
        if since is not None:
            tell(since.summary())
        if shown.statbank:
            write_tables(folder / "statbank", shown.statbank)
        content = Content(
            editions,
            drift=drift,
            since=since,
            trends=trends,
            statbank=tuple(table.record.id for table in shown.statbank),
            differencing=shown.differencing,
            tabled=shown.audits,
        )
        write_drawings(content.drawn, folder / "figures", kept, workers=workers, tell=drawn)
        write_sheets(content, folder, kept)
        content = replace(content, rooms=find_rooms(folder))
        drawings = drawings_by_checksum(folder)
        pages = [replace(page, body=show_drawings(page.body, drawings)) for page in runs.pages()]
    finally:
        runs.stop()
    return replace(content, notebooks=tuple(pages))


def _write_numbers(content: Content, folder: Path) -> Audit | None:
    """Write the numbers as files; return what was done to them before."""
    numbers_of(content.editions, content.trends).to_csv(folder / NUMBERS, index=False, lineterminator="\n")
    done = _audit_of(content)
    if done is not None:
        done.public().to_csv(folder / "disclosure.csv")
    _write_tables(content.editions, folder)
    return done


def _audit_of(content: Content) -> Audit | None:
    """Return what was done to the numbers of all figures, each under the name of its files."""
    named = [Audit(audit.table.assign(table=name), audit.policy) for name, audit in content.audits.items()]
    return put_together(named) if named else None


def _write_tables(editions: Sequence[Edition], folder: Path) -> None:
    """Write the claims as CSV in both number formats, and everything as a workbook in both languages."""
    checked = Verification(
        tuple(claim for edition in editions for claim in edition.checked.claims), editions[0].is_synthetic
    )
    english, danish = (inert_frame(claims_frame(checked.claims, lang)) for lang in ("en", "da"))
    english.to_csv(folder / "verification.csv", index=False, lineterminator="\n")
    text = danish.to_csv(index=False, sep=";", decimal=",", lineterminator="\n")
    (folder / "verification.da.csv").write_bytes(text.encode("utf-8-sig"))
    for lang in LANGUAGES:
        to_excel(_sheets(editions, checked, lang), folder / WORKBOOKS[lang], lang=lang)


def _sheets(editions: Sequence[Edition], checked: Verification, lang: Lang) -> dict[str, Result]:
    """Return the claims and every figure under the names of their sheets: the number of the wave, and the title."""
    sheets: dict[str, Result] = {unescape(heading("verification", lang)): checked}
    for edition in editions:
        for figure in edition.figures:
            title = edition.codebook.figures[figure.id].neutral.text(lang)
            name = f"{edition.number} {title}" if len(editions) > 1 else title
            sheets[f"{name} ({figure.id})" if name in sheets else name] = figure
    return sheets


def _write_site(content: Content, folder: Path, kept: Cache) -> None:
    """Write the pages of both languages and what they need."""
    pages = site_pages(content)
    fonts = {f"fonts/{name}": font for name, font in _fonts(pages.values(), kept).items()}
    sources = {f"notebooks/{page.stem}.ipynb": page.source for page in content.notebooks}
    texts = {name: page.encode() for name, page in pages.items()}
    for name, file in {**texts, **fonts, **sources}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(file)
    shutil.copy(SITE / "style.css", folder)


def _fonts(pages: Iterable[str], kept: Cache) -> dict[str, bytes]:
    """Return the fonts with the characters of all pages; these change seldom, so that the fonts are kept."""
    characters = characters_of(pages)
    key = digest({"fonts": characters, "code": code_digest(), "packages": package_versions(TYPE)})
    found = kept.find(key)
    if found is None:
        found = web_fonts(characters)
        kept.keep(key, found)
    return found


def _write_manifest(content: Content, sources: _Sources, folder: Path) -> None:
    """Write what the report was made from, and the checksums of all that lies in its folder."""
    options = {
        "waves": [edition.number for edition in content.editions],
        "languages": list(LANGUAGES),
        "disclosure": asdict(sources.policy),
    }
    inputs = describe_inputs(content.editions, sources.notebooks, sources.baseline, sources.earlier)
    write_json(describe_run(folder, inputs, options), folder / MARK)
