"""Chromium for tests, where it is installed: its widths, and what axe calls grave."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = [
    name
    for name, there in (
        ("chromium", CHROMIUM),
        ("playwright", find_spec("playwright")),
        ("axe-playwright-python", find_spec("axe_playwright_python")),
    )
    if not there
]
NEEDS_BROWSER = pytest.mark.skipif(
    bool(MISSING), reason=f"needs {', '.join(MISSING)}: apt-get install chromium; pip install '.[browser]'"
)
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
GRAVE = ("serious", "critical")


@contextmanager
def running_browser() -> Iterator[Any]:
    """Run Chromium without a window."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield running
        running.close()
