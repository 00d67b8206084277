"""What the Explore page shows, as one table of settings that an address carries, and what a link can hide."""

from __future__ import annotations

from fmnist.data.class_words import name_shown
from fmnist.data.facts import CLASS_NAMES
from fmnist.language import N_, _
from fmnist.lesson.kinds import OneOf, Whole
from fmnist.lesson.settings import Control, Setting, settings_of

SPLITS = (N_("training"), N_("test"))
PARTS = BROWSE, COMPARE, MAP, DOUBTFUL = (
    N_("Browse images"),
    N_("Compare classes"),
    N_("Map of images"),
    N_("Doubtful labels"),
)
ALL = N_("All classes")
ORDERS = IN_ORDER, SHUFFLED = N_("in order"), N_("shuffled")
SIZES = tuple(f"{side} × {side}" for side in range(5, 11))
TURNS = WORST_FIRST, BY_LOT = N_("most doubtful first"), N_("drawn by lot")
RULES = PIXELS, NETWORK = N_("pixels"), N_("trained network")


def class_or_all(option: str) -> str:
    """What the page calls a choice of class."""
    return _(ALL) if option == ALL else name_shown(option)


_SPLIT = OneOf(SPLITS, shown=_)
_CLASS = OneOf((ALL, *CLASS_NAMES), shown=class_or_all)

CONTROLS = (
    Setting("explore_split", N_("One image: set"), kind=_SPLIT),
    Setting("explore_index", N_("One image: index"), kind=Whole(0)),
    Control("explore_previous", N_("One image: previous")),
    Control("explore_next", N_("One image: next")),
    Control("explore_random", N_("One image: random")),
    Control("explore_pixels", N_("One image: its 784 numbers")),
    Setting("explore_part", N_("Everything below “Look further”"), kind=OneOf(PARTS, shown=_)),
    Setting("grid_split", N_("Browse images: set"), False, _SPLIT),
    Setting("grid_class", N_("Browse images: class"), False, _CLASS),
    Setting("grid_size", N_("Browse images: size"), False, OneOf(SIZES)),
    Setting("grid_order", N_("Browse images: order"), False, OneOf(ORDERS, shown=_)),
    Setting("grid_seed", N_("Browse images: seed"), False, Whole(0, 2**31 - 1)),
    Setting("grid_start", N_("Browse images: from"), False, Whole(0)),
    Setting("histogram_class", N_("Compare classes: class"), False, _CLASS),
    Setting("map_by", N_("Map of images: similar by"), False, OneOf(RULES, shown=_)),
    Setting("doubtful_turn", N_("Doubtful labels: order"), False, OneOf(TURNS, shown=_)),
)
SETTINGS = settings_of(CONTROLS)
