"""Learning curves as Altair charts: one run while it trains, or several runs laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from fmnist.data.facts import HUMAN_ACCURACY
from fmnist.language import N_, _, cached
from fmnist.networks.architectures import GROWS
from fmnist.plots.charts import Chart, description
from fmnist.plots.colors import ACCENTS
from fmnist.runs.store import EpochRow

SETS = (N_("training"), N_("validation"), N_("test"))
METRICS = (N_("loss"), N_("accuracy"))  # also what the columns are called
FORMATS = {"loss": (".3f", ".2f"), "accuracy": (".1%", ".1~%")}  # of a value, and on the axis
DASHES = ([1, 0], [6, 3], [2, 2])
RUN_COLORS = (*ACCENTS, "#b03a8c", "#6b7280", "#8a6d1d")
ROOM = 6  # pixels between a curve and the edge
HEIGHT = 260  # pixels, whatever is shown, so that the page does not jump while it fills

Batches = Sequence[tuple[float, float, float]]


def curves_of_one_run(
    history: Sequence[EpochRow], batches: Batches, epochs: int, metric: str, *, validated: bool
) -> Chart:
    """The curve of `metric` ("loss" or "accuracy") over the epochs, for each set it was measured on.

    While a run trains, only the table grows.

    Parameters
    ----------
    history : finished epochs.
    batches : (epoch as a fraction, loss, accuracy) between the epochs' ends; drawn as a faint line.
    epochs : the run's length, which fixes the horizontal axis.
    validated : whether a share of the training images is held back.
    """
    ends = [(_(name), row.epoch, value, True) for row in history for name, value in _values(row, metric)]
    between = [
        (_("training"), position, loss if metric == "loss" else accuracy, False)
        for position, loss, accuracy in batches
    ]
    table = pd.DataFrame([*between, *ends], columns=["set", "epoch", metric, "is_end"])
    table = table.astype({"epoch": float, metric: float, "is_end": bool})  # also when it has no rows yet
    return Chart(table, _growing_spec(epochs, metric, validated))


@cached
def _growing_spec(epochs: int, metric: str, validated: bool) -> dict[str, Any]:
    sets = SETS if validated else tuple(name for name in SETS if name != "validation")
    base = alt.Chart().encode(x=_epoch_axis(epochs), y=_value_axis(metric), color=_set_colors(sets))
    ends = base.transform_filter("datum.is_end")
    layers = [
        base.transform_filter("!datum.is_end").mark_line(opacity=0.6),
        ends.mark_line(strokeWidth=2.5).encode(strokeDash=_set_dashes(sets)),
        ends.mark_point(filled=True, size=55, opacity=1).encode(tooltip=_tooltip(metric)),
    ]
    return description(_finished(layers, metric))


def curves_of_runs(histories: dict[str, Sequence[EpochRow]], metric: str, epochs: int = 1) -> Chart:
    """The same curve for several runs, by name: training beside validation, or test where there is none.

    The horizontal axis is as long as the longest run, and at least `epochs`.
    """
    points = [
        (run, _(name), row.epoch, value)
        for run, history in histories.items()
        for row in history
        for name, value in _values(row, metric)
        if name != "test" or row.val_loss is None
    ]
    table = pd.DataFrame(points, columns=["run", "set", "epoch", metric])
    sets = tuple(name for name in SETS if (table["set"] == _(name)).any())
    longest = max([epochs, *map(len, histories.values())])
    color = alt.Color(
        "run:N",
        scale=alt.Scale(domain=list(histories), range=list(RUN_COLORS)),
        legend=alt.Legend(orient="bottom", title=None, columns=1, labelLimit=260),
    )
    lines = alt.Chart().encode(x=_epoch_axis(longest), y=_value_axis(metric), color=color)
    layers = [
        lines.mark_line(strokeWidth=2.2).encode(strokeDash=_set_dashes(sets, legend=True)),
        lines.mark_point(filled=True, size=40, opacity=1).encode(
            tooltip=[alt.Tooltip("run:N", title=_("run")), *_tooltip(metric)]
        ),
    ]
    return Chart(table, description(_finished(layers, metric)))


def loss_over_rate(rates: np.ndarray, losses: np.ndarray, largest: float) -> Chart:
    """The loss over a learning rate that grows, both (n,); the axis of rates is one of powers of ten."""
    return Chart(pd.DataFrame({"rate": rates, "loss": losses}), _rate_spec(largest))


@cached
def _rate_spec(largest: float) -> dict[str, Any]:
    powers = [largest / 10**power for power in range(GROWS, -1, -1)]
    scale = alt.Scale(type="log", domain=[powers[0], largest])
    axis = alt.Axis(values=powers, format="~g", grid=False)
    base = alt.Chart().encode(
        x=alt.X("rate:Q", title=_("learning rate"), scale=scale, axis=axis),
        y=_value_axis("loss"),
        tooltip=[
            alt.Tooltip("rate:Q", title=_("learning rate"), format=".2g"),
            alt.Tooltip("loss:Q", title=_("loss"), format=FORMATS["loss"][0]),
        ],
    )
    color = ACCENTS[0]
    layers = [
        base.mark_line(strokeWidth=2.2, color=color),
        base.mark_point(filled=True, size=30, color=color),
    ]
    return description(alt.layer(*layers).properties(height=HEIGHT))


def in_words(histories: dict[str, Sequence[EpochRow]], metric: str) -> str:
    """What `curves_of_runs` shows, for people who do not see it."""
    return _("Curves of the {metric} of {runs}.").format(metric=_(metric), runs=_(", ").join(histories))


def _tooltip(metric: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("set:N", title=_("set")),
        alt.Tooltip("epoch:Q", title=_("epoch")),
        alt.Tooltip(f"{metric}:Q", title=_(metric), format=FORMATS[metric][0]),
    ]


def _values(row: EpochRow, metric: str) -> list[tuple[str, float]]:
    values = (
        (row.loss, row.val_loss, row.test_loss)
        if metric == "loss"
        else (row.accuracy, row.val_accuracy, row.test_accuracy)
    )
    return [(name, value) for name, value in zip(SETS, values, strict=True) if value is not None]


def _epoch_axis(epochs: int) -> alt.X:
    ticks = [epoch for epoch in range(epochs + 1) if epoch % max(1, -(-epochs // 10)) == 0]
    axis = alt.Axis(values=ticks, format="d", grid=False, labelOverlap=False, labelFlush=True)
    return alt.X("epoch:Q", title=_("epoch"), scale=alt.Scale(domain=[0, max(1, epochs)]), axis=axis)


def _value_axis(metric: str) -> alt.Y:
    return alt.Y(
        f"{metric}:Q",
        scale=alt.Scale(zero=False, padding=ROOM),
        title=_(metric),
        axis=alt.Axis(format=FORMATS[metric][1]),
    )


def _set_colors(sets: Sequence[str]) -> alt.Color:
    legend = alt.Legend(
        orient="bottom", title=None, symbolType="circle", symbolOpacity=1, symbolStrokeWidth=0
    )
    colors = [ACCENTS[SETS.index(name)] for name in sets]
    return alt.Color("set:N", scale=alt.Scale(domain=[_(name) for name in sets], range=colors), legend=legend)


def _set_dashes(sets: Sequence[str], *, legend: bool = False) -> alt.StrokeDash:
    shown = alt.Legend(orient="bottom", title=None) if legend else None
    dashes = [DASHES[SETS.index(name)] for name in sets]
    scale = alt.Scale(domain=[_(name) for name in sets], range=dashes)
    return alt.StrokeDash("set:N", scale=scale, legend=shown)


def _finished(layers: list[alt.Chart], metric: str) -> alt.LayerChart | alt.FacetChart:
    if metric == "accuracy":
        layers = [*layers, *_human_line()]
    return alt.layer(*layers).properties(height=HEIGHT)


def _human_line() -> list[alt.Chart]:
    label = _("people {accuracy:.1%}").format(accuracy=HUMAN_ACCURACY)
    base = alt.Chart(alt.Data(values=[{"accuracy": HUMAN_ACCURACY, "label": label}]))
    rule = base.mark_rule(color="#8a8a96", strokeDash=[4, 4]).encode(y="accuracy:Q")
    words = base.mark_text(align="right", baseline="top", dx=-2, dy=4, color="#8a8a96", fontSize=12)
    return [rule, words.encode(y="accuracy:Q", x=alt.value("width"), text="label:N")]
