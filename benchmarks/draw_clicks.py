"""From the end of a stroke to the new charts: python -m benchmarks.draw_clicks [--strokes 40] [--training]

In real Chromium, measured inside the page from the mouse's release to the load event of the new pictures:
Sketch-ready's chart, the chosen run's too, and the last picture of all. Asked of the first chart: 420 ms, and
550 ms at the 95th percentile; of them streamlit-drawable-canvas waits 200 before it sends anything. The
chosen run is the tutorial network after one epoch; with --training a strong CNN trains all the while.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.drawn_paper import Paper
from tools.server import REPOSITORY, Server, open_browser

WARM_UP = 4  # strokes that are not counted
MEDIAN, P95 = 420, 550  # milliseconds asked of the first chart
ON_ONE_SHEET = 6  # strokes: on a full sheet one more hardly changes the picture
SETTLED = 1200  # milliseconds between two strokes: longer than a stroke's answer takes
WATCH = """() => {
    document.addEventListener('mouseup', () => {
        window.released = performance.now();
        window.loads = [];
    }, true);
    document.addEventListener('load', ({target}) => {
        if (target.tagName !== 'IMG' || !window.loads) return;
        window.loads.push([target.alt.startsWith('Ten bars'), performance.now() - window.released]);
    }, true);
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=int, default=40)
    parser.add_argument("--training", action="store_true", help="while another run trains")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        runs = Path(folder) / "runs"
        subprocess.run(train_command("--epochs=1"), env=environment(runs), check=True, capture_output=True)
        with another_run(runs) if wanted.training else contextlib.nullcontext(), Server(runs) as server:
            paper = Paper(browser.new_page(viewport={"width": 1280, "height": 900})).open(server.url)
            paper.page.evaluate(WATCH)
            rows = [stroke(paper, number) for number in range(WARM_UP + wanted.strokes)][WARM_UP:]
    report([row for row in rows if row], wanted.strokes)


def train_command(*options: str) -> list[str]:
    """The command that trains the tutorial network, or what the options say."""
    return [sys.executable, "-m", "fmnist", "train", *options]


def environment(runs: Path) -> dict[str, str]:
    """The environment of this process, with its own runs folder and in the repository's folder of modules."""
    return os.environ | {"FMNIST_RUNS_DIR": str(runs), "PYTHONPATH": str(REPOSITORY)}


@contextlib.contextmanager
def another_run(runs: Path) -> Iterator[None]:
    """A run that trains until it is no longer needed: of the network that takes longest."""
    process = subprocess.Popen(
        train_command("--network=strong-cnn", "--epochs=100"),
        env=environment(runs),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError("The run ended before the strokes, so these are not the figures asked for.")
    finally:
        process.kill()
        process.wait()


def stroke(paper: Paper, number: int) -> tuple[float, float, float] | None:
    """Draw one line: milliseconds to the first chart, to the second, and to the last picture."""
    if number and number % ON_ONE_SHEET == 0:
        paper.press("Clear")
        paper.page.wait_for_timeout(SETTLED)
    left, top = 0.06 + 0.02 * (number % 9), 0.05 + 0.113 * number % 0.9
    length = 0.45 + 0.01 * (number % 5)
    paper.draw([(left + length * part / 5, top + 0.03 * part / 5) for part in range(6)])
    paper.page.wait_for_timeout(SETTLED)
    loads = paper.page.evaluate("window.loads")
    charts = [time for is_chart, time in loads if is_chart]
    return (charts[0], charts[1], max(time for _, time in loads)) if len(charts) == 2 else None


def report(rows: list[tuple[float, float, float]], strokes: int) -> None:
    """Print median and 95th percentile of each column."""
    print(f"{len(rows)} of {strokes} strokes answered within {SETTLED} ms")
    for name, times in zip(
        ("first chart", "both charts", "all pictures"), zip(*rows, strict=True), strict=True
    ):
        p95 = sorted(times)[round(0.95 * (len(times) - 1))]
        asked = f"   asked: {MEDIAN} and {P95} ms" if name == "first chart" else ""
        print(f"{name:14} median {statistics.median(times):4.0f} ms   p95 {p95:4.0f} ms{asked}")


if __name__ == "__main__":
    main()
