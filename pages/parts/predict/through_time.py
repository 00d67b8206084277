"""Which moment of its training a run is shown at: the slider in Predict's head, and what a moment says."""

from __future__ import annotations

import streamlit as st

from fmnist.data.sources import Dataset
from fmnist.evaluation import at_moment, run_predictions, stories
from fmnist.evaluation.at_moment import LAST
from fmnist.evaluation.dense import DenseNetwork
from fmnist.evaluation.scores import Evaluation
from fmnist.language import _
from fmnist.runs import moments
from fmnist.runs.store import RunError, Snapshot
from pages.parts.shell import frame, shared
from pages.parts.shell.component import component

KEY = "moments"
WIDTH = 250  # pixels
FEWEST = 2  # moments, the last one included, without which there is nothing to slide over

_slider = component("through_time", '<div class="through-time"></div>', "predict/through_time")


def choose(run: Snapshot) -> None:
    """The slider, in the page's first row; a sentence where the run lacks the moment asked for."""
    offered = offered_of(run)
    _mend(run, offered)
    if len(offered) < FEWEST:
        return
    epochs = run.epochs_done
    shown = [{"key": LAST, "name": _("Last: epoch {epoch}").format(epoch=epochs)}]
    words = _("Epoch {epoch}")
    shown = [{"key": each, "name": words.format(epoch=each)} for each in offered[:-1]] + shown
    with frame.moment_slot(), st.container(key="epoch", width=WIDTH):
        _slider(
            key=KEY,
            data={
                "moments": shown,
                "shown": st.session_state.epoch,
                "title": _("Moment of training, from before it to its end"),
                "play": _("Play the training"),
                "pause": _("Pause"),
            },
            on_moved_change=lambda: _move(offered),
        )


def offered_of(run: Snapshot) -> list[str]:
    """The moments of a run as an address names them; the last one is the word for it."""
    if run_predictions.foreign_images(run, shared.dataset()):
        return [LAST]
    return [*(moments.named(each) for each in run.moments() if each < run.epochs_done), LAST]


def _move(offered: list[str]) -> None:
    moved = st.session_state[KEY].moved
    if moved in offered:  # it comes from a browser, which can send anything
        st.session_state.epoch = moved


def _mend(run: Snapshot, offered: list[str]) -> None:
    asked = st.session_state.epoch
    if asked == LAST or asked in offered:
        return
    st.session_state.epoch = LAST
    if asked == moments.named(run.epochs_done):
        return
    if run_predictions.foreign_images(run, shared.dataset()):
        words = _("This run was trained on other images, so only its last moment can be shown here.")
    elif len(offered) < FEWEST:
        words = _("This run is from before moments were kept, so only its last one can be shown here.")
    else:
        st.session_state.epoch = min(offered[:-1], key=lambda each: abs(float(each) - float(asked)))
        words = _("This run has kept no moment at epoch {asked}: here is epoch {epoch}, the nearest.")
        if float(asked) >= run.epochs_done:
            st.session_state.epoch = LAST
            words = _("This run has no epoch {asked}: here is its last one, epoch {last}.")
    st.info(
        words.format(asked=asked, epoch=st.session_state.epoch, last=run.epochs_done), icon=":material/info:"
    )


def chosen() -> float | None:
    """The epoch of the moment that is shown; None for the last one."""
    asked = st.session_state.epoch
    return None if asked == LAST else float(asked)


def test_loss(run: Snapshot) -> float | None:
    """The test loss that training measured after the epoch that is shown; None where it measured none."""
    epoch = run.epochs_done if chosen() is None else chosen()
    return next((row.test_loss for row in run.history if row.epoch == epoch), None)


def is_kept(run: Snapshot, epoch: float) -> bool:
    """Whether a run can be shown at this moment."""
    return moments.named(epoch) in offered_of(run)


def evaluation(run: Snapshot, epoch: float) -> Evaluation:
    """How a run judged the test images at a kept moment. Raises RunError and ValueError, with sentences."""
    dataset = shared.dataset()
    return _evaluation(run.id, _version(run, epoch), dataset.fingerprint, run, epoch)


def network(run: Snapshot, epoch: float) -> DenseNetwork:
    """Its network of dense layers then. Raises RunError where the weights were not kept whole."""
    return at_moment.network_at(run.settings, run.moment(epoch))


def stories_of(run: Snapshot) -> stories.Stories | None:
    """The life stories of the test images, up to the run's last moment; None where it has too few moments."""
    offered = offered_of(run)
    if len(offered) < FEWEST + 1:
        return None
    versions = tuple(_version(run, float(each)) for each in offered[:-1])
    try:
        return _stories(run.id, versions, run.epochs_done, run, shared.dataset())
    except (RunError, ValueError):
        return None


def _version(run: Snapshot, epoch: float) -> tuple[float, int]:
    """What changes when a moment is written anew."""
    try:
        return epoch, moments.path_of(run.path, epoch).stat().st_mtime_ns
    except OSError:
        return epoch, 0


@st.cache_resource(max_entries=64, show_spinner=False)
def _evaluation(
    run_id: str, version: tuple[float, int], fingerprint: str, _run: Snapshot, _epoch: float
) -> Evaluation:
    # The three arguments that are not read tell one state of the run and of the images from another.
    return at_moment.evaluation_at(_run, _epoch, shared.dataset())


@st.cache_resource(max_entries=16, show_spinner=False)
def _stories(
    run_id: str, versions: tuple[tuple[float, int], ...], epochs_done: int, _run: Snapshot, _dataset: Dataset
) -> stories.Stories:
    return at_moment.stories_of(_run, _dataset)
