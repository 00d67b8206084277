"""How soon the dashboard is there and how big it gets: python -m benchmarks.start_up [--repeats 3]

Prints the seconds from the start command to the first answer, from the first request to a complete Explore
page, and the web process's resident memory after three pages. Asked: 3 s, 2 s, 350 MB.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Browser

from tools.server import Server, open_browser

PAGES = ("/explore", "/train", "/predict")
COMPLETE = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && document.querySelectorAll('[data-testid=stImage] img').length >= 3
    && document.querySelectorAll('.numbers td').length > 784
    && document.querySelectorAll('.tiles img').length >= 25
    && [...document.images].every(image => image.complete && image.naturalWidth)"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    with open_browser() as browser:
        rows = [measure(browser) for _ in range(repeats)]
    for name, unit, asked, values in zip(
        ("server answers", "Explore complete", "web process"),
        ("s", "s", "MB"),
        (3, 2, 350),
        zip(*rows, strict=True),
        strict=True,
    ):
        shown = ", ".join(f"{value:.2f}" for value in values)
        print(f"{name:18} median {statistics.median(values):7.2f} {unit} (asked: {asked})   [{shown}]")


def measure(browser: Browser) -> tuple[float, float, float]:
    """One start: (seconds to the first answer, seconds to a complete Explore page, megabytes)."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "runs")
        server.runs_dir.mkdir()
        started = time.perf_counter()
        with server:
            answered = time.perf_counter() - started
            page = browser.new_page()
            asked = time.perf_counter()
            page.goto(server.url)
            page.wait_for_function(COMPLETE, polling=20)
            complete = time.perf_counter() - asked
            for address in PAGES:
                page.goto(server.url + address)
                page.wait_for_timeout(3000)
            megabytes = psutil.Process(server.process.pid).memory_info().rss / 1e6
            page.close()
            return answered, complete, megabytes


if __name__ == "__main__":
    main()
