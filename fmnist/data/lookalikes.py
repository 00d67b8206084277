"""Stand-in images for when the real files cannot be had: 70,000 samples from a small fitted model.

Each class is a mixture of probabilistic PCA models (Tipping and Bishop, "Mixtures of probabilistic principal
component analyzers", Neural Computation 11, 1999): a few clusters, each with a mean image, its leading
directions of variation, and independent noise in every pixel. `fit_lookalikes` makes the asset from the
official training set.

The images are the same bytes on every machine and with every NumPy: the random numbers are raw PCG64 output,
which NumPy guarantees never to change (unlike its normal distributions), and the large sums are of whole
numbers small enough for float32 to hold exactly, so that the order in which BLAS adds does not matter.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fmnist.data.facts import CLASS_NAMES, IMAGE_SHAPE, TEST_IMAGES, TRAIN_IMAGES

ASSET = Path(__file__).with_name("lookalikes.npz")
SEED = 28
NORMAL_BYTES, NOISE_BYTES = 8, 2  # random bytes added up for one near-normal number; more is closer to normal
ANKLE_BOOT = CLASS_NAMES.index("Ankle boot")


def generate() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Make the whole stand-in data set: always the same images, in about a second.

    Returns
    -------
    train_images, train_labels, test_images, test_labels : numpy.ndarray
        uint8 (60000, 28, 28), (60000,), (10000, 28, 28), (10000,), shuffled, with 6,000 and 1,000 images of
        each class. Training image 0 is an ankle boot, as in Fashion-MNIST.
    """
    with np.load(ASSET) as asset:
        sizes, means, factors, noise = (asset[name] for name in ("sizes", "means", "factors", "noise"))
    random = np.random.PCG64(SEED)
    train_order, test_order = _shuffled(random, TRAIN_IMAGES), _shuffled(random, TEST_IMAGES)
    train_images, train_labels = _empty(TRAIN_IMAGES)
    test_images, test_labels = _empty(TEST_IMAGES)
    train_start = test_start = 0
    for label, cluster in np.ndindex(sizes.shape[:2]):
        train_count, test_count = sizes[label, cluster]
        images = _sample(
            random,
            int(train_count + test_count),
            means[label, cluster],
            factors[label, cluster],
            noise[label, cluster],
        )
        train_places = train_order[train_start : train_start + train_count]
        test_places = test_order[test_start : test_start + test_count]
        train_images[train_places], test_images[test_places] = images[:train_count], images[train_count:]
        train_labels[train_places] = test_labels[test_places] = label
        train_start, test_start = train_start + train_count, test_start + test_count
    _bring_an_ankle_boot_to_the_front(train_images, train_labels)
    return train_images, train_labels, test_images, test_labels


def _empty(count: int) -> tuple[np.ndarray, np.ndarray]:
    return np.empty((count, *IMAGE_SHAPE), np.uint8), np.empty(count, np.uint8)


def _sample(
    random: np.random.PCG64, count: int, mean: np.ndarray, factors: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    """`count` images of one cluster: mean + coefficients · factors + noise, cut to 0–255."""
    coefficients, coefficient_spread = _near_normal(random, (count, len(factors)), NORMAL_BYTES)
    # Whole numbers, |sum| <= 40 · 1020 · 127 < 2**24: exact in float32 in whatever order they are added.
    images = coefficients @ factors.astype(np.float32)
    images *= np.float32(1 / coefficient_spread)
    grain, grain_spread = _near_normal(random, (count, len(noise)), NOISE_BYTES)
    grain *= noise.astype(np.float32) * np.float32(1 / grain_spread)
    images += grain
    images += mean
    pixels = np.clip(np.rint(images, out=images), 0, 255, out=images).astype(np.uint8)
    return pixels.reshape(count, *IMAGE_SHAPE)


def _near_normal(random: np.random.PCG64, shape: tuple[int, int], terms: int) -> tuple[np.ndarray, float]:
    """Sums of `terms` random bytes, centred: whole numbers in float32, and their standard deviation."""
    count = shape[0] * shape[1]
    raw = random.random_raw(-(-count * terms // 8)).astype("<u8", copy=False).view(np.uint8)[: count * terms]
    total = raw.reshape(terms, count).sum(axis=0, dtype=np.uint16).astype(np.float32)
    total -= np.float32(127.5 * terms)
    return total.reshape(shape), (terms * (256**2 - 1) / 12) ** 0.5


def _shuffled(random: np.random.PCG64, count: int) -> np.ndarray:
    return np.argsort(random.random_raw(count), kind="stable")


def _bring_an_ankle_boot_to_the_front(images: np.ndarray, labels: np.ndarray) -> None:
    first = int(np.argmax(labels == ANKLE_BOOT))
    images[[0, first]], labels[[0, first]] = images[[first, 0]], labels[[first, 0]]
