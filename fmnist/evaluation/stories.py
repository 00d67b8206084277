"""The life stories of test images in a run: when each was learned, forgotten, and what it was taken for.

After Toneva, Sordoni, Tachet des Combes, Trischler, Bengio and Gordon, "An Empirical Study of Example
Forgetting during Deep Neural Network Learning", ICLR 2019 (section 3): an image that was right at one look
and is wrong at the next has been forgotten once. And after Baldock, Maennel and Neyshabur, "Deep Learning
Through the Lens of Example Difficulty", NeurIPS 2021 (section 2): an image is learned at the first moment
from which on it is always right. Both looked at every presentation or epoch of an image; here the looks are
the kept moments of a run. What the network says before any training is luck, and counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fmnist.data.facts import CLASSES

AT_ONCE, LATE, FORGOTTEN, NEVER = KINDS = ("at-once", "late", "forgotten", "never")
ORDERS = ("learned", "changes")  # by the moment learned, latest first; by changes of mind, most first


@dataclass(frozen=True)
class Stories:
    """What became of each of n images over m moments.

    Parameters
    ----------
    epochs : tuple of m floats
        Of the moments, rising; 0 is before any training.
    labels : array (n,) of integers 0 to 9
        The true classes.
    predicted : array (m, n) uint8
        What each image was taken for.
    """

    epochs: tuple[float, ...]
    labels: np.ndarray
    predicted: np.ndarray

    @cached_property
    def right(self) -> np.ndarray:
        """(m, n) bool: whether the predicted class was the true one."""
        return np.asarray(self.predicted == self.labels.astype(np.uint8))

    @cached_property
    def _trained(self) -> np.ndarray:
        return self.right & (np.array(self.epochs) > 0)[:, None]

    @cached_property
    def first_right(self) -> np.ndarray:
        """(n,) int64: the place of the first moment after the start at which it was right; m for never."""
        return np.where(self._trained.any(axis=0), self._trained.argmax(axis=0), len(self.epochs))

    @cached_property
    def learned(self) -> np.ndarray:
        """(n,) int64: the place of the moment from which on it was always right; m if wrong at the last."""
        right_to_the_end = np.logical_and.accumulate(self._trained[::-1], axis=0).sum(axis=0)
        return np.asarray(len(self.epochs) - right_to_the_end)

    @cached_property
    def forgotten(self) -> np.ndarray:
        """(n,) int64: how often it was right at a moment and wrong at the next."""
        return np.asarray((self._trained[:-1] & ~self.right[1:]).sum(axis=0))

    @cached_property
    def changes(self) -> np.ndarray:
        """(n,) int64: how often it was taken for another class than at the moment before."""
        trained = self.predicted[np.array(self.epochs) > 0]
        return np.asarray((trained[1:] != trained[:-1]).sum(axis=0))

    @cached_property
    def kinds(self) -> np.ndarray:
        """(n,) integers: the place in `KINDS` of the list that it belongs to.

        At once: always right from a moment of the first epoch on. Late: from a later one. Forgotten: right
        at some moment, wrong at the last. Never: right at none.
        """
        last = len(self.epochs)
        of_learned = np.append(np.array(self.epochs) > 1, True)[self.learned].astype(np.int64)
        wrong_now = self.learned == last
        return np.where(wrong_now, np.where(self.first_right == last, 3, 2), of_learned)

    def of_kind(self, kind: str) -> np.ndarray:
        """The indices of the images in a list, in order: (k,) int64."""
        return np.flatnonzero(self.kinds == KINDS.index(kind))

    @cached_property
    def table(self) -> np.ndarray:
        """How many images of each class (row) are in each list (column): (10, 4) int64."""
        cells = self.labels.astype(np.int64) * len(KINDS) + self.kinds
        return np.bincount(cells, minlength=CLASSES * len(KINDS)).reshape(CLASSES, len(KINDS))

    def arranged(self, found: np.ndarray, kind: str | None, order: str) -> np.ndarray:
        """Those of some images that are in a list (all for None), sorted if `order` is one of `ORDERS`.

        Equal ones stay in the order in which they were found.
        """
        kept = found if kind is None else found[self.kinds[found] == KINDS.index(kind)]
        if order not in ORDERS:
            return kept
        return kept[np.argsort(self.sort_values(order)[kept], kind="stable")]

    def sort_values(self, order: str) -> np.ndarray:
        """(n,) int64: what images are sorted by, smallest first, in one of `ORDERS`."""
        return -(self.learned if order == "learned" else self.changes)


def stories(labels: np.ndarray, probabilities: np.ndarray, epochs: tuple[float, ...]) -> Stories:
    """The stories that probabilities (m, n, 10) tell, at these m moments, of images with labels (n,)."""
    return Stories(epochs, labels, probabilities.argmax(axis=2).astype(np.uint8))


def learned_first(told: Stories) -> np.ndarray:
    """Of each class, the share of its images that were right within the first epoch: (10,) float64.

    The mean over the kept moments from the first step to the end of that epoch: 1 for a class all of whose
    images were right at once and stayed so.
    """
    epochs = np.array(told.epochs)
    right = told.right[(epochs > 0) & (epochs <= 1)].mean(axis=0)
    sums = np.bincount(told.labels, weights=right, minlength=CLASSES)
    return sums / np.maximum(np.bincount(told.labels, minlength=CLASSES), 1)


APART = 0.05  # accuracies farther from each other than this are no accident of seed or moment


def part_at(one: Stories, other: Stories) -> tuple[float, float, float] | None:
    """The first moment after the start at which two runs are apart, and both accuracies (0 to 1) there.

    None if they never are by more than `APART` at a moment that both have kept.
    """
    common = [epoch for epoch in one.epochs if epoch > 0 and epoch in other.epochs]
    for epoch in common:
        shares = [float(told.right[told.epochs.index(epoch)].mean()) for told in (one, other)]
        if abs(shares[0] - shares[1]) > APART:
            return epoch, shares[0], shares[1]
    return None
