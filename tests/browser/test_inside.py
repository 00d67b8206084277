"""The look inside a network in a real browser, with a real model and the real prediction child."""

import re
import time

import numpy as np
import pytest
from playwright.sync_api import expect

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.dense import DenseNetwork
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Progress, Store
from fmnist.training.prediction import Models

keras = pytest.importorskip("keras")

from fmnist.training.build import build  # noqa: E402

PHONE = {"width": 390, "height": 844}


def make(server, dataset, config):
    """A run with an untrained model and its predictions."""
    facts = {"source": dataset.source, "fingerprint": dataset.fingerprint}
    run = Store(server.runs_dir).create(config, info={"data": facts})
    run.save_model(build(config).save)
    run.write_predictions(Models(lambda: dataset).predict(run.model_path, dataset.test_images))
    run.write_progress(Progress("finished", epoch=1, epochs=1, heartbeat=time.time()))
    return run


@pytest.fixture(scope="module")
def run(server, dataset):
    return make(server, dataset, RunConfig())


@pytest.fixture(scope="module")
def network(run, dataset):
    """The run's weights."""
    return DenseNetwork.of(*Models(lambda: dataset).dense_layers(run.model_path))


def units(page):
    return page.locator(".st-key-units button")


@pytest.fixture
def visit(page, server, run):
    """A function that opens the view with query parameters and waits for its units."""

    def opened(query):
        page.goto(f"{server.url}/predict?run={run.id}&view=inside&{query}")
        expect(units(page).first).to_be_visible()
        expect(page.get_by_text("From ten scores to ten probabilities")).to_be_visible()
        return page

    return opened


def test_the_page_tells_the_run_s_own_probability(visit, run, dataset):
    page = visit("test_index=12")
    predictions = run.predictions[12]
    label = int(predictions.argmax())
    told = page.get_by_text(re.compile(rf"= (0\.\d+), the probability of {CLASS_NAMES[label]}"))
    expect(told).to_be_visible()
    written = float(re.search(r"= (0\.\d+), the probability", told.inner_text())[1])
    assert written == pytest.approx(float(predictions[label]), abs=1e-4)


def test_a_click_and_the_arrow_keys_choose_a_unit_and_its_arithmetic_is_shown(visit, network, dataset):
    page = visit("unit_order=number")
    expect(units(page)).to_have_count(32)
    units(page).nth(5).click()
    expect(page.get_by_text("Unit 5: every pixel")).to_be_visible()
    expect(page).to_have_url(re.compile(r"unit=5\b"))
    expect(units(page).nth(5)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Unit 6: every pixel")).to_be_visible()
    output = network.walk(dataset.test_images[0]).outputs[0][6]
    words = units(page).nth(6).locator("img").get_attribute("alt")
    assert float(re.search(r"Output ([\d.]+), ", words)[1]) == pytest.approx(output, abs=0.006)


def test_the_next_image_changes_units_sum_and_address(visit, network, dataset):
    page = visit("test_index=3")
    page.locator(".st-key-next button").click()
    expect(page).to_have_url(re.compile(r"test_index=4\b"))
    walk = network.walk(dataset.test_images[4])
    first = int(np.argmax(network.contributions(walk, walk.predicted)))
    expect(units(page).first).to_contain_text(f"unit {first}")
    expect(page.get_by_text(f"the probability of {CLASS_NAMES[walk.predicted]}")).to_be_visible()


def test_every_picture_says_in_words_what_it_shows(visit):
    page = visit("test_index=0")
    expect(units(page)).to_have_count(32)
    words = page.locator("[data-testid=stMain] img").evaluate_all("all => all.map((image) => image.alt)")
    assert len(words) >= 32 + 1 + 1 + 3 + 1  # units, image, scale, pixels × weights = products, bars
    assert all(len(each) > 10 for each in words)


def test_a_phone_shows_everything_without_scrolling_sideways(window, server, run):
    page = window(viewport=PHONE)
    page.goto(f"{server.url}/predict?run={run.id}&view=inside")
    expect(units(page).first).to_be_visible()
    expect(page.get_by_text("the probability of")).to_be_visible()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth") <= PHONE["width"]
