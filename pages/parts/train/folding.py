"""The runs of a sweep as one row of the table of runs, which unfolds."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from fmnist.evaluation.sweeps import Sweep, sweeps_of
from fmnist.language import _, n_
from fmnist.lesson import run_text, sweep_text
from fmnist.runs.store import Snapshot
from pages.parts.shell import visitor
from pages.parts.train import sweep as train_sweep

_UNFOLDED = "unfolded_sweeps"
Entry = Snapshot | Sweep


def folded(runs: Sequence[Snapshot]) -> list[Entry]:
    """The rows: runs, newest first; a sweep is one row, with its runs below it while it is unfolded."""
    sweeps, shown, rows = sweeps_of(runs), set(), []
    for run in runs:
        sweep = sweeps.get(run.sweep) if run.config is not None else None
        if sweep is None or len(sweep.runs) < 2:
            rows.append(run)
        elif sweep.id not in shown:
            shown.add(sweep.id)
            rows += [sweep, *(reversed(sweep.runs) if sweep.id in _unfolded() else ())]
    return rows


def runs_of(entries: Sequence[Entry]) -> list[Snapshot]:
    """The runs that these rows stand for, each once."""
    every = [run for entry in entries for run in (entry.runs if isinstance(entry, Sweep) else (entry,))]
    return list({run.id: run for run in every}.values())


def row(sweep: Sweep) -> dict[str, object]:
    """What the table says of a sweep, by the names of columns."""
    count, done = len(sweep.runs), len(sweep.in_state("finished"))
    name = n_("{settings} ({count} run)", "{settings} ({count} runs)", count)
    best = sweep.best
    seconds = sum(run.seconds for run in sweep.runs)
    state = _("{done} of {count} runs done").format(done=done, count=count)
    return {
        _("Name"): "▾ " * (sweep.id in _unfolded())
        + "▸ " * (sweep.id not in _unfolded())
        + name.format(settings=sweep_text.title(sweep), count=count),
        _("State"): state if done < count else _(run_text.STATE_WORDS["finished"]),
        _("Yours"): "✓" if visitor.rules().shared and visitor.is_mine(sweep.runs[0]) else "",
        _("Time"): run_text.duration(seconds) if seconds else None,
        _("Test accuracy"): run_text.per_cent(best.test_accuracy) if best is not None else None,
        _("Started"): sweep.runs[0].created,
    }


def show_actions(sweep: Sweep) -> None:
    """What can be done with a sweep whose row is ticked."""
    with st.container(horizontal=True, gap="small"):
        st.button(_("Show above"), key="open_sweep", on_click=train_sweep.open_, args=(sweep.id,))
        label = _("Fold") if sweep.id in _unfolded() else _("Unfold")
        st.button(label, key="unfold_sweep", on_click=_toggle, args=(sweep.id,))


def _toggle(id: str) -> None:
    st.session_state[_UNFOLDED] = _unfolded() ^ {id}


def _unfolded() -> set[str]:
    return st.session_state.setdefault(_UNFOLDED, set())
