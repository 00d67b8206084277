"""What a network loses as it is made smaller: accuracy over the bytes it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from fmnist.language import _, cached
from fmnist.networks.forms import Form
from fmnist.plots.charts import Chart, description
from fmnist.plots.colors import ACCENTS

HEIGHT = 320


def accuracy_over_size(accuracy: Mapping[Form, float], sizes: Mapping[Form, int]) -> Chart:
    """A point for each form that has an accuracy; a line for all weights, one for half of them set to 0."""
    lines = series()
    rows = [
        (lines[form.halved], sizes[form] / 1000, value, str(form.bits)) for form, value in accuracy.items()
    ]
    table = pd.DataFrame(rows, columns=["which", "size", "accuracy", "bits"])
    return Chart(table.astype({"size": float, "accuracy": float}), _spec())


def series() -> dict[bool, str]:
    """What the two lines are called, by whether half of the weights are 0."""
    return {False: _("all weights"), True: _("the smallest half set to 0")}


@cached
def _spec() -> dict[str, Any]:
    names = list(series().values())
    color = alt.Color(
        "which:N",
        scale=alt.Scale(domain=names, range=list(ACCENTS[: len(names)])),
        legend=alt.Legend(title=None, orient="top"),
    )
    base = alt.Chart().encode(
        x=alt.X("size:Q", title=_("size in kB"), scale=alt.Scale(type="log", nice=False, padding=16)),
        y=alt.Y(
            "accuracy:Q",
            title=_("accuracy"),
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], format="%"),
        ),
        color=color,
    )
    tooltip = [
        alt.Tooltip("which:N", title=_("weights")),
        alt.Tooltip("bits:N", title=_("bits of a weight")),
        alt.Tooltip("size:Q", title=_("size in kB"), format=",.1f"),
        alt.Tooltip("accuracy:Q", title=_("accuracy"), format=".1%"),
    ]
    lines = base.mark_line(strokeWidth=2.2)
    points = base.mark_point(filled=True, size=45, opacity=1).encode(tooltip=tooltip)
    labels = base.mark_text(dy=-11, fontSize=11).encode(text="bits:N")
    return description((lines + points + labels).properties(height=HEIGHT))


def in_words(accuracy: Mapping[Form, float], sizes: Mapping[Form, int]) -> str:
    """The chart's text alternative."""
    each = _("{which}, {bits} bits, {size:,.1f} kB: {value:.1%}")
    lines = series()
    told = "; ".join(
        each.format(which=lines[form.halved], bits=form.bits, size=sizes[form] / 1000, value=value)
        for form, value in accuracy.items()
    )
    return _("Accuracy over the size of the network. {points}").format(points=told)
