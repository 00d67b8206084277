"""Break it in a real browser, with a real model: by hand, by an attack, and all test images at once."""

import re
import time

import numpy as np
import pytest
from playwright.sync_api import expect

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.changes import Changes
from fmnist.networks.config import RunConfig
from fmnist.networks.forms import Form
from fmnist.runs.store import Progress, Store
from fmnist.training.prediction import Models
from fmnist.workers.robustness import changed

keras = pytest.importorskip("keras")

from fmnist.training.build import build  # noqa: E402


@pytest.fixture(scope="module")
def models(dataset):
    return Models(lambda: dataset)


@pytest.fixture(scope="module")
def run(server, dataset, models):
    """A run that has seen nothing yet: what it says is easily changed."""
    facts = {"source": dataset.source, "fingerprint": dataset.fingerprint}
    run = Store(server.runs_dir).create(RunConfig(seed=3), info={"data": facts})
    run.save_model(build(RunConfig(seed=3)).save)
    run.write_predictions(models.predict(run.model_path, dataset.test_images))
    run.write_progress(Progress("finished", epoch=1, epochs=1, heartbeat=time.time()))
    return run


@pytest.fixture
def visit(page, server, run):
    """A function that opens the view with query parameters."""

    def opened(query):
        page.goto(f"{server.url}/predict?run={run.id}&view=break&{query}")
        return page

    return opened


def answer(page):
    return page.locator(".st-key-answer")


def test_a_slider_moves_the_image_and_the_answer_is_the_networks_and_one_click_undoes_it(
    visit, run, models, dataset
):
    def said(index, changes):
        image = changes.of(dataset.test_images[index : index + 1])
        return CLASS_NAMES[int(models.predict(run.model_path, image)[0].argmax())]

    index = next(  # whose answer three pixels change
        each for each in range(100) if said(each, Changes()) != said(each, Changes(right=3))
    )
    page = visit(f"test_index={index}")
    expect(answer(page)).to_contain_text("Nothing is changed yet")
    slider = page.locator(".st-key-change_right input")
    for _step in range(3):
        slider.press("ArrowRight")
    expect(answer(page)).to_contain_text("Moved right by 3")
    was, now = said(index, Changes()), said(index, Changes(right=3))
    expect(answer(page)).to_contain_text(re.compile(f"{re.escape(was)}.* became {re.escape(now)}"))
    page.locator(".st-key-unchanged button").click()
    expect(answer(page)).to_contain_text("Nothing is changed yet")


def test_an_attack_says_what_the_network_makes_of_it_beside_noise_of_the_same_size(
    visit, run, models, dataset
):
    page = visit("test_index=0&breaking=fool")
    slider = page.locator(".st-key-attack_size input")
    expect(slider).to_have_value("8")
    slider.press("End")
    image, label = dataset.test_images[:1], dataset.test_labels[:1]
    _changed, judged = models.attack(run.model_path, image, label, np.array([32]), 1)
    expect(answer(page)).to_contain_text("A change of at most ±32")
    expect(answer(page)).to_contain_text(CLASS_NAMES[int(judged[0].argmax())])
    expect(page.locator(".st-key-answer img")).to_have_count(5)  # four images and the bars


def test_all_images_give_four_curves_and_the_numbers_of_an_independent_count(visit, run, models, dataset):
    page = visit("breaking=all")
    moved = changed("shift", 2, dataset.test_images, 0, len(dataset.test_images))
    share = (models.predict(run.model_path, moved).argmax(axis=1) == dataset.test_labels).mean()
    cells = page.locator("table tbody td")
    expect(cells.nth(2)).to_have_text(f"{share:.1%}")
    expect(cells.nth(5)).to_have_text(re.compile(r"\d\.\d%"))
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(4)


def test_the_network_made_smaller_names_as_many_as_it_says(visit, run, models, dataset):
    page = visit("breaking=smaller")
    expect(page.get_by_text("…", exact=True)).to_have_count(0, timeout=60_000)
    rows = page.locator("tbody tr")
    for place, bits in ((1, 8), (3, 3)):
        judged, size = models.smaller(run.model_path, Form(bits), dataset.test_images)
        share = (judged.argmax(axis=1) == dataset.test_labels).mean()
        for cell, told in enumerate((str(bits), f"{size / 1000:,.1f} kB", f"{share:.1%}")):
            expect(rows.nth(place).locator("td").nth(cell)).to_have_text(told)
    expect(page.get_by_role("progressbar")).to_have_count(0)
