"""What the Predict page shows, as one table of settings that an address carries: a link shows the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import numpy as np

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation import stories
from fmnist.evaluation.game import MOST_SEED
from fmnist.evaluation.scores import ORDERS, OUTCOMES, Filter
from fmnist.language import N_
from fmnist.lesson.kinds import Moment, Names, OneOf, PercentRange, Switch, Text, Whole
from fmnist.lesson.settings import Control, Setting, settings_of
from fmnist.lesson.views import VIEWS
from fmnist.networks.config import RANGES

ANY = "any"
CELLS = ("counts", "shares")
LAST_INDEX = 9_999
PER_PAGE = 15  # the tutorial's five rows of three
MOST_COMPARED = 3  # runs beside the chosen one
UNIT_ORDERS = ("contribution", "number")
UNITS_PER_PAGE = 32
ARRANGED_BY = ("class", "right", "story")  # what the colours of the map of hidden activations tell
LAST_UNIT = int(RANGES["hidden_units"].high) - 1
MOST_LAYERS = 99
BREAKING = ("change", "fool", "all", "smaller")
MOST_ATTACK = 32  # grey levels
DRAW_SOURCES = ("draw", "upload", "camera")
TOOLS = ("pen", "eraser")
TONES = {N_("black"): 0, N_("dark grey"): 85, N_("grey"): 140, N_("light grey"): 195}  # grey levels
THINNEST, USUAL_WIDTH, WIDEST = 4, 8, 40  # of a pen, in pixels of the paper
PREDICTED = "predicted"  # the class that the network predicts


_CLASS = OneOf((ANY, *CLASS_NAMES))

CONTROLS = (
    Setting("view", N_("The choice between the views"), kind=OneOf(tuple(VIEWS))),
    Setting("run", N_("Run"), kind=Text()),
    Setting("epoch", N_("Moment of training"), kind=Moment()),
    Setting("compare", N_("Compare with"), kind=Names()),
    Setting("test_index", N_("Test image: index"), kind=Whole(0, LAST_INDEX)),
    Setting("outcome", N_("Gallery: outcome"), kind=OneOf(OUTCOMES)),
    Setting("true_class", N_("Gallery: true class"), kind=_CLASS),
    Setting("predicted_class", N_("Gallery: predicted class"), kind=_CLASS),
    Setting("confidence", N_("Gallery: confidence"), kind=PercentRange()),
    Setting(
        "order",
        N_("Gallery: order"),
        kind=OneOf((*ORDERS, *stories.ORDERS)),
        default=lambda values: VIEWS[values["view"]].first_order,
    ),
    Setting("story", N_("Gallery: life story"), kind=OneOf((ANY, *stories.KINDS))),
    Setting("disagree", N_("Gallery: only where two runs disagree"), False, Switch()),
    Setting("page", N_("Gallery: page"), False, Whole(1)),
    Control("pairs", N_("Mistakes: the most frequent ones")),
    Control("reasons", N_("Mistakes: why")),
    Control("scores", N_("Mistakes: each class")),
    Setting("cells", N_("Mistakes: counts or shares"), False, OneOf(CELLS)),
    Setting("unit_order", N_("What it learned: order of the units"), False, OneOf(UNIT_ORDERS)),
    Setting("unit_page", N_("What it learned: page"), False, Whole(1)),
    Setting("unit", N_("What it learned: unit"), False, Whole(0, LAST_UNIT, word=ANY)),
    Setting("layer", N_("What it learned: layer"), False, Whole(1, MOST_LAYERS, word=ANY)),
    Setting("map", N_("What it learned: map"), False, Whole(0, word=ANY)),
    Setting("arranged_by", N_("What it learned: colours of the map of images"), False, OneOf(ARRANGED_BY)),
    Setting("breaking", N_("Break it: what to do"), False, OneOf(BREAKING)),
    Setting("output_class", N_("What it learned: class"), False, OneOf((PREDICTED, *CLASS_NAMES))),
    Setting("game", N_("Beat the network: game"), False, Whole(0, MOST_SEED)),
    Setting("tool", N_("Draw: tools"), kind=OneOf(TOOLS)),
    Setting("brush", N_("Draw: pen width"), kind=Whole(THINNEST, WIDEST), default=USUAL_WIDTH),
    Setting("tone", N_("Draw: grey tone"), kind=OneOf(tuple(TONES))),
    Setting("draw_source", N_("Draw: where the picture comes from"), kind=OneOf(DRAW_SOURCES)),
)
SETTINGS = settings_of(CONTROLS)


def class_number(name: str) -> int | None:
    """The number of a class by its name; None for any."""
    return None if name == ANY else CLASS_NAMES.index(name)


def wanted_images(values: dict[str, Any]) -> Filter:
    """Which images these values ask for.

    In the view "mistakes" these are the wrong ones, unless the same class is both true and predicted: then,
    as a click on the matrix's diagonal wants, the right ones.
    """
    true, predicted = (class_number(values[name]) for name in ("true_class", "predicted_class"))
    if values["view"] == "mistakes":
        right = true is not None and true == predicted
        return Filter("right" if right else "wrong", true, predicted, order=values["order"])
    low, high = values["confidence"]
    return Filter(values["outcome"], true, predicted, (low / 100, high / 100), values["order"])


def class_name(number: int | None) -> str:
    """The name of a class by its number; "any" for None."""
    return ANY if number is None else CLASS_NAMES[number]


def link(values: dict[str, Any]) -> str:
    """The address of these values as a link within the page: "?view=…"."""
    return f"?{urlencode(SETTINGS.write(values))}"


def links_to_images(values: dict[str, Any]) -> Callable[[int], str]:
    """From the index of a test image to the link that shows it alone, with everything else as in `values`."""
    rest = link(values | {"view": "test", "test_index": 0})
    return lambda index: f"{rest}&test_index={index}" if rest != "?" else f"?test_index={index}"


def pages_of(found: np.ndarray, per_page: int = PER_PAGE) -> int:
    """How many pages the images (or units) found fill, at least 1."""
    return max(1, -(-len(found) // per_page))


def shown_on_page(found: np.ndarray, page: int, per_page: int = PER_PAGE) -> np.ndarray:
    """The images (or units) found that are on a page, which counts from 1."""
    return found[(page - 1) * per_page : page * per_page]
