"""The shipped network "Sketch-ready", trained on photos and drawings: python -m fmnist.sketch_ready."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fmnist import data
from fmnist.drawings import make_drawings

if TYPE_CHECKING:
    import keras

MODEL_PATH = Path(__file__).parent / "assets" / "sketch-ready.keras"
BATCH = 128
EPOCHS = 24
DRAWINGS = 30_000  # made anew for each epoch
PHOTOS = 30_000  # a random half of the training images in each epoch


def main(arguments: list[str] | None = None) -> int:
    """Train, judge on the official test images, save."""
    parser = argparse.ArgumentParser(prog="python -m fmnist.sketch_ready", description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="default: %(default)s")
    parser.add_argument("--drawings", type=int, default=DRAWINGS, help="in each epoch, default: %(default)s")
    parser.add_argument("--photos", type=int, default=PHOTOS, help="in each epoch, default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--output", type=Path, default=MODEL_PATH, help="default: the shipped file")
    options = parser.parse_args(arguments)
    dataset = data.load()
    if not dataset.is_real:
        print(dataset.notice, "Sketch-ready is trained on the real images only.", file=sys.stderr)
        return 1
    model = train(dataset, options.epochs, options.drawings, options.photos, options.seed)
    probabilities = model.predict(dataset.test_images / np.float32(255), batch_size=500, verbose=0)
    accuracy = float((probabilities.argmax(1) == dataset.test_labels).mean())
    model.save(options.output, include_optimizer=False)
    print(f"test_accuracy {accuracy:.4f}, saved to {options.output}", file=sys.stderr)
    return 0


def build(seed: int) -> keras.Model:
    """A small convolutional network, input float32 (28, 28) from 0 to 1, 10 probabilities.

    It halves the image at its first layer, because on a CPU a layer at full size costs the most.
    """
    import keras

    keras.utils.set_random_seed(seed)
    layers = keras.layers
    model = [keras.Input((28, 28)), layers.Reshape((28, 28, 1))]
    for filters, size, strides in ((24, 5, 2), (48, 3, 1), (80, 3, 2), (96, 3, 1), (112, 3, 2)):
        model += [
            layers.Conv2D(filters, size, strides, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
        ]
    model += [layers.Flatten(), layers.Dropout(0.4), layers.Dense(64, activation="relu"), layers.Dropout(0.3)]
    return keras.Sequential([*model, layers.Dense(10, activation="softmax")], name="sketch_ready")


def train(
    dataset: data.Dataset, epochs: int = EPOCHS, drawings: int = DRAWINGS, photos: int = PHOTOS, seed: int = 0
) -> keras.Model:
    """Train on photos and on drawings that are new in each epoch.

    The weights kept are a moving average over the last steps; labels are smoothed, because many a drawing may
    be two things; the learning rate falls along a cosine. All three make a network less sure of single ones.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    lessons = _lessons(dataset, drawings, photos, seed)
    model = build(seed)
    steps = epochs * lessons.num_batches
    model.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(0.0, steps, warmup_target=2e-3, warmup_steps=steps // 20),
            weight_decay=1e-3,
            use_ema=True,
            ema_momentum=0.998,
        ),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.08),
        metrics=["accuracy"],
        jit_compile=False,  # XLA is slow at convolutions on a CPU
    )
    model.fit(lessons, epochs=epochs, verbose=2)
    return model


def _lessons(dataset: data.Dataset, drawings: int, photos: int, seed: int) -> keras.utils.PyDataset:
    import keras

    class Lessons(keras.utils.PyDataset):
        """The batches of one epoch: photos, some mirrored, and drawings, shuffled together."""

        def __init__(self) -> None:
            super().__init__()
            self.epoch = 0
            self.images, self.labels = self._epoch()

        @property
        def num_batches(self) -> int:
            return len(self.images) // BATCH

        def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            part = slice(index * BATCH, (index + 1) * BATCH)
            one_hot = np.eye(10, dtype=np.float32)[self.labels[part]]
            return self.images[part].astype(np.float32) / 255, one_hot

        def on_epoch_end(self) -> None:
            self.epoch += 1
            self.images, self.labels = self._epoch()

        def _epoch(self) -> tuple[np.ndarray, np.ndarray]:
            noise = np.random.default_rng((seed, self.epoch))
            chosen = noise.choice(
                len(dataset.train_images), min(photos, len(dataset.train_images)), replace=False
            )
            real = dataset.train_images[chosen]
            mirrored = noise.random(len(real)) < 0.5
            real[mirrored] = real[mirrored, :, ::-1]
            drawn, drawn_labels = make_drawings(
                dataset.train_images, dataset.train_labels, drawings, int(noise.integers(2**31))
            )
            order = noise.permutation(len(real) + len(drawn))
            labels = np.concatenate([dataset.train_labels[chosen], drawn_labels])
            return np.concatenate([real, drawn])[order], labels[order]

    return Lessons()


if __name__ == "__main__":
    sys.exit(main())
