"""Make the shipped network Sketch-ready from photos and drawings: python -m fmnist.training.sketch_ready."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fmnist.data import sources
from fmnist.data.facts import CLASS_NAMES, CLASSES, IMAGE_SHAPE
from fmnist.drawing.made_drawings import make_drawings
from fmnist.networks.shipped import MODEL_PATH

if TYPE_CHECKING:
    import keras

_garments: tuple[np.ndarray, np.ndarray]  # in the drawing process: the photos to draw from
BATCH = 128
EPOCHS = 14
DRAWINGS = 30_000  # in each epoch, made anew
PHOTOS = 30_000  # in each epoch, chosen anew
HELD_BACK = 2_000  # of the training photos: neither learned nor drawn from, but for the drawings below
CHECKED = 6_000  # made drawings that are never learned from: they tell how sure the network may be
CHECK_SEED = 2**31  # beyond those of the drawings that are learned


def main(arguments: list[str] | None = None) -> int:
    """Train, saving after each epoch; calibrate; say how good the network is on the official test images."""
    parser = argparse.ArgumentParser(prog="python -m fmnist.training.sketch_ready", description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="default: %(default)s")
    parser.add_argument("--drawings", type=int, default=DRAWINGS, help="in each epoch, default: %(default)s")
    parser.add_argument("--photos", type=int, default=PHOTOS, help="in each epoch, default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--output", type=Path, default=MODEL_PATH, help="default: the shipped file")
    options = parser.parse_args(arguments)
    dataset = sources.load()
    if not dataset.is_real:
        print(dataset.notice, "Sketch-ready is trained on the real images only.", file=sys.stderr)
        return 1
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    model = train(dataset, options)
    drawings, drawn = made_for_checking(dataset)
    heat = temperature(model, drawings, drawn)
    cool(model, heat)
    save(model, options.output)
    right = model.predict(drawings / np.float32(255), batch_size=500, verbose=0).argmax(1) == drawn
    for label, name in enumerate(CLASS_NAMES):
        print(f"{name:12} {right[drawn == label].mean():.3f} of made drawings", file=sys.stderr)
    print(f"All {right.mean():.4f}, temperature {heat:.3f}", file=sys.stderr)
    probabilities = model.predict(dataset.test_images / np.float32(255), batch_size=500, verbose=0)
    accuracy = np.mean(probabilities.argmax(1) == dataset.test_labels)
    print(f"Test accuracy {accuracy:.4f}; saved as {options.output}", file=sys.stderr)
    return 0


def build(seed: int) -> keras.Model:
    """A small convolutional network, input float32 (28, 28) from 0 to 1, 10 probabilities.

    Each convolution halves the image: on a CPU, layers at full size would take most of the time.
    """
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    stack = [keras.Input(IMAGE_SHAPE), layers.Reshape((*IMAGE_SHAPE, 1))]
    for filters, size in ((32, 5), (64, 3), (112, 3)):
        stack.append(layers.Conv2D(filters, size, strides=2, padding="same", use_bias=False))
        stack += [layers.BatchNormalization(), layers.ReLU()]
    stack += [layers.Flatten(), layers.Dropout(0.4), layers.Dense(96, activation="relu"), layers.Dropout(0.2)]
    return keras.Sequential([*stack, layers.Dense(CLASSES, activation="softmax")], name="sketch_ready")


def train(dataset: sources.Dataset, options: argparse.Namespace) -> keras.Model:
    """Train on photos and on drawings that are new in each epoch.

    The weights kept are a moving average over the last steps; labels are smoothed, because many a drawing may
    be two things; the learning rate falls along a cosine. All three make a network less sure of single ones.
    """
    import keras

    model = build(options.seed)
    steps = (options.drawings + options.photos) // BATCH
    pace = keras.optimizers.schedules.CosineDecay(
        0.0, steps * options.epochs, alpha=0.1, warmup_target=2e-3, warmup_steps=steps * options.epochs // 20
    )
    model.compile(
        keras.optimizers.AdamW(pace, weight_decay=1e-3, use_ema=True, ema_momentum=0.995),
        keras.losses.CategoricalCrossentropy(label_smoothing=0.08),
        metrics=["accuracy"],
        jit_compile=False,  # XLA is slow at convolutions on a CPU
        steps_per_execution=20,
    )
    keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: save(model, options.output))
    averaged = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
    batches = _batches(dataset, options)
    model.fit(batches, steps_per_epoch=steps, epochs=options.epochs, verbose=2, callbacks=[averaged, keep])
    batches.close()
    return model


def save(model: keras.Model, path: Path) -> None:
    """Write the network without its optimizer, whose state would take twice the room of the weights."""
    bare = type(model).from_config(model.get_config())  # a clone would be compiled again
    bare.set_weights(model.get_weights())
    bare.save(path)


def made_for_checking(dataset: sources.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Drawings that training never sees, made from shapes and from the photos held back.

    Returns
    -------
    images : np.ndarray
        uint8 (6,000, 28, 28).
    labels : np.ndarray
        uint8 (6,000,).
    """
    photos, labels = dataset.train_images[-HELD_BACK:], dataset.train_labels[-HELD_BACK:]
    return make_drawings(photos, labels, CHECKED, CHECK_SEED)


def temperature(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> float:
    """What the scores before the softmax must be divided by for the least mean loss on these images.

    Parameters
    ----------
    model : keras.Model
        Takes pixels from 0 to 1, ends with a softmax.
    images : np.ndarray
        uint8 (n, 28, 28).
    labels : np.ndarray
        Integers (n,), 0 to 9.

    Returns
    -------
    float
        0.25 to 4, above 1 for a network that is too sure of itself.

    Notes
    -----
    Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.
    """
    probabilities = model.predict(images / np.float32(255), batch_size=500, verbose=0)
    scores = np.log(np.maximum(probabilities.astype(np.float64), 1e-12))  # but for a constant in each row
    own = scores[np.arange(len(labels)), labels]

    def loss(heat: float) -> float:
        return float(np.mean(np.log(np.exp(scores / heat).sum(1)) - own / heat))

    return float(min(np.geomspace(0.25, 4, 400), key=loss))


def cool(model: keras.Model, heat: float) -> None:
    """Divide the scores before the last softmax by `heat`, in the weights: no class changes its place."""
    last = model.layers[-1]
    last.set_weights([weights / np.float32(heat) for weights in last.get_weights()])


def _batches(
    dataset: sources.Dataset, options: argparse.Namespace
) -> Generator[tuple[np.ndarray, np.ndarray], None, None]:
    """Images float32 (128, 28, 28) and one-hot labels (128, 10), without end.

    The next epoch's drawings are made by another process while this epoch is learned.
    """
    noise = np.random.default_rng(options.seed)
    with ProcessPoolExecutor(
        1, get_context("spawn"), _keep, (dataset.train_images[:-HELD_BACK], dataset.train_labels[:-HELD_BACK])
    ) as pool:
        coming = pool.submit(_draw, options.drawings, int(noise.integers(2**31)))
        while True:
            drawn, drawn_labels = coming.result()
            coming = pool.submit(_draw, options.drawings, int(noise.integers(2**31)))
            photos, photo_labels = _photos(dataset, options.photos, noise)
            images = np.concatenate([photos, drawn])
            labels = np.eye(CLASSES, dtype=np.float32)[np.concatenate([photo_labels, drawn_labels])]
            order = noise.permutation(len(images))
            for start in range(0, len(order) - BATCH + 1, BATCH):
                batch = order[start : start + BATCH]
                yield images[batch] / np.float32(255), labels[batch]


def _photos(
    dataset: sources.Dataset, count: int, noise: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Some of the training images, half of them mirrored: people's shoes point either way."""
    at_hand = len(dataset.train_images) - HELD_BACK
    chosen = noise.choice(at_hand, min(count, at_hand), replace=False)
    photos, mirrored = dataset.train_images[chosen], noise.random(len(chosen)) < 0.5
    photos[mirrored] = photos[mirrored, :, ::-1]
    return photos, dataset.train_labels[chosen]


def _keep(images: np.ndarray, labels: np.ndarray) -> None:
    """In the drawing process: the photos to draw from, sent once."""
    global _garments
    _garments = images, labels


def _draw(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    return make_drawings(*_garments, count, seed)


if __name__ == "__main__":
    sys.exit(main())
