"""The clickable gallery of the tutorial: images beside their ten bars, with the blue or red label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.parts.shell.component import component

_tiles = component(
    "prediction_tiles",
    '<div class="predictions-frame"><div class="predictions"></div></div>',
    "predict/tiles",
)


def show(
    tiles: list[dict[str, Any]],
    key: str,
    shown_in: str,
    opened: Callable[[int], None],
    chosen: int | None = None,
) -> None:
    """Show tiles made by `fmnist.plots.tiles.gallery_tiles` or `disagreement_tiles`.

    Parameters
    ----------
    key : str
        The widget's key.
    shown_in : str
        The key of the container in which a clicked image appears; it is scrolled into view.
    opened : callable
        Gets the index of a clicked image before the page runs again.
    chosen : int, optional
        The index of the image that is shown beside the tiles; its tile is marked. None where none is shown.
    """
    known = {each["index"] for each in tiles}

    def open_clicked() -> None:
        index = st.session_state[key].opened
        if index in known:  # it comes from a browser, which can send anything
            opened(index)

    data = {"tiles": tiles, "shown_in": shown_in, "chosen": chosen}
    _tiles(key=key, data=data, on_opened_change=open_clicked)
