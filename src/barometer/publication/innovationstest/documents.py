"""Write the pages: the test, the document of one workplace, and that as PDF where Chromium is installed."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from barometer.codebook.answer_codes import answer_codes
from barometer.codebook.records import Lang, as_lang
from barometer.errors import ArgumentError, MissingProgramError, OutputError, as_path, check_kind
from barometer.microdata import Wave, check_wave
from barometer.publication.disclosure.policy import DEFAULT, PolicyChoice
from barometer.publication.innovationstest.answer_files import read_answers
from barometer.publication.innovationstest.benchmark import WorkplaceBenchmark, benchmark_workplace
from barometer.publication.innovationstest.page import document_page, whole_page
from barometer.publication.innovationstest.peer_shares import estimate_peer_shares

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
"""Names under which the program may be found."""
SECONDS = 120


def build_test(wave: Wave, out: str | Path, *, policy: PolicyChoice = DEFAULT) -> Path:
    """
    Write the test of a wave as one page, `index.html`, that needs no server and no network.

    Parameters
    ----------
    wave : Wave
    out : str or Path
        The folder; it is made if it is not there.
    policy : str or DisclosurePolicy
        Disclosure control of the shares in the page.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    UnknownNameError
        If the wave has no test, or there is no such policy.
    OutputError
        If the page cannot be written.
    """
    check_wave(wave)
    folder = as_path("out", out)
    page = whole_page(estimate_peer_shares(wave, policy=policy))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(folder, f"cannot be written to ({error.strerror or error})") from error
    return write_page(page, folder / "index.html")


def save_document(
    source: WorkplaceBenchmark | str | Path, path: str | Path, *, wave: Wave | None = None, lang: Lang = "da"
) -> Path:
    """
    Write the document of one workplace.

    Parameters
    ----------
    source : WorkplaceBenchmark, str or Path
        A benchmark; or an answer file or short code of the test of `wave`.
    path : str or Path
        Ends in .html, or in .pdf where Chromium is installed.
    wave : Wave, optional
        Needed for an answer file or a code.
    lang : {"da", "en"}

    Raises
    ------
    ArgumentError
        If the ending is neither, or a wave is needed.
    AnswersError
        If the answers cannot be used.
    MissingProgramError
        If a PDF is asked for and Chromium is not on the PATH.
    OutputError
        If the file cannot be written.
    """
    as_lang(lang)
    check_kind("source", source, (WorkplaceBenchmark, str, Path), "a benchmark, or an answer file or code")
    path = as_path("path", path)
    if path.suffix not in (".html", ".pdf"):
        raise ArgumentError("path", f"must end in .html or .pdf; got {path.name!r}")
    if path.suffix == ".pdf":
        find_chromium()
    page = document_page(_benchmark(source, wave), lang)
    if path.suffix == ".html":
        return write_page(page, path)
    with tempfile.TemporaryDirectory() as folder:
        return print_pdf(write_page(page, Path(folder) / "document.html"), path)


def write_page(page: str, path: Path) -> Path:
    """Write beside the file and put it in its place, so that nothing half-written is ever there."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(page, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputError(path, f"cannot be written ({error.strerror or error})") from error
    return path


def find_chromium() -> str:
    """
    Return the path of Chromium.

    Raises
    ------
    MissingProgramError
        If none is on the PATH.
    """
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise MissingProgramError("chromium", "to print PDF", "Or open the page in any browser and print it to a file.")


def print_pdf(page: Path, path: Path) -> Path:
    """
    Print a page of this package as PDF.

    Parameters
    ----------
    page : Path
        An .html file.
    path : Path
        The PDF.

    Raises
    ------
    MissingProgramError
        If Chromium is not installed.
    OutputError
        If it made no file.
    """
    program = find_chromium()
    # Chromium's own sandbox does not start for the superuser.
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "page.pdf"
        command = [program, "--headless", *sandbox, "--disable-gpu", f"--user-data-dir={folder}/profile"]
        command += ["--no-pdf-header-footer", f"--print-to-pdf={made}", page.resolve().as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
            shutil.move(made, path)
        except (OSError, subprocess.SubprocessError) as error:
            raise OutputError(path, f"was not printed: Chromium stopped ({type(error).__name__})") from error
    return path


def _benchmark(source: WorkplaceBenchmark | str | Path, wave: Wave | None) -> WorkplaceBenchmark:
    if isinstance(source, WorkplaceBenchmark):
        return source
    if wave is None:
        raise ArgumentError("wave", "is needed for an answer file or a code: whose test was answered")
    check_wave(wave)
    codes = answer_codes(wave.codebook, wave.record.number)
    given = read_answers(source, codes)
    sector, *size = (given.profile.get(name) for name in codes.places)
    return benchmark_workplace(given.answers, sector=str(sector), size=size[0] if size else None, wave=wave)
