"""What pixels and labels say before anything is trained: counts, class statistics, PCA. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fmnist.language import _

CLASSES = 10
PIXEL_VALUES = 256
MAP_IMAGES = 2000
SUBSPACE = 16  # directions kept while looking for the first two
ITERATIONS = 8


def tutorial_facts(
    train_images: np.ndarray, train_labels: np.ndarray, test_images: np.ndarray, test_labels: np.ndarray
) -> list[tuple[str, str, str]]:
    """The five expressions of the tutorial, what Python prints for each, and one sentence on it.

    Parameters
    ----------
    train_images, test_images : ndarray of uint8, shape (n, 28, 28)
    train_labels, test_labels : ndarray of uint8, shape (n,)

    Returns
    -------
    list of (expression, result, sentence)
        In the order of https://www.tensorflow.org/tutorials/keras/classification.
    """
    rows, columns = train_images.shape[1:]
    return [
        (
            "train_images.shape",
            str(train_images.shape),
            _("There are {count:,} images to learn from, each {rows} rows of {columns} pixels.").format(
                count=len(train_images), rows=rows, columns=columns
            ),
        ),
        ("len(train_labels)", str(len(train_labels)), _("Each of them has one label: the right answer.")),
        (
            "train_labels",
            label_array(train_labels),
            _("Each label is a whole number from 0 to 9: a class."),
        ),
        (
            "test_images.shape",
            str(test_images.shape),
            _("{count:,} more are kept apart, to test the network on garments it has never seen.").format(
                count=len(test_images)
            ),
        ),
        ("len(test_labels)", str(len(test_labels)), _("Each test image has its label too.")),
    ]


def label_array(labels: np.ndarray) -> str:
    """The array as the tutorial prints it: ``array([9, 0, 0, ..., 3, 0, 5], dtype=uint8)``.

    NumPy from 2.2 on adds the shape to a shortened array; the tutorial is older, so the text is made here.
    """
    numbers = np.array2string(labels, separator=", ", threshold=6, edgeitems=3)
    return f"array({numbers}, dtype={labels.dtype})"


def label_counts(labels: np.ndarray) -> np.ndarray:
    """How many labels each class has: int64, shape (10,)."""
    return np.bincount(labels, minlength=CLASSES)


def balance(counts: np.ndarray) -> str:
    """One sentence on what the label counts, int, shape (10,), mean for a network that only guesses."""
    if counts.min() == counts.max():
        return _("Every class is equally frequent, so a network that only guesses is right one time in ten.")
    share = counts.max() / counts.sum()
    return _("Always guessing the most frequent class would be right {share:.0%} of the time.").format(
        share=share
    )


def select(labels: np.ndarray, wanted: int | None = None, seed: int | None = None) -> np.ndarray:
    """Indices of the images of one class or of all, in order or shuffled.

    Parameters
    ----------
    labels : ndarray of uint8, shape (n,)
    wanted : int, 0 to 9, optional
        The class; without it all of them.
    seed : int >= 0, optional
        Shuffles: the same seed gives the same order. Without it the order is that of the data set.

    Returns
    -------
    ndarray of int64, shape (m,)
    """
    indices = np.arange(len(labels)) if wanted is None else np.flatnonzero(labels == wanted)
    return indices if seed is None else np.random.default_rng(seed).permutation(indices)


@dataclass(frozen=True)
class ClassStatistics:
    """How the ten classes look on average and how they differ. All arrays are read-only.

    Attributes
    ----------
    means : float32, shape (10, 28, 28), 0 to 255
        The average image of each class.
    variation : float64, shape (10,), 0 to 128
        How far a pixel of this class typically is from the average: the root mean square of the pixels'
        standard deviations within the class.
    histogram : int64, shape (10, 256)
        How often each pixel value occurs in each class.
    distances : float64, shape (10, 10)
        Root mean square difference between two average images, in pixel values; 0 on the diagonal.
    """

    means: np.ndarray
    variation: np.ndarray
    histogram: np.ndarray
    distances: np.ndarray

    def closest_pairs(self, count: int) -> list[tuple[int, int, float]]:
        """Pairs of classes with the most similar average images, nearest first: (class, class, distance)."""
        first, second = np.triu_indices(CLASSES, k=1)
        order = np.argsort(self.distances[first, second], kind="stable")[:count]
        return [(int(first[i]), int(second[i]), float(self.distances[first[i], second[i]])) for i in order]


def class_statistics(images: np.ndarray, labels: np.ndarray) -> ClassStatistics:
    """Means, variation, pixel histogram and distances of the ten classes; about 0.5 s for 60,000 images.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, 28, 28)
    labels : ndarray of uint8, shape (n,), every class present
    """
    shape = images.shape[1:]
    means, deviations = np.empty((2, CLASSES, *shape), np.float32)
    histogram = np.empty((CLASSES, PIXEL_VALUES), np.int64)
    for label in range(CLASSES):  # class by class: a float copy of all images would take 190 MB
        of_class = images[labels == label]
        pixels = of_class.reshape(len(of_class), -1).astype(np.float32)
        means[label] = pixels.mean(axis=0).reshape(shape)
        deviations[label] = pixels.std(axis=0).reshape(shape)
        histogram[label] = np.bincount(of_class.ravel(), minlength=PIXEL_VALUES)
    flat = means.reshape(CLASSES, -1).astype(np.float64)
    differences = flat[:, None, :] - flat[None, :, :]
    return ClassStatistics(
        *map(
            _read_only,
            (
                means,
                np.sqrt(np.mean(np.square(deviations, dtype=np.float64), axis=(1, 2))),
                histogram,
                np.sqrt(np.mean(differences**2, axis=2)),
            ),
        )
    )


def garment_values(histogram: np.ndarray, width: int) -> tuple[float, np.ndarray]:
    """How many pixels are background, and how the others share out over the values.

    Parameters
    ----------
    histogram : ndarray of int, shape (..., 256)
        How often each value occurs; several histograms are added.
    width : int that divides 256
        Values in one range.

    Returns
    -------
    background : float
        The share of pixels that are 0.
    shares : ndarray of float64, shape (256 / width,), sum 1
        Of the pixels above 0, the share in each range 0 … width - 1, width … 2 width - 1 and so on.
    """
    counts = histogram.reshape(-1, PIXEL_VALUES).sum(axis=0)
    background = counts[0] / counts.sum()
    counts[0] = 0
    return float(background), counts.reshape(-1, width).sum(axis=1) / max(counts.sum(), 1)


@dataclass(frozen=True)
class Projection:
    """Points in the plane of the two directions in which the data vary most.

    Attributes
    ----------
    points : float32, shape (n, 2), read-only
    explained : tuple of two floats, 0 to 1
        The share of all variation that lies along each direction.
    """

    points: np.ndarray
    explained: tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """The two directions in which vectors differ most.

    Attributes
    ----------
    mean : float32, shape (d,)
    directions : float32, shape (d, 2)
        Of length 1, at right angles; in each the largest weight is positive.
    explained : tuple of two floats, 0 to 1
        The share of all variation that lies along each direction.
    """

    mean: np.ndarray
    directions: np.ndarray
    explained: tuple[float, float]

    def points(self, vectors: np.ndarray) -> np.ndarray:
        """Where vectors (n, d) lie along the two directions: (n, 2) float32, read-only; the mean at 0."""
        return _read_only((vectors.astype(np.float32) - self.mean) @ self.directions)


def principal_axes(vectors: np.ndarray) -> Axes:
    """The axes of vectors (n, d), n and d at least 2, by principal component analysis.

    Notes
    -----
    Subspace iteration, then a singular value decomposition inside the subspace found (Halko, Martinsson
    and Tropp, 2011, https://arxiv.org/abs/0909.4061): a tenth of the time of the full decomposition.
    """
    mean = vectors.mean(axis=0, dtype=np.float32)
    centred = vectors.astype(np.float32) - mean
    basis = np.random.default_rng(0).normal(size=(centred.shape[1], min(SUBSPACE, *centred.shape)))
    basis = basis.astype(np.float32)
    for _round in range(ITERATIONS):
        basis = np.linalg.qr(centred.T @ (centred @ basis)).Q
    values, rotation = np.linalg.svd(centred @ basis, full_matrices=False)[1:]
    directions = basis @ rotation[:2].T
    directions *= np.where(directions[np.abs(directions).argmax(axis=0), [0, 1]] < 0, -1, 1)
    total = float(np.sum(np.square(centred, dtype=np.float64))) or 1.0  # identical vectors do not vary at all
    first, second = (float(value) ** 2 / total for value in values[:2])
    return Axes(mean, directions, (first, second))


def principal_components(vectors: np.ndarray) -> Projection:
    """Project vectors (n, d), n and d at least 2, along their `principal_axes`.

    The same data always give the same map.
    """
    axes = principal_axes(vectors)
    return Projection(axes.points(vectors), axes.explained)


def map_sample(labels: np.ndarray, count: int = MAP_IMAGES) -> np.ndarray:
    """Indices of `count` images, the same number of each class, always the same ones: int64, sorted."""
    chosen = [select(labels, label, seed=0)[: count // CLASSES] for label in range(CLASSES)]
    return _read_only(np.sort(np.concatenate(chosen)))


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
