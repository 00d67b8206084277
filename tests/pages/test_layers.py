"""The way of an image through a convolutional network, without a browser: choices, sums, bad addresses."""

import numpy as np
import pytest

from fmnist.data.facts import CLASS_NAMES
from fmnist.drawing import examples, sketch
from fmnist.drawing.paper import Drawing, Sheet
from fmnist.workers.excitement import Excitement
from fmnist.workers.predictor import Judge
from fmnist.workers.queue import WorkerError
from tests.pages.made_network import made_network
from tests.pages.predict_page import address, shown, small_pictures, tables, told, widget
from tools.server import wait_until

FEW = 400  # test images that are looked at for a map


@pytest.fixture
def network(monkeypatch):
    network = made_network()
    monkeypatch.setattr(Judge, "layered_network", lambda self, run: network)
    monkeypatch.setattr(Judge, "predict", lambda self, run, images: network.walk(images).probabilities)
    monkeypatch.setattr(
        Judge, "evidence", lambda self, run, image, classes: image[None].astype(np.float32) * len(classes)
    )
    monkeypatch.setattr(Judge, "grad_cam", lambda *_: np.eye(7, dtype=np.float32))

    def most_excited(self, run, place, images, count):
        maps = network.walk(images).outputs[place]
        maps = maps.reshape(len(images), -1, maps.shape[-1])
        order = np.argsort(-maps.max(axis=1), axis=0, kind="stable")[:count]
        each = (maps.max(axis=1), maps.argmax(axis=1))
        return order, *(np.take_along_axis(of, order, 0) for of in each)

    monkeypatch.setattr(Judge, "most_excited", most_excited)
    monkeypatch.setattr(
        "pages.parts.predict.excited.Excitement", lambda *of: Excitement(*of[:3], of[3][:FEW])
    )
    return network


@pytest.fixture(autouse=True)
def buttons(monkeypatch):
    """The tables of pictures that the page offers as buttons, with what to call for a clicked one."""
    sent = []

    def show(tiles, chosen, choose, key):
        sent.append((tiles, chosen, choose))

    monkeypatch.setattr("pages.parts.predict.excited.picture_buttons.show", show)
    return sent


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


def found(test, buttons):
    """The tiles once all images are looked at."""
    wait_until(lambda: not test.run().get("progress"), 60, "it looks for ever")
    return buttons[-1][0]


def test_the_nine_images_that_excite_a_map_most_are_shown_and_their_classes_counted(
    look, network, dataset, buttons
):
    test = look(layer="1", map="2")
    tiles = found(test, buttons)
    largest = network.walk(dataset.test_images[:FEW]).outputs[1][..., 2].max(axis=(1, 2))
    expected = np.argsort(-largest, kind="stable")[:9]
    assert [each["place"] for each in tiles] == expected.tolist()
    labels = dataset.test_labels[expected]
    common = np.bincount(labels).argmax()
    assert f"{CLASS_NAMES[common]} × {(labels == common).sum()}" in shown(test)
    assert "Map 2 of Convolution 1 reaches its largest values in these" in shown(test)
    assert not test.exception


def test_of_another_map_of_the_layer_they_are_known_already(look, network, dataset, buttons):
    found(look(layer="1", map="2"), buttons)
    test = look(layer="1", map="3")
    assert not test.get("progress")
    assert "Map 3 of Convolution 1 reaches" in shown(test)


def test_a_clicked_image_is_followed(look, buttons, monkeypatch):
    test = look(layer="1", map="2", test_index="5")
    tiles = found(test, buttons)
    state = State()
    monkeypatch.setattr("pages.parts.predict.excited.st.session_state", state)
    monkeypatch.setattr("pages.parts.predict.excited.address.rerun", lambda *parts: state.parts.extend(parts))
    monkeypatch.setattr("pages.parts.predict.excited.address.choose_image", state.chosen.append)
    buttons[-1][2](tiles[3]["place"])
    assert state.chosen == [tiles[3]["place"]] and state.looked_at == "test"
    assert {"image", "way_part", "cell_part", "excited_part", "looking_part"} == set(state.parts)


class State:
    """A session in which an image is chosen."""

    def __init__(self):
        self.chosen, self.parts = [], []


def test_a_map_that_nothing_excites_and_a_row_say_so(look, network, buttons, monkeypatch):
    bias = network.layers[1].weights["bias"].copy()
    bias[2] = -100
    monkeypatch.setitem(network.layers[1].weights, "bias", bias)
    test = look(layer="1", map="2")
    wait_until(lambda: not test.run().get("progress"), 60, "it looks for ever")
    assert "Map 2 of Convolution 1 is above 0 for no test image." in shown(test)
    assert not buttons
    assert "Choose a map of a convolution or a pooling above." in shown(look(layer="4", map="3"))
