"""The clickable heat map of a sweep: one table of buttons, or one for each value of a third setting."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from fmnist.evaluation.sweeps import Cell, Sweep
from fmnist.language import _
from fmnist.lesson import sweep_text
from fmnist.runs.state import ACTIVE
from pages.parts.shell.component import component

KEY = "heat_map"
Values = tuple
_heat_map = component("sweep_heat_map", '<div class="heat"></div>', "train/heat_map")


def show(sweep: Sweep, chosen: list[Values], choose: Callable[[Values], None]) -> None:
    """Show what each combination of values has reached so far.

    Parameters
    ----------
    chosen : list of values of the axes
        The cells to mark.
    choose : callable
        Gets the values of a clicked cell before the page runs again.
    """
    rows, columns, tables = _places(sweep)
    cells = {cell.values: cell for cell in sweep.cells}
    known = [cell.mean for cell in sweep.cells if cell.mean is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    order = [_values(sweep, row, column, table) for table in tables for row in rows for column in columns]
    data = {
        "columns": [sweep_text.shown(sweep.axes[-1], value) for value in columns] if sweep.axes else [""],
        "rows": [sweep_text.shown(sweep.axes[-2], value) if value is not None else "" for value in rows],
        "tables": [_table_title(sweep, table) for table in tables],
        "corner": _corner(sweep),
        "cells": [_cell(sweep, cells.get(values), low, high) for values in order],
        "chosen": [place for place, values in enumerate(order) if values in chosen],
    }
    _heat_map(key=KEY, data=data, on_chosen_change=lambda: _pass_on(order, choose))


def _places(sweep: Sweep) -> tuple[list, list, list]:
    """The values of the rows, of the columns (the last setting) and of the tables (the first of three)."""
    values = [sweep.values(name) for name in sweep.axes]
    return (
        values[-2] if len(values) > 1 else [None],
        values[-1] if values else [None],
        values[0] if len(values) > 2 else [None],
    )


def _values(sweep: Sweep, row: object, column: object, table: object) -> Values:
    return (table, row, column)[-len(sweep.axes) :] if sweep.axes else ()


def _table_title(sweep: Sweep, value: object) -> str:
    if value is None:
        return ""
    said = _("{setting} {value}")
    return said.format(
        setting=sweep_text.name_of(sweep.axes[0]), value=sweep_text.shown(sweep.axes[0], value)
    )


def _corner(sweep: Sweep) -> str:
    names = [sweep_text.name_of(name) for name in sweep.axes[-2:]]
    if len(names) < 2:
        return f"{names[0]} →" if names else ""
    return f"{names[0]} ↓\n{names[1]} →"


def _cell(sweep: Sweep, cell: Cell | None, low: float, high: float) -> dict[str, object]:
    if cell is None:
        return {"text": "", "more": "", "shade": 0.0, "words": _("Deleted"), "state": "gone"}
    named = sweep_text.combination(sweep, cell.values)
    is_active = any(run.state in ACTIVE for run in cell.runs)
    state = "training" if any(run.state == "running" for run in cell.runs) else "active" if is_active else ""
    if cell.mean is None:
        words = _("{combination}: waiting") if is_active else _("{combination}: no epoch was finished")
        text = "…" if is_active else "–"
        return {
            "text": text,
            "more": "",
            "shade": 0.0,
            "words": words.format(combination=named),
            "state": state,
        }
    words = _("{combination}: {accuracy:.1%} of the test images named correctly").format(
        combination=named, accuracy=cell.mean
    )
    more = ""
    if cell.spread is not None:
        more = f"±{100 * cell.spread:.1f}"
        words = _("{words}, on average over {count} seeds, which spread by {spread:.1%}").format(
            words=words, count=len(cell.accuracies), spread=cell.spread
        )
    shade = (cell.mean - low) / (high - low) if high > low else 1.0
    return {"text": f"{cell.mean:.1%}", "more": more, "shade": shade, "words": words, "state": state}


def _pass_on(order: list[Values], choose: Callable[[Values], None]) -> None:
    place = st.session_state[KEY].chosen["place"]
    if type(place) is int and 0 <= place < len(order):  # it comes from a browser, which can send anything
        choose(order[place])
