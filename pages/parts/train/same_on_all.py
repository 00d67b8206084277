"""A run with doubtful labels left out or corrected, against the same run with all labels as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from fmnist.evaluation import difference
from fmnist.evaluation.run_predictions import named_rightly
from fmnist.language import _
from fmnist.lesson.run_text import labels_changed
from fmnist.networks.config import RunConfig
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import RunError, Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.shell import shared, visitor

_ERROR = "same_on_all_error"


def show(run: Snapshot) -> None:
    """Beside a finished run: whether the labels made a real difference, or a button that trains the other."""
    if run.state != "finished" or run.test_accuracy is None:
        return
    runs = [each for each in shared.store().list() if visitor.is_mine(each)]
    other = _other(run, runs, ("finished",))
    if other is not None:
        _compare(run, other)
    elif run.settings.changed_labels:
        _offer(run, _other(run, runs, ACTIVE))


def _other(run: Snapshot, runs: Sequence[Snapshot], states: Sequence[str]) -> Snapshot | None:
    """The newest run that differs in nothing but changed labels: of two such runs one has all as they are."""
    config = run.settings
    for each in runs:
        if each.config is None or each.id == run.id or each.state not in states:
            continue
        if bool(each.config.changed_labels) == bool(config.changed_labels):
            continue
        if _on_all(each.config) == _on_all(config) and run.is_real_data in (None, each.is_real_data):
            return each
    return None


def _on_all(config: RunConfig) -> RunConfig:
    return replace(config, changed_labels="")


def _compare(run: Snapshot, other: Snapshot) -> None:
    changed, plain = (run, other) if run.settings.changed_labels else (other, run)
    right = [named_rightly(each, shared.dataset()) for each in (changed, plain)]
    if any(each is None for each in right):
        return
    words = labels_changed(changed.settings.changed_labels)
    st.markdown(
        difference.in_words(words, _("all labels as they are"), difference.paired(*right)),
        help=_("Two runs that differ in their training labels alone, on the same test images."),
    )


def _offer(run: Snapshot, active: Snapshot | None) -> None:
    if message := st.session_state.get(_ERROR):  # it stays until the next click
        st.error(str(message))
    if active is not None:
        st.caption(_("The same with all labels as they are is waiting or being trained."))
        return
    st.button(
        _("Train the same with all labels as they are, to compare"),
        key="same_on_all",
        icon=":material/compare_arrows:",
        on_click=_start,
        args=(_on_all(run.settings),),
    )


def _start(config: RunConfig) -> None:
    st.session_state[_ERROR] = ""
    try:
        st.session_state.watched = visitor.actions().start(config)
        st.session_state.just_started = True
    except (WorkerError, RunError) as error:
        st.session_state[_ERROR] = error.sentence
