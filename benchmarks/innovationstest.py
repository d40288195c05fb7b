"""How large the Innovationstest's page is, how long it takes to build, and when a slow browser can be used."""

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import barometer as bm

SLOWER = 4
"""How many times the processor of the browser is slowed, as DevTools does it."""
TIMES = 5
LARGEST, BUILD, INTERACTIVE = 400_000, 2.0, 1.0
"""What was asked: bytes, seconds from processed data by the clock, seconds until the first button answers."""


def time_building(folder: Path) -> tuple[float, float, Path]:
    """Return the seconds from a processed file to the page, by the clock and of the processor, and the page."""
    processed = bm.ingest("data/raw", folder / "processed")
    source = next(path for path in processed if path.name.startswith("wave3"))
    wall, processor = [], []
    for _ in range(TIMES):
        start, start_processor = time.perf_counter(), time.process_time()
        page = bm.build_test(bm.load_wave(3, source), folder / "site")
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - start_processor)
    return statistics.median(wall), statistics.median(processor), page


def time_opening(page_file: Path) -> float:
    """Return the seconds from opening the page until its first button has moved it on, in a slowed Chromium."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    seconds = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        for _ in range(TIMES):
            context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
            page = context.new_page()
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.goto(page_file.as_uri())
            seconds.append(
                page.evaluate(
                    """() => {
                        const choice = document.getElementById('sector');
                        choice.selectedIndex = 1;
                        choice.dispatchEvent(new Event('change'));
                        document.querySelector('[data-act=next]').click();
                        if (state.step === 'profile') throw new Error('the button does nothing');
                        return performance.now() / 1000;
                    }"""
                )
            )
            context.close()
        browser.close()
    return float(statistics.median(seconds))


def main() -> int:
    """Print what was measured beside what was asked; 1 if a limit is passed."""
    with tempfile.TemporaryDirectory() as folder:
        built, processor, page = time_building(Path(folder))
        size = page.stat().st_size
        opened = time_opening(page)
    print(f"size of the page           {size / 1000:7.0f} kB   (limit {LARGEST / 1000:.0f})")
    print(f"building it, by the clock  {built:7.2f} s    (limit {BUILD:.0f}; median of {TIMES})")
    print(f"  of it the processor's    {processor:7.2f} s")
    print(f"usable, processor {SLOWER}x slower {opened:6.2f} s    (limit {INTERACTIVE:.0f})")
    return int(size >= LARGEST or built > BUILD or opened > INTERACTIVE)


if __name__ == "__main__":
    sys.exit(main())
