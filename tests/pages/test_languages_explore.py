"""Explore and the frame in another language: no text is left in English, and the address stays as it is."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from fmnist import language
from fmnist.data import class_words, download, failures, sources
from fmnist.data.facts import CLASS_NAMES
from fmnist.data.statistics import Projection
from fmnist.evaluation.scores import reliability
from fmnist.language import say
from fmnist.plots.charts import explore as charts
from fmnist.plots.charts import predict as predict_charts
from fmnist.runs import store
from fmnist.workers.queue import WorkerError
from pages.parts.explore import map
from pages.parts.shell import languages, shared
from tests.pages.made_runs import finished_run
from tests.pages.words_shown import english_words, texts, untranslated

IN_CHINESE = {languages.ADDRESS: "zh"}
NO_TEXT = re.compile(r"[0-9a-f]{32}|\d{8}-\d{6}-\d{6}-[0-9a-f]{4}")  # a chart's name, a run's id
PARTS = ("Browse images", "Compare classes", "Map of images")


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """What the page hands to the tiles and to the numbers."""
    given = []
    for widget_of_ours in ("explore.grid._tiles", "explore.numbers._numbers"):
        monkeypatch.setattr(f"pages.parts.{widget_of_ours}", lambda *, data, **_: given.append(data))
    return given


@pytest.fixture
def english(sent):
    """A function from a page to its texts that are still in English."""

    def left(test):
        assert not test.exception
        words = [data[name] for data in sent for name in ("words", "hint", "readout") if name in data]
        words += [tile[name] for data in sent for tile in data.get("tiles", ()) for name in ("title", "alt")]
        words += [NO_TEXT.sub("", text) for text in untranslated(test)]
        return [text for text in words if english_words(text)]

    return left


@pytest.fixture
def in_chinese():
    """AppTest clicks what it finds by its words, so this thread has to speak the language of the page."""
    language.use("zh")
    yield
    language.use("en")


@pytest.fixture
def change(in_chinese):
    """A function from a page in one language to the same page in the other."""

    def change(page, now, then):
        language.use(now)
        page.query_params["lang"] = then
        page.run()
        assert not page.exception
        language.use(then)

    return change


@pytest.fixture
def trained(runs_dir):
    """A run that looks as if it had been trained."""
    return finished_run(store.Store(runs_dir))


def widget(test, kind, key):
    return next(each for each in getattr(test, kind) if each.key == key)


def address(test, name):
    """What the address says; None if nothing."""
    said = test.query_params.get(name)
    return said[-1] if isinstance(said, list) else said


@pytest.mark.parametrize("part", PARTS)
def test_no_part_of_explore_is_left_in_english(app, english, part):
    assert english(app("explore", explore_part=part, **IN_CHINESE)) == []


def test_the_grid_names_its_images_in_the_visitors_language(app, sent):
    app("explore", **IN_CHINESE)
    tiles = sent[-1]["tiles"]
    assert len(tiles) == 25 and "Ankle boot" in tiles[0]["title"]


@pytest.mark.parametrize("fails", [False, True])
def test_the_map_of_a_network_is_in_the_visitors_language(app, english, trained, monkeypatch, fails):
    def hidden(_judge, _model, images):
        if fails:
            raise WorkerError("The prediction child does not answer.")
        return np.random.default_rng(0).normal(size=(len(images), 128))

    monkeypatch.setattr("fmnist.workers.predictor.Judge.hidden", hidden)
    page = app("explore", explore_part="Map of images", map_by=map.NETWORK, **IN_CHINESE)
    assert bool(page.warning) == fails
    assert english(page) == ([page.warning[0].value] if fails else [])


def test_what_had_to_be_mended_is_said_in_the_visitors_language(app):
    page = app(
        "explore",
        **IN_CHINESE,
        explore_index="99999",
        explore_split="7",
        grid_order="?",
        grid_start="-5",
        grid_class="8",
    )
    assert not page.exception
    assert len(page.info) == 5
    assert [each.value for each in page.info if english_words(each.value)] == []


def test_the_address_stays_in_english_and_opens_the_same_in_every_language(app, in_chinese):
    page = app("explore", **IN_CHINESE)
    widget(page, "radio", "explore_split").set_value("test").run()
    widget(page, "number_input", "explore_index").set_value(12).run()
    widget(page, "radio", "grid_order").set_value("shuffled").run()
    wanted = {"explore_split": "test", "explore_index": "12", "grid_order": "shuffled"}
    assert {name: address(page, name) for name in wanted} == wanted
    widget(page, "radio", "grid_order").set_value("in order").run()
    assert address(page, "grid_order") is None
    again = app("explore", explore_split="test", explore_index="12")
    assert "Image **12** of the test set is labelled" in " ".join(each.value for each in again.markdown)


def test_what_is_chosen_stays_when_the_language_changes(app, change):
    page = app("", explore_split="test", grid_class="Bag", explore_index="7")
    for now, then, split, every in (("en", "zh", "测试", "所有类别"), ("zh", "en", "test", "All classes")):
        change(page, now, then)
        radio = widget(page, "radio", "explore_split")
        assert (radio.value, radio.proto.set_value, radio.proto.raw_value) == ("test", True, split)
        assert widget(page, "selectbox", "grid_class").value == "Bag"
        assert every in widget(page, "selectbox", "grid_class").options
        assert address(page, "explore_split") == "test"


@pytest.mark.parametrize("part", PARTS)
def test_the_open_tab_stays_open_when_the_language_changes(app, change, part):
    page = app("", explore_part=part)
    for now, then in (("en", "zh"), ("zh", "en")):
        change(page, now, then)
        assert page.session_state["explore_tabs"] == language._(part)
        assert address(page, "explore_part") == (None if part == PARTS[0] else part)


def test_the_table_of_classes_says_what_their_names_mean(app):
    def table(page):
        return next(each.value for each in page.get("html") if "class='classes'" in each.value)

    chinese = table(app("explore", **IN_CHINESE))
    assert "<td>Ankle boot <small>短靴</small><td>" in chinese
    assert chinese.count("<small>") == len(CLASS_NAMES)
    assert "<small>" not in table(app("explore"))
    assert class_words.MEANINGS.split(", ") == list(CLASS_NAMES)


def test_the_charts_are_in_the_visitors_language(in_chinese, dataset):
    probabilities = np.eye(10)[dataset.test_labels[:100]]
    measured = reliability(dataset.test_labels[:100], probabilities)
    points = Projection(np.zeros((2, 2), np.float32), (0.3, 0.2))
    histogram = charts.pixel_histogram(np.full(32, 1 / 32), 8)
    specs = [
        charts.variation(np.arange(10.0)).spec,
        histogram.spec,
        charts.image_map(points, np.arange(2), np.zeros(2, int), ["", ""], False).to_dict(),
        predict_charts.reliability_diagram(measured).spec,
    ]
    titles = [title for spec in specs for title in _titles(spec)]
    assert len(titles) > 12
    assert [title for title in titles if english_words(title)] == []
    assert not english_words(" ".join(histogram.table["values"]))
    assert not english_words(predict_charts.reliability_in_words(measured))


def _titles(spec):
    found = []
    json.loads(json.dumps(spec), object_hook=lambda made: found.append(made.get("title")) or made)
    return [title for title in found if isinstance(title, str)]


# ------------------------------------------------------------------------------------------------ the frame


def test_why_there_are_look_alikes_is_said_in_the_visitors_language(app, dataset, monkeypatch):
    monkeypatch.setenv("FMNIST_DATA_DIR", "/1")
    failed = download._failed(
        {
            say(failures.NO_ANSWER): ["a.example", "b.example"],
            say("the answer was {status} {reason}", status=404, reason="Not Found"): ["c"],
        }
    )
    notice = sources._stand_in(
        [
            say(
                "The folder in FMNIST_DATA_DIR was not used: {error}",
                error=say("{file} is cut off: the packed data end too early.", file="t.gz"),
            ),
            failed,
        ]
    ).notice
    shown = replace(dataset, source="look-alikes", notice=notice)
    monkeypatch.setattr(shared, "dataset", lambda: shown)
    page = app("", **IN_CHINESE)
    (warning,) = (each.value for each in page.warning)
    assert "下载失败" in warning and "没有应答" in warning and "重新启动程序" in warning
    known = {"Fashion-MNIST", "data", "fashion", "example", "Not", "Found"}
    assert set(english_words(warning.replace("\\", ""))) <= known
    assert [text for text in untranslated(page) if text != warning] == []


@pytest.mark.parametrize(
    "message",
    [
        "",
        say("Downloading {file}, {percent}%", file="train-labels-idx1-ubyte.gz", percent=3),
        say("Looking for the images"),
    ],
    ids=["nothing", "downloading", "looking"],
)
def test_how_far_loading_is_is_said_in_the_visitors_language(monkeypatch, message):
    def loading():
        from pages.parts.shell import languages, shared

        languages.begin()
        shared._show_loading()

    status = sources.Status(None, message, 0.3, False)
    monkeypatch.setattr(shared, "_loader", lambda: SimpleNamespace(status=lambda: status))
    test = AppTest.from_function(loading)
    test.query_params["lang"] = "zh"
    shown = [text.replace("train-labels-idx1-ubyte.gz", "") for text in texts(test.run())]
    assert shown and [text for text in shown if english_words(text)] == []


def test_links_for_a_lesson_are_made_in_the_visitors_language(app, in_chinese, monkeypatch):
    monkeypatch.setattr(type(st.context), "url", "http://localhost/")
    page = app("", **IN_CHINESE)
    page.session_state["share"] = True
    page.run()
    assert len(page.multiselect[0].options) > 5
    assert set(untranslated(page)) <= {page.code[0].value}


def test_a_link_that_hides_what_is_not_there_says_so_in_the_visitors_language(app):
    page = app("", hide="seeed", **IN_CHINESE)
    assert "没有这个控件" in page.info[0].value
