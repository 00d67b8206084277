"""One training run, from its settings to a full run folder. Imports TensorFlow: belongs in a child."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from fmnist.data.sources import Dataset
from fmnist.language import N_, SaidError, Words, counted, row, say
from fmnist.networks import architectures
from fmnist.networks.config import RunConfig
from fmnist.networks.epoch import steps_per_epoch
from fmnist.networks.sweep import graph_of
from fmnist.networks.training_set import training_set
from fmnist.runs.moments import EARLY
from fmnist.runs.store import Run
from fmnist.training import model_files
from fmnist.training.build import build
from fmnist.training.callbacks import (
    POINTS_PER_EPOCH,
    Keep,
    Live,
    NotFinite,
    StopEarly,
    Stopped,
    Watch,
    raise_if_stopped,
)
from fmnist.training.engine import Engine
from fmnist.training.film import Film
from fmnist.training.precision import convolutions_in_bfloat16
from fmnist.training.scoring import Scorer, pixel_divisor

SECONDS_PER_BLOCK = (
    0.1  # a block is what cannot be interrupted; ten times slower machines still stop within 1 s
)
POINTS_OF_GROWING = 100  # points within an epoch of a run whose rate grows


class TrainingError(SaidError):
    """Training cannot go on; the sentence is for the person who started it."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended: state "finished" or "stopped", and a sentence for a person."""

    state: str
    message: Words


def train(config: RunConfig, dataset: Dataset, run: Run) -> Outcome:
    """Train a network and write its run folder; go on where it ended when the run already has a model.

    Parameters
    ----------
    config : RunConfig
        `epochs` is the number of epochs in all, those already done included.
    dataset : Dataset
    run : Run
        Gets, at the end of each epoch, a history row, model.keras and predictions.npz; progress in between.

    Returns
    -------
    Outcome
        "stopped" when `run.stop_requested()` became true: the folder then holds the last whole epoch.

    Raises
    ------
    TrainingError
        If the loss is not finite (the last good epoch stays), or the model to go on with cannot be read.
    OSError
        If the folder cannot be written.
    """
    try:
        raise_if_stopped(run)
        _fit(config, dataset, run)
    except Stopped:
        return Outcome("stopped", _stopped_message(len(run.history), config.epochs))
    except NotFinite:
        raise TrainingError(_not_finite_message(config, len(run.history) + 1)) from None
    done = len(run.history)
    accuracy = run.history[-1].test_accuracy
    print(f"Test accuracy: {accuracy:.4f}", flush=True)
    reached = say(N_("Test accuracy {accuracy:.1%}."), accuracy=accuracy)
    return Outcome("finished", row(_finished_message(config, done), reached))


def get_ready(config: RunConfig, dataset: Dataset) -> None:
    """Trace and compile what a run on this data needs, so that `train` in this process starts at once.

    It serves runs with these settings but for epochs, seed, learning rate and early stopping (`graph_of`).
    """
    global _bench
    bench = _Bench(config, dataset, _new_network(config))
    bench.engine.begin_epoch(0)
    bench.engine.fit(bench.engine.block_numbers(), steps_per_epoch=1, epochs=1, shuffle=False, verbose=0)
    bench.scorer(dataset.test_images[:1], dataset.test_labels[:1])
    _bench = bench


def train_and_predict(
    config: RunConfig,
    learned: tuple[np.ndarray, np.ndarray],
    asked: tuple[np.ndarray, np.ndarray],
    watch: keras.callbacks.Callback,
) -> np.ndarray:
    """Train a network on some images, without a run folder, and ask it about others.

    Parameters
    ----------
    config : RunConfig
        All images to learn from are used, whatever `training_images` says.
    learned, asked : (images, labels)
        uint8 (n, 28, 28) and (n,), not empty; the labels of those asked about do not matter.
    watch : keras.callbacks.Callback
        Calls `begin_epoch` of its model, an `Engine`, at the beginning of each epoch; may raise to end it.

    Returns
    -------
    numpy.ndarray (n, 10) float32
    """
    config = replace(config, training_images=len(learned[0]))
    network = _new_network(config)
    engine = _engine(config, network, *learned)
    engine.fit(
        engine.block_numbers(),
        steps_per_epoch=engine.blocks,
        epochs=config.epochs,
        callbacks=[watch, *_learning_rates(config)],
        shuffle=False,
        verbose=0,
    )
    return Scorer(network, scale_pixels=config.scale_pixels)(*asked).probabilities


class _Bench:
    """A network with the compiled functions that train and score it."""

    def __init__(self, config: RunConfig, dataset: Dataset, network: keras.Model) -> None:
        self.made_for = graph_of(config), dataset.fingerprint
        self.network = network
        self.data = training_set(config, dataset.train_images, dataset.train_labels)
        self.engine = _engine(config, network, self.data.images, self.data.labels)
        self.scorer = Scorer(
            network, scale_pixels=config.scale_pixels, label_smoothing=config.label_smoothing
        )

    def take(self, network: keras.Model, seed: int) -> None:
        """Go on from another network of the same kind: its weights, its optimizer's state, this seed."""
        for mine, theirs in zip(self._state(self.network), self._state(network), strict=True):
            mine.assign(theirs)
        self.engine.start_from(seed)

    @staticmethod
    def _state(network: keras.Model) -> list[keras.Variable]:
        return [*network.variables, *network.optimizer.variables]


_bench: _Bench | None = None  # made by get_ready, or left by the last run that ended well


def _bench_for(config: RunConfig, dataset: Dataset, network: keras.Model) -> _Bench:
    global _bench
    ready, _bench = _bench, None
    if ready is None or ready.made_for != (graph_of(config), dataset.fingerprint):
        return _Bench(config, dataset, network)
    ready.take(network, config.seed)
    return ready


def _fit(config: RunConfig, dataset: Dataset, run: Run) -> None:
    global _bench
    bench = _bench_for(config, dataset, _network(config, run))
    engine, data, scorer = bench.engine, bench.data, bench.scorer
    if not architectures.is_dense(config):
        numbers = "bfloat16" if convolutions_in_bfloat16() else "float32"
        run.update_info(convolutions=numbers)
        print(f"Convolutions multiply {numbers} numbers.", flush=True)
    points = POINTS_OF_GROWING if config.schedule == "growing" else POINTS_PER_EPOCH
    live = Live(run, config.epochs, points)

    def pause() -> None:
        raise_if_stopped(run)
        live.beat()

    scorer.pause = pause
    film = Film(run, (dataset.test_images, dataset.test_labels), scorer)
    keep = Keep(
        run,
        config.epochs,
        film,
        test=(dataset.test_images, dataset.test_labels),
        validation=(data.validation_images, data.validation_labels),
        scorer=scorer,
    )
    film.begins = live.begin
    callbacks = [Watch(run), film, keep, live]
    if config.early_stopping:
        callbacks.append(StopEarly(run, config.early_stopping))
    callbacks += _learning_rates(config)  # last: what it adds to the logs is not for the others
    engine.fit(
        engine.block_numbers(),
        steps_per_epoch=engine.blocks,
        initial_epoch=int(bench.network.optimizer.iterations.numpy()) // engine.steps,
        epochs=config.epochs,
        callbacks=callbacks,
        shuffle=False,  # the engine's order is
        verbose=0,
    )
    _bench = bench


def _engine(config: RunConfig, network: keras.Model, images: np.ndarray, labels: np.ndarray) -> Engine:
    return Engine(
        network,
        images,
        labels,
        batch_size=config.batch_size,
        steps_per_block=_steps_per_block(config),
        divisor=pixel_divisor(config.scale_pixels),
        seed=config.seed,
        early=EARLY,
        label_smoothing=config.label_smoothing,
        attacked=config.attacked,
        **_way_to_compute(config),
    )


def _learning_rates(config: RunConfig) -> list[keras.callbacks.Callback]:
    """What sets each epoch's learning rate, unless a schedule in the optimizer does."""
    if config.schedule != "constant":
        return []
    return [keras.callbacks.LearningRateScheduler(lambda epoch: architectures.learning_rate(config, epoch))]


def _network(config: RunConfig, run: Run) -> keras.Model:
    """The run's model with its optimizer as the last epoch left them, or a new one."""
    if os.path.lexists(run.model_path):
        try:
            return model_files.load(run.model_path)
        except model_files.ModelFileError:
            raise
        except Exception as error:  # a broken file makes Keras, h5py and zipfile raise all kinds
            message = N_("The run cannot be continued: {file} cannot be read. Start a new run instead.")
            raise TrainingError(message, file=run.model_path.name) from error
    return _new_network(config)


def _new_network(config: RunConfig) -> keras.Model:
    network = build(config)
    network.compile(_optimizer(config), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    network.optimizer.build(network.trainable_variables)  # made later, they would have the loop traced twice
    return network


def _optimizer(config: RunConfig) -> keras.optimizers.Optimizer:
    rate = _rate(config)
    match config.optimizer:
        case "adam":
            return keras.optimizers.Adam(rate)
        case "adamw":
            return keras.optimizers.AdamW(rate, weight_decay=architectures.WEIGHT_DECAY)
        case "rmsprop":
            return keras.optimizers.RMSprop(rate)
        case "momentum":
            return keras.optimizers.SGD(rate, momentum=0.9)
        case _:
            return keras.optimizers.SGD(rate)


def _rate(config: RunConfig) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """The learning rate, or how it depends on the step; the model's file keeps it."""
    if config.schedule == "constant":
        return config.learning_rate
    if config.schedule == "growing":
        return keras.optimizers.schedules.ExponentialDecay(**architectures.growing(config))
    cycle = architectures.one_cycle(config)
    return keras.optimizers.schedules.CosineDecay(**cycle)


def _steps_per_block(config: RunConfig) -> int:
    steps = steps_per_epoch(config)
    seconds_per_step = architectures.seconds_per_epoch(config) / steps
    most = max(1, round(SECONDS_PER_BLOCK / seconds_per_step))
    if config.schedule == "growing":  # its points within an epoch are what it is for
        return min(most, max(1, steps // POINTS_OF_GROWING))
    return most


def _way_to_compute(config: RunConfig) -> dict[str, Any]:
    """What the engine is told of a network's kind.

    XLA makes the steps of dense layers several times faster, and convolutions on a CPU several times slower.
    What a convolution keeps for the way back takes far more memory for each image than dense layers do.
    """
    if architectures.is_dense(config):
        return {"jit_compile": True, "largest_part": 4096}
    return {"jit_compile": False, "largest_part": 512, "in_bfloat16": convolutions_in_bfloat16()}


def _finished_message(config: RunConfig, done: int) -> Words:
    if done >= config.epochs:
        return counted("Finished {done} epoch.", "Finished {done} epochs.", done, done=done)
    return counted(
        "Ended early after {done} of {epochs} epochs: the validation loss did not get better for {patience} "
        "epoch.",
        "Ended early after {done} of {epochs} epochs: the validation loss did not get better for {patience} "
        "epochs.",
        config.early_stopping,
        done=done,
        epochs=config.epochs,
        patience=config.early_stopping,
    )


def _stopped_message(done: int, epochs: int) -> Words:
    if not done:
        return say(N_("Stopped before the first epoch was finished, so there is no model."))
    stopped = counted(
        "Stopped after {done} of {epochs} epoch.",
        "Stopped after {done} of {epochs} epochs.",
        epochs,
        done=done,
        epochs=epochs,
    )
    return row(stopped, say(N_("The model of the last whole epoch is kept.")))


def _not_finite_message(config: RunConfig, epoch: int) -> Words:
    what = N_(
        "The loss is no longer a finite number in epoch {epoch}: the steps were so large that the weights "
        "grew without bound."
    )
    advice = N_("Choose a learning rate below {rate:g}.")
    if not config.scale_pixels:
        advice = N_("Choose a learning rate below {rate:g}, or let the pixel values be scaled.")
    return row(say(what, epoch=epoch), say(advice, rate=config.learning_rate))
