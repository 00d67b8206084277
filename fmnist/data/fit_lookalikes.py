"""Fit the look-alikes' model to the official images: `python -m fmnist.data.fit_lookalikes`, ~1 minute."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from fmnist.data import sources
from fmnist.data.facts import CLASSES
from fmnist.data.lookalikes import ASSET

CLUSTERS, FACTORS = 8, 40  # per class and per cluster; more teaches better, and is larger
SPREAD = 1.15  # widens the directions: cutting to 0–255 and less noise take spread away
GRAIN = 0.5  # share of the noise kept: with all of it images look like bad prints and teach no better
ROUNDS = 40  # of k-means
SEED = 0
TEST_SHARE = 6  # Fashion-MNIST has six training images for each test image


def main(arguments: list[str] | None = None) -> int:
    """Fit, write the asset and print its size; 1 when the official files are not at hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ASSET)
    options = parser.parse_args(arguments)
    dataset = sources.load()
    if not dataset.is_real:
        print(dataset.notice, file=sys.stderr)
        return 1
    arrays = fit(dataset.train_images, dataset.train_labels)
    np.savez_compressed(options.output, **arrays)  # type: ignore[arg-type]  # none is called allow_pickle
    print(f"{options.output}: {options.output.stat().st_size:,} bytes")
    return 0


def fit(images: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """A mixture of probabilistic PCA models per class, rounded to whole numbers.

    Parameters
    ----------
    images, labels
        uint8 (n, 28, 28) and (n,).

    Returns
    -------
    dict
        ``sizes`` uint16 (10, clusters, 2): training and test images of each cluster;
        ``means`` uint8 (10, clusters, 784);
        ``factors`` int8 (10, clusters, factors, 784), ``SPREAD`` standard deviations long, in grey levels;
        ``noise`` uint8 (10, clusters, 784), ``GRAIN`` standard deviations, in grey levels.
    """
    rng = np.random.default_rng(SEED)
    pixels = images.reshape(len(images), -1)
    classes = [_fit_class(pixels[labels == label], rng) for label in range(CLASSES)]
    return {name: np.stack([one[name] for one in classes]) for name in classes[0]}


def _fit_class(images: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    pixels = images.astype(np.float32)
    nearest = _k_means(pixels, rng)
    models = [_principal_components(pixels[nearest == cluster]) for cluster in range(CLUSTERS)]
    means, factors, noise = (np.stack(parts) for parts in zip(*models, strict=True))
    return {
        "sizes": _sizes(np.bincount(nearest, minlength=CLUSTERS)),
        "means": np.rint(means).astype(np.uint8),
        "factors": np.clip(np.rint(factors * SPREAD), -127, 127).astype(np.int8),
        "noise": np.clip(np.rint(noise * GRAIN), 0, 255).astype(np.uint8),
    }


def _k_means(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The cluster of each image (Lloyd's algorithm from k-means++ starting points)."""
    centres = pixels[rng.integers(len(pixels), size=1)]
    while len(centres) < CLUSTERS:
        distance = _squared_distances(pixels, centres).min(axis=1)
        centres = np.vstack([centres, pixels[rng.choice(len(pixels), p=distance / distance.sum())]])
    for _ in range(ROUNDS):
        nearest: np.ndarray = _squared_distances(pixels, centres).argmin(axis=1)
        centres = np.stack([pixels[nearest == cluster].mean(axis=0) for cluster in range(CLUSTERS)])
    return nearest


def _squared_distances(pixels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    squares = (pixels**2).sum(axis=1)[:, None] - 2 * pixels @ centres.T + (centres**2).sum(axis=1)
    distances: np.ndarray = np.maximum(squares.astype(np.float64), 0)
    return distances


def _principal_components(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean (784,), leading directions one standard deviation long (FACTORS, 784), what is left (784,)."""
    mean = pixels.mean(axis=0)
    variance, directions = np.linalg.eigh(np.cov(pixels, rowvar=False, bias=True))  # ascending
    factors = np.sqrt(np.maximum(variance[-FACTORS:, None], 0)) * directions[:, -FACTORS:].T
    left = np.maximum(pixels.var(axis=0) - (factors**2).sum(axis=0), 0)
    return mean, factors, left**0.5


def _sizes(counts: np.ndarray) -> np.ndarray:
    """Training and test images per cluster (clusters, 2), the latter by largest remainder."""
    test = counts // TEST_SHARE
    missing = counts.sum() // TEST_SHARE - test.sum()
    test[np.argsort(-(counts % TEST_SHARE), kind="stable")[:missing]] += 1
    return np.stack([counts, test], axis=1).astype(np.uint16)


if __name__ == "__main__":
    sys.exit(main())
