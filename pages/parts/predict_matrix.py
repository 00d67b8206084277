"""The clickable confusion matrix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from fmnist.data import CLASS_NAMES
from pages.parts import shared

KEY = "matrix"


def _beside_this_file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


_matrix = st.components.v2.component(
    "confusion_matrix",
    html='<table class="confusion"></table>',
    css=_beside_this_file("predict_matrix.css"),
    js=_beside_this_file("predict_matrix.js"),
    isolate_styles=False,
)


def show(
    cells: list[list[dict[str, Any]]],
    chosen: tuple[int, int] | None,
    choose: Callable[[int | None, int | None], None],
) -> None:
    """Show cells made by `fmnist.tiles.matrix_cells`.

    Parameters
    ----------
    chosen : (true class, predicted class) or None
        The cell to mark.
    choose : callable
        Gets the true and the predicted class of a clicked cell, or None and None when the marked cell was
        clicked again, before the page runs again.
    """

    def choose_clicked() -> None:
        cell = st.session_state[KEY].chosen["cell"]
        if cell is None:
            choose(None, None)
        elif (
            isinstance(cell, list)
            and len(cell) == 2
            and all(label in range(len(CLASS_NAMES)) for label in cell)
        ):
            choose(*cell)

    data = {"names": CLASS_NAMES, "cells": cells, "chosen": chosen, "dark": shared.is_dark()}
    _matrix(key=KEY, data=data, on_chosen_change=choose_clicked)
