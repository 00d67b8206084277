"""How good a network's predictions are, and where they are wrong: NumPy only, no pictures.

Labels are class numbers 0 to 9. Probabilities are rows of ten numbers that add up to 1. The predicted class
is the one with the largest probability, and "confidence" is that probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fmnist.language import _

CLASSES = 10
SMALLEST_PROBABILITY = 1e-7  # Keras cuts probabilities here too, so the loss agrees with the one it reports
OUTCOMES = ("all", "right", "wrong")
ORDERS = ("index", "confidence", "loss", "margin")


def shown_gap(larger: float, smaller: float) -> float:
    """How many points one share is above another, as their per cent are printed, with one decimal."""
    return round(100 * larger, 1) - round(100 * smaller, 1)


@dataclass(frozen=True)
class Evaluation:
    """A network's predictions for images whose classes are known.

    Parameters
    ----------
    labels : array (n,) of integers 0 to 9
        The true classes.
    probabilities : array (n, 10) of floats 0 to 1
        One row per image.

    Raises
    ------
    ValueError
        If the two do not belong together; the message is a sentence.
    """

    labels: np.ndarray
    probabilities: np.ndarray

    def __post_init__(self) -> None:
        expected = (len(self.labels), CLASSES)
        if self.probabilities.shape != expected:
            message = _(
                "The predictions have the shape {shape}, but {expected} was expected: "
                "ten probabilities for each image."
            )
            raise ValueError(message.format(shape=self.probabilities.shape, expected=expected))
        if not np.isfinite(self.probabilities).all():
            raise ValueError(_("Some predictions are not numbers: the training went wrong."))

    @cached_property
    def predicted(self) -> np.ndarray:
        """The predicted classes, (n,) int64: the argmax of each row."""
        classes: np.ndarray = self.probabilities.argmax(axis=1)
        return classes

    @cached_property
    def right(self) -> np.ndarray:
        """(n,) bool: whether the predicted class is the true one."""
        right: np.ndarray = self.predicted == self.labels
        return right

    @cached_property
    def confidence(self) -> np.ndarray:
        """(n,) float: the largest probability of each row, 0.1 to 1."""
        return confidence(self.probabilities)

    @cached_property
    def losses(self) -> np.ndarray:
        """(n,) float64: the cross-entropy of each image, 0 or more."""
        return losses(self.labels, self.probabilities)

    @cached_property
    def margin(self) -> np.ndarray:
        """(n,) float: largest minus second largest probability, 0 to 1."""
        return margin(self.probabilities)

    @cached_property
    def confusion(self) -> np.ndarray:
        """The confusion matrix, (10, 10) int64, one row per true class."""
        return confusion_matrix(self.labels, self.predicted)

    @property
    def accuracy(self) -> float:
        """The share of images named rightly, 0 to 1."""
        return accuracy(self.labels, self.predicted)

    @property
    def loss(self) -> float:
        """The mean cross-entropy."""
        return float(self.losses.mean())


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """How often each true class (row) was predicted as each class (column).

    Parameters
    ----------
    labels, predicted : arrays (n,) of integers 0 to 9

    Returns
    -------
    array (10, 10) int64
    """
    cells = labels.astype(np.int64) * CLASSES + predicted
    return np.bincount(cells, minlength=CLASSES * CLASSES).reshape(CLASSES, CLASSES)


def shares(matrix: np.ndarray) -> np.ndarray:
    """A confusion matrix as shares of each true class: (10, 10) float64, rows add up to 1 (or are all 0)."""
    of_class: np.ndarray = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    return of_class


@dataclass(frozen=True)
class ClassScores:
    """How well one class is recognised. All scores lie between 0 and 1; one that would divide by 0 is 0."""

    label: int
    images: int  # test images of this class
    mistakes: int  # how many of them were given another class
    precision: float  # of the images called this class, the share that is this class
    recall: float  # of the images of this class, the share that was called so
    f1: float  # harmonic mean of both


def per_class_scores(matrix: np.ndarray) -> tuple[ClassScores, ...]:
    """Precision, recall and F1 of each class, from a confusion matrix (10, 10), one row per true class."""
    hits, images, calls = matrix.diagonal(), matrix.sum(axis=1), matrix.sum(axis=0)
    precision = hits / np.maximum(calls, 1)
    recall = hits / np.maximum(images, 1)
    f1 = 2 * hits / np.maximum(images + calls, 1)
    return tuple(
        ClassScores(
            label,
            int(images[label]),
            int(images[label] - hits[label]),
            float(precision[label]),
            float(recall[label]),
            float(f1[label]),
        )
        for label in range(CLASSES)
    )


def accuracy(labels: np.ndarray, predicted: np.ndarray) -> float:
    """The share of images whose predicted class is the true one, 0 to 1."""
    return float(np.mean(labels == predicted))


def losses(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """The cross-entropy of each image: minus the logarithm of the true class's probability, (n,) float64.

    Their mean is the loss that Keras calls sparse categorical cross-entropy.
    """
    of_true = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    entropies: np.ndarray = -np.log(np.clip(of_true, SMALLEST_PROBABILITY, 1.0))
    return entropies


def rank_of_true(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Which place the true class has in the order of probability: (n,) int64, 1 (the likeliest) to 10."""
    of_true = probabilities[np.arange(len(labels)), labels][:, None]
    before = np.arange(CLASSES)[None, :] < labels[:, None]  # argmax takes the first of equals, so do ranks
    ahead = (probabilities > of_true) | ((probabilities == of_true) & before)
    ranks: np.ndarray = 1 + ahead.sum(axis=1)
    return ranks


def confidence(probabilities: np.ndarray) -> np.ndarray:
    """The largest probability of each row: (n,)."""
    largest: np.ndarray = probabilities.max(axis=1)
    return largest


def margin(probabilities: np.ndarray) -> np.ndarray:
    """The largest minus the second largest probability of each row: (n,), 0 is undecided."""
    top = np.partition(probabilities, -2, axis=1)[:, -2:]
    return top[:, 1] - top[:, 0]


@dataclass(frozen=True)
class ConfusedPair:
    """One cell off the diagonal of a confusion matrix."""

    true: int
    predicted: int
    count: int
    share: float  # of the images of the true class


def most_confused_pairs(matrix: np.ndarray, count: int = 10) -> tuple[ConfusedPair, ...]:
    """The largest cells off the diagonal, largest first; cells with 0 are left out."""
    off_diagonal = matrix.copy()
    np.fill_diagonal(off_diagonal, 0)
    order = np.argsort(-off_diagonal, axis=None, kind="stable")[:count]
    cells = [divmod(int(cell), CLASSES) for cell in order]
    of_row = shares(matrix)
    return tuple(
        ConfusedPair(true, predicted, int(matrix[true, predicted]), float(of_row[true, predicted]))
        for true, predicted in cells
        if off_diagonal[true, predicted]
    )


@dataclass(frozen=True)
class ReliabilityBin:
    """The images whose confidence lies above `low` and at most at `high`."""

    low: float
    high: float
    images: int
    confidence: float  # mean confidence of these images; 0 if there are none
    accuracy: float  # share of them named rightly; 0 if there are none


@dataclass(frozen=True)
class Reliability:
    """Whether confidence keeps its promise: of the images judged with 80% confidence, 80% should be right."""

    bins: tuple[ReliabilityBin, ...]
    expected_calibration_error: float  # mean gap between confidence and accuracy, weighted by images; 0 to 1


def reliability(labels: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> Reliability:
    """The reliability diagram and the expected calibration error.

    Source: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017, equations 2, 3
    and 5.

    Parameters
    ----------
    labels : array (n,) of integers 0 to 9
    probabilities : array (n, 10)
    bins : int
        How many equal intervals (low, high] divide confidences from 0 to 1.
    """
    sure = confidence(probabilities).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, sure, side="left") - 1, 0, bins - 1)
    images = np.bincount(place, minlength=bins)
    sum_sure = np.bincount(place, weights=sure, minlength=bins)
    sum_right = np.bincount(place, weights=right, minlength=bins)
    error = np.abs(sum_sure - sum_right).sum() / max(len(labels), 1)
    means = zip(images, sum_sure / np.maximum(images, 1), sum_right / np.maximum(images, 1), strict=True)
    return Reliability(
        tuple(
            ReliabilityBin(float(low), float(high), int(n), float(mean_sure), float(mean_right))
            for low, high, (n, mean_sure, mean_right) in zip(edges[:-1], edges[1:], means, strict=True)
        ),
        float(error),
    )


@dataclass(frozen=True)
class Filter:
    """Which images to show, and in which order. The defaults are all of them, by index."""

    outcome: str = "all"  # one of OUTCOMES
    true_class: int | None = None  # None is any
    predicted_class: int | None = None
    confidence: tuple[float, float] = (0.0, 1.0)  # both ends belong to it
    order: str = "index"  # one of ORDERS; others, as those of life stories, leave the images as they are


def select(evaluation: Evaluation, wanted: Filter) -> np.ndarray:
    """The indices of the images that pass a filter, in its order: (m,) int64.

    The orders: "index"; "confidence" and "loss", largest first; "margin", smallest first (the network could
    hardly decide). Equal ones stay in order of index.
    """
    low, high = wanted.confidence
    keep = evaluation.confidence >= low
    if high < 1:  # a float32 softmax may come out a hair above 1
        keep &= evaluation.confidence <= high
    if wanted.outcome != "all":
        keep &= evaluation.right == (wanted.outcome == "right")
    if wanted.true_class is not None:
        keep &= evaluation.labels == wanted.true_class
    if wanted.predicted_class is not None:
        keep &= evaluation.predicted == wanted.predicted_class
    indices = np.flatnonzero(keep)
    return indices[np.argsort(_sort_values(evaluation, wanted.order)[indices], kind="stable")]


def _sort_values(evaluation: Evaluation, order: str) -> np.ndarray:
    if order not in ORDERS[1:]:
        return np.arange(len(evaluation.labels))
    if order == "margin":
        return evaluation.margin
    if order == "loss":
        return -evaluation.losses
    return -evaluation.confidence


def disagreements(a: Evaluation, b: Evaluation) -> np.ndarray:
    """The indices of the images to which two networks give different classes: (m,) int64."""
    return np.flatnonzero(a.predicted != b.predicted)
