"""A sweep in the place of a run on Train: its heat map while it trains, the best, two cells compared."""

from __future__ import annotations

import streamlit as st

from fmnist.evaluation import difference
from fmnist.evaluation.run_predictions import named_rightly
from fmnist.evaluation.sweeps import Cell, Sweep, as_csv, of_seeds_in_words, sweeps_of
from fmnist.language import _, in_a_row, n_
from fmnist.lesson import run_text, sweep_text
from fmnist.plots.charts import sweep as charts
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import RunError, Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.shell import shared, visitor
from pages.parts.train import address, deleting, heat_map

REFRESH = 1.0  # seconds between two looks while it trains
AGAIN = ("stopped", "failed", "interrupted")  # what can be continued
_SHOWN, _BESIDE, _CELLS = "sweep", "sweep_beside", "sweep_cells"
_ERROR, _OPENED = "sweep_live_error", "sweep_just_opened"


def open_(id: str) -> None:
    """Show a sweep where a run is shown, until a run is chosen."""
    st.session_state.update({_SHOWN: id, _BESIDE: st.session_state.get("watched"), _CELLS: [], _ERROR: ""})
    st.session_state[_OPENED] = True


def read_address() -> None:
    """Take over the sweep that a link names."""
    if address.sweep.read() and st.session_state[_SHOWN]:
        open_(st.session_state[_SHOWN])


def show(summaries: list[Snapshot]) -> bool:
    """Show the sweep that is open; False if none is, because a run was chosen after it, or it is gone."""
    id = st.session_state[_SHOWN]
    if id and st.session_state.get("watched") != st.session_state.get(_BESIDE):
        id = st.session_state[_SHOWN] = ""
    sweep = sweeps_of(summaries).get(id)
    if sweep is None:
        if id:
            st.info(_("The runs of this sweep have been deleted, or lie in another folder."))
        st.session_state[_SHOWN] = ""
        return False
    st.fragment(_show, run_every=REFRESH if sweep.is_active else None)(id, sweep.is_active)
    if st.session_state.pop(_OPENED, False):
        shared.bring_into_view(".st-key-sweep_view")
    return True


def _show(id: str, was_active: bool) -> None:
    sweep = sweeps_of(shared.store().list()).get(id)
    is_shown = st.session_state[_SHOWN] == id  # a click here, in a fragment, may have closed it
    if sweep is None or not is_shown or sweep.is_active != was_active:
        st.rerun()  # the rest of the page follows, and how often this is looked at
    with st.container(key="sweep_view", gap="small"):
        _heading(sweep)
        if message := st.session_state.get(_ERROR):  # it stays until the next click
            st.error(str(message))
        _progress(sweep)
        heat_map.show(sweep, st.session_state.setdefault(_CELLS, []), _choose)
        with st.container(key="sweep_answer"):
            _chosen_or_best(sweep)
        if len(sweep.varied) > 1 and sweep.best is not None:
            _parallel(sweep)


def _heading(sweep: Sweep) -> None:
    done, count = len(sweep.in_state("finished")), len(sweep.runs)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sweep_heading"):
        st.subheader(shared.plain(sweep_text.title(sweep)), anchor=False, width="content")
        color = "violet" if sweep.is_active else "green" if done == count else "orange"
        st.badge(_("{done} of {count} runs done").format(done=done, count=count), color=color)
        if visitor.actions().may_change(sweep.owner):
            _actions(sweep)
        st.download_button(
            "CSV",
            lambda: as_csv(sweep),
            f"sweep-{sweep.id}.csv",
            "text/csv",
            key="sweep_csv",
            type="tertiary",
            icon=":material/download:",
            on_click="ignore",
        )
        st.button(_("Close"), key="close_sweep", type="tertiary", icon=":material/close:", on_click=_close)


def _actions(sweep: Sweep) -> None:
    if sweep.is_active:
        st.button(_("Stop all"), key="stop_sweep", icon=":material/stop:", on_click=_stop, args=(sweep,))
        return
    if _to_continue(sweep):
        st.button(
            _("Continue"), key="continue_sweep", icon=":material/resume:", on_click=_continue, args=(sweep,)
        )
    deleting.show(sweep.runs, st.container(width="content"), _("Delete all"))


def _to_continue(sweep: Sweep) -> list[Snapshot]:
    return [
        run for run in sweep.in_state(*AGAIN) if run.epochs_done < run.settings.epochs and _can_go_on(run)
    ]


def _can_go_on(run: Snapshot) -> bool:
    return run.state != "failed" or run.epochs_done > 0


def _stop(sweep: Sweep) -> None:
    st.session_state[_ERROR] = ""
    for run in reversed(sweep.in_state(*ACTIVE)):  # the waiting ones first, so that none begins meanwhile
        try:
            visitor.actions().stop(run.id)
        except WorkerError:  # it has ended a moment ago
            continue
        except RunError as error:
            st.session_state[_ERROR] = error.sentence


def _continue(sweep: Sweep) -> None:
    st.session_state[_ERROR] = ""
    try:
        for run in _to_continue(sweep):
            visitor.actions().resume(run.id, run.settings.epochs - run.epochs_done)
    except (WorkerError, RunError) as error:
        st.session_state[_ERROR] = error.sentence


def _close() -> None:
    st.session_state[_SHOWN] = ""


def _progress(sweep: Sweep) -> None:
    if not sweep.is_active:
        return
    share = sum(1.0 if run.state not in ACTIVE else run_text.share_done(run.progress) for run in sweep.runs)
    running = sweep.in_state("running")
    words = _("Waiting for its turn")
    if running:
        words = _("Training: {run}").format(run=run_text.title("", running[0].config))
    st.progress(share / len(sweep.runs), shared.plain(words))


# ---- cells: one opens its runs, two are compared


def _choose(values: tuple) -> None:
    chosen: list[tuple] = st.session_state[_CELLS]
    if values in chosen:
        chosen.remove(values)
    else:
        st.session_state[_CELLS] = [*chosen[-1:], values]


def _chosen_or_best(sweep: Sweep) -> None:
    cells = {cell.values: cell for cell in sweep.cells}
    chosen = [cells[values] for values in st.session_state[_CELLS] if values in cells]
    if not chosen:
        _best(sweep)
        return
    for cell in chosen:
        _cell(sweep, cell)
    if len(chosen) == 2:
        _compare(sweep, *chosen)
    else:
        st.caption(_("Click another cell to compare the two; click this one again to go back to the best."))


def _best(sweep: Sweep) -> None:
    ranked = sweep.ranked
    if not ranked:
        st.caption(_("The cells fill as the runs finish their epochs: click one to open its runs."))
        return
    first = ranked[0]
    words = _("**Best so far: {combination}**, {accuracy:.1%} of the test images named correctly.")
    if not sweep.is_active:
        words = _("**Best: {combination}**, {accuracy:.1%} of the test images named correctly.")
    named = shared.plain(sweep_text.combination(sweep, first.values))
    st.markdown(
        in_a_row(
            words.format(combination=named, accuracy=first.mean),
            _("Click a cell to open its runs, a second one to compare."),
        )
    )
    if sweep.is_active or len(ranked) < 2:
        return
    st.markdown(_("**Is it really better than the second?**"))
    _say_difference(sweep, first, ranked[1])
    many = _("It was chosen among {count} by these very test images, so its number flatters it a little.")
    st.caption(many.format(count=len(ranked)))


def _cell(sweep: Sweep, cell: Cell) -> None:
    named = shared.plain(sweep_text.combination(sweep, cell.values))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{named}**", width="content")
        for run in cell.runs:
            label = "–" if run.test_accuracy is None else f"{run.test_accuracy:.1%}"
            if len(cell.runs) > 1:
                label = _("seed {seed}: {accuracy}").format(seed=run.settings.seed, accuracy=label)
            st.button(
                label,
                key=f"open_{run.id}",
                icon=":material/open_in_new:",
                help=_("Open this run"),
                on_click=_open_run,
                args=(run.id,),
            )


def _open_run(id: str) -> None:
    st.session_state[_SHOWN], st.session_state.watched = "", id


def _compare(sweep: Sweep, one: Cell, other: Cell) -> None:
    first, second = sorted((one, other), key=lambda cell: -(cell.mean or 0.0))
    _say_difference(sweep, first, second)
    if first.best is not None and second.best is not None:
        st.page_link(
            shared.PREDICT,
            label=_("See on which images they differ"),
            icon=":material/compare_arrows:",
            query_params={"view": "mistakes", "run": first.best.id, "compare": second.best.id},
        )


def _say_difference(sweep: Sweep, first: Cell, second: Cell) -> None:
    """What the test images say about the best run of each, and what the seeds say about the settings."""
    runs = first.best, second.best
    rights = [run and named_rightly(run, shared.dataset()) for run in runs]
    if any(right is None for right in rights):
        st.caption(_("One of them has no predictions to compare yet."))
        return
    named = [shared.plain(sweep_text.combination(sweep, cell.values)) for cell in (first, second)]
    words = difference.in_words(*named, difference.paired(*rights))
    if max(len(first.runs), len(second.runs)) > 1:
        words = in_a_row(_("The best run of each:"), words)
    st.markdown(in_a_row(words, of_seeds_in_words(first, second)))


@st.fragment
def _parallel(sweep: Sweep) -> None:
    lines = st.expander(
        _("Every run as a line"),
        key="sweep_parallel",
        icon=":material/stacked_line_chart:",
        on_change="rerun",
    )
    if not lines.open:
        return
    with lines:
        st.caption(
            _("Each line is a run; it crosses every setting at its value and ends at its test accuracy.")
        )
        names = {name: sweep_text.name_of(name) for name in sweep.varied}
        shared.show_chart(
            charts.parallel_coordinates(sweep, names, sweep_text.shown),
            alt=n_("{count} run as a line.", "{count} runs as lines.", len(sweep.runs)).format(
                count=len(sweep.runs)
            ),
            key="sweep_lines",
        )
