"""From an input on Explore to the new picture: python -m benchmarks.explore_clicks [--repeats 20]

In real Chromium, measured inside the page from the event to the last picture it changes: the load event of an
image, or a canvas drawn anew. Asked for each control: median 200 ms, 95th percentile 400 ms.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tools.server import Server, open_browser

QUIET = 600  # milliseconds without a new picture after which the page has settled
LIMIT = 60_000
READY = 20_000  # after the start, in which TensorFlow is loaded on all cores
WATCH = """() => {
    let began = null, seen = null;
    const note = () => { if (began !== null) seen = performance.now() - began; };
    const begin = () => { began = performance.now(); seen = null; };
    window.begin = () => { began = null; seen = null; };
    window.newest = quiet => seen !== null && performance.now() - began - seen > quiet ? seen : null;
    for (const kind of ['click', 'change', 'keydown']) document.addEventListener(kind, event => {
        if (began === null && (kind !== 'keydown' || event.key === 'Enter')) begin();
    }, true);
    document.addEventListener('load', event => event.target.tagName === 'IMG' && note(), true);
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
        note();
        clear.apply(this, area);
    };
    const marks = 'svg.marks, .numbers td';
    new MutationObserver(changes => changes.some(({target}) => target.closest?.(marks)) && note())
        .observe(document.body, {subtree: true, childList: true, attributes: true});
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--only", default="", metavar="WORD", help="controls with this word in their name")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        runs = Path(folder) / "runs"
        runs.mkdir()
        with Server(runs) as server:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(180_000)  # for busy machines
            page.wait_for_timeout(READY)
            for part, controls in CONTROLS.items():
                chosen = {name: use for name, use in controls.items() if wanted.only in name}
                if chosen:
                    open_part(page, server.url, part)
                for name, use in chosen.items():
                    uses = range(wanted.repeats + 2)
                    times = [measure(page, use, number) for number in uses][2:]  # two warm up
                    report(name, times)


def open_part(page: Page, url: str, part: str) -> None:
    """The Explore page with one of its tabs, settled."""
    page.goto(f"{url}/explore?explore_part={part.replace(' ', '+')}")
    page.locator(".numbers td").last.wait_for()
    page.locator(PICTURES[part]).first.wait_for()
    page.wait_for_timeout(3000)
    page.evaluate(WATCH)


def measure(page: Page, use: Callable[[Page, int], None], number: int) -> float:
    """Milliseconds from one use of a control to the last picture that changed."""
    page.evaluate("window.begin()")
    use(page, number)
    page.wait_for_function("quiet => window.newest(quiet) !== null", arg=QUIET, polling=50, timeout=LIMIT)
    return page.evaluate("window.newest(0)")


def report(name: str, times: list[float]) -> None:
    """One line of the table."""
    ordered = sorted(times)
    p95 = ordered[round(0.95 * (len(ordered) - 1))]
    print(f"{name:24} median {statistics.median(times):4.0f} ms   p95 {p95:4.0f} ms", flush=True)


def click(selector: str) -> Callable[[Page, int], None]:
    """Use of a button."""
    return lambda page, _: page.locator(selector).click()


def alternate(key: str, *labels: str) -> Callable[[Page, int], None]:
    """Use of radio buttons: the next label each time."""
    return lambda page, number: (
        page.locator(f".st-key-{key} label").filter(has_text=labels[number % len(labels)]).last.click()
    )


def type_number(key: str, step: int) -> Callable[[Page, int], None]:
    """Another number typed into a field, and Enter."""

    def use(page: Page, number: int) -> None:
        field = page.locator(f".st-key-{key} input")
        field.fill(str((number + 1) * step))
        field.press("Enter")

    return use


def choose(key: str, *options: str) -> Callable[[Page, int], None]:
    """An option chosen by keyboard: the next one each time; timed from the Enter key."""

    def use(page: Page, number: int) -> None:
        field = page.locator(f".st-key-{key} input")
        field.click()
        field.fill(options[number % len(options)])
        page.get_by_role("option", name=options[number % len(options)], exact=True).wait_for()
        page.evaluate("window.begin()")
        field.press("Enter")

    return use


def click_tile(page: Page, number: int) -> None:
    """Another image of the grid."""
    page.locator(".tiles button").nth((number + 1) % 25).click()


def click_map(page: Page, number: int) -> None:
    """A place in the map; where no image is, its neighbours are tried."""
    canvas = page.locator(".st-key-explore_map canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    before = page.locator(".st-key-explore_image").inner_text()
    for step in range(60):
        across, down = (
            0.3 + 0.4 * ((7 * number + step) % 29) / 29,
            0.35 + 0.2 * ((3 * number + step) % 11) / 11,
        )
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
        page.wait_for_timeout(30)
        if page.locator("#vg-tooltip-element.visible").count():
            page.evaluate("window.begin()")
            page.mouse.down()
            page.mouse.up()
            page.wait_for_function(
                "before => document.querySelector('.st-key-explore_image').innerText !== before", arg=before
            )
            return


PICTURES = {
    "Browse images": ".tiles img",
    "Compare classes": ".stVegaLiteChart >> nth=1",
    "Map of images": ".st-key-explore_map canvas",
}
CONTROLS = {
    "Browse images": {
        "image: next": click(".st-key-explore_next button"),
        "image: previous": click(".st-key-explore_previous button"),
        "image: random": click(".st-key-explore_random button"),
        "image: index typed": type_number("explore_index", 111),
        "image: split": alternate("explore_split", "test", "training"),
        "grid: next page": click(".st-key-grid_next button"),
        "grid: previous page": click(".st-key-grid_previous button"),
        "grid: start typed": type_number("grid_start", 50),
        "grid: class": choose("grid_class", "Shirt", "Coat", "Bag"),
        "grid: split": alternate("grid_split", "test", "training"),
        "grid: order": alternate("grid_order", "shuffled", "in order"),
        "grid: click opens": click_tile,
        "grid: size": choose("grid_size", "6 × 6", "10 × 10"),
    },
    "Compare classes": {"histogram: class": choose("histogram_class", "Shirt", "Coat", "Bag")},
    "Map of images": {"map: click opens": click_map},
}


if __name__ == "__main__":
    main()
