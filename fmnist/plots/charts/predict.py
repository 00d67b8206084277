"""The Predict page's charts."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from fmnist.evaluation.scores import Reliability
from fmnist.language import _, cached
from fmnist.plots.charts import Chart, description
from fmnist.plots.colors import ACCENTS, RIGHT_IN_CHARTS

GREY = "#888888"
ABOVE = -8  # pixels: numbers above the field, where neither a bar nor the line runs through them


def reliability_diagram(measured: Reliability) -> Chart:
    """Bars of accuracy for each tenth of confidence, their numbers of images, the line of equality."""
    table = pd.DataFrame(
        {
            "low": each.low,
            "middle": (each.low + each.high) / 2,
            "high": each.high,
            "accuracy": each.accuracy,
            "confidence": each.confidence,
            "images": each.images,
        }
        for each in measured.bins
        if each.images
    )
    return Chart(table, _reliability_diagram())


@cached
def _reliability_diagram() -> dict[str, Any]:
    percent = alt.Axis(format="%", titleFontSize=13, labelFontSize=12, values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    whole = alt.Scale(domain=[0, 1])
    bars = (
        alt.Chart()
        .mark_bar(color=RIGHT_IN_CHARTS)
        .encode(
            x=alt.X("low:Q", title=_("confidence"), axis=percent, scale=whole, bin="binned"),
            x2="high:Q",
            y=alt.Y("accuracy:Q", title=_("share that is right"), axis=percent, scale=whole),
            tooltip=[
                alt.Tooltip("images:Q", title=_("images"), format=","),
                alt.Tooltip("confidence:Q", title=_("mean confidence"), format=".1%"),
                alt.Tooltip("accuracy:Q", title=_("share that is right"), format=".1%"),
            ],
        )
    )
    ideal = (
        alt.Chart(alt.Data(values=[{"x": 0.0, "y": 0.0}, {"x": 1.0, "y": 1.0}]))
        .mark_line(strokeDash=[6, 4], color=GREY)
        .encode(x="x:Q", y="y:Q")
    )
    counts = (
        alt.Chart()
        .mark_text(fontSize=11, color=ACCENTS[0])
        .encode(x="middle:Q", y=alt.value(ABOVE), text=alt.Text("images:Q", format=","))
    )
    return description((bars + ideal + counts).properties(height=320))


def reliability_in_words(measured: Reliability) -> str:
    """The diagram's text alternative."""
    bar = _("confidence {low:.0%} to {high:.0%}: {images:,} images, {accuracy:.0%} right")
    bars = "; ".join(
        bar.format(low=part.low, high=part.high, images=part.images, accuracy=part.accuracy)
        for part in measured.bins
        if part.images
    )
    return _("Bar chart of how often the network is right at each confidence. {bars}.").format(bars=bars)
