"""How a run judges the test images: read from its folder, or made anew where those were other images."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from fmnist.data.sources import Dataset
from fmnist.evaluation.scores import Evaluation
from fmnist.language import N_, Words, _, say
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import RunChanged, RunError, Snapshot, Store

ENDED_EARLY = ("stopped", "failed", "interrupted")


class Predicts(Protocol):
    """The part of `workers.Judge` that is needed here."""

    def predict(self, model: str, images: np.ndarray) -> np.ndarray:
        """Probabilities, (n, 10) float32, for images (n, 28, 28) uint8."""


def evaluation(run: Snapshot, dataset: Dataset, judge: Predicts) -> Evaluation:
    """A run's predictions for the test images that are loaded now.

    Raises
    ------
    ValueError
        If the stored predictions are of no use; the message is a sentence.
    RunChanged
        If the run has other predictions by now.
    WorkerError
        If predictions for other test images were needed and the prediction child could not make them.
    """
    if foreign_images(run, dataset):
        return Evaluation(dataset.test_labels, judge.predict(run.id, dataset.test_images))
    probabilities = run.predictions()
    if probabilities is None:
        raise ValueError(_("The predictions of this run cannot be read: the file is missing or damaged."))
    return Evaluation(dataset.test_labels, probabilities)


def own_evaluation(run: Snapshot, dataset: Dataset) -> Evaluation | None:
    """What a run has noted of the test images; None where it was tested with others, or cannot be read."""
    if foreign_images(run, dataset):
        return None
    try:
        probabilities = run.predictions()
        return None if probabilities is None else Evaluation(dataset.test_labels, probabilities)
    except (RunChanged, ValueError):
        return None


def named_rightly(run: Snapshot, dataset: Dataset) -> np.ndarray | None:
    """Of each test image whether a run names it rightly, (n,) bool; None where its folder does not say so."""
    if foreign_images(run, dataset):
        return None
    try:
        probabilities = run.predictions()
    except RunChanged:
        return None
    if probabilities is None or len(probabilities) != len(dataset.test_labels):
        return None
    right: np.ndarray = probabilities.argmax(axis=1) == dataset.test_labels
    return right


def foreign_images(run: Snapshot, dataset: Dataset) -> str:
    """A sentence if the run was trained on other images than those that are loaded now, otherwise ""."""
    if run.data.get("fingerprint") in (None, dataset.fingerprint):
        return ""
    shown = _("the real test images") if dataset.is_real else _("look-alikes")
    if run.data.get("source") == "look-alikes":
        words = _("This run was trained on look-alikes, not on Fashion-MNIST; here it judges {images}.")
    else:
        words = _("This run was trained on other images than those loaded now; here it judges {images}.")
    return words.format(images=shown)


def why_not(run_id: str, store: Store, runs: list[Snapshot]) -> Words:
    """Why a run that was asked for has nothing to show: a sentence."""
    run = next((each for each in runs if each.id == run_id), None)
    if run is None:
        try:
            store.open(run_id)
        except RunError as error:
            return error.sentence
        return _("This run has only just appeared.")
    if run.problem:
        return say(N_("This run is damaged: {problem}"), problem=run.problem)
    if run.state in ENDED_EARLY and not run.epochs_done:
        return _("This run ended before its first epoch was done, so it has no predictions.")
    if run.state not in ACTIVE:
        return _("The predictions of this run are missing. Continue its training on Train to get new ones.")
    return _("This run has not finished its first epoch yet; its predictions appear after it.")


def stands_at(run: Snapshot) -> str:
    """Which epoch a run's predictions are from; "" for one that is done."""
    if run.state in ("finished", "damaged"):
        return ""
    if run.state in ACTIVE:
        words = _("Still training: these are the predictions after epoch {epoch} of {epochs}.")
    else:
        words = _("Ended early: these are the predictions after epoch {epoch} of {epochs}.")
    return words.format(epoch=run.epochs_done, epochs=run.progress.epochs)
