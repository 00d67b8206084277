"""Film a training run in the real browser: python -m docs.film

Needs Chromium. Writes docs/train.webp, an animated picture of less than two megabytes for the README.
"""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tools.server import Server, open_browser

FILM = Path(__file__).parent / "train.webp"
SIZE = {"width": 1280, "height": 860}
WIDTH = 900  # pixels of the film
BETWEEN = 0.25  # seconds between two pictures
LIMIT = 120_000  # milliseconds
LAST = 3_000  # milliseconds that the last picture stays
LARGEST = 2_000_000  # bytes


def main() -> None:
    """Press Train and take pictures until the test score is there."""
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        runs = Path(folder) / "runs"
        runs.mkdir()
        with Server(runs) as server:
            page = browser.new_page(viewport=SIZE)
            page.set_default_timeout(LIMIT)
            page.goto(f"{server.url}/train?epochs=10&validation_share=0.1")
            page.get_by_text("No run yet").wait_for()
            time.sleep(12)  # until TensorFlow is loaded, as when somebody has looked at Explore first
            pictures, times = taken(page)
    size = save(pictures, times)
    print(f"{FILM.name}: {len(pictures)} pictures, {size / 1e6:.2f} MB")
    if size > LARGEST:
        raise SystemExit("That is more than two megabytes.")


def taken(page: Page) -> tuple[list[Image.Image], list[float]]:
    """Pictures of the page, and when each was taken, in seconds."""
    pictures, times = [], []

    def take() -> None:
        pictures.append(picture(page))
        times.append(time.monotonic())

    take()
    time.sleep(1)
    page.locator(".st-key-train button").click()
    while not page.get_by_text("%, test loss ").count():
        take()
        time.sleep(BETWEEN)
    page.wait_for_timeout(1_000)
    take()
    return pictures, times


def picture(page: Page) -> Image.Image:
    """What the window shows now."""
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return shown.resize((WIDTH, round(WIDTH * shown.height / shown.width)), Image.Resampling.LANCZOS)


def save(pictures: list[Image.Image], times: list[float]) -> int:
    """Write the film at the speed at which things happened; its size in bytes."""
    durations = [round(1000 * (later - one)) for one, later in zip(times, times[1:], strict=False)]
    first, *others = pictures
    first.save(
        FILM, save_all=True, append_images=others, duration=[*durations, LAST], loop=0, quality=60, method=4
    )
    return FILM.stat().st_size


if __name__ == "__main__":
    main()
