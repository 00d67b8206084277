"""How much a network learns from look-alikes: python -m benchmarks.lookalikes_accuracy, 2 to 5 minutes.

Trains the network of TensorFlow's tutorial with plain `model.fit`, once on look-alikes and once on the real
training images, and measures both on the official test set. Needs the official files. Fails below 0.84, the
least that makes a lesson on look-alikes worth giving.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from benchmarks.train_speed import tutorial_model
from fmnist.data import lookalikes, sources

LEAST_ACCURACY = 0.84


def main() -> int:
    """Print generation time, asset size and both accuracies; 1 if the look-alikes fall short."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    real = sources.load()
    if not real.is_real:
        print(real.notice, file=sys.stderr)
        return 1
    begun = time.perf_counter()
    images, labels, *_ = lookalikes.generate()
    print(f"made 70,000 look-alikes in {time.perf_counter() - begun:.2f} s", end=" ")
    print(f"from a file of {lookalikes.ASSET.stat().st_size:,} bytes")
    on_look_alikes = test_accuracy(images, labels, real, options)
    print(f"trained on look-alikes:  test accuracy {on_look_alikes:.4f} (at least {LEAST_ACCURACY} asked)")
    on_real = test_accuracy(real.train_images, real.train_labels, real, options)
    print(f"trained on real images:  test accuracy {on_real:.4f}")
    return 0 if on_look_alikes >= LEAST_ACCURACY else 1


def test_accuracy(
    images: np.ndarray, labels: np.ndarray, real: sources.Dataset, options: argparse.Namespace
) -> float:
    """Accuracy on the official test images of the tutorial network trained on `images`."""
    keras.utils.set_random_seed(options.seed)
    model = tutorial_model()
    model.fit(images / 255.0, labels, epochs=options.epochs, verbose=0)
    return model.evaluate(real.test_images / 255.0, real.test_labels, verbose=0)[1]


if __name__ == "__main__":
    sys.exit(main())
