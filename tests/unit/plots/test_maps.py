"""What the browser is given of a network's layers: colours that are the maps, numbers that add up."""

import base64
import json
import math

import numpy as np
import pytest

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.layers import LayeredNetwork
from fmnist.plots import maps

RANDOM = np.random.default_rng(8)
IMAGE = RANDOM.integers(0, 256, (28, 28), dtype=np.uint8)


def normal(*shape):
    return RANDOM.normal(0, 0.3, shape).astype(np.float32)


def convolution(inputs, filters, activation="linear", bias=True, **more):
    settings = {"strides": [1, 1], "padding": "same", "activation": activation} | more
    weights = {"kernel": normal(3, 3, inputs, filters)} | ({"bias": normal(filters)} if bias else {})
    return ("convolution", "Conv2D", settings, weights)


def normalisation(channels):
    names = ("gamma", "beta", "moving_mean")
    weights = {name: normal(channels) for name in names} | {"moving_variance": abs(normal(channels)) + 0.2}
    return ("normalisation", "BatchNormalization", {"epsilon": 0.001}, weights)


def dense(inputs, units, activation):
    weights = {"kernel": normal(inputs, units), "bias": normal(units)}
    return ("dense", "Dense", {"activation": activation}, weights)


@pytest.fixture(scope="module")
def network():
    """Columns: image, a convolution with normalisation, one with a stride, pooling, flatten, two dense."""
    pool = {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}
    return LayeredNetwork.of(
        [
            ("reshape", "Reshape", {"target_shape": [28, 28, 1]}, {}),
            convolution(1, 5, bias=False),
            normalisation(5),
            ("relu", "Activation", {"activation": "relu"}, {}),
            convolution(5, 3, "elu", strides=[2, 2], padding="valid"),
            ("pooling", "MaxPooling2D", pool, {}),
            ("flatten", "Flatten", {}, {}),
            dense(6 * 6 * 3, 7, "tanh"),
            dense(7, 10, "softmax"),
        ],
        255.0,
    )


@pytest.fixture(scope="module")
def steps(network):
    return network.walk(IMAGE[None])


def numbers(text, kind="<f4"):
    return np.frombuffer(base64.b64decode(text), kind)


def cell(told, row, column):
    """A cell's value from what the browser is given, added up one product after the other."""
    inputs = numbers(told["inputs"]).reshape(*told["input_sides"], told["maps"])
    kernel = numbers(told["kernel"]).reshape(*told["window"], told["maps"]) if "kernel" in told else None
    found = []
    for y, x in np.ndindex(*told["window"]):
        at = [
            place * stride - added + step
            for place, stride, added, step in zip(
                (row, column), told["strides"], told["added"], (y, x), strict=True
            )
        ]
        if all(0 <= each < side for each, side in zip(at, told["input_sides"], strict=True)):
            found += [
                float(inputs[*at, each]) * (1 if kernel is None else float(kernel[y, x, each]))
                for each in range(told["maps"])
            ]
    value = max(found) if told["kind"] == "largest" else math.fsum(found) + (told.get("bias") or 0)
    for each in told["after"]:
        if "normalisation" in each:
            by = each["normalisation"]
            spread = math.sqrt(by["moving_variance"] + each["epsilon"])
            value = (value - by["moving_mean"]) / spread * by["gamma"] + by["beta"]
        else:
            value = {"relu": max(0, value), "elu": value if value > 0 else math.expm1(value)}[
                each["activation"]
            ]
    return value


@pytest.mark.parametrize("place", [1, 2, 3])
def test_what_a_map_is_made_of_adds_up_to_each_of_its_cells(network, steps, place):
    values = steps.after(network.columns[place])[0]
    rows, columns, count = values.shape
    for chosen in range(count):
        told = json.loads(json.dumps(maps.made_of(network, steps, place, chosen, dark=False)))
        assert np.array_equal(numbers(told["cells"]).reshape(rows, columns), values[:, :, chosen])
        for row, column in [(0, 0), (rows - 1, columns - 1), (rows // 2, 1), (1, columns // 2)]:
            assert cell(told, row, column) == pytest.approx(float(values[row, column, chosen]), abs=1e-4)


def test_flatten_is_told_where_it_follows(network, steps):
    assert maps.made_of(network, steps, 2, 0, dark=False)["flat"] is None
    assert maps.made_of(network, steps, 3, 2, dark=False)["flat"] == {"map": 2, "maps": 3}


def test_a_place_in_the_row_is_the_cell_that_flatten_puts_there(network, steps):
    pooled, row = steps.after(network.columns[3])[0], steps.after(network.columns[4])[0]
    for place in (0, 17, len(row) - 1):
        words = maps.origin(steps, network, 5, place)
        number, y, x = (int(part) for part in words.replace(",", "").split() if part.isdigit())
        assert words.startswith("map")
        assert pooled[y, x, number] == row[place]
    assert maps.origin(steps, network, 6, 4) == "unit 4"


def test_the_strip_has_the_shape_of_each_column_and_its_maps_as_levels(network, steps):
    strip = json.loads(json.dumps(maps.strip(network, steps, dark=False)))
    told = [(each["title"], each["shape"], each["ending"]) for each in strip["columns"]]
    assert told == [
        ("Image", "28×28×1", ""),
        ("Convolution 1", "28×28×5", "normalised, relu"),
        ("Convolution 2", "13×13×3", "elu"),
        ("Pooling 1", "6×6×3", ""),
        ("Flatten", "108", ""),
        ("Dense 1", "7", "tanh"),
        ("Ten classes", "10", "softmax"),
    ]
    values = steps.after(network.columns[2])[0]
    column = strip["columns"][2]
    shown = numbers(column["levels"], np.uint8).reshape(3, 13, 13).astype(int)
    assert np.array_equal(shown > 127, (values.transpose(2, 0, 1) > float(column["limit"]) / 254 * 1.01))
    assert column["shares"] == [round(100 * (values[..., each] > 0).mean()) for each in range(3)]
    assert strip["columns"][-1]["probabilities"] == pytest.approx(steps.probabilities[0].tolist(), abs=1e-4)
    assert strip["columns"][-1]["names"] == list(CLASS_NAMES)


def test_one_scale_of_colours_serves_all_maps_of_a_column():
    shown = maps.levels(np.array([-2.0, -1, 0, 0.5, 1, 7]), 1.0)
    assert shown.tolist() == [0, 0, 127, 191, 254, 254]


def test_the_first_choice_is_the_map_with_the_largest_value(network, steps):
    values = steps.after(network.columns[1])[0]
    assert maps.default_choice(network, steps) == (1, int(values.max(axis=(0, 1)).argmax()))


@pytest.mark.parametrize(
    ("place", "chosen", "known"),
    [(1, 4, True), (1, 5, False), (0, 0, False), (6, 9, True), (7, 0, False), ("1", 0, False)]
    + [(True, 0, False), (1, -1, False), (1, None, False)],
)
def test_only_maps_that_there_are_can_be_chosen(network, steps, place, chosen, known):
    assert maps.is_known(network, steps, place, chosen) is known


def test_a_network_without_convolutions_begins_with_the_predicted_class():
    network = LayeredNetwork.of([("f", "Flatten", {}, {}), dense(784, 10, "softmax")], 255.0)
    steps = network.walk(IMAGE[None])
    assert maps.default_choice(network, steps) == (2, int(steps.probabilities[0].argmax()))
