"""What can be taken home of a finished run beside its model and history: the model card."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from fmnist import language
from fmnist.data.sources import Dataset
from fmnist.evaluation.run_predictions import own_evaluation
from fmnist.language import _
from fmnist.lesson.model_card import model_card
from fmnist.runs.store import RunError, Snapshot, Store
from pages.parts.shell import shared


def show(run: Snapshot) -> None:
    """Buttons that download; each file is made when it is asked for."""
    st.download_button(
        _("Model card"),
        _card(shared.store(), run.id, shared.dataset()),
        f"{run.id}-card.md",
        "text/markdown",
        key="download_card",
        icon=":material/description:",
        help=_("What it learned from, how good it is by class, where it errs, and how to reproduce it."),
        on_click="ignore",
        width="stretch",
    )


def _card(store: Store, run_id: str, dataset: Dataset) -> Callable[[], str]:
    """What makes the card, in this visitor's language, in whatever thread."""
    code = language.current()

    def make() -> str:
        language.use(code)
        try:
            run = store.snapshot(run_id)
            return model_card(run, own_evaluation(run, dataset))
        except RunError as error:  # deleted meanwhile
            return str(error.sentence)

    return make
