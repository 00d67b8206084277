"""Through time in a real browser: it plays, its matrix is the command line's, and training shows on Train."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from playwright.sync_api import expect

from fmnist.runs.store import Progress, Store
from tests.pages.made_runs import filmed_run
from tests.pages.predict_page import certain

EPOCHS = (0.0, 0.15, 1.0, 2.0)
WRONG = dict(zip(EPOCHS, (9_000, 4_000, 2_000, 1_000), strict=True))


@pytest.fixture(scope="module")
def filmed(server, dataset):
    """A run that names ever fewer of the first test images wrongly."""
    labels, places = dataset.test_labels.astype(int), np.arange(10_000)
    classes = {epoch: np.where(places < WRONG[epoch], (labels + 1) % 10, labels) for epoch in EPOCHS}
    return filmed_run(Store(server.runs_dir), dataset, classes, name="Filmed")


def test_the_matrix_at_epoch_1_is_that_of_the_command_line_and_playing_ends_at_the_last(server, page, filmed):
    page.goto(f"{server.url}/predict?view=mistakes&run={filmed.id}&epoch=1")
    cells = page.locator(".confusion button")
    expect(page.get_by_text("2,000 mistakes")).to_be_visible()
    expect(cells).to_have_count(100)
    shown = [int(text.replace("·", "0")) for text in cells.all_inner_texts()]
    told = subprocess.run(
        [sys.executable, "-m", "fmnist", "evaluate", "--run", filmed.id, "--epoch", "1", "--json"],
        env=os.environ | {"FMNIST_RUNS_DIR": str(server.runs_dir)},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,  # it loads TensorFlow, beside whatever else the machine does
    )
    confusion = json.loads(told.stdout.splitlines()[-1])["confusion"]
    assert shown == np.ravel(confusion).tolist()

    slider = page.locator(".st-key-epoch input")
    slider.press("ArrowLeft")
    expect(page.get_by_text("4,000 mistakes")).to_be_visible()
    page.wait_for_url("**epoch=0.15**")
    page.locator(".st-key-epoch button").click()
    expect(page.get_by_text("1,000 mistakes")).to_be_visible()
    expect(page.locator(".st-key-epoch output")).to_have_text("Last: epoch 2")
    assert "epoch=" not in page.url


def test_nine_images_turn_from_red_to_blue_while_a_run_trains(server, page, filmed, dataset):
    store = Store(server.runs_dir)
    run = store.create(filmed.config, info={"data": filmed.info["data"]}, name="In training", hold=True)
    weights = list(store.snapshot(filmed.id).moment(1).weights)

    def come_to(epoch, labels):
        run.write_moment(epoch, int(100 * epoch), weights=weights, probabilities=certain(labels))
        run.write_progress(Progress("running", 0, 5, int(100 * epoch), 100, 0.5, 0.8, started=1.0))

    try:
        right = dataset.test_labels.astype(int)
        come_to(0.0, (right + 1) % 10)
        page.goto(f"{server.url}/train")
        wrong_ones, right_ones = (page.locator(f".learning figcaption.{kind}") for kind in ("wrong", "right"))
        expect(wrong_ones).to_have_count(9)
        expect(page.locator(".learning .units img")).to_have_count(4)
        come_to(0.15, right)
        expect(right_ones).to_have_count(9)
        strip, curves = (page.locator(key).bounding_box() for key in (".st-key-learning", ".st-key-curves"))
        assert strip["y"] >= curves["y"] and strip["y"] + strip["height"] <= page.viewport_size["height"]
    finally:
        run.end("stopped", "Stopped.")
        run.release()
