"""A real Chromium for the browser tests, and real servers for it to visit."""

import os
import time

import numpy as np
import pytest
from playwright.sync_api import expect

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Progress, Store
from tools.server import browser_path, open_browser

LAPTOP = {"viewport": {"width": 1280, "height": 900}}
WAIT = 120_000  # milliseconds Playwright waits for something to appear before it gives up
expect.set_options(timeout=WAIT)


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="package")
def browser():
    """Chromium; without it a skip with its reason, or a failure where CI is set.

    Closed after this folder's tests: Playwright's event loop would be in the way of the live tests'.
    """
    if browser_path() is None:
        complain = pytest.fail if os.environ.get("CI") else pytest.skip
        complain("needs Chromium: on Debian, apt-get install chromium")
    with open_browser() as chromium:
        yield chromium


@pytest.fixture(scope="package")
def profiles(browser):
    """A function from options of Playwright's new_context to the one profile that has them.

    Kept for all tests: a new one reads and compiles Streamlit's scripts again, which takes a second.
    """
    kept = {}

    def profile(**options):
        key = tuple(sorted((name, str(value)) for name, value in options.items()))
        if key not in kept:
            kept[key] = browser.new_context(**options)
            kept[key].set_default_timeout(WAIT)
        return kept[key]

    yield profile
    for context in kept.values():
        context.close()


@pytest.fixture
def window(profiles):
    """A function that opens an empty window for someone who has never been here; closed after the test."""
    used = []

    def open_window(**options):
        context = profiles(**(LAPTOP | options))
        if context not in used:
            used.append(context)
            context.clear_cookies()
            context.clear_permissions()
        page = context.new_page()
        page.context.new_cdp_session(page).send(
            "Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "local_storage"}
        )
        return page

    yield open_window
    for context in used:
        for page in context.pages:
            page.close()


@pytest.fixture
def page(window):
    """An empty browser window of a laptop's size."""
    return window()


@pytest.fixture(scope="module")
def predicted(dataset):
    """What a made-up network predicts: every fifth image is given a class drawn by lot."""
    classes = dataset.test_labels.astype(int)
    classes[::5] = np.random.default_rng(1).integers(0, 10, len(classes[::5]))
    return classes


@pytest.fixture(scope="module")
def run(server, dataset, predicted):
    """The id of a run with these predictions in the server's runs folder."""
    probabilities = np.full((10_000, 10), 0.02, np.float32)
    probabilities[np.arange(10_000), predicted] = 0.82
    facts = {"source": dataset.source, "fingerprint": dataset.fingerprint}
    run = Store(server.runs_dir).create(RunConfig(), info={"data": facts})
    run.write_predictions(probabilities)
    run.write_progress(Progress("finished", epoch=5, epochs=5, heartbeat=time.time()))
    return run.id
