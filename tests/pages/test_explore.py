"""Explore without a browser: the tutorial's facts, and every control changes what it says it changes."""

import re

import numpy as np
import pytest

from fmnist.data.facts import CLASS_NAMES
from fmnist.runs import store
from pages.parts.explore import image, map
from tests.pages.made_runs import finished_run


def widget(test, kind, key):
    return next(each for each in getattr(test, kind) if each.key == key)


def shown(test):
    return " ".join(each.value for each in [*test.markdown, *test.caption, *test.subheader])


def notices(test):
    return [each.value.replace("\\", "") for each in test.info]


def named(split, index, dataset):
    labels = dataset.train_labels if split == "training" else dataset.test_labels
    return f"Image **{index:,}** of the {split} set is labelled **{CLASS_NAMES[labels[index]]}**."


@pytest.fixture
def drawn(monkeypatch):
    """What the pages hand to the tiles, last one last."""
    sent = []
    monkeypatch.setattr("pages.parts.explore.grid._tiles", lambda *, data, **_: sent.append(data))
    return sent


def indices(sent):
    return [tile["index"] for tile in sent[-1]["tiles"]]


def test_the_facts_stand_at_the_top_with_the_expressions_that_give_them(app, dataset):
    test = app("explore")
    assert not test.exception
    text = shown(test)
    for fact in (
        "`train_images.shape` → `(60000, 28, 28)`",
        "`len(train_labels)` → `60000`",
        "`test_images.shape` → `(10000, 28, 28)`",
        "`len(test_labels)` → `10000`",
    ):
        assert fact in text
    if dataset.is_real:
        assert "`train_labels` → `array([9, 0, 0, ..., 3, 0, 5], dtype=uint8)`" in text
    (table,) = (each.value for each in test.get("html") if "class='classes'" in each.value)
    rows = re.findall(r"<tr><td>(\d)<td>(.*?)<td><i [^>]*></i>([\d,]+)<td><i [^>]*></i>([\d,]+)", table)
    counts = [np.bincount(labels, minlength=10) for labels in (dataset.train_labels, dataset.test_labels)]
    assert rows == [
        (str(label), name, f"{counts[0][label]:,}", f"{counts[1][label]:,}")
        for label, name in enumerate(CLASS_NAMES)
    ]


def test_the_page_opens_on_the_tutorials_image_and_grid(app, dataset, drawn):
    test = app("explore")
    assert named("training", 0, dataset) in shown(test)
    assert "`train_images[0] / 255.0`" in shown(test)
    assert (drawn[-1]["columns"], indices(drawn)) == (5, list(range(25)))
    assert [tile["name"] for tile in drawn[-1]["tiles"]] == [
        CLASS_NAMES[label] for label in dataset.train_labels[:25]
    ]


def test_index_next_previous_random_and_split_choose_the_image(app, dataset, monkeypatch):
    test = app("explore")
    widget(test, "number_input", "explore_index").set_value(41).run()
    assert named("training", 41, dataset) in shown(test)
    widget(test, "button", "explore_next").click().run()
    assert named("training", 42, dataset) in shown(test)
    widget(test, "button", "explore_previous").click().run()
    assert named("training", 41, dataset) in shown(test)
    monkeypatch.setattr(image.random, "randint", lambda low, high: high)
    widget(test, "button", "explore_random").click().run()
    assert named("training", 59_999, dataset) in shown(test)
    widget(test, "number_input", "explore_index").set_value(7).run()
    widget(test, "radio", "explore_split").set_value("test").run()
    assert named("test", 7, dataset) in shown(test)
    assert not test.exception


def test_there_is_nothing_before_the_first_image_and_after_the_last(app):
    test = app("explore")
    assert widget(test, "button", "explore_previous").disabled
    widget(test, "number_input", "explore_index").set_value(59_999).run()
    assert widget(test, "button", "explore_next").disabled


@pytest.mark.parametrize(
    ("query", "expected", "notice"),
    [
        ({"explore_index": "12", "explore_split": "test"}, ("test", 12), ""),
        ({"explore_index": "99999"}, ("training", 59_999), "99,999 is outside 0 to 59,999"),
        ({"explore_index": "99999", "explore_split": "test"}, ("test", 9_999), "99,999 is outside"),
        ({"explore_index": "-5"}, ("training", 0), "**One image: index.** -5 is less than 0"),
        ({"explore_index": "boot"}, ("training", 0), "“boot” is not a whole number"),
        ({"explore_split": "tset", "explore_index": "3"}, ("test", 3), "There is no “tset” here"),
    ],
)
def test_an_address_opens_an_image_or_the_nearest_and_says_so(app, dataset, query, expected, notice):
    test = app("explore", **query)
    assert not test.exception
    assert named(*expected, dataset) in shown(test)
    assert any(notice in each for each in notices(test)) if notice else not notices(test)
    assert widget(test, "number_input", "explore_index").value == expected[1]
    assert widget(test, "radio", "explore_split").value == expected[0]


def test_an_index_typed_out_of_range_becomes_the_nearest_until_the_next_step(app, dataset):
    test = app("explore")
    widget(test, "number_input", "explore_index").set_value(70_000).run()
    assert named("training", 59_999, dataset) in shown(test)
    assert len(notices(test)) == 1
    widget(test, "button", "explore_previous").click().run()
    assert named("training", 59_998, dataset) in shown(test)
    assert not notices(test)


def test_the_grid_pages_through_one_class_of_either_split(app, dataset, drawn):
    test = app("explore")
    widget(test, "selectbox", "grid_class").set_value("Shirt").run()
    shirts = np.flatnonzero(dataset.train_labels == 6)
    assert indices(drawn) == shirts[:25].tolist()
    widget(test, "button", "grid_next").click().run()
    assert indices(drawn) == shirts[25:50].tolist()
    widget(test, "button", "grid_previous").click().run()
    assert indices(drawn) == shirts[:25].tolist()
    widget(test, "radio", "grid_split").set_value("test").run()
    assert indices(drawn) == np.flatnonzero(dataset.test_labels == 6)[:25].tolist()
    assert drawn[-1]["split"] == "test"
    widget(test, "number_input", "grid_start").set_value(100).run()
    assert indices(drawn) == np.flatnonzero(dataset.test_labels == 6)[100:125].tolist()


def test_the_grid_has_five_to_ten_columns(app, drawn):
    test = app("explore")
    for side in range(5, 11):
        widget(test, "selectbox", "grid_size").set_value(f"{side} × {side}").run()
        assert drawn[-1]["columns"] == side
        assert indices(drawn) == list(range(side * side))


def test_a_shuffled_grid_depends_on_its_seed_alone(app, drawn):
    test = app("explore")
    widget(test, "radio", "grid_order").set_value("shuffled").run()
    first = indices(drawn)
    assert first != list(range(25))
    widget(test, "number_input", "grid_seed").set_value(1).run()
    assert indices(drawn) != first
    widget(test, "number_input", "grid_seed").set_value(0).run()
    assert indices(drawn) == first


@pytest.mark.parametrize(
    ("query", "expected", "notice"),
    [
        ({"grid_start": "-25"}, list(range(25)), "-25 is less than 0"),
        ({"grid_start": "999999"}, list(range(59_975, 60_000)), "999,999 is outside"),
        ({"grid_class": "Hat"}, list(range(25)), "There is no “Hat” here"),
        ({"grid_size": "50 × 50"}, list(range(25)), "There is no “50 × 50” here"),
    ],
)
def test_a_bad_grid_address_shows_the_nearest_grid_and_says_so(app, drawn, query, expected, notice):
    test = app("explore", **query)
    assert not test.exception
    assert indices(drawn) == expected
    assert any(notice in each for each in notices(test))


def test_classes_are_compared_and_the_histogram_follows_the_chosen_class(app):
    test = app("explore", explore_part="Compare classes")
    assert not test.exception
    text = shown(test)
    assert "Pairs that look alike" in text
    assert "**Pullover and Coat**" in text
    assert "All classes" in widget(test, "selectbox", "histogram_class").options
    before = text
    widget(test, "selectbox", "histogram_class").set_value("Bag").run()
    assert shown(test) != before


def test_only_the_open_way_to_look_further_is_computed(app, monkeypatch):
    def fail(*_):
        raise AssertionError("computed although its tab is closed")

    monkeypatch.setattr("fmnist.data.statistics.class_statistics", fail)
    monkeypatch.setattr("fmnist.data.statistics.principal_components", fail)
    assert not app("explore").exception


def test_the_map_shows_pixels_before_any_run_and_says_what_a_run_would_add(app):
    test = app("explore", explore_part="Map of images")
    assert not test.exception
    assert "Train a network" in shown(test)
    assert not [each for each in test.radio if each.key == "map_by"]


@pytest.fixture
def trained(runs_dir):
    """A run that looks as if it had been trained; its model is an archive without a network."""
    return finished_run(store.Store(runs_dir), name="mine")


def test_with_a_run_the_map_can_show_its_last_hidden_layer(app, trained, monkeypatch):
    asked = []

    def hidden(_judge, model, images):
        asked.append((model, images.shape))
        return np.random.default_rng(0).normal(size=(len(images), 128))

    monkeypatch.setattr("fmnist.workers.predictor.Judge.hidden", hidden)
    test = app("explore", explore_part="Map of images")
    assert not asked
    widget(test, "radio", "map_by").set_value(map.NETWORK).run()
    assert not test.exception
    assert asked == [(trained.id, (2000, 28, 28))]
    assert "last hidden layer" in shown(test)


def test_a_network_that_cannot_answer_leaves_a_sentence(app, trained):
    test = app("explore", explore_part="Map of images", map_by=map.NETWORK)
    assert not test.exception
    assert len(test.warning) == 1


def test_what_was_chosen_is_there_again_after_another_page(app, dataset):
    test = app("explore", explore_index="7", grid_class="Bag", explore_part="Browse images")
    for page in ("train", "explore"):
        test.query_params.clear()
        test.switch_page(f"pages/{page}.py").run()
        assert not test.exception
    assert named("training", 7, dataset) in shown(test)
    assert widget(test, "selectbox", "grid_class").value == "Bag"
    assert test.query_params["grid_class"] in ("Bag", ["Bag"])
