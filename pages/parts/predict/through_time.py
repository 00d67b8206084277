"""Which moment of its training a run is shown at: the slider in Predict's head, and what a moment says."""

from __future__ import annotations

from concurrent.futures import Future

import streamlit as st

from fmnist.evaluation import run_predictions, stories
from fmnist.evaluation.at_moment import LAST
from fmnist.evaluation.scores import Evaluation
from fmnist.language import _
from fmnist.runs import moments
from fmnist.runs.store import RunError, Snapshot
from pages.parts.shell import frame, shared
from pages.parts.shell.component import component

KEY = "moments"
WIDTH = 250  # pixels
PATIENCE = 0.02  # seconds that a page waits for life stories before it says that they are being read
BETWEEN_LOOKS = 0.3  # seconds
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
            on_moved_change=lambda: _move(run, offered),
        )


def offered_of(run: Snapshot) -> list[str]:
    """The moments of a run as an address names them; the last one is the word for it."""
    if run_predictions.foreign_images(run, shared.dataset()):
        return [LAST]
    return [*(moments.named(each) for each in run.moments() if each < run.epochs_done), LAST]


def _move(run: Snapshot, offered: list[str]) -> None:
    if len(offered) > FEWEST:  # whoever moves once moves on: the thread reads all moments meanwhile
        shared.workers().moments.stories(run, shared.dataset())
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
    return shared.workers().moments.evaluation(run, epoch, shared.dataset())


def stories_of(run: Snapshot) -> stories.Stories | None:
    """The life stories of the test images, up to the run's last moment.

    None where it has too few moments, or where they are still being read: see `show_no_stories`.
    """
    if len(offered_of(run)) < FEWEST + 1:
        return None
    try:
        return shared.workers().moments.stories(run, shared.dataset()).result(PATIENCE)
    except (RunError, ValueError, TimeoutError):
        return None


def show_no_stories(runs: list[Snapshot], too_few: str) -> None:
    """Where `stories_of` gave none: that the moments are being read, until they are; else why there is none.

    Parameters
    ----------
    runs : list of Snapshot
        Those whose stories are wanted.
    too_few : str
        The sentence for runs that have kept too few moments.
    """
    offered = [run for run in runs if len(offered_of(run)) > FEWEST]
    if len(offered) < len(runs):
        st.caption(too_few)
        return
    pending = [shared.workers().moments.stories(run, shared.dataset()) for run in runs]
    if not all(each.done() for each in pending):
        st.fragment(_wait_for, run_every=BETWEEN_LOOKS)(pending)
        return
    errors = [error for each in pending if (error := each.exception())]
    st.caption(shared.plain(str(errors[0])) if errors else too_few)


def _wait_for(pending: list[Future[stories.Stories]]) -> None:
    st.caption(_("The kept moments of this run are being read …"))
    if all(each.done() for each in pending):
        st.rerun()
