"""The clickable confusion matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from fmnist.data.class_words import meanings
from fmnist.data.facts import CLASS_NAMES
from fmnist.language import _
from pages.parts.shell.component import ARROW_KEYS, component

KEY = "matrix"

Choose = Callable[[int | None, int | None], None]

_matrix = component("confusion_matrix", '<table class="confusion"></table>', "predict/matrix", ARROW_KEYS)


def show(
    cells: list[list[dict[str, Any]]],
    chosen: tuple[int, int] | None,
    choose: Choose,
) -> None:
    """Show cells made by `fmnist.plots.tiles.matrix_cells`.

    Parameters
    ----------
    chosen : (true class, predicted class) or None
        The cell to mark.
    choose : callable
        Gets the true and the predicted class of a clicked cell, or None and None when the marked cell was
        clicked again, before the page runs again.
    """
    data = {
        "names": [_both(*each) for each in zip(CLASS_NAMES, meanings(), strict=True)],
        "corner": _("true ↓\npredicted →"),
        "cells": cells,
        "chosen": chosen,
    }
    _matrix(key=KEY, data=data, on_chosen_change=lambda: choose_clicked(KEY, choose))


def _both(name: str, meaning: str) -> list[str]:
    return [name] if meaning == name else [name, meaning]


def choose_clicked(key: str, choose: Choose) -> None:
    """Pass on the cell of the matrix that the widget `key` tells of, if it is one."""
    cell = st.session_state[key].chosen["cell"]
    if cell is None:
        choose(None, None)
    elif (
        isinstance(cell, list)  # it comes from a browser, which can send anything
        and len(cell) == 2
        and all(label in range(len(CLASS_NAMES)) for label in cell)
    ):
        choose(*cell)
