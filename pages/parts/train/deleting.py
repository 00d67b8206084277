"""Deleting the runs ticked on Train: one question that names them, and a way back for some minutes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist.language import Words, _, n_, words_of
from fmnist.lesson import run_text
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import KEPT_ASIDE, RunError, Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.shell import shared, visitor


@dataclass(frozen=True)
class _Deleted:
    """What this session deleted last."""

    ids: frozenset[str]
    tokens: tuple[str, ...]
    names: tuple[str, ...]
    at: float  # time.monotonic()


def show(runs: Sequence[Snapshot], place: DeltaGenerator, label: str = "") -> None:
    """Offer to delete those of the runs that this visitor may delete and that do not train."""
    may_change = visitor.actions().may_change
    runs = [run for run in runs if run.state not in ACTIVE and may_change(run.owner)]
    if not runs:
        return
    key = key_of("deleting", [run.id for run in runs])  # of these: it does not stay open for others
    with place.popover(label or _("Delete"), width="stretch", key=key, on_change="rerun"):
        _ask(runs)


def show_undo() -> None:
    """Say what was deleted last, and offer to bring it back as long as that is possible."""
    if problem := st.session_state.pop("delete_problem", None):
        st.error(str(problem))
    deleted: _Deleted | None = st.session_state.get("deleted")
    if deleted is None or time.monotonic() - deleted.at > KEPT_ASIDE:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="undo_line"):
        names = _(", ").join(f"**{shared.plain(name)}**" for name in deleted.names)
        st.markdown(_("Deleted: {names}.").format(names=names), width="content")
        st.button(_("Undo"), key="undo_delete", icon=":material/undo:", on_click=_undo)


def key_of(what: str, ids: Sequence[str]) -> str:
    """The key of a widget about exactly these runs, in this order."""
    return f"{what}_{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:16]}"


def _ask(runs: Sequence[Snapshot]) -> None:
    question = n_(
        "Delete this run with its model and predictions?",
        "Delete these {count} runs with their models and predictions?",
        len(runs),
    ).format(count=len(runs))
    lines = [f"- **{shared.plain(_name(run))}** (`{run.id}`)" for run in runs]
    st.markdown("\n".join([question, "", *lines]))
    st.caption(
        n_(
            "For {count} minute you can undo this here.",
            "For {count} minutes you can undo this here.",
            round(KEPT_ASIDE / 60),
        ).format(count=round(KEPT_ASIDE / 60))
    )
    named = {run.id: _name(run) for run in runs}
    st.button(_("Yes, delete"), key="delete_for_good", type="primary", on_click=_delete, args=[named])


def _name(run: Snapshot) -> str:
    return run_text.title(run.name, run.config)


def _delete(named: dict[str, str]) -> None:
    before: _Deleted | None = st.session_state.get("deleted")
    if before is not None and before.ids.issuperset(named):  # the second half of a double click
        return
    tokens: dict[str, str] = {}
    for id in named:
        try:
            tokens[id] = visitor.actions().delete(id)
        except (RunError, WorkerError) as error:
            _tell(words_of(error))
    if tokens:
        st.session_state.deleted = _Deleted(
            frozenset(tokens), tuple(tokens.values()), tuple(named[id] for id in tokens), time.monotonic()
        )


def _undo() -> None:
    deleted: _Deleted | None = st.session_state.pop("deleted", None)
    for token in deleted.tokens if deleted else ():
        try:
            visitor.actions().restore(token)
        except RunError as error:
            _tell(words_of(error))


def _tell(problem: Words) -> None:
    st.session_state.delete_problem = problem
