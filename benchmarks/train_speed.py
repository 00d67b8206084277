"""The tutorial's training loop against ours, in one sitting: python -m benchmarks.train_speed [--repeats 3]

Alternates, at batch 32 on 60,000 images: the tutorial's model.fit (float64 arrays), this program's training
(a whole run with its files), and a floor: only the two big matrix products of a step, in NumPy. Prints
seconds per epoch, medians and ratios; our first epoch, which compiles, apart. Asked: at least 10 times faster
than the tutorial's fit, at most 2.5 times the floor. With --seeds N also the mean test accuracy over N seeds
of both (asked: within 0.3 points).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from fmnist import data
from fmnist.config import RunConfig
from fmnist.runs import Store

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
BATCH, HIDDEN, PIXELS = 32, 128, 784
EPOCHS = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=0)
    options = parser.parse_args()
    dataset = data.load(allow_download=False)
    plain, first, ours, floor = [], [], [], []
    for repeat in range(options.repeats):
        plain.append(plain_fit(dataset, seed=repeat, epochs=1)[0])
        seconds = our_run(dataset, seed=repeat, epochs=EPOCHS)[0]
        first.append(seconds[0])
        ours.extend(seconds[1:])
        floor.append(two_products(dataset))
    for name, values in (
        ("tutorial's fit", plain),
        ("ours, first epoch (compiles)", first),
        ("ours, later epochs", ours),
        ("two products in NumPy (floor)", floor),
    ):
        low, high = min(values), max(values)
        print(f"{name:30} median {statistics.median(values):6.3f} s per epoch   [{low:.3f} to {high:.3f}]")
    gain, distance = (statistics.median(one) / statistics.median(ours) for one in (plain, floor))
    print(f"tutorial's fit / ours: {gain:.1f} (asked: at least 10)")
    print(f"ours / floor: {1 / distance:.2f} (asked: at most 2.5)")
    if options.seeds:
        compare_accuracy(dataset, options.seeds)


def compare_accuracy(dataset: data.Dataset, seeds: int) -> None:
    """Print the mean test accuracy after five epochs, ours and plain fit, over the same number of seeds."""
    ours = [our_run(dataset, seed, EPOCHS)[1] for seed in range(seeds)]
    plain = [plain_fit(dataset, seed, EPOCHS)[1] for seed in range(seeds)]
    print(
        f"test accuracy over {seeds} seeds: ours {np.mean(ours):.4f} ({min(ours):.4f} to {max(ours):.4f}), ",
        end="",
    )
    print(f"plain fit {np.mean(plain):.4f} ({min(plain):.4f} to {max(plain):.4f}), ", end="")
    print(f"difference {100 * (np.mean(ours) - np.mean(plain)):+.2f} points (asked: within 0.3)")


def plain_fit(dataset: data.Dataset, seed: int, epochs: int) -> tuple[float, float]:
    """The tutorial as written: (seconds per epoch, test accuracy)."""
    import keras

    keras.utils.set_random_seed(seed)
    images = dataset.train_images / 255.0
    model = keras.Sequential(
        [
            keras.layers.Flatten(input_shape=(28, 28)),
            keras.layers.Dense(HIDDEN, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    started = time.perf_counter()
    model.fit(images, dataset.train_labels, epochs=epochs, verbose=0)
    seconds = (time.perf_counter() - started) / epochs
    return seconds, float(model.evaluate(dataset.test_images / 255.0, dataset.test_labels, verbose=0)[1])


def our_run(dataset: data.Dataset, seed: int, epochs: int) -> tuple[list[float], float]:
    """A run of this program, in this process: (seconds of each epoch, test accuracy)."""
    from fmnist.training import train

    with tempfile.TemporaryDirectory() as folder:
        run = Store(Path(folder)).create(RunConfig(seed=seed, epochs=epochs), info={}, hold=True)
        train(run.config, dataset, run)
        history = run.history
        run.release()
    return [row.seconds for row in history], float(history[-1].test_accuracy)


def two_products(dataset: data.Dataset) -> float:
    """Seconds that an epoch's hidden-layer product and its weight gradient take alone."""
    images = dataset.train_images.reshape(-1, PIXELS).astype(np.float32)
    noise = np.random.default_rng(0)
    weights = noise.normal(size=(PIXELS, HIDDEN)).astype(np.float32)
    errors = noise.normal(size=(BATCH, HIDDEN)).astype(np.float32)
    started = time.perf_counter()
    for start in range(0, len(images), BATCH):
        batch = images[start : start + BATCH]
        batch @ weights
        batch.T @ errors
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
