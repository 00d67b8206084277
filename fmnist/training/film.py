"""The Keras callback that keeps moments of a run: before training, within its first epoch, after each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import keras
import numpy as np

from fmnist.runs.moments import is_small, named
from fmnist.runs.store import Run
from fmnist.training.scoring import Scorer

_DENSE = ("Flatten", "Dense", "Dropout", "Softmax")
Logs: TypeAlias = dict[str, float]  # what Keras hands to its callbacks


class Film(keras.callbacks.Callback):
    """Writes the moments, so that a page can show the run as it was then.

    A moment costs little beside an epoch. Of a small network of dense layers the early ones are its weights
    alone, from which readers compute what it says of the test images; other networks have to look at those.

    Parameters
    ----------
    run : Run
    test : (images, labels)
        uint8 (n, 28, 28) and (n,).
    scorer : Scorer

    Attributes
    ----------
    begins : callable
        Called before a network that has learned nothing judges the test images, which may take seconds.
    """

    def __init__(self, run: Run, test: tuple[np.ndarray, np.ndarray], scorer: Scorer) -> None:
        self.begins: Callable[[], None] = lambda: None
        super().__init__()
        self._run = run
        self._test = test
        self._scorer = scorer
        self._epoch = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        if not int(self.model.network.optimizer.iterations.numpy()):
            self.begins()
            self.keep(0)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        if self._epoch == 0 and batch in self.model.early_blocks:
            self.keep(self.model.early_blocks[batch], step=self.model.steps_after(batch))

    def keep(self, epoch: float, probabilities: np.ndarray | None = None, step: int | None = None) -> None:
        """Keep the moment: a full disk has the run go on without it, as the log then says.

        Parameters
        ----------
        epoch, step
            As in `fmnist.runs.moments.Moment`; the step of a whole epoch need not be told.
        probabilities : array (n, 10), optional
            Of the test images, if they are known.
        """
        network = self.model.network
        weights = network.get_weights()
        is_dense = {type(layer).__name__ for layer in network.layers} <= {"InputLayer", *_DENSE}
        if probabilities is None and not (is_dense and is_small(weights)):
            probabilities = self._scorer(*self._test).probabilities
        step = round(epoch * self.model.steps) if step is None else step
        try:
            self._run.write_moment(epoch, step, weights=weights, probabilities=probabilities)
        except OSError as error:
            print(f"The moment at epoch {named(epoch)} could not be kept: {error}.", flush=True)
