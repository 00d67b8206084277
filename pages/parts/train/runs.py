"""The lower part of Train: the table of runs, curves compared, and what can be done to the ticked ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from fmnist.evaluation.sweeps import Sweep
from fmnist.language import N_, _, n_, words_of
from fmnist.lesson import run_text
from fmnist.plots.charts import train as charts
from fmnist.runs.store import EpochRow, RunError, Snapshot
from pages.parts.shell import shared, visitor
from pages.parts.train import deleting, folding, take_home

DATA_WORDS = {True: "Fashion-MNIST", False: N_("look-alikes")}
ON_ONE_PAGE = 100  # runs in the table
AT_MOST = 6  # runs in one chart: more cannot be told apart


def show(runs: list[Snapshot]) -> None:
    """Draw the table and, for the rows ticked in it, curves and actions."""
    st.divider()
    st.subheader(_("Runs"), anchor=False)
    if not runs:
        deleting.show_undo()
        st.caption(_("Every run you start is listed here and stays, also after a restart."))
        return
    words = _(
        "Newest first. Tick a run to rename, download or delete it; "
        "tick several to compare their curves or to delete them together."
    )
    st.caption(words)
    runs = _wanted(runs)
    if not runs:
        deleting.show_undo()
        st.caption(_("None of these runs is yours yet."))
        return
    ticked = _table(_page_of(folding.folded(runs)))
    deleting.show_undo()
    if not ticked:
        return
    if len(ticked) == 1 and isinstance(ticked[0], Sweep):
        folding.show_actions(ticked[0])
    chosen = folding.runs_of(ticked)
    _offer_leaving(chosen, runs)
    _compare(chosen[:AT_MOST])
    if len(chosen) == 1:
        _actions(chosen[0])
    else:
        deleting.show(chosen, st.columns(6)[-1])


def _wanted(runs: list[Snapshot]) -> list[Snapshot]:
    """In many-user mode, the visitor's own runs alone if they want that."""
    if not visitor.rules().shared:
        return runs
    mine = [run for run in runs if visitor.is_mine(run)]
    label = _("Only mine ({mine:,} of {all:,})").format(mine=len(mine), all=len(runs))
    return mine if st.toggle(label, key="only_mine", persist_state="session") else runs


def _page_of(runs: list[folding.Entry]) -> list[folding.Entry]:
    """The runs that the table shows, chosen by a page control when there are too many for one."""
    if unread := shared.store().unread:
        st.caption(
            n_(
                "{count} older run is still being read.", "{count} older runs are still being read.", unread
            ).format(count=unread)
        )
    pages = math.ceil(len(runs) / ON_ONE_PAGE)
    if pages < 2:
        st.session_state.pop("runs_page", None)
        return runs
    st.session_state.runs_page = min(st.session_state.get("runs_page", 1), pages)
    start = (st.pagination(pages, key="runs_page") - 1) * ON_ONE_PAGE
    return runs[start : start + ON_ONE_PAGE]


def _table(runs: list[folding.Entry]) -> list[folding.Entry]:
    """Draw the table; returns the runs that are ticked in it.

    What the browser sends are row numbers. They mean the rows of one list, so each list of runs has a table
    of its own, which begins with the ticks of the runs that were ticked in the one before.
    """
    ids = [run.id for run in runs]
    ticked: set[str] = st.session_state.get("ticked_runs", set())
    with st.container(key="runs_table"):
        event = st.dataframe(
            _without_empty_columns([_row(run) for run in runs]),
            hide_index=True,
            on_select="rerun",
            selection_mode="multi-row",
            selection_default={"selection": {"rows": [ids.index(id) for id in ids if id in ticked]}},
            key=deleting.key_of("runs_of", ids),
            placeholder="–",
            column_config={
                _("Validation accuracy"): st.column_config.NumberColumn(format="%.1f%%"),
                _("Test accuracy"): st.column_config.NumberColumn(format="%.1f%%"),
                _("Started"): st.column_config.DatetimeColumn(format=_("D MMM YYYY, HH:mm")),
            },
        )
    chosen = [runs[row] for row in event.selection.rows if row < len(runs)]
    st.session_state.ticked_runs = ticked.difference(ids) | {run.id for run in chosen}
    return chosen


def _row(run: folding.Entry) -> dict[str, object]:
    if isinstance(run, Sweep):
        return folding.row(run)
    config = run.config
    epochs = _("{done} of {epochs}")
    data = DATA_WORDS.get(run.is_real_data)
    name = run_text.title(run.name, config)
    network = run_text.network_title(config) if config else ""
    differs = run_text.differing_settings(config) if config else str(run.problem)
    is_marked = visitor.rules().shared and visitor.is_mine(run)
    return {
        _("Name"): name,
        _("State"): _(run_text.STATE_WORDS[run.state]),
        _("Yours"): "✓" if is_marked else "",
        _("Network"): "" if network in name else network,
        _("Differs in"): "" if differs in name else differs,
        _("Epochs"): epochs.format(done=run.epochs_done, epochs=config.epochs) if config else None,
        _("Time"): run_text.duration(run.seconds) if run.seconds else None,
        _("Validation accuracy"): run_text.per_cent(run.val_accuracy),
        _("Test accuracy"): run_text.per_cent(run.test_accuracy),
        _("Data"): data and _(data),
        _("Started"): run.created,
    }


def _without_empty_columns(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    columns = max(rows, key=len)  # a sweep's row has but some of a run's
    used = [column for column in columns if any(row.get(column) not in (None, "") for row in rows)]
    return [{column: row.get(column) for column in used} for row in rows]


def _compare(chosen: list[Snapshot]) -> None:
    whole = [run for run in chosen if run.state != "damaged" and run.history]
    histories = run_text.by_distinct_names(
        [(run_text.title(run.name, run.config), run.history) for run in whole]
    )
    if not histories:
        st.caption(_("No finished epoch in the ticked runs yet."))
        return
    show_curves(histories, "compare")


def show_curves(histories: dict[str, Sequence[EpochRow]], key: str, epochs: int = 1) -> None:
    """Loss and accuracy of several runs, by what they are called, beside each other; of so many epochs."""
    for column, metric in zip(st.columns(2), charts.METRICS, strict=True):
        with column:
            shared.show_chart(
                charts.curves_of_runs(histories, metric, epochs),
                alt=charts.in_words(histories, metric),
                key=f"{key}_{metric}",
            )


def _offer_leaving(chosen: list[Snapshot], runs: list[Snapshot]) -> None:
    """Where a ticked run waits: all that its owner has waiting leaves the queue with one click."""
    if problem := st.session_state.pop("leave_problem", None):
        st.error(str(problem))
    owners = {run.owner for run in chosen if run.state == "queued"}
    if len(owners) != 1 or not visitor.actions().may_change(*owners):
        return
    (owner,) = owners
    waiting = sum(run.state == "queued" and run.owner == owner for run in runs)
    if waiting < 2:  # one has "Leave the queue"
        return
    label = _("Take all {count} waiting runs out of the queue")
    if visitor.rules().shared:
        label = _("Take all {count} waiting runs of this browser out of the queue")
    st.button(
        label.format(count=waiting),
        key="leave_all",
        icon=":material/playlist_remove:",
        on_click=_leave_all,
        args=[owner],
    )


def _leave_all(owner: str) -> None:
    try:
        visitor.actions().withdraw(owner)
    except RunError as error:
        st.session_state.leave_problem = words_of(error)


def _actions(run: Snapshot) -> None:
    watch, judge, rename, model, history, more, delete = st.columns(7)
    if watch.button(_("Show above"), key="watch", width="stretch"):
        st.session_state.watched = run.id
        st.rerun()
    if run.has_predictions and judge.button(_("Predictions"), key="to_predictions", width="stretch"):
        st.switch_page(shared.PREDICT, query_params={"view": "test", "run": run.id})
    may_change = visitor.actions().may_change(run.owner)
    if may_change and run.state != "damaged":
        key = deleting.key_of("renaming", [run.id, run.name])  # of this name: a new one closes it
        with rename.popover(_("Rename"), width="stretch", key=key, on_change="rerun"):
            _rename(run, key)
    _downloads(run, model, history)
    if run.config is not None:
        key = deleting.key_of("taking", [run.id])
        # What is in it is there before it opens: the browser places it by its size.
        with more.popover(_("More files"), width="stretch", key=key, on_change="rerun"):
            take_home.show(run)
    deleting.show([run], delete)


def _rename(run: Snapshot, key: str) -> None:
    st.text_input(_("New name"), value=run.name, max_chars=80, key=f"name_{run.id}")
    st.button(_("Save"), key="save_name", on_click=_save_name, args=[run.id, key])
    if problem := st.session_state.pop("rename_problem", None):
        st.error(str(problem))


def _save_name(id: str, key: str) -> None:
    try:
        visitor.actions().rename(id, st.session_state[f"name_{id}"])
    except RunError as error:
        st.session_state.rename_problem = words_of(error)
        return
    st.session_state[key] = False  # closes it also when the name is the old one


def _downloads(run: Snapshot, model, history) -> None:
    # A click must not run the page again: what the other button would fetch is forgotten meanwhile.
    if run.has_model:
        model.download_button(
            "model.keras",
            run.model_path.read_bytes,
            f"{run.id}.keras",
            key="download_model",
            on_click="ignore",
            width="stretch",
        )
    if run.history:
        history.download_button(
            "history.csv",
            run.history_path.read_bytes,
            f"{run.id}.csv",
            "text/csv",
            key="download_history",
            on_click="ignore",
            width="stretch",
        )
