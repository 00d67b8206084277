"""The address of Predict: what goes in comes out; nonsense becomes the nearest sensible, with a word."""

from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.scores import ORDERS, OUTCOMES, Filter
from fmnist.lesson import predict_address
from fmnist.lesson.predict_address import SETTINGS
from fmnist.lesson.views import VIEWS


def _with_all_settings(chosen):
    """The values chosen, and of all other settings the first ones."""
    return SETTINGS.read({"view": chosen["view"]})[0] | chosen


values = some.fixed_dictionaries(
    {
        "view": some.sampled_from(list(VIEWS)),
        "run": some.from_regex(r"[0-9a-z-]{1,30}", fullmatch=True),
        "epoch": some.sampled_from(("last", "0", "0.04", "3", "100")),
        "compare": some.lists(some.from_regex(r"[0-9a-z-]{1,9}", fullmatch=True), unique=True).map(tuple),
        "test_index": some.integers(0, 9_999),
        "outcome": some.sampled_from(OUTCOMES),
        "true_class": some.sampled_from((predict_address.ANY, *CLASS_NAMES)),
        "predicted_class": some.sampled_from((predict_address.ANY, *CLASS_NAMES)),
        "confidence": some.tuples(some.integers(0, 100), some.integers(0, 100)).map(sorted).map(tuple),
        "order": some.sampled_from(ORDERS),
        "disagree": some.booleans(),
        "page": some.integers(1, 667),
        "cells": some.sampled_from(predict_address.CELLS),
        "unit_order": some.sampled_from(predict_address.UNIT_ORDERS),
        "unit_page": some.integers(1, 64),
        "unit": some.just(predict_address.ANY) | some.integers(0, 2_047),
        "output_class": some.sampled_from((predict_address.PREDICTED, *CLASS_NAMES)),
        "game": some.integers(0, 9_999),
        "draw_source": some.sampled_from(predict_address.DRAW_SOURCES),
        "tool": some.sampled_from(predict_address.TOOLS),
        "brush": some.integers(predict_address.THINNEST, predict_address.WIDEST),
        "tone": some.sampled_from(list(predict_address.TONES)),
    }
).map(_with_all_settings)


@given(values)
def test_an_address_brings_back_exactly_what_was_shown(shown):
    query = dict(parse_qsl(predict_address.link(shown).removeprefix("?")))
    assert SETTINGS.read(query) == (shown, [])


@given(values, some.integers(0, 9_999))
def test_a_link_to_an_image_changes_nothing_else(shown, index):
    query = dict(parse_qsl(predict_address.links_to_images(shown)(index).removeprefix("?")))
    expected = shown | {"view": "test", "test_index": index}
    assert SETTINGS.read(query)[0] == expected


@given(some.dictionaries(some.sampled_from(list(SETTINGS)), some.text(max_size=30)))
def test_any_address_at_all_is_read(query):
    read, _ = SETTINGS.read(query)
    assert set(read) == set(SETTINGS)
    assert 0 <= read["test_index"] <= 9_999
    assert read["true_class"] in (predict_address.ANY, *CLASS_NAMES)
    assert 0 <= read["confidence"][0] <= read["confidence"][1] <= 100


@pytest.mark.parametrize(
    ("name", "asked", "nearest"),
    [
        ("test_index", "10000", 9_999),
        ("test_index", "-3", 0),
        ("test_index", "twelve", 0),
        ("view", "mistake", "mistakes"),
        ("true_class", "shirt", "Shirt"),
        ("order", "whatever", "index"),
        ("confidence", "40-900", (40, 100)),
        ("confidence", "high", (0, 100)),
        ("page", "0", 1),
        ("unit", "5000", 2_047),
        ("unit", "best", "any"),
        ("unit_order", "size", "contribution"),
        ("output_class", "boot", "predicted"),
        ("game", "10000", 9_999),
        ("game", "chess", 0),
        ("disagree", "perhaps", False),
    ],
)
def test_what_does_not_exist_becomes_the_nearest_that_does_and_is_mentioned(name, asked, nearest):
    read, notices = SETTINGS.read({name: asked})
    assert read[name] == nearest
    assert [each.setting.key for each in notices] == [name]


def test_defaults_stay_out_of_the_address():
    defaults, _ = SETTINGS.read({})
    assert SETTINGS.write(defaults) == {}


def test_mistakes_begin_with_certain_and_wrong_and_other_views_with_the_first_image():
    assert SETTINGS.read({"view": "mistakes"})[0]["order"] == "confidence"
    assert SETTINGS.read({"view": "test"})[0]["order"] == "index"


def test_the_view_of_mistakes_asks_for_wrong_images_except_on_the_diagonal():
    shown, _ = SETTINGS.read({"view": "mistakes", "outcome": "right"})
    assert predict_address.wanted_images(shown) == Filter("wrong", order="confidence")
    shown |= {"true_class": "Shirt", "predicted_class": "Coat"}
    assert predict_address.wanted_images(shown) == Filter("wrong", 6, 4, order="confidence")
    shown |= {"predicted_class": "Shirt"}
    assert predict_address.wanted_images(shown) == Filter("right", 6, 6, order="confidence")


def test_every_image_found_is_on_exactly_one_page():
    found = np.arange(10_000)[::-1]
    pages = [
        predict_address.shown_on_page(found, page + 1) for page in range(predict_address.pages_of(found))
    ]
    assert np.array_equal(np.concatenate(pages), found)
    assert max(map(len, pages)) == 15
    assert predict_address.pages_of(found[:0]) == 1
