"""
What the processes of a report have in memory when they begin; see `process_context`.

Importing this module imports the package and what it computes and draws with, and reads the codebook and the shipped
waves, so that notebooks share one reading of them.
"""

import gc
import signal
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages

import barometer as bm
from barometer.microdata.load import shipped_waves
from barometer.publication.report.notebook_pages import notebook_body

ROOMS = ("codebook", "microdata", "survey", "analysis", "publication")
APART = ("barometer.survey.engines",)
"""Engines import what they address."""
PACKAGES = (
    "formulaic",
    "ipykernel.inprocess",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "nbconvert",
    "scipy.stats",
)


signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C is told of by the report: what it started ends without a word


def _modules() -> list[str]:
    rooms = [import_module(f"barometer.{room}") for room in ROOMS]
    found = [module.name for room in rooms for module in walk_packages(room.__path__, f"{room.__name__}.")]
    return [name for name in found if not name.startswith(APART)]


for name in (*PACKAGES, *_modules()):
    with suppress(ImportError):  # a package that is not installed is missed by what needs it
        import_module(name)
waves = [bm.load_wave(number) for number in shipped_waves()]
if figure := next(iter(waves[-1].codebook.figures), None):
    bm.draw(figure, waves[-1]).render("svg", "web")  # fonts and their measures are found once
with suppress(ImportError):
    import nbformat.v4 as notebooks

    said = notebooks.new_output("stream", text="1")
    cells = [notebooks.new_markdown_cell("# *One*\n\n`x`"), notebooks.new_code_cell("print(1)", outputs=[said])]
    notebook_body(notebooks.new_notebook(cells=cells))  # its templates are compiled once
gc.freeze()  # what is here stays: nobody need look through it again
