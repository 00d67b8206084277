"""The Explore page's interactive charts: variation, histogram, the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from fmnist.data.class_words import class_names
from fmnist.data.statistics import Projection
from fmnist.language import _, cached
from fmnist.plots.charts import Chart, description
from fmnist.plots.colors import ACCENTS

ROW_HEIGHT = 26  # pixels of one class in a bar chart
MAP_HEIGHT = 560
CANVAS = {"embedOptions": {"renderer": "canvas"}}  # a thousand marks as SVG nodes would be slow

# Ten colours for a light page and ten for a dark one, found by a search for the set whose two most similar
# colours differ most, to normal sight and to each of the three kinds of colour blindness, with a contrast of
# 3:1 to the page.
LIGHT_COLORS = (
    "#18a07c",
    "#0e0500",
    "#0103ab",
    "#680602",
    "#fe4710",
    "#9702f7",
    "#ac7ae1",
    "#b02619",
    "#5b5b9b",
    "#3c045c",
)
DARK_COLORS = (
    "#b2c464",
    "#fdffe9",
    "#21669e",
    "#b72f35",
    "#c37e0c",
    "#9b13fd",
    "#b582fa",
    "#ffb1e2",
    "#5f9692",
    "#afff08",
)
STAR = "M0,-1L0.24,-0.33L0.95,-0.31L0.38,0.12L0.59,0.81L0,0.4L-0.59,0.81L-0.38,0.12L-0.95,-0.31L-0.24,-0.33Z"
SHAPES = (
    "circle",
    "square",
    "cross",
    "diamond",
    "triangle-up",
    "triangle-down",
    "triangle-right",
    "triangle-left",
    STAR,
    "M-1,-0.45H1V0.45H-1Z",  # a flat bar
)


def variation(values: np.ndarray) -> Chart:
    """How much the images of each class differ from their average, as bars.

    Parameters
    ----------
    values : ndarray of float, shape (10,), in pixel values
    """
    return Chart(pd.DataFrame({"class": class_names(), "variation": values}), _variation())


@cached
def _variation() -> dict[str, Any]:
    return description(
        alt.Chart()
        .mark_bar(color=ACCENTS[0])
        .encode(
            x=alt.X("variation:Q", title=_("typical difference from the average (0–255)")),
            y=_classes_downwards(sort="-x"),
            tooltip=[
                alt.Tooltip("class:N", title=_("class")),
                alt.Tooltip("variation:Q", title=_("variation"), format=".1f"),
            ],
        )
        .properties(height=10 * ROW_HEIGHT + 50)
    )


def pixel_histogram(shares: np.ndarray, width: int) -> Chart:
    """How the pixels above 0 share out over the values.

    Parameters
    ----------
    shares : ndarray of float, shape (n,), 0 to 1
        As from `exploration.garment_values`.
    width : int
        Values in one range.
    """
    starts = np.arange(len(shares)) * width
    table = pd.DataFrame(
        {
            "from": starts,
            "to": starts + width,
            "share": shares,
            "values": [_(" to ").join((str(max(start, 1)), str(start + width - 1))) for start in starts],
        }
    )
    return Chart(table, _pixel_histogram())


@cached
def _pixel_histogram() -> dict[str, Any]:
    return description(
        alt.Chart()
        .mark_bar(color=ACCENTS[0])
        .encode(
            x=alt.X("from:Q", bin="binned", title=_("pixel value")),
            x2="to:Q",
            y=alt.Y("share:Q", title=_("share of the pixels above 0"), axis=alt.Axis(format="%")),
            tooltip=[
                alt.Tooltip("values:N", title=_("values")),
                alt.Tooltip("share:Q", title=_("share"), format=".1%"),
            ],
        )
        .properties(height=260)
    )


def image_map(
    projection: Projection, indices: np.ndarray, labels: np.ndarray, pictures: list[str], dark: bool
) -> alt.Chart:
    """Images as points, similar ones near each other; the legend switches classes.

    Parameters
    ----------
    projection : Projection of n images
    indices : ndarray of int, shape (n,)
        Their places in the data set; under the pointer they stand last.
    labels : ndarray of int, shape (n,), 0 to 9
    pictures : list of n addresses of pictures, shown under the pointer
    dark : bool
        For a dark page.
    """
    table = pd.DataFrame(
        {
            "first": projection.points[:, 0],
            "second": projection.points[:, 1],
            "index": indices,
            "class": np.array(class_names())[labels],
            "image": pictures,
        }
    )
    first, second = projection.explained
    across = _("first direction ({share:.0%} of the differences)").format(share=first)
    upwards = _("second direction ({share:.0%} of the differences)").format(share=second)
    switches = _class_switches()
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_point(filled=True, size=45, opacity=0.85)
        .encode(
            x=_plain_axis(alt.X, "first:Q", across),
            y=_plain_axis(alt.Y, "second:Q", upwards),
            color=_by_class(alt.Color, DARK_COLORS if dark else LIGHT_COLORS),
            shape=_by_class(alt.Shape, SHAPES),
            tooltip=[
                "image:N",  # shown as a picture because it has this name
                alt.Tooltip("class:N", title=_("class")),
                alt.Tooltip("index:Q", title=_("index"), format="d"),
            ],
        )
        .add_params(switches)
        .transform_filter(switches)
        .properties(height=MAP_HEIGHT, usermeta=CANVAS)
    )
    return chart


def _class_switches() -> alt.Parameter:
    """All classes at first; a click in the legend switches one off or on."""
    return alt.selection_point(
        name="classes",
        fields=["class"],
        bind="legend",
        toggle="true",
        clear=False,
        empty=False,
        value=[{"class": name} for name in class_names()],
    )


def _by_class(channel: Callable[..., Any], values: tuple[str, ...]) -> Any:
    legend = alt.Legend(orient="bottom", title=None, columns=alt.expr("width < 500 ? 3 : 5"), symbolSize=110)
    return channel("class:N", scale=alt.Scale(domain=list(class_names()), range=list(values)), legend=legend)


def _classes_downwards(sort: Any = None) -> alt.Y:
    return alt.Y("class:N", sort=sort or list(class_names()), title=None)


def _plain_axis(channel: Callable[..., Any], field: str, title: str) -> Any:
    return channel(
        field, title=title, scale=alt.Scale(zero=False), axis=alt.Axis(labels=False, ticks=False, grid=False)
    )
