"""What the Predict page shows, as one table of settings that an address carries: a link shows the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.game import MOST_SEED
from fmnist.evaluation.scores import ORDERS, OUTCOMES, Filter
from fmnist.language import N_, _
from fmnist.lesson.mended import nearest_choice, nearest_number, read_switch, written_switch
from fmnist.networks.config import RANGES

ANY = "any"
VIEWS = ("test", "mistakes", "inside", "draw", "beat")
CELLS = ("counts", "shares")
LAST_INDEX = 9_999
PER_PAGE = 15  # the tutorial's five rows of three
MOST_PAGES = -(-(LAST_INDEX + 1) // PER_PAGE)
MOST_COMPARED = 3  # runs beside the chosen one
UNIT_ORDERS = ("contribution", "number")
UNITS_PER_PAGE = 32
LAST_UNIT = int(RANGES["hidden_units"][1]) - 1
MOST_UNIT_PAGES = -(-(LAST_UNIT + 1) // UNITS_PER_PAGE)
DRAW_SOURCES = ("draw", "upload", "camera")
TOOLS = ("pen", "eraser")
TONES = {N_("black"): 0, N_("dark grey"): 85, N_("grey"): 140, N_("light grey"): 195}  # grey levels
THINNEST, USUAL_WIDTH, WIDEST = 4, 8, 40  # of a pen, in pixels of the paper
PREDICTED = "predicted"  # the class that the network predicts
FIRST_ORDER = {"mistakes": "confidence"}  # of a view whose images do not begin by index


@dataclass(frozen=True)
class Setting:
    """One value of the page. Reading gives the value and "", or a sentence if it had to be mended."""

    default: Any
    read: Callable[[str], tuple[Any, str]]
    write: Callable[[Any], str] = str


def _choice(options: tuple[str, ...]) -> Setting:
    return Setting(options[0], lambda asked: nearest_choice(asked, options))


def _number(low: int, high: int) -> Setting:
    return Setting(low, lambda asked: nearest_number(asked, low, high))


def _page(most: int) -> Setting:
    """A page's number. How many there are depends on what is shown: too large a one is mended where it is."""

    def read(asked: str) -> tuple[int, str]:
        value, notice = nearest_number(asked, 1, most)
        return value, "" if value == most else notice

    return Setting(1, read)


def _read_percent_range(asked: str) -> tuple[tuple[int, int], str]:
    low, dash, high = asked.partition("-")
    if not (dash and low.isdecimal() and high.isdecimal()):
        notice = _("“{asked:.20}” is no range of confidence such as 40-90, so this is 0-100.")
        return (0, 100), notice.format(asked=asked)
    bounds = tuple(sorted(min(int(bound[:9]), 100) for bound in (low, high)))
    same = bounds == (int(low[:9]), int(high[:9]))
    notice = _("The range of confidence is {low}-{high}%.").format(low=bounds[0], high=bounds[1])
    return bounds, "" if same else notice


def _read_list(asked: str) -> tuple[tuple[str, ...], str]:
    return tuple(dict.fromkeys(filter(None, asked.split(",")))), ""


def _switch(name: str, default: bool) -> Setting:
    return Setting(default, lambda asked: read_switch(name, default, asked), written_switch)


def _read_unit(asked: str) -> tuple[int | str, str]:
    return (ANY, "") if asked == ANY else nearest_number(asked, 0, LAST_UNIT)


SETTINGS: dict[str, Setting] = {
    "view": _choice(VIEWS),
    "run": Setting("", lambda asked: (asked, "")),
    "compare": Setting((), _read_list, ",".join),
    "test_index": _number(0, LAST_INDEX),
    "outcome": _choice(OUTCOMES),
    "true_class": _choice((ANY, *CLASS_NAMES)),
    "predicted_class": _choice((ANY, *CLASS_NAMES)),
    "confidence": Setting((0, 100), _read_percent_range, lambda bounds: f"{bounds[0]}-{bounds[1]}"),
    "order": _choice(ORDERS),
    "disagree": _switch("disagree", False),
    "page": _page(MOST_PAGES + 1),
    "cells": _choice(CELLS),
    "unit_order": _choice(UNIT_ORDERS),
    "unit_page": _page(MOST_UNIT_PAGES + 1),
    "unit": Setting(ANY, _read_unit),
    "output_class": _choice((PREDICTED, *CLASS_NAMES)),
    "game": _number(0, MOST_SEED),
    "draw_source": _choice(DRAW_SOURCES),
    "tool": _choice(TOOLS),
    "brush": Setting(USUAL_WIDTH, lambda asked: nearest_number(asked, THINNEST, WIDEST)),
    "tone": _choice(tuple(TONES)),
}
"""By the name it has in the address, which is also the key of its widget."""


def read(query: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The values of all settings, and a sentence for each that had to be mended.

    Parameters
    ----------
    query : dict
        Names and texts of an address. Unknown names are left alone; missing and empty ones stand for
        defaults.
    """
    values, notices = {}, []
    for name, setting in SETTINGS.items():
        value, notice = setting.read(query[name]) if query.get(name) else (setting.default, "")
        values[name] = value
        notices += [notice] if notice else []
    if not query.get("order"):
        values["order"] = first_order(values["view"])
    return values, notices


def write(values: dict[str, Any]) -> dict[str, str]:
    """The address of these values; those that are defaults anyway are left out."""
    defaults = {name: setting.default for name, setting in SETTINGS.items()}
    defaults["order"] = first_order(values["view"])
    return {
        name: SETTINGS[name].write(value)
        for name, value in values.items()
        if name in SETTINGS and value not in (defaults[name], [])  # a multiselect's "none" is an empty list
    }


def first_order(view: str) -> str:
    """The order in which a view shows its images until another is chosen."""
    return FIRST_ORDER.get(view, ORDERS[0])


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
    return f"?{urlencode(write(values))}"


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
