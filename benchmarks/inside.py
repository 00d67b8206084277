"""Inside a network, and against it: python -m benchmarks.inside [--steps 20] [--network strong-cnn]

In real Chromium, measured inside the page from the click or key to the last change of what it moves, warm.
Asked, in the median: from the next image to all of its maps 150 ms, from one cell of a map to the next 100,
from a change in Break it to the new bars 200. The run is a small convolutional network after one epoch of
6,000 images; nothing else runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.workers.queue import Workers
from tools.server import Server, open_browser, wait_until

IMAGES = 6_000  # to train with: how good the network is changes no time
TRAINED = 600  # seconds that this may take on a busy machine
WARM = 6  # steps before it is measured
QUIET = 700  # milliseconds without a change, after which a step counts as answered
LIMIT = 60_000  # milliseconds
WATCH = """([where]) => {
    const now = () => performance.now();
    const inside = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(where);
    const begin = () => { window.begun = now(); window.changes = []; };
    begin();
    new MutationObserver((all) => all.forEach(({target}) => {
        if (inside(target)) window.changes.push(now());
    })).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true,
        attributeFilter: ['src', 'title', 'aria-label', 'data-value']});
    document.addEventListener('load', ({target}) => {
        if (target.tagName === 'IMG' && inside(target)) window.changes.push(now());
    }, true);
    document.addEventListener('click', begin, true);
    document.addEventListener('keydown', begin, true);
}"""


@dataclass(frozen=True)
class Step:
    """What is measured: an address, what is done there (given the number of the step), what has to change."""

    name: str
    address: str
    act: Callable[[Page, int], None]
    where: str
    asked: int  # milliseconds in the median


def next_image(page: Page, number: int) -> None:
    """Click on the next image."""
    page.locator(".st-key-next button").click()


def next_cell(page: Page, number: int) -> None:
    """Go to the cell beside, to and fro."""
    page.locator(".cell-made .map").press("ArrowRight" if number % 2 else "ArrowLeft")


def next_map(page: Page, number: int) -> None:
    """Click on another map of the first layer."""
    page.locator(f'.map-strip [data-map="1-{number % 8}"]').click()


def slide(page: Page, number: int) -> None:
    """Move the image by a pixel, six to the right and six to the left."""
    page.locator(".st-key-change_right input").press("ArrowRight" if number // 6 % 2 == 0 else "ArrowLeft")


def attack(page: Page, number: int) -> None:
    """Make the attack stronger by a grey level, or weaker."""
    page.locator(".st-key-attack_size input").press("ArrowRight" if number // 6 % 2 == 0 else "ArrowLeft")


STEPS = (
    Step("next image, all maps", "view=inside&test_index=5", next_image, ".map-strip", 150),
    Step("a cell", "view=inside&test_index=5", next_cell, ".cell-made", 100),
    Step("another map, its cell", "view=inside&test_index=5", next_map, ".cell-made", 150),
    Step("a change, new bars", "view=break&test_index=5", slide, ".st-key-answer", 200),
    Step("an attack, new bars", "view=break&breaking=fool&test_index=5", attack, ".st-key-answer", 200),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=20, help="of each kind")
    parser.add_argument("--network", default="small-cnn", help="a convolutional one")
    parser.add_argument("--only", default="", metavar="WORD", help="steps with this word in their name")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        runs = Path(folder) / "runs"
        runs.mkdir()
        run_id = trained(runs, wanted.network)
        with Server(runs) as server:
            page = browser.new_page(viewport={"width": 1366, "height": 650})
            for step in STEPS:
                if wanted.only in step.name:
                    report(step, measure(page, f"{server.url}/predict?run={run_id}", step, wanted.steps))


def trained(folder: Path, network: str) -> str:
    """The id of a network after one epoch of few images."""
    workers = Workers(Store(folder))
    workers.start()
    try:
        run_id = workers.submit(RunConfig(network=network, epochs=1, training_images=IMAGES))
        done = "finished"
        wait_until(lambda: workers.store.open(run_id).state == done, TRAINED, "the run did not end")
        return run_id
    finally:
        workers.close()


def measure(page: Page, address: str, step: Step, steps: int) -> list[float]:
    """Milliseconds of each step, sorted."""
    page.goto(f"{address}&{step.address}")
    page.locator(step.where).first.wait_for(timeout=LIMIT)
    page.wait_for_timeout(4 * QUIET)
    progress = "() => !document.querySelector('[data-testid=stProgress]')"
    page.wait_for_function(progress, timeout=LIMIT)  # nothing else is computed beside
    page.evaluate(WATCH, [step.where])
    times = [answered(page, step, number) for number in range(WARM + steps)]
    return sorted(times[WARM:])


def answered(page: Page, step: Step, number: int) -> float:
    """Do one step; milliseconds to the last change it brought about."""
    page.evaluate("() => { window.changes = []; }")
    step.act(page, number)
    page.wait_for_function(
        "(quiet) => window.changes.length && performance.now() - window.changes.at(-1) > quiet",
        arg=QUIET,
        timeout=LIMIT,
    )
    return page.evaluate("() => window.changes.at(-1) - window.begun")


def report(step: Step, times: list[float]) -> None:
    """Print one line."""
    median, p95 = statistics.median(times), times[round(0.95 * (len(times) - 1))]
    verdict = "" if median <= step.asked else "   misses"
    print(
        f"{step.name:22} median {median:4.0f} ms   p95 {p95:4.0f} ms   (asked: {step.asked} ms){verdict}   "
        f"load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
