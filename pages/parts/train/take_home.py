"""What can be taken home of a run beside its model and history: model card, SavedModel, TFLite."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from fmnist import language
from fmnist.data.sources import Dataset
from fmnist.evaluation.run_predictions import own_evaluation
from fmnist.language import N_, _
from fmnist.lesson.model_card import model_card
from fmnist.runs import take_home
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import RunError, Snapshot, Store
from fmnist.runs.take_home import SAVED_MODEL, TFLITE, TFLITE_INT8, Made, TakeHome
from fmnist.workers.children import WorkerError
from pages.parts.shell import shared

REFRESH = 1.0  # seconds between two looks while files are made
WIDTH = 420  # pixels of the list, narrower on a phone
WHAT = {
    SAVED_MODEL: N_("for TensorFlow, its server, and converters"),
    TFLITE: N_("for phones and small computers (LiteRT)"),
    TFLITE_INT8: N_("the same with weights of one byte"),
}
_ERROR = "take_home_error"


def show(run: Snapshot) -> None:
    """Buttons that download; each file is made when it is asked for."""
    with st.container(width=WIDTH):
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
        if run.has_model and run.state not in ACTIVE:
            interval = REFRESH if shared.workers().exporter.status(run).is_running else None
            st.fragment(_show_formats, run_every=interval)(run, interval is not None)


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


def _show_formats(run: Snapshot, is_watched: bool) -> None:
    status = shared.workers().exporter.status(run)
    if status.is_running != is_watched:
        st.rerun()
    if status.is_running:
        words = _("SavedModel and TFLite are made, and compared with Keras on all test images …")
        st.caption(f":material/hourglass_empty: {words}")
        return
    if message := st.session_state.pop(_ERROR, None):
        st.error(str(message))
    found = status.found or TakeHome(0.0, {})
    if found.problem:
        st.warning(str(found.problem), icon=":material/error:")
    if not found.made:
        st.button(
            _("Make SavedModel and TFLite"),
            key="make_formats",
            icon=":material/build:",
            on_click=_start,
            args=(run,),
            width="stretch",
        )
        st.caption(_("Each is compared with Keras on 100 test images before it is offered."))
        return
    for name, made in found.made.items():
        _offer(run, name, made, found.accuracy)
    scaled = _("pixels divided by 255") if run.settings.scale_pixels else _("pixels from 0 to 255")
    words = _("Each takes images (n, 28, 28) of 32-bit numbers, {scaled}, and gives ten probabilities.")
    st.caption(words.format(scaled=scaled))


def _offer(run: Snapshot, name: str, made: Made, accuracy: float) -> None:
    ending = name.removeprefix("model").removeprefix("saved_model")
    st.download_button(
        _("{file}, {size:,.0f} kB").format(file=f"`{name}`", size=made.size / 1000),
        (run.path / name).read_bytes,
        f"{run.id}-saved_model.zip" if name == SAVED_MODEL else f"{run.id}{ending}",
        key=f"download_{name}",
        on_click="ignore",
        width="stretch",
    )
    words = _(
        "{what}. Names {alike} of {count} as Keras does; test accuracy {accuracy:.2%} (Keras {keras:.2%})."
    )
    st.caption(
        words.format(
            what=_(WHAT[name]),
            alike=made.alike,
            count=take_home.CHECKED,
            accuracy=made.accuracy,
            keras=accuracy,
        )
    )


def _start(run: Snapshot) -> None:
    try:
        shared.workers().exporter.start(run)
    except WorkerError as error:
        st.session_state[_ERROR] = error.sentence
