"""How accuracy falls as all test images are changed more and more: a curve for each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from fmnist.language import N_, _, cached
from fmnist.plots.charts import Chart, description
from fmnist.plots.charts.train import RUN_COLORS

UNITS = {
    "shift": N_("pixels moved"),
    "turn": N_("degrees turned"),
    "noise": N_("noise, ± grey levels of 255"),
    "attack": N_("attack, ± grey levels of 255"),
}

Curves = Mapping[str, Sequence[tuple[int, float]]]


def accuracy_curves(kind: str, curves: Curves, strongest: int) -> Chart:
    """Accuracy over the strength of one kind of change, a line for each run by its name."""
    points = [(run, strength, value) for run, points in curves.items() for strength, value in points]
    table = pd.DataFrame(points, columns=["run", "strength", "accuracy"])
    table = table.astype({"strength": float, "accuracy": float})
    return Chart(table, _spec(kind, strongest, tuple(curves)))


@cached
def _spec(kind: str, strongest: int, runs: tuple[str, ...]) -> dict[str, Any]:
    color = alt.Color(
        "run:N",
        scale=alt.Scale(domain=list(runs), range=list(RUN_COLORS)),
        legend=alt.Legend(orient="bottom", title=None, columns=1, labelLimit=260) if len(runs) > 1 else None,
    )
    lines = alt.Chart().encode(
        x=alt.X("strength:Q", title=_(UNITS[kind]), scale=alt.Scale(domain=[0, strongest])),
        y=alt.Y("accuracy:Q", title=_("accuracy"), scale=alt.Scale(domain=[0, 1])),
        color=color,
    )
    tooltip = [
        alt.Tooltip("run:N", title=_("run")),
        alt.Tooltip("strength:Q", title=_(UNITS[kind])),
        alt.Tooltip("accuracy:Q", title=_("accuracy"), format=".4f"),
    ]
    points = lines.mark_point(filled=True, size=40, opacity=1).encode(tooltip=tooltip)
    return description((lines.mark_line(strokeWidth=2.2) + points).properties(height=170))


def in_words(kind: str, curves: Curves) -> str:
    """The chart's text alternative."""
    each = _("{run}: {values}")
    told = "; ".join(
        each.format(run=run, values=_(", ").join(f"{at}: {value:.3f}" for at, value in points))
        for run, points in curves.items()
    )
    return _("Accuracy over {unit}. {runs}").format(unit=_(UNITS[kind]), runs=told)
