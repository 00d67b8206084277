"""From a click on Predict to the new picture: python -m benchmarks.predict_clicks [--clicks 20] [--training]

In real Chromium, measured inside the page from the event to the load of the last new picture it asks for (or,
for numbers, to their change). Asked: 200 ms in the median, 400 ms in the 95th percentile for every control;
500 ms for nearest training images and evidence maps once a run has been looked at. The run is the tutorial's
network after one epoch, beside a softmax regression; with --training a strong CNN trains all the while.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.workers.queue import Workers
from tools.server import Server, open_browser, wait_until

QUIET = 600  # milliseconds without a change, after which a click counts as answered
TRAINED = 180  # seconds that two short runs may take on a busy machine
WATCH = """() => {
    const places = ['chosen_image', 'gallery', 'matrix', 'reasons'];
    const now = () => performance.now();
    const seen = (what) => window.changes.push([what, now() - window.clicked, now()]);
    const place = (node) => places.filter((key) => node.closest?.(`.st-key-${key}`));
    const begin = () => { window.clicked = now(); window.changes = []; };
    begin();
    document.addEventListener('click', begin, true);
    document.addEventListener('load', ({target}) => {
        if (target.tagName === 'IMG') place(target).forEach(seen);
    }, true);
    new MutationObserver((all) => all.forEach(({target}) => {
        place(target).filter((key) => key === 'matrix').forEach(seen);
    })).observe(document.body, {subtree: true, childList: true});
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clicks", type=int, default=20, help="of each control")
    parser.add_argument("--training", action="store_true", help="while another run trains")
    parser.add_argument("--only", default="", metavar="WORD", help="controls with this word in their name")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        runs = Path(folder) / "runs"
        runs.mkdir()
        with two_runs(runs, wanted.training) as run_id, Server(runs) as server:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            address = f"{server.url}/predict?run={run_id}"
            for view, controls in (("test", test_controls()), ("mistakes", mistakes_controls())):
                chosen = [control for control in controls if wanted.only in control[0]]
                measure(page, f"{address}&view={view}", chosen, wanted.clicks)


@contextmanager
def two_runs(folder: Path, training: bool) -> Iterator[str]:
    """The tutorial's network after one epoch and a softmax regression; perhaps a third run that trains on."""
    workers = Workers(Store(folder))
    workers.start()
    try:
        workers.submit(RunConfig(network="softmax", epochs=1))
        run_id = workers.submit(RunConfig(epochs=1))
        wait_until(
            lambda: all(summary.state == "finished" for summary in workers.store.list()),
            TRAINED,
            "no run ended",
        )
        if training:  # the network that takes longest, so that it outlasts the clicks
            long_run = workers.submit(RunConfig(network="strong-cnn", epochs=100))
        yield run_id
        if training and workers.store.open(long_run).state != "running":
            raise RuntimeError("The run ended before the clicks, so these are not the figures asked for.")
    finally:
        workers.close()


Control = tuple[str, Callable[[Page, int], Locator], str]


def test_controls() -> list[Control]:
    """Name, what to click the n-th time, and where a new picture is awaited; in the view `test`."""
    return [
        ("next image", button("next"), "chosen_image"),
        ("random image", button("random"), "chosen_image"),
        ("thumbnail", lambda page, n: page.locator(".st-key-gallery a").nth((n + 1) % 15), "chosen_image"),
        ("next page", lambda page, n: page.get_by_role("button", name="Next page"), "gallery"),
        ("outcome", lambda page, n: segment(page, "outcome", ("Wrong", "Right")[n % 2]), "gallery"),
        ("true class", option("true_class", ("Shirt", "Coat", "Bag")), "gallery"),
        ("order", option("order", ("loss", "margin", "confidence")), "gallery"),
    ]


def mistakes_controls() -> list[Control]:
    """The same in the view `mistakes`."""
    return [
        ("matrix cell", cell, "gallery"),
        ("confused pair", lambda page, n: page.locator(".st-key-pairs button").nth(n % 10), "gallery"),
        ("counts or shares", lambda page, n: segment(page, "cells", ("Shares", "Counts")[n % 2]), "matrix"),
        ("thumbnail", lambda page, n: page.locator(".st-key-gallery a").nth((n + 1) % 15), "chosen_image"),
        (
            "neighbours, evidence",
            lambda page, n: page.locator(".st-key-gallery a").nth((n + 1) % 15),
            "reasons",
        ),
    ]


def button(key: str) -> Callable[[Page, int], Locator]:
    """The button of this key."""
    return lambda page, n: page.locator(f".st-key-{key} button")


def segment(page: Page, key: str, words: str) -> Locator:
    """One segment of a segmented control."""
    return page.locator(f".st-key-{key}").get_by_text(words, exact=True)


def option(key: str, names: tuple[str, ...]) -> Callable[[Page, int], Locator]:
    """The n-th of some options of a selectbox, whose list is opened first."""

    def opened(page: Page, n: int) -> Locator:
        field = page.locator(f".st-key-{key} input")
        if not field.is_visible():  # it waits behind a button with other filters
            page.locator(".st-key-more_filters button").first.click()
        field.click()
        field.fill(names[n % len(names)])
        return page.get_by_role("option", name=re.compile(rf"^{names[n % len(names)]}\b"))

    return opened


def cell(page: Page, n: int) -> Locator:
    """A cell of the matrix with mistakes: Shirt and T-shirt/top, Pullover, Coat in turn."""
    return page.locator(f'.st-key-matrix [data-cell="6-{(0, 2, 4)[n % 3]}"]')


def measure(page: Page, address: str, controls: list[Control], clicks: int) -> None:
    """Open a page, use each control, and print the times."""
    for name, target, place in controls:
        page.goto(address)
        page.locator(".st-key-gallery a").first.wait_for(timeout=60_000)
        page.wait_for_timeout(3_000)
        page.evaluate(WATCH)
        times = sorted(
            [answered(page, target(page, n), place) for n in range(clicks + 3)][3:]
        )  # three warm up
        p95 = times[round(0.95 * (len(times) - 1))]
        print(f"{name:22} median {statistics.median(times):4.0f} ms   p95 {p95:4.0f} ms", flush=True)


def answered(page: Page, target: Locator, place: str) -> float:
    """Click and return the milliseconds to the last change in that place."""
    target.click()
    page.wait_for_function(
        """([place, quiet]) => window.changes.some(([what]) => what === place)
            && performance.now() - window.changes.at(-1)[2] > quiet""",
        arg=[place, QUIET],
        timeout=20_000,
    )
    return page.evaluate(
        "(place) => Math.max(...window.changes.filter(([what]) => what === place).map(([, time]) => time))",
        place,
    )


if __name__ == "__main__":
    main()
