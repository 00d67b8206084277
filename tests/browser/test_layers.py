"""The way through a convolutional network in a real browser: what it adds up is what the network computes."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from fmnist.evaluation.layers import LayeredNetwork
from fmnist.networks.config import RunConfig
from fmnist.training.prediction import Models
from tests.browser.test_inside import make

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def run(server, dataset):
    return make(server, dataset, RunConfig(network="strong-cnn"))


@pytest.fixture(scope="module")
def steps(run, dataset):
    """What test image 3 becomes in the run's network."""
    network = LayeredNetwork.of(*Models(lambda: dataset).layers(run.model_path))
    return network.walk(dataset.test_images[3:4])


def button(page, place, number):
    return page.locator(f'.map-strip [data-map="{place}-{number}"]')


def value(page):
    return float(page.locator(".cell-made .lines").get_attribute("data-value"))


def test_a_cell_of_the_second_convolution_adds_up_to_what_the_network_computed(page, server, run, steps):
    page.goto(f"{server.url}/predict?run={run.id}&view=inside&test_index=3")
    expect(button(page, 3, 31)).to_be_visible()  # 64 maps fill two pages
    page.get_by_label("Later maps").nth(0).click()
    button(page, 3, 40).click()
    expect(page.get_by_text("Map 40 of Convolution 2")).to_be_visible()
    expect(page).to_have_url(re.compile(r"layer=3&map=40"))
    after = [each for each in steps.outputs if each.shape[1:] == (14, 14, 64)][-1][0, :, :, 40]
    row, column = np.unravel_index(after.argmax(), after.shape)
    expect(page.get_by_text(f"Row {row}, column {column}: ")).to_be_visible()
    assert value(page) == pytest.approx(float(after[row, column]), abs=1e-4)
    page.locator(".cell-made .map").focus()
    page.keyboard.press("ArrowLeft" if column else "ArrowRight")
    beside = column - 1 if column else 1
    expect(page.get_by_text(f"Row {row}, column {beside}: ")).to_be_visible()
    assert value(page) == pytest.approx(float(after[row, beside]), abs=1e-4)
    expect(page.locator(".cell-made .input")).to_have_count(16)  # of 32, page by page
    assert page.locator(".cell-made .product").count() == 9
    button(page, 4, 3).click()  # the pooling after it, and what follows there
    expect(page.get_by_text("the largest of")).to_be_visible()
    expect(page.get_by_text("normalised: (")).to_be_visible()


def test_the_nine_images_that_excite_a_map_are_a_click_away(page, server, run, dataset):
    page.goto(f"{server.url}/predict?run={run.id}&view=inside&test_index=3&layer=1&map=4")
    nine = page.locator(".st-key-excited_images button")
    expect(nine).to_have_count(9, timeout=60_000)
    expect(page.get_by_text("Looking at all test images")).to_have_count(0, timeout=120_000)
    network = LayeredNetwork.of(*Models(lambda: dataset).layers(run.model_path))
    layer = network.columns[1].last
    _indices, values, _cells = Models(lambda: dataset).most_excited(
        run.model_path, layer, dataset.test_images[:2_000], 1
    )
    first = nine.first.locator("span").last
    assert float(first.inner_text()) >= values[0, 4] - 0.01  # of all images it is as large or larger
    index = int(nine.nth(2).get_attribute("data-unit"))
    nine.nth(2).click()
    expect(page).to_have_url(re.compile(rf"test_index={index}\b"))


def test_a_phone_shows_the_way_without_scrolling_the_page_sideways(window, server, run):
    page = window(viewport=PHONE, has_touch=True)
    page.goto(f"{server.url}/predict?run={run.id}&view=inside&test_index=3&layer=2&map=5")
    expect(page.get_by_text("the largest of")).to_be_visible()
    page.locator(".cell-made .map canvas").tap(position={"x": 3, "y": 3})
    expect(page.get_by_text("Row 0, column 0: ")).to_be_visible()
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= PHONE["width"]
