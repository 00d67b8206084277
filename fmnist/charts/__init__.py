"""Interactive charts: tables in, Altair charts or Vega-Lite descriptions out."""

from __future__ import annotations

from typing import Any


def description(chart: Any) -> dict:
    """What `st.vega_lite_chart` is given beside the table, to be made once: Altair takes long to make it.

    Parameters
    ----------
    chart : altair.Chart or altair.LayerChart
        Its data are given later; its colours and sizes are the page's.
    """
    made = chart.to_dict()
    for given_by_the_page in ("config", "data"):
        made.pop(given_by_the_page, None)
    return made
