"""The clickable confusion matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from fmnist.data import CLASS_NAMES
from fmnist.language import _
from pages.parts import shared
from pages.parts.component import component

KEY = "matrix"


_matrix = component("confusion_matrix", '<table class="confusion"></table>', "predict_matrix")


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

    data = {
        "names": CLASS_NAMES,
        "corner": _("true ↓\npredicted →"),
        "cells": cells,
        "chosen": chosen,
        "dark": shared.is_dark(),
    }
    _matrix(key=KEY, data=data, on_chosen_change=choose_clicked)
