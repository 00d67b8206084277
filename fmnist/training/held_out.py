"""What a network says of training images that it has not seen: one network for each fold of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np

from fmnist.data.facts import CLASS_NAMES
from fmnist.networks.config import RunConfig
from fmnist.training import fit
from fmnist.training.callbacks import raise_unless_finite

FOLDS = 3
Report = Callable[[float], object]


def folds(labels: np.ndarray, count: int = FOLDS) -> np.ndarray:
    """The fold of each image, such that each fold has its share of every class (stratified).

    Parameters
    ----------
    labels : numpy.ndarray (n,) integers
    count : int
        How many folds.

    Returns
    -------
    numpy.ndarray (n,) int64
        0 to count - 1. Images of a class are dealt out in the order in which they come.
    """
    fold = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        fold[members] = np.arange(len(members)) % count
    return fold


def held_out_probabilities(
    config: RunConfig,
    images: np.ndarray,
    labels: np.ndarray,
    report: Report = lambda share: None,
) -> np.ndarray:
    """Probabilities of all images, each by a network that was trained without it.

    Parameters
    ----------
    config : RunConfig
        Network, epochs, batch size, learning rate, optimizer and seed; all images are used.
    images : numpy.ndarray (n, 28, 28) uint8
    labels : numpy.ndarray (n,) integers 0 to 9
    report : callable
        Called after each epoch with the finished share of the work, 0 to 1; may raise to end it.

    Returns
    -------
    numpy.ndarray (n, 10) float32
    """
    config = replace(
        config,
        validation_share=0.0,
        early_stopping=0,
        learn_drawings=False,
        shuffle_labels=False,
        shifts=0,
        turns=0,
        attacked=0,
        changed_labels="",
    )
    fold = folds(labels)
    probabilities = np.zeros((len(images), len(CLASS_NAMES)), np.float32)
    for number in range(FOLDS):
        others, held = fold != number, fold == number
        watch = _Watch(config.epochs, number, report)
        probabilities[held] = fit.train_and_predict(
            config, (images[others], labels[others]), (images[held], labels[held]), watch
        )
    return probabilities


class _Watch(keras.callbacks.Callback):
    """Starts each epoch's random streams, and tells how far the work is while a fold's network trains."""

    def __init__(self, epochs: int, fold: int, report: Report) -> None:
        super().__init__()
        self._epochs, self._fold, self._report = epochs, fold, report

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch = epoch
        self.model.begin_epoch(epoch)

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        raise_unless_finite(logs["loss"])
        trained = (self._epoch + self.model.steps_after(batch) / self.model.steps) / self._epochs
        self._report((self._fold + trained) / FOLDS)
