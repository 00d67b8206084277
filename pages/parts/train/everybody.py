"""In many-user mode, the whole class as one experiment: everybody's runs by setting and seed."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from fmnist.language import _, n_
from fmnist.lesson import run_text
from fmnist.plots.charts import sweep as charts
from fmnist.runs.store import Snapshot
from pages.parts.shell import shared, visitor

MOST_SETTINGS = 12  # rows: those with most runs


@st.fragment
def show(runs: list[Snapshot]) -> None:
    """Offer the distribution of all runs that are finished on the images loaded now."""
    if not visitor.rules().shared:
        return
    everybody = st.expander(
        _("Everybody's runs"), key="everybody", icon=":material/groups:", on_change="rerun"
    )
    if not everybody.open:
        return
    with everybody:
        _show(runs)


def _show(runs: list[Snapshot]) -> None:
    rows = rows_of(runs)
    if not rows:
        st.caption(_("No run is finished yet: each will be a point here."))
        return
    st.caption(
        n_(
            "{count} run of everybody here, a point each; the bar is the mean. Points in one row differ in "
            "their seed alone: how far they spread is what chance does.",
            "{count} runs of everybody here, a point each; the bar is the mean. Points in one row differ in "
            "their seed alone: how far they spread is what chance does.",
            len(rows),
        ).format(count=len(rows))
    )
    shared.show_chart(
        charts.distribution(rows),
        alt=_("Test accuracies of everybody's runs, a row for each combination of settings."),
        key="everybody_chart",
    )


def rows_of(runs: list[Snapshot]) -> list[tuple[str, str, float, bool]]:
    """Settings and seed in words, test accuracy, whether it is this visitor's: of each run that counts."""
    is_real = shared.dataset().is_real
    rows = [
        (_settings(run), str(run.settings.seed), run.test_accuracy, visitor.is_mine(run))
        for run in runs
        if run.state == "finished" and run.test_accuracy is not None and run.is_real_data in (None, is_real)
    ]
    most = [name for name, count in Counter(row[0] for row in rows).most_common(MOST_SETTINGS)]
    return [row for row in rows if row[0] in most]


def _settings(run: Snapshot) -> str:
    alike = run.settings.from_dict(run.settings.as_dict() | {"seed": 0})
    epochs = n_("{epochs} epoch", "{epochs} epochs", alike.epochs).format(epochs=alike.epochs)
    return _(", ").join([run_text.title("", alike), epochs])
