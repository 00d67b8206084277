"""The clickable pictures of what hidden units look for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.parts.shell.component import PICTURE_BUTTONS, component

KEY = "units"

_units = component(
    "hidden_units", '<div class="units picture-buttons"></div>', "predict/units", PICTURE_BUTTONS
)


def show(
    tiles: list[dict[str, Any]], chosen: int | None, choose: Callable[[int], None], key: str = KEY
) -> None:
    """Show tiles made by `fmnist.plots.tiles.unit_tiles` or `template_tiles`, or by `fmnist.plots.excited`.

    Parameters
    ----------
    chosen : int, optional
        The place of the one to mark.
    choose : callable
        Gets the place of a clicked one before the page runs again.
    """
    known = {each["place"] for each in tiles}

    def choose_clicked() -> None:
        place = st.session_state[key].chosen
        if place in known:  # it comes from a browser, which can send anything
            choose(place)

    _units(key=key, data={"tiles": tiles, "chosen": chosen}, on_chosen_change=choose_clicked)
