"""Units as pictures: colours, order and words; and the sum as bars."""

import base64
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from fmnist.evaluation import units
from fmnist.evaluation.arithmetic import parts, unit_name
from fmnist.evaluation.dense import WeightedSum
from fmnist.plots import waterfall, weight_pictures
from fmnist.plots.tiles import unit_tiles
from tests.unit.evaluation.test_dense import made


@pytest.fixture
def image():
    return np.random.default_rng(1).integers(0, 256, (28, 28)).astype(np.uint8)


@pytest.mark.parametrize("dark", [False, True])
def test_orange_is_above_zero_violet_below_and_zero_is_in_the_middle(dark):
    values = np.zeros(784)
    values[0], values[1], values[2] = 1, -1, 5
    picture = weight_pictures.signed_picture(values, 1.0, dark).astype(int)
    orange, violet, beyond, zero = picture[0, 0], picture[0, 1], picture[0, 2], picture[5, 5]
    assert orange[0] > orange[1] > orange[2]
    assert violet[2] > violet[0] > violet[1]
    assert (beyond == orange).all()
    assert zero.max() < 40 if dark else zero.min() > 240


def test_the_strongest_colour_ignores_a_few_outliers():
    weights = np.full(10_000, 0.2)
    weights[:5] = 90
    assert weight_pictures.color_limit(weights) == pytest.approx(0.2)
    assert weight_pictures.color_limit(np.zeros(100)) > 0


def test_units_come_by_number_or_by_contribution(image):
    network = made(784, 30, 10)
    walk = network.walk(image)
    adds = walk.outputs[0] * network.layers[1].kernel[:, walk.predicted]
    assert units.ordered_units(network, walk, "number").tolist() == list(range(30))
    assert (
        units.ordered_units(network, walk, "contribution").tolist()
        == np.argsort(-adds, kind="stable").tolist()
    )
    assert units.loudest_unit(network, walk) == adds.argmax()


def test_a_unit_is_shown_with_its_own_weights_row_by_row(image):
    network = made(784, 30, 10)
    walk = network.walk(image)
    (tile,) = unit_tiles(network, walk, np.array([4]), dark=False)
    kernel = network.layers[0].kernel
    file = io.BytesIO(base64.b64decode(tile["picture"].partition(",")[2]))
    expected = weight_pictures.signed_picture(kernel[:, 4], weight_pictures.color_limit(kernel), False)
    assert np.array_equal(np.asarray(Image.open(file)), expected)
    assert tile["title"] == "unit 4" and "hidden unit 4" in tile["words"]


def test_a_waterfall_has_a_bar_for_each_step_and_one_for_the_score():
    total = WeightedSum(np.array([1.0, 2.0, 4.0]), np.array([0.5, -2.0, 1.0]), 0.25)
    steps = parts(total, 2, unit_name)
    svg = ElementTree.fromstring(waterfall.waterfall_svg(steps, dark=True))
    bars = svg.findall("{http://www.w3.org/2000/svg}rect")
    assert len(bars) == len(steps) + 1
    widths = [float(bar.get("width")) for bar in bars]
    assert widths[2] / widths[1] == pytest.approx(abs(steps[2].value / steps[1].value), rel=0.02)
    assert waterfall.in_words(steps).endswith("together +0.750.")
