"""The clickable confusion matrix, and the list of its largest cells beside the diagonal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.scores import ConfusedPair
from fmnist.language import _
from fmnist.plots.tiles import percent
from pages.parts.shell.component import ARROW_KEYS, component

KEY, PAIRS = "matrix", "frequent_mistakes"

Choose = Callable[[int | None, int | None], None]

_pairs = component("confused_pairs", '<ol class="pairs"></ol>', "predict/pairs")
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
        "names": CLASS_NAMES,
        "corner": _("true ↓\npredicted →"),
        "cells": cells,
        "chosen": chosen,
    }
    _matrix(key=KEY, data=data, on_chosen_change=lambda: _choose_clicked(KEY, choose))


def show_pairs(pairs: Iterable[ConfusedPair], choose: Choose) -> None:
    """Show pairs of classes; `choose` gets the true and the predicted class of a clicked one."""
    words = _("{true} taken for {predicted}: {count} ({share})")
    shown = [
        {
            "cell": (pair.true, pair.predicted),
            "words": words.format(
                true=CLASS_NAMES[pair.true],
                predicted=CLASS_NAMES[pair.predicted],
                count=pair.count,
                share=percent(pair.share),
            ),
        }
        for pair in pairs
    ]
    _pairs(key=PAIRS, data={"pairs": shown}, on_chosen_change=lambda: _choose_clicked(PAIRS, choose))


def _choose_clicked(key: str, choose: Choose) -> None:
    cell = st.session_state[key].chosen["cell"]
    if cell is None:
        choose(None, None)
    elif (
        isinstance(cell, list)  # it comes from a browser, which can send anything
        and len(cell) == 2
        and all(label in range(len(CLASS_NAMES)) for label in cell)
    ):
        choose(*cell)
