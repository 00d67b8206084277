"""The way of an image through a convolutional network, without a browser: choices, sums, bad addresses."""

import numpy as np
import pytest

from fmnist.data.facts import CLASS_NAMES
from fmnist.drawing import examples, sketch
from fmnist.drawing.paper import Drawing, Sheet
from fmnist.workers.predictor import Judge
from fmnist.workers.queue import WorkerError
from tests.pages.made_network import made_network
from tests.pages.predict_page import address, shown, small_pictures, tables, told, widget


@pytest.fixture
def network(monkeypatch):
    network = made_network()
    monkeypatch.setattr(Judge, "layered_network", lambda self, run: network)
    monkeypatch.setattr(Judge, "predict", lambda self, run, images: network.walk(images).probabilities)
    monkeypatch.setattr(
        Judge, "evidence", lambda self, run, image, classes: image[None].astype(np.float32) * len(classes)
    )
    monkeypatch.setattr(Judge, "grad_cam", lambda *_: np.eye(7, dtype=np.float32))
    return network


@pytest.fixture(autouse=True)
def strips(monkeypatch):
    """What the page hands to its strip of maps, last one last."""
    sent = []
    monkeypatch.setattr("pages.parts.predict.maps._maps", lambda **given: sent.append(given["data"]))
    return sent


@pytest.fixture(autouse=True)
def cells(monkeypatch):
    """What the page hands to the widget that explains cells."""
    sent = []
    monkeypatch.setattr("pages.parts.predict.cell._cell", lambda **given: sent.append(given["data"]))
    return sent


@pytest.fixture
def look(app, make_run, truth, network):
    """A function from an address to the page that shows this network's layers."""
    run = make_run(truth, network="small-cnn")
    return lambda **query: app("predict", view="inside", run=run, **query)


def test_the_way_of_the_image_is_shown_with_the_loudest_map_explained(look, network, dataset, strips, cells):
    test = look(test_index="7")
    steps = network.walk(dataset.test_images[7:8])
    loudest = int(steps.outputs[1][0].max(axis=(0, 1)).argmax())
    assert [each["shape"] for each in strips[-1]["columns"]][:3] == ["28×28×1", "14×14×6", "7×7×6"]
    assert strips[-1]["chosen"] == (1, loudest)
    assert f"Map {loudest} of Convolution 1" in shown(test)
    assert cells[-1]["kind"] == "convolution"
    assert not test.exception


def test_an_address_names_a_map(look, cells):
    test = look(layer="2", map="4")
    assert "Map 4 of Pooling 1" in shown(test)
    assert cells[-1]["kind"] == "largest"
    assert cells[-1]["flat"] == {"map": 4, "maps": 6}
    assert address(test)["map"] == "4"


def test_the_sum_of_a_class_is_written_out(look, network, dataset):
    test = look(layer="5", map="8", test_index="3")
    steps = network.walk(dataset.test_images[3:4])
    layer = network.layers[-1]
    score = float(steps.outputs[-2][0] @ layer.weights["kernel"][:, 8] + layer.weights["bias"][8])
    (table,) = tables(test)
    assert table["Step"][0] == "bias"
    assert float(table["So far"][-1].replace("−", "-")) == pytest.approx(score, abs=0.006)
    assert f"{steps.probabilities[0, 8]:.4f}, the probability of {CLASS_NAMES[8]}" in test.code[0].value


def test_the_sum_of_a_unit_names_the_cells_of_the_maps(look, network, dataset):
    test = look(layer="4", map="3", test_index="3")
    steps = network.walk(dataset.test_images[3:4])
    (table,) = tables(test)
    products = steps.outputs[3][0] * network.layers[4].weights["kernel"][:, 3]
    row, column, number = np.unravel_index(np.abs(products).argmax(), (7, 7, 6))
    assert table["Step"][1] == f"map {number}, row {row}, column {column}"
    assert "relu: the larger of 0 and" in test.code[0].value
    assert float(test.code[0].value.split()[-1]) == pytest.approx(float(steps.outputs[4][0, 3]), abs=0.006)


def test_a_place_in_the_row_tells_where_it_comes_from(look, network, dataset):
    test = look(layer="3", map="0", test_index="3")
    widget(test, "number_input", "place_in_row").set_value(100).run()
    row, column, number = np.unravel_index(100, (7, 7, 6))
    assert f"map {number}, row {row}, column {column}" in shown(test)


def test_three_views_say_where_it_looked_and_what_they_cannot_say(look, network, dataset):
    test = look(test_index="3")
    name = CLASS_NAMES[int(network.walk(dataset.test_images[3:4]).probabilities[0].argmax())]
    assert f"What spoke for **{name}**" in shown(test)
    assert small_pictures(test) == ["gradient × pixel", "covered by a square", "Grad-CAM"]
    assert "leaves out what speaks against the class" in shown(test)
    assert not test.exception


def test_a_drawing_is_looked_at_too(look, network, strips):
    test = look()
    drawing = Drawing.of_picture(sketch.open_picture(examples.png_of("Bag")))
    test.session_state.sheet = Sheet().lay(drawing)
    widget(test, "button_group", "looked_at").set_value("drawing").run()
    image = sketch.convert(drawing.image(), paper=255).image
    expected = network.walk(image[None]).probabilities[0]
    shown_ones = strips[-1]["columns"][-1]["probabilities"]
    assert shown_ones == pytest.approx(expected.tolist(), abs=1e-4)
    assert not test.exception


def test_without_a_drawing_a_sentence_says_so(look, strips):
    test = look(test_index="5")
    before = strips[-1]
    widget(test, "button_group", "looked_at").set_value("drawing").run()
    assert "Nothing is drawn yet" in told(test)
    assert strips[-1] == before


def test_a_map_that_there_is_not_becomes_the_first_choice(look, strips):
    test = look(layer="40", map="3")
    assert strips[-1]["chosen"][0] == 1
    assert not test.exception


def test_trouble_with_the_model_is_a_sentence(app, make_run, truth, monkeypatch):
    def refuse(*_):
        raise WorkerError("The model in model.keras cannot be read: the file is damaged.")

    monkeypatch.setattr(Judge, "layered_network", refuse)
    test = app("predict", view="inside", run=make_run(truth, network="small-cnn"))
    assert "cannot be read" in told(test)
    assert not test.exception
