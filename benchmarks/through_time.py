"""From a step of the slider to the new picture: python -m benchmarks.through_time [--steps 20]

In real Chromium, measured inside the page from the key press on the slider to the last change of what it
moves (in the game: until the page has answered). Asked: 200 ms in the median for each view, and two moments a
second while it plays, at which the page stays where it was scrolled to and no part of it is ever gone. The
run is the tutorial's, with three epochs; before it is measured each moment has been visited once, as after a
film has been played. With --first the steps are those of a page whose moments nobody has visited yet.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.workers.queue import Workers
from tools.server import Server, open_browser, wait_until

EPOCHS = 3
TRAINED = 300  # seconds that a short run may take on a busy machine
QUIET = 500  # milliseconds without a change, after which a step counts as answered
LIMIT = 30_000  # milliseconds
WATCH = """([where]) => {
    const now = () => performance.now();
    window.changes = [];
    const seen = () => window.changes.push(now());
    const inside = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(where);
    if (window.watcher) window.watcher.disconnect();
    window.watcher = new MutationObserver((all) => all.forEach((each) => {
        if (inside(each.target)) seen();
    }));
    window.watcher.observe(document.body,
        {subtree: true, childList: true, characterData: true, attributes: true,
         attributeFilter: ['src', 'title', 'd', 'aria-label', 'aria-valuenow']});
    document.addEventListener('load', ({target}) => {
        if (target.tagName === 'IMG' && inside(target)) seen();
    }, true);
    document.querySelector('.st-key-epoch input').addEventListener('keydown', () => {
        window.pressed = now();
        window.changes = [];
    }, true);
}"""
PLAY = """([where]) => new Promise((done) => {
    const slider = document.querySelector('.st-key-epoch input'), began = performance.now();
    const scroller = document.querySelector('[data-testid=stMain]');
    scroller.scrollTop = 200;
    const top = scroller.scrollTop, shown = new Set(), gaps = [];
    const name = () => document.querySelector('.st-key-epoch output').textContent;
    const first = name();
    let moved = 0, last = null, lowest = Infinity;
    const look = () => {
        moved = Math.max(moved, Math.abs(scroller.scrollTop - top));
        lowest = Math.min(lowest, document.querySelectorAll(where).length);
        if (name() !== last) { shown.add(last = name()); gaps.push(performance.now()); }
        if (Number(slider.value) >= Number(slider.max) || performance.now() - began > 60000)
            return done({seconds: (gaps.at(-1) - gaps[0]) / 1000, moments: gaps.length - 1, moved, lowest});
        requestAnimationFrame(look);
    };
    document.querySelector('.st-key-epoch button').click();
    look();
})"""


@dataclass(frozen=True)
class View:
    """What is measured: the address of a view, and where in it a step has to change something."""

    name: str
    address: str
    where: str


VIEWS = (
    View("image and bars", "view=test", ".st-key-two_pictures"),
    View("gallery", "view=test", ".st-key-gallery"),
    View("confusion matrix", "view=mistakes", ".st-key-matrix"),
    View("calibration", "view=mistakes", "[data-testid=stVegaLiteChart]"),
    View("hidden units", "view=inside", ".st-key-units"),
    View("map of activations", "view=inside", ".st-key-arrangement"),
    View("game, page answered", "view=beat&game=1", ".st-key-epoch"),  # most steps change no score
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=20, help="of the slider in each view")
    parser.add_argument("--first", action="store_true", help="steps to moments that have not been read yet")
    parser.add_argument("--only", default="", metavar="WORD", help="views with this word in their name")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        runs = Path(folder) / "runs"
        runs.mkdir()
        run_id = trained(runs)
        with running(runs) as server:
            page = browser.new_page(viewport={"width": 1366, "height": 650})
            for view in VIEWS:
                if wanted.only not in view.name:
                    continue
                times = measure(page, f"{server.url}/predict?run={run_id}", view, wanted.steps, wanted.first)
                p95 = times[round(0.95 * (len(times) - 1))]
                print(
                    f"{view.name:20} median {statistics.median(times):4.0f} ms   p95 {p95:4.0f} ms",
                    flush=True,
                )
            for view in (VIEWS[0], VIEWS[2], VIEWS[5]):
                if wanted.only in view.name:
                    play(page, f"{server.url}/predict?run={run_id}", view)


def trained(folder: Path) -> str:
    """The id of the tutorial's network after three epochs, with all its moments."""
    workers = Workers(Store(folder))
    workers.start()
    try:
        run_id = workers.submit(RunConfig(epochs=EPOCHS))
        done = "finished"
        wait_until(lambda: workers.store.open(run_id).state == done, TRAINED, "the run did not end")
        return run_id
    finally:
        workers.close()


@contextmanager
def running(runs: Path) -> Iterator[Server]:
    """The real server over these runs."""
    with Server(runs) as server:
        yield server


def measure(page: Page, address: str, view: View, steps: int, first: bool) -> list[float]:
    """Step to and fro over the moments of the run; milliseconds of each step, sorted."""
    page.goto(f"{address}&{view.address}&epoch=0")
    slider = page.locator(".st-key-epoch input")
    slider.wait_for(timeout=LIMIT)
    page.locator(view.where).first.wait_for(timeout=LIMIT)
    last = int(slider.get_attribute("max") or 0)
    if not first:
        for key in ["ArrowRight"] * last + ["ArrowLeft"] * last:
            slider.press(key)
            page.wait_for_timeout(QUIET)
    page.wait_for_timeout(3 * QUIET)
    page.evaluate(WATCH, [view.where])
    keys = (["ArrowRight"] * last + ["ArrowLeft"] * last) * steps
    times = [answered(page, slider, key) for key in keys[: last if first else steps]]
    return sorted(times)


def answered(page: Page, slider, key: str) -> float:
    """Press a key on the slider; milliseconds to the last change it brought about."""
    slider.press(key)
    page.wait_for_function(
        "(quiet) => window.changes.length && performance.now() - window.changes.at(-1) > quiet",
        arg=QUIET,
        timeout=LIMIT,
    )
    return page.evaluate("() => window.changes.at(-1) - window.pressed")


def play(page: Page, address: str, view: View) -> None:
    """Play the film once, and print how fast, and whether the page moved or lost a part meanwhile."""
    page.goto(f"{address}&{view.address}&epoch=0")
    page.locator(view.where).first.wait_for(timeout=LIMIT)
    page.wait_for_timeout(4 * QUIET)
    seen = page.evaluate(PLAY, [view.where])
    rate = seen["moments"] / max(seen["seconds"], 1e-9)
    print(
        f"{'play: ' + view.name:26} {rate:.2f} moments a second   scrolled by {seen['moved']:.0f} px   "
        f"parts at least {seen['lowest']}",
        flush=True,
    )


if __name__ == "__main__":
    main()
