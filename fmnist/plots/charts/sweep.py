"""Many runs in one chart: each as a line across its settings, and everybody's accuracies side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from fmnist.evaluation.sweeps import Sweep
from fmnist.language import _
from fmnist.plots.charts import Chart, description
from fmnist.plots.colors import ACCENTS

HEIGHT = 260


def parallel_coordinates(sweep: Sweep, names: Mapping[str, str], shown: Callable[[str, Any], str]) -> Chart:
    """A line per run: across one axis for each setting that varies, to its test accuracy.

    Parameters
    ----------
    names : mapping
        What each varied setting is called, in the order of the axes.
    shown : callable
        From a setting and a value to what that is called.

    Notes
    -----
    Values stand at equal distances on their axis, in rising order; accuracies where they are between the
    lowest and the highest.
    """
    tested = [run for run in sweep.runs if run.test_accuracy is not None]
    reached = [run.test_accuracy or 0.0 for run in tested]
    low, high = min(reached), max(reached)
    end = _("test accuracy")
    rows = []
    for run, accuracy in zip(tested, reached, strict=True):
        for name, called in names.items():
            values = sweep.values(name)
            value = getattr(run.settings, name)
            place = values.index(value) / max(1, len(values) - 1)
            rows.append((run.id, called, place, shown(name, value), accuracy))
        place = (accuracy - low) / (high - low) if high > low else 1.0
        rows.append((run.id, end, place, f"{accuracy:.1%}", accuracy))
    table = pd.DataFrame(rows, columns=["run", "axis", "place", "value", "accuracy"])
    order = [*names.values(), end]
    color = alt.Color(
        "accuracy:Q",
        scale=alt.Scale(range=["#b9c4d6", "#4c78d8"]),
        legend=alt.Legend(title=end, format=".1%", orient="right"),
    )
    base = alt.Chart().encode(
        x=alt.X("axis:N", sort=order, title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("place:Q", axis=None, scale=alt.Scale(padding=12)),
    )
    tooltip = [
        alt.Tooltip("axis:N", title=_("setting")),
        alt.Tooltip("value:N", title=_("value")),
        alt.Tooltip("accuracy:Q", title=end, format=".1%"),
    ]
    lines = base.mark_line(strokeWidth=2, opacity=0.8).encode(color=color, detail="run:N")
    points = base.mark_point(filled=True, size=45, opacity=1).encode(color=color, tooltip=tooltip)
    labels = base.mark_text(align="left", dx=7, fontSize=11, color="#8a8a96").encode(text="value:N")
    return Chart(table, description(alt.layer(lines, points, labels).properties(height=HEIGHT)))


def distribution(rows: Sequence[tuple[str, str, float, bool]]) -> Chart:
    """Everybody's runs: a point per run, one row for each combination of settings.

    Parameters
    ----------
    rows : (settings, seed in words, test accuracy, whether it is the visitor's own)
    """
    table = pd.DataFrame(rows, columns=["settings", "seed", "accuracy", "mine"])
    counts = table["settings"].value_counts()
    mine, others = _("yours"), _("others'")
    table["whose"] = table["mine"].map({True: mine, False: others})
    base = alt.Chart().encode(
        x=alt.X(
            "accuracy:Q",
            scale=alt.Scale(zero=False, padding=10),
            title=_("test accuracy"),
            axis=alt.Axis(format=".0%"),
        ),
        y=alt.Y("settings:N", sort=list(counts.index), title=None, axis=alt.Axis(labelLimit=260)),
    )
    points = base.mark_point(filled=True, size=70, opacity=0.7).encode(
        color=alt.Color(
            "whose:N",
            scale=alt.Scale(domain=[mine, others], range=[ACCENTS[0], "#8a8a96"]),
            legend=alt.Legend(orient="bottom", title=None),
        ),
        tooltip=[
            alt.Tooltip("settings:N", title=_("setting")),
            alt.Tooltip("seed:N", title=_("seed")),
            alt.Tooltip("accuracy:Q", title=_("test accuracy"), format=".1%"),
        ],
    )
    means = base.mark_tick(thickness=2.5, size=22, color=ACCENTS[1]).encode(x="mean(accuracy):Q")
    return Chart(table, description(alt.layer(points, means).properties(height=60 + 32 * len(counts))))
