"""Interactive charts: tables in, Vega-Lite descriptions out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

NO_DATA = {"name": "empty"}  # what Altair writes for a chart without any; it would hide the table


@dataclass(frozen=True)
class Chart:
    """A chart for `st.vega_lite_chart`: what it shows, and a description that stays the same meanwhile.

    Altair takes up to 70 ms to make a description, so that is done once. And a browser that has the chart
    already only exchanges the table, instead of building another one.
    """

    table: pd.DataFrame
    spec: dict[str, Any]


def description(chart: Any) -> dict[str, Any]:
    """What `st.vega_lite_chart` is given beside the table.

    Parameters
    ----------
    chart : altair.Chart or altair.LayerChart
        Its data are given later; its colours, sizes and text alternative are the page's.
    """
    made: dict[str, Any] = chart.to_dict()
    for given_by_the_page in ("config", "datasets"):
        made.pop(given_by_the_page, None)
    for view in _views(made):
        if view.get("data") == NO_DATA:
            del view["data"]
        if "mark" in view:
            view["mark"]["aria"] = False  # else each group of marks asks for a text alternative of its own
    return made


def _views(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield made
    for layer in made.get("layer", []):
        yield from _views(layer)
