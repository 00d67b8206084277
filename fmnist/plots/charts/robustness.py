"""How accuracy falls as all test images are changed more and more: a curve for each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from fmnist.language import N_, _, cached
from fmnist.plots.charts import Chart, description
from fmnist.plots.colors import ACCENTS

COLORS = (*ACCENTS, "#6b7280")  # of up to four runs; their names stand beside the same colours

UNITS = {
    "shift": N_("pixels moved"),
    "turn": N_("degrees turned"),
    "noise": N_("noise, ± grey levels of 255"),
    "attack": N_("attack, ± grey levels of 255"),
}

Curves = Mapping[str, Sequence[tuple[int, float]]]


def accuracy_curves(kind: str, curves: Curves, strengths: tuple[int, ...]) -> Chart:
    """Accuracy over the strength of one kind of change, a line for each run by its name, in `COLORS`."""
    points = [(run, strength, value) for run, points in curves.items() for strength, value in points]
    table = pd.DataFrame(points, columns=["run", "strength", "accuracy"])
    table = table.astype({"strength": float, "accuracy": float})
    return Chart(table, _spec(kind, strengths, tuple(curves)))


@cached
def _spec(kind: str, strengths: tuple[int, ...], runs: tuple[str, ...]) -> dict[str, Any]:
    color = alt.Color("run:N", scale=alt.Scale(domain=list(runs), range=list(COLORS)), legend=None)
    lines = alt.Chart().encode(
        x=alt.X(
            "strength:Q",
            title=_(UNITS[kind]),
            scale=alt.Scale(domain=[0, strengths[-1]]),
            axis=alt.Axis(values=[0, *strengths], format="d"),
        ),
        y=alt.Y(
            "accuracy:Q",
            title=_("accuracy"),
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], format="%"),
        ),
        color=color,
    )
    tooltip = [
        alt.Tooltip("run:N", title=_("run")),
        alt.Tooltip("strength:Q", title=_(UNITS[kind])),
        alt.Tooltip("accuracy:Q", title=_("accuracy"), format=".1%"),
    ]
    points = lines.mark_point(filled=True, size=40, opacity=1).encode(tooltip=tooltip)
    return description((lines.mark_line(strokeWidth=2.2) + points).properties(height=230))


def in_words(kind: str, curves: Curves) -> str:
    """The chart's text alternative."""
    each = _("{run}: {values}")
    told = "; ".join(
        each.format(run=run, values=_(", ").join(f"{at}: {value:.1%}" for at, value in points))
        for run, points in curves.items()
    )
    return _("Accuracy over {unit}. {runs}").format(unit=_(UNITS[kind]), runs=told)
