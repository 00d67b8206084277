"""How fast an epoch is: the tutorial's `model.fit`, our loop and a floor, alternating in one sitting.

    python -m benchmarks.train_speed                  three rounds, medians and ratios
    python -m benchmarks.train_speed --rounds 7
    python -m benchmarks.train_speed --accuracy 10    mean test accuracy over ten seeds, ours and plain fit

Only ratios from one sitting mean anything: absolute times follow the machine and what else it does.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from fmnist.data import sources
from fmnist.data.facts import CLASSES, IMAGE_SHAPE, PIXELS, TRAIN_IMAGES
from fmnist.data.sources import Dataset
from fmnist.networks.config import RunConfig
from fmnist.runs.store import EpochRow, Store
from fmnist.training import fit

BATCH_SIZE = 32
TIMED_EPOCHS = 3  # of ours per round, after the first, which compiles


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often the three alternate (default 3)")
    parser.add_argument("--accuracy", type=int, metavar="SEEDS", help="compare test accuracy instead")
    parser.add_argument("--epochs", type=int, default=5, help="epochs per seed with --accuracy (default 5)")
    options = parser.parse_args()
    dataset = sources.load()
    print(dataset.notice or "Official Fashion-MNIST, checksums verified.")
    if options.accuracy:
        compare_accuracy(dataset, options.accuracy, options.epochs)
    else:
        compare_speed(dataset, options.rounds)


def compare_speed(dataset: Dataset, rounds: int) -> None:
    """Print the seconds per epoch of each round, then medians and ratios."""
    tutorial, images = tutorial_model(), dataset.train_images / 255.0
    plain, ours, floors, compiling = [], [], [], []
    for number in range(1, rounds + 1):
        plain.append(timed(lambda: tutorial.fit(images, dataset.train_labels, verbose=0)))
        first, *rest = [row.seconds for row in our_epochs(dataset, 1 + TIMED_EPOCHS, seed=0)]
        ours.append(median(rest))
        compiling.append(first - ours[-1])
        floors.append(timed(floor))
        print(f"round {number}: {seconds(plain[-1], ours[-1], floors[-1])}", flush=True)
    print(f"medians: {seconds(median(plain), median(ours), median(floors))}")
    print(f"compiling, in the first epoch only: {median(compiling):.2f} s")
    print(f"ours is {median(map(np.divide, plain, ours)):.1f} times faster than fit (asked: at least 10)")
    print(f"ours takes {median(map(np.divide, ours, floors)):.2f} times the floor (asked: at most 2.5)")


def compare_accuracy(dataset: Dataset, seeds: int, epochs: int) -> None:
    """Print the mean test accuracy over seeds 0, 1, … of ours and of plain fit."""
    images, tests = dataset.train_images / 255.0, dataset.test_images / 255.0
    plain, ours = [], []
    for seed in range(seeds):
        keras.utils.set_random_seed(seed)
        model = tutorial_model()
        model.fit(images, dataset.train_labels, epochs=epochs, verbose=0)
        plain.append(model.evaluate(tests, dataset.test_labels, verbose=0)[1])
        ours.append(our_epochs(dataset, epochs, seed)[-1].test_accuracy)
        print(f"seed {seed}: fit {plain[-1]:.4f}, ours {ours[-1]:.4f}", flush=True)
    points = 100 * (np.mean(ours) - np.mean(plain))
    print(f"means: fit {np.mean(plain):.4f}, ours {np.mean(ours):.4f}")
    print(f"ours minus fit: {points:+.2f} points (asked: within 0.3)")


def tutorial_model() -> keras.Model:
    """The model of TensorFlow's "basic classification" tutorial, compiled as there."""
    model = keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(CLASSES),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model


def our_epochs(dataset: Dataset, epochs: int, seed: int) -> list[EpochRow]:
    """The history of a run with the tutorial's settings, made with its run folder and all."""
    config = RunConfig(batch_size=BATCH_SIZE, epochs=epochs, seed=seed)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        run = Store(Path(folder)).create(config, info={}, hold=True)
        fit.train(config, dataset, run)
        return run.history


def floor() -> None:
    """Only the two big matrix products of each step of an epoch, in NumPy."""
    random = np.random.default_rng(0)
    pixels = random.random((BATCH_SIZE, PIXELS), np.float32)
    weights = random.random((PIXELS, 128), np.float32)
    hidden = random.random((BATCH_SIZE, 128), np.float32)
    for _ in range(TRAIN_IMAGES // BATCH_SIZE):
        pixels @ weights  # forward
        pixels.T @ hidden  # the gradient of the weights


def seconds(plain: float, ours: float, floor: float) -> str:
    """The three times in words."""
    return f"fit {plain:.2f} s, ours {ours:.2f} s, floor {floor:.2f} s"


def timed(work) -> float:
    """Seconds that calling `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
