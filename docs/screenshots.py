"""Take the README's pictures from the running program: python -m docs.screenshots

Needs Chromium. Trains the tutorial network once and writes docs/*.png.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.server import Server, open_browser

FOLDER = Path(__file__).parent
LIMIT = 120_000  # milliseconds
SETTLED = 4_000
PICTURES = {
    "explore": "/explore",
    "train": "/train",
    "mistakes": "/predict?view=mistakes",
    "draw": "/predict?view=draw",
}


def main() -> None:
    """Train, then visit each page."""
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        runs = Path(folder) / "runs"
        runs.mkdir()
        with Server(runs) as server:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(LIMIT)
            train(page, server.url)
            for name, address in PICTURES.items():
                page.goto(server.url + address)
                if name == "draw":
                    page.get_by_role("button", name="T-shirt").click()
                page.wait_for_timeout(SETTLED)
                page.screenshot(path=FOLDER / f"{name}.png")


def train(page: Page, url: str) -> None:
    """One run with the tutorial's settings."""
    page.goto(f"{url}/train")
    page.locator(".st-key-train button").click()
    page.get_by_text("Test accuracy 0.").first.wait_for()


if __name__ == "__main__":
    main()
