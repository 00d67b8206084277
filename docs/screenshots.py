"""Take the README's pictures from the running program: python -m docs.screenshots

Needs Chromium. Trains the tutorial network once and writes docs/*.png: each page whole, light, dark, and as
wide as a phone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tools.server import Server, open_browser

FOLDER = Path(__file__).parent
LIMIT = 120_000  # milliseconds
SETTLED = 4_000
WHOLE = "!document.querySelector('[data-stale=true], .stSkeleton')"
LAPTOP, PHONE = 1280, 390  # pixels
PICTURES = {  # file: address, width, theme
    "explore": ("/explore", LAPTOP, "light"),
    "train": ("/train", LAPTOP, "light"),
    "mistakes": ("/predict?view=mistakes", LAPTOP, "dark"),
    "inside": ("/predict?view=inside", LAPTOP, "light"),
    "draw": ("/predict?view=draw", LAPTOP, "dark"),
    "beat-phone": ("/predict?view=beat", PHONE, "light"),
    "explore-phone-chinese": ("/explore?lang=zh", PHONE, "dark"),
}


def main() -> None:
    """Train, then visit each page."""
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        runs = Path(folder) / "runs"
        runs.mkdir()
        with Server(runs) as server:
            train(browser.new_page(), server.url)
            for name, (address, width, theme) in PICTURES.items():
                take(browser, name, server.url + address, width, theme)


def train(page: Page, url: str) -> None:
    """One run with the tutorial's settings."""
    page.set_default_timeout(LIMIT)
    page.goto(f"{url}/train")
    page.locator(".st-key-train button").click()
    page.get_by_text("%, test loss ").first.wait_for()


def take(browser: Browser, name: str, address: str, width: int, theme: str) -> None:
    """A picture of a page from its top to its end."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    page.set_default_timeout(LIMIT)
    page.goto(address)
    page.locator("[data-test-script-state=notRunning]").wait_for()
    if "view=draw" in address:
        page.get_by_role("button", name="T-shirt").click()
    page.wait_for_function(WHOLE)
    page.wait_for_timeout(SETTLED)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(SETTLED / 2)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
