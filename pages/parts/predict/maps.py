"""All maps of an image from layer to layer, each a button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from fmnist.language import _
from pages.parts.shell.component import MAP_PICTURES, component

KEY = "maps"

_maps = component("layer_maps", '<div class="map-strip"></div>', "predict/maps", MAP_PICTURES)


def show(strip: dict[str, Any], chosen: tuple[int, int], choose: Callable[[Any], None]) -> None:
    """Show what `fmnist.plots.maps.strip` made.

    Parameters
    ----------
    chosen : (column, map)
        The one to mark.
    choose : callable
        Gets what a browser says was clicked: a pair, unless somebody plays tricks.
    """
    words = {
        "map": _("Map {map} of {layer}: {share}% of its cells above 0. Choose it to see what made it."),
        "unit": _("Unit {unit} of {layer}"),
        "class": _("{name}: {percent}%"),
        "whole": _("The maps as one row of numbers. Choose it to see where a number comes from."),
        "scale": _("colours: ±{limit}"),
        "page": _("{page} of {pages}"),
        "earlier": _("Earlier maps"),
        "later": _("Later maps"),
    }
    _maps(
        key=KEY,
        data=strip | {"chosen": chosen, "words": words},
        on_chosen_change=lambda: choose(st.session_state[KEY].chosen),
    )
