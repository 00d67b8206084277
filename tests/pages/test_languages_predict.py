"""Predict in another language: none of its views and states leaves a text in English."""

import time

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fmnist import language
from fmnist.drawing.paper import SIDE, Drawing, Sheet
from fmnist.evaluation import arithmetic
from fmnist.evaluation.dense import DenseNetwork
from fmnist.evaluation.one_step import Averages
from fmnist.language import as_data, from_data, say
from fmnist.lesson.predict_address import BREAKING
from fmnist.networks.config import RunConfig
from fmnist.plots import waterfall
from fmnist.runs.store import Progress, Store
from fmnist.workers.neighbours import Neighbours
from fmnist.workers.predictor import Judge, Judgement
from fmnist.workers.queue import WorkerError
from pages.parts.shell import languages
from tests.pages.made_network import made_network
from tests.pages.predict_page import certain, told, widget
from tests.pages.words_shown import english_words, untranslated

NOT_READ = {"picture", "address", "names", "shown_in", "which", "kind", "colors", "levels", "cells"}
NOT_READ |= {"inputs", "kernel", "activation", "ending"}  # of what the page hands to its own widgets


@pytest.fixture(autouse=True)
def sent(monkeypatch, dataset):
    """What the page hands to its tiles, matrix and units. The prediction child is replaced."""
    data = []
    ours = ("tiles._tiles", "matrix._matrix", "pairs._pairs", "units._units", "maps._maps", "cell._cell")
    for widget_of_ours in ours:
        monkeypatch.setattr(
            f"pages.parts.predict.{widget_of_ours}", lambda **given: data.append(given["data"])
        )
    monkeypatch.setattr(Judge, "neighbours", lambda *_: (np.array([3, 1, 2]), np.array([0.5, 1, 2])))
    monkeypatch.setattr(Judge, "evidence", lambda self, run, image, classes: np.zeros((len(classes), 28, 28)))
    monkeypatch.setattr(Judge, "predict", lambda self, run, images: certain(np.full(len(images), 8)))
    monkeypatch.setattr(Judge, "adam_averages", lambda self, run: Averages.none(self.dense_network(run)))
    monkeypatch.setattr(Judge, "grad_cam", lambda *_: np.zeros((7, 7), np.float32))
    monkeypatch.setattr(
        Judge, "attack", lambda self, run, images, *_: (images, certain(np.full(len(images), 8)))
    )
    monkeypatch.setattr(Judge, "judgements", lambda self, runs, images: dict.fromkeys(runs, _bag(images)))
    monkeypatch.setattr(
        Judge, "hidden", lambda self, run, images: images.reshape(len(images), -1).astype(np.float32)
    )
    # In the background it would go on when this test's judge is gone.
    monkeypatch.setattr(Neighbours, "start", Neighbours._look)
    monkeypatch.setattr("fmnist.workers.neighbours.BREAK", 0)
    return data


@pytest.fixture
def visit(app):
    """A function from a view and an address to the page in Chinese, which this thread speaks, too."""
    language.use("zh")  # AppTest finds what is chosen by its words
    yield lambda view, **query: app("predict", **{languages.ADDRESS: "zh", "view": view} | query)
    language.use(language.ENGLISH)


@pytest.fixture
def english(sent):
    """A function from a page to its texts that are still in English."""

    def left(test):
        assert not test.exception
        return untranslated(test) + [text for text in _strings(sent) if english_words(text)]

    return left


@pytest.fixture
def look_inside(monkeypatch):
    """A function from sizes of layers to a network that runs are said to have."""

    def pretend(*sizes, activation="relu"):
        random = np.random.default_rng(5)
        kernels = [
            random.normal(0, 0.1, shape).astype(np.float32) for shape in zip(sizes, sizes[1:], strict=False)
        ]
        layers = [
            (kernel, kernel[0].copy(), "softmax" if kernel is kernels[-1] else activation)
            for kernel in kernels
        ]
        made = DenseNetwork.of(layers, 255.0)
        monkeypatch.setattr(Judge, "dense_network", lambda self, run: made)

    return pretend


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in NOT_READ:
                yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _bag(images):
    return Judgement(images.reshape(len(images), -1).astype(np.float32), certain(np.full(len(images), 8)))


def _drawn():
    paper = Image.new("L", (SIDE, SIDE), 255)
    ImageDraw.Draw(paper).rectangle((85, 105, 235, 255), outline=0, width=8)
    return Sheet().lay(Drawing.of_picture(paper))


@pytest.mark.parametrize("view", ["test", "mistakes", "inside", "break", "draw", "beat"])
def test_before_any_run(visit, english, view):
    assert english(visit(view)) == []


@pytest.mark.parametrize("view", ["test", "mistakes", "draw", "beat"])
def test_with_a_run(visit, english, make_run, truth, view):
    make_run(truth)
    assert english(visit(view)) == []


@pytest.mark.parametrize("way", BREAKING)
def test_breaking_it(visit, english, make_run, truth, way):
    make_run(truth)
    test = visit("break", breaking=way)
    assert english(test) == []
    if way == "change":
        widget(test, "slider", "change_turn").set_value(-15).run()
        assert english(test) == []


@pytest.mark.parametrize("view", ["test", "mistakes"])
def test_runs_beside_each_other(visit, english, make_run, truth, dataset, view):
    other = make_run(dataset.test_labels.astype(int), name="甲")
    run = make_run(truth, name="乙")
    assert english(visit(view, run=run, compare=other)) == []


@pytest.mark.parametrize(
    ("sizes", "settings"),
    [
        ((784, 40, 10), {}),
        ((784, 40, 30, 10), {"network": "dense", "hidden_layers": 2, "activation": "tanh"}),
        ((784, 10), {"network": "softmax"}),
    ],
)
def test_the_inside_of_each_network(visit, english, make_run, truth, look_inside, sizes, settings):
    look_inside(*sizes, activation=settings.get("activation", "relu"))
    make_run(truth, **settings)
    test = visit("inside", unit="99")
    assert english(test) == []
    assert [each.value for each in test.code if english_words(each.value)] == []


@pytest.mark.parametrize("place", range(1, 6))
def test_the_inside_of_a_convolutional_network(visit, english, make_run, truth, monkeypatch, place):
    monkeypatch.setattr(Judge, "layered_network", lambda self, run: made_network())
    make_run(truth, network="small-cnn")
    test = visit("inside", layer=str(place), map="0")
    assert english(test) == []
    assert [each.value for each in test.code if english_words(each.value)] == []


def test_one_cell_of_the_matrix(visit, english, make_run, truth):
    make_run(truth)
    assert english(visit("mistakes", true_class="Shirt", predicted_class="Sneaker", cells="shares")) == []
    assert english(visit("mistakes", true_class="Shirt", predicted_class="Shirt")) == []
    assert english(visit("test", true_class="Shirt", predicted_class="Bag", outcome="right")) == []


def test_a_game_from_the_first_answer_to_the_last(visit, english, make_run, truth, sent):
    make_run(truth)
    test = visit("beat")
    for position in range(20):
        assert english(test) == []
        widget(test, "button", f"answer_{position}_{position % 10}").click().run()
    assert english(test) == []
    assert sent[-1]["tiles"][0]["lines"]


@pytest.mark.parametrize("tool", ["pen", "eraser"])
def test_each_tool(visit, english, tool):
    test = visit("draw")
    widget(test, "button_group", "tool").set_value(tool).run()
    assert english(test) == []


@pytest.mark.parametrize("source", ["upload", "camera"])
def test_other_pictures_than_drawings(visit, english, source):
    test = visit("draw")
    widget(test, "button_group", "draw_source").set_value(source).run()
    assert english(test) == []


@pytest.mark.parametrize("settings", [{}, {"learn_drawings": True}])
def test_a_drawing_that_is_judged(visit, english, make_run, truth, settings):
    make_run(truth, **settings)
    test = visit("draw")
    test.session_state["sheet"] = _drawn()
    assert english(test.run()) == []


def test_a_drawing_that_nobody_judges(visit, english, monkeypatch):
    error = WorkerError("The prediction took longer than {seconds:g} seconds and was ended.", seconds=20)
    monkeypatch.setattr(Judge, "judgements", lambda self, runs, images: dict.fromkeys(runs, error))
    test = visit("draw")
    test.session_state["sheet"] = _drawn()
    assert english(test.run()) == []


@pytest.mark.parametrize(
    "query",
    [
        {"test_index": "boot"},
        {"test_index": "10000"},
        {"true_class": "Shrt"},
        {"confidence": "40-200"},
        {"confidence": "90-100"},
        {"order": "los"},
        {"run": "20200101-000000-000000-0000"},
        {"run": "../../etc/passwd"},
    ],
)
def test_an_address_that_is_mended(visit, english, make_run, truth, query):
    make_run(truth)
    test = visit("test", **query)
    assert told(test)
    left = [text for text in english(test) if not any(value in text for value in query.values())]
    assert left == []


@pytest.mark.parametrize("state", ["stopped", "running"])
def test_a_run_without_predictions(visit, english, make_run, truth, state):
    make_run(truth)
    assert english(visit("test", run=make_run(None, state=state))) == []


@pytest.mark.parametrize("state", ["stopped", "running"])
def test_a_run_that_stands_at_an_epoch(visit, english, make_run, truth, state):
    make_run(truth, state=state)
    assert english(visit("test")) == []


def test_a_run_on_other_images(visit, english, make_run, truth):
    make_run(truth, fingerprint="another")
    assert english(visit("test")) == []


def test_damaged_predictions(visit, english, make_run, truth, runs_dir):
    run = make_run(truth)
    (runs_dir / run / "predictions.npz").write_bytes(b"PK\x03\x04 nothing")
    assert english(visit("test", run=run)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        say("The model in {file} cannot be read: the file is damaged.", file="model.keras"),
        say("The prediction could not be made: {error}.", error="[Errno 24]"),
        say("The process that predicts did not start within {seconds:g} seconds.", seconds=60),
    ],
)
def test_what_the_prediction_child_says(visit, english, make_run, truth, monkeypatch, sentence):
    def refuse(*_):
        raise WorkerError(from_data(as_data(sentence)))

    monkeypatch.setattr(Judge, "evidence", refuse)
    make_run(truth)
    left = [text for text in english(visit("mistakes")) if "Errno" not in text]
    assert left == []


def test_a_run_that_is_only_starting(visit, english, runs_dir):
    run = Store(runs_dir).create(RunConfig(), info={}, hold=True)
    run.write_progress(Progress("running", epoch=0, epochs=5, step=10, steps=100, heartbeat=time.time()))
    assert english(visit("test")) == []
    run.release()


def test_another_language_keeps_what_was_chosen(app, make_run, truth):
    make_run(truth)
    test = app("predict")
    widget(test, "selectbox", "order").set_value("loss").run()
    widget(test, "button_group", "outcome").set_value("wrong").run()
    test.query_params[languages.ADDRESS] = "zh"
    test.run()
    assert (test.session_state.order, test.session_state.outcome) == ("loss", "wrong")


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_the_names_beside_a_waterfall_fit(code):
    language.use(code)
    try:
        names = [arithmetic.pixel_name(783), arithmetic.unit_name(999), language._("score")]
    finally:
        language.use(language.ENGLISH)
    for name in names:
        width = sum(12 if letter > "⺀" else 7 for letter in waterfall._short(name))
        assert width < waterfall.LABEL
