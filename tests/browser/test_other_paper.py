"""The package streamlit-drawable-canvas as the paper: a stroke on it gets a prediction too."""

import re

from playwright.sync_api import expect

from tests.browser.test_main_job import draw_trousers
from tools.server import Server


def test_a_drawing_on_the_package_is_judged(page, tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    with Server(folder, FMNIST_CANVAS="drawable") as server:
        page.goto(f"{server.url}/predict?view=draw")
        paper = page.locator(".st-key-canvas canvas").last
        expect(paper).to_be_visible()
        draw_trousers(page, paper.bounding_box())
        expect(page.get_by_text(re.compile(r"[A-Z][\w/ -]+, \d+%")).first).to_be_visible()
