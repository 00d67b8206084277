"""The Keras callbacks of a run: obey the stop file, watch the loss, show progress, keep each epoch."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np

from fmnist.language import N_, say
from fmnist.runs.store import EpochRow, Run
from fmnist.training.film import Film, Logs
from fmnist.training.scoring import Scorer
from fmnist.training.zip_dates import early_clock_allowed

SECONDS_BETWEEN_REPORTS = 0.25
SECONDS_BETWEEN_BEATS = 2.0
JUDGES_FIRST = N_("It judges the test images before it has learned anything …")
Labelled: TypeAlias = tuple[np.ndarray, np.ndarray]  # images, labels
POINTS_PER_EPOCH = 20  # more would not be seen in a chart


class Stopped(Exception):
    """Someone asked the run to stop. An exception, because Keras's own flag lets much more run first."""


class NotFinite(Exception):
    """The loss is no longer a finite number."""


def raise_if_stopped(run: Run) -> None:
    """Raise Stopped when the run was asked to stop."""
    if run.stop_requested():
        raise Stopped


def raise_unless_finite(loss: float) -> None:
    """Raise NotFinite for a loss that is infinite or not a number."""
    if not math.isfinite(loss):
        raise NotFinite


class Watch(keras.callbacks.Callback):
    """Starts each epoch's random streams; ends training when asked to or when the loss is not finite."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        raise_if_stopped(self._run)
        self.model.begin_epoch(epoch)

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        raise_unless_finite(logs["loss"])
        raise_if_stopped(self._run)


class Live(keras.callbacks.Callback):
    """Writes the progress and points within the epoch, at most a few times per second.

    Parameters
    ----------
    run : Run
    epochs : int
        How many epochs the run is to have in all.
    points : int
        How many points to keep within an epoch, at most.
    """

    def __init__(self, run: Run, epochs: int, points: int = POINTS_PER_EPOCH) -> None:
        super().__init__()
        self._run = run
        self._points_per_epoch = points
        now = time.time()
        self._progress = replace(run.progress, state="running", epochs=epochs, message="", heartbeat=now)
        trained = sum(row.seconds for row in run.history)  # the pause before a continuation is not training
        self._progress = replace(self._progress, started=now - trained, finished=None)
        self._reported = 0.0
        self._points: list[tuple[float, float, float]] = []
        self._start_point(0, np.zeros(2))

    def begin(self) -> None:
        """Tell that the run has begun, and judges the test images first."""
        self._report(step=0, steps=self.model.steps, message=say(JUDGES_FIRST))

    def beat(self) -> None:
        """Tell now and then, while the network judges images, that the run is alive."""
        if time.monotonic() - self._reported >= SECONDS_BETWEEN_BEATS:
            self._report()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._start_point(0, np.zeros(2))
        self._report(epoch=epoch, step=0, steps=self.model.steps, loss=None, accuracy=None, message="")

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        self._add_point(batch, logs)
        if time.monotonic() - self._reported >= SECONDS_BETWEEN_REPORTS:
            step = self.model.steps_after(batch)
            self._report(step=step, loss=logs["loss"], accuracy=logs["accuracy"])

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        shown = {name: logs[name] for name in ("loss", "accuracy", "test_loss", "test_accuracy")}
        self._report(epoch=epoch + 1, step=self.model.steps, **shown)

    def _start_point(self, images: int, sums: np.ndarray) -> None:
        self._images, self._sums = images, sums

    def _add_point(self, block: int, logs: Logs) -> None:
        """Keep the mean loss and accuracy of the images since the last point, if there are enough of them."""
        images = self.model.images_after(block)
        if images - self._images < self.model.images / self._points_per_epoch and images < self.model.images:
            return
        sums = images * np.array([logs["loss"], logs["accuracy"]])
        loss, accuracy = (sums - self._sums) / (images - self._images)
        epoch = self._progress.epoch + images / self.model.images
        self._points.append((epoch, float(loss), float(accuracy)))
        self._start_point(images, sums)

    def _report(self, **changes: Any) -> None:
        self._progress = replace(self._progress, heartbeat=time.time(), **changes)
        self._run.write_progress(self._progress)
        if self._points:
            self._run.append_batches(self._points)
            self._points = []
        self._reported = time.monotonic()


class Keep(keras.callbacks.Callback):
    """At the end of an epoch: scores it, prints Keras's line, writes predictions, history row and model.

    Parameters
    ----------
    run : Run
    epochs : int
        How many epochs the run is to have in all.
    film : Film
        Keeps the moment at the end of the epoch.
    test, validation : (images, labels)
        uint8 (n, 28, 28) and (n,); `validation` may be empty.
    scorer : Scorer
    """

    def __init__(
        self, run: Run, epochs: int, film: Film, *, test: Labelled, validation: Labelled, scorer: Scorer
    ) -> None:
        super().__init__()
        self._run = run
        self._epochs = epochs
        self._film = film
        self._test = test
        self._validation = validation
        self._scorer = scorer
        self._rows = len(run.history)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._began = time.perf_counter()
        print(f"Epoch {epoch + 1}/{self._epochs}", flush=True)

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        if len(self._validation[0]):
            logs["val_loss"], logs["val_accuracy"], _ = self._scorer(*self._validation)
        seconds = time.perf_counter() - self._began
        print(_keras_line(self.model.steps, seconds, logs), flush=True)
        logs["test_loss"], logs["test_accuracy"], probabilities = self._scorer(*self._test)
        raise_unless_finite(logs["test_loss"])
        row = EpochRow(
            epoch=epoch + 1, seconds=seconds, **{name: float(value) for name, value in logs.items()}
        )
        self._run.save_model(lambda path: self._write(path, probabilities, row))

    def _write(self, path: Path, probabilities: np.ndarray, row: EpochRow) -> None:
        """Write the largest file first, and let the model take its place last.

        So a full disk leaves the model as it was, and a process killed in between leaves a history at most
        one row ahead of the model: continuing repeats that epoch and finds its row already there.
        """
        with early_clock_allowed():
            self.model.network.save(path)
        self._film.keep(row.epoch, probabilities)
        self._run.write_predictions(probabilities)
        if row.epoch > self._rows:
            self._run.append_epoch(row)


class StopEarly(keras.callbacks.Callback):
    """Ends training as Keras's EarlyStopping on val_loss does, judging by the run's history.

    A run that is continued thus decides as if it had never been interrupted.
    """

    def __init__(self, run: Run, patience: int) -> None:
        super().__init__()
        self._run = run
        self._patience = patience

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        if lost_patience(
            [row.val_loss for row in self._run.history if row.val_loss is not None], self._patience
        ):
            self.model.stop_training = True


def lost_patience(losses: list[float], patience: int) -> bool:
    """Whether the last of these validation losses is the one at which to stop.

    An earlier such point is one after which a person went on: patience starts anew there.
    """
    best, waited, lost = math.inf, 0, False
    for loss in losses:
        if lost:
            waited = 0
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        lost = waited >= patience
    return lost


def _keras_line(steps: int, seconds: float, logs: Logs) -> str:
    """The line Keras prints with verbose=2."""
    values = " - ".join(f"{name}: {logs[name]:.4f}" for name in sorted(logs))
    return f"{steps}/{steps} - {seconds:.0f}s - {_short(seconds / steps)}/step - {values}"


def _short(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds / 1e-6:.0f}us"
