"""Labels that a network doubts: confident learning on predictions for images it was not trained on.

Northcutt, Jiang and Chuang (2021), "Confident Learning: Estimating Uncertainty in Dataset Labels", Journal of
Artificial Intelligence Research 70. How many labels of each class are wrong is counted with thresholds of its
own for each class, so that a class of which the network is never sure is not suspected whole; which ones they
are is their method "prune by noise rate", ordered by self-confidence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fmnist.evaluation.difference import share_interval


@dataclass(frozen=True)
class Doubtful:
    """Labels that are doubtful, most doubtful first; all arrays have one entry each.

    Attributes
    ----------
    images : numpy.ndarray (n,) int64
        Indices of the images.
    given, likely : numpy.ndarray (n,) int64
        The label in the data set, and the class that the network takes the image for.
    scores : numpy.ndarray (n,) float64
        How improbable the network finds the given label, 0 to 1: one less its probability.
    """

    images: np.ndarray
    given: np.ndarray
    likely: np.ndarray
    scores: np.ndarray

    def __len__(self) -> int:
        return len(self.images)


def confident_joint(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """How many images with each given label belong confidently to each class.

    Parameters
    ----------
    labels : numpy.ndarray (n,) integers 0 to k - 1
    probabilities : numpy.ndarray (n, k) float
        Of images that the network was not trained on.

    Returns
    -------
    numpy.ndarray (k, k) int64
        Row: given label, column: the class of which the network is confident. Images of which it is confident
        in no class are not counted.
    """
    classes = probabilities.shape[1]
    confident, sure = _confident_class(labels, probabilities)
    joint = np.zeros((classes, classes), np.int64)
    np.add.at(joint, (labels[sure], confident[sure]), 1)
    return joint


def find_doubtful(labels: np.ndarray, probabilities: np.ndarray) -> Doubtful:
    """The labels that are likely to be wrong, most doubtful first; equal ones keep the data set's order.

    Of the images labelled i, as many are taken to be a j as the confident joint says, scaled to all images
    labelled i: those where the probability of j exceeds that of i most. Labels that the network would give
    too are then dropped.

    Parameters
    ----------
    labels, probabilities
        As for `confident_joint`.
    """
    labels, probabilities = labels.astype(np.int64), probabilities.astype(np.float64)
    counts = _scaled(
        confident_joint(labels, probabilities), np.bincount(labels, minlength=probabilities.shape[1])
    )
    doubted = np.zeros(len(labels), bool)
    for given, likely in np.argwhere(counts > 0):
        if given != likely:
            members = np.flatnonzero(labels == given)
            margins = probabilities[members, likely] - probabilities[members, given]
            doubted[members[np.argsort(-margins, kind="stable")[: counts[given, likely]]]] = True
    predicted = probabilities.argmax(axis=1)
    images = np.flatnonzero(doubted & (predicted != labels))
    own = probabilities[images, labels[images]]
    order = np.argsort(own, kind="stable")
    images = images[order]
    return Doubtful(images, labels[images], predicted[images], 1 - own[order])


def _scaled(joint: np.ndarray, labelled: np.ndarray) -> np.ndarray:
    """Whole numbers in the proportions of each row of `joint` (k, k), adding up to `labelled` (k,)."""
    totals = joint.sum(axis=1)
    exact = joint / np.maximum(totals, 1)[:, None] * labelled[:, None]
    whole: np.ndarray = np.floor(exact).astype(np.int64)
    for row, (numbers, rest) in enumerate(zip(exact, labelled - whole.sum(axis=1), strict=True)):
        if totals[row]:
            whole[row, np.argsort(whole[row] - numbers, kind="stable")[:rest]] += 1
    return whole


def _confident_class(labels: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The most probable of the classes whose threshold an image reaches, and whether there is one."""
    classes = probabilities.shape[1]
    labelled = np.bincount(labels, minlength=classes)
    own = np.bincount(labels, probabilities[np.arange(len(labels)), labels], minlength=classes)
    thresholds = np.where(labelled > 0, own / np.maximum(labelled, 1), np.inf)
    reached = np.where(probabilities >= thresholds - 1e-6, probabilities, -1.0)
    return reached.argmax(axis=1), reached.max(axis=1) >= 0


@dataclass(frozen=True)
class Estimate:
    """A share of wrong labels with its 95 % interval, and what it rests on."""

    wrong: int  # judged wrong
    judged: int  # judged right or wrong
    share: float  # 0 to 1
    low: float
    high: float


def share_of_wrong(wrong: int, judged: int) -> Estimate:
    """The share of wrong labels among those judged, with Wilson's score interval (Wilson 1927).

    Parameters
    ----------
    wrong, judged : int
        Numbers of labels; those of which nobody can tell do not count.

    Raises
    ------
    ValueError
        If there are more wrong than judged ones, or none is judged.
    """
    if not 0 <= wrong <= judged or judged == 0:
        raise ValueError("a share needs 0 <= wrong <= judged and at least one judgement")
    return Estimate(wrong, judged, wrong / judged, *share_interval(wrong, judged))


def stratified_share(strata: Sequence[tuple[int, int, int]]) -> Estimate | None:
    """The share of wrong labels of all images, from samples drawn by lot within each part of them.

    Each part counts by its size. The interval joins Wilson's intervals of the parts by "square and add"
    (Zou and Donner 2008, "Construction of confidence limits about effect measures", Stat. Med. 27).

    Parameters
    ----------
    strata : sequence of (size, wrong, judged)
        Of each part: how many images it has, how many of the sample were judged wrong, and how many right or
        wrong.

    Returns
    -------
    Estimate or None
        None while a part that has images has no judgement.
    """
    parts = [(size, wrong, judged) for size, wrong, judged in strata if size]
    if not parts or not all(judged for _, _, judged in parts):
        return None
    total = sum(size for size, _, _ in parts)
    found = [(size / total, share_of_wrong(wrong, judged)) for size, wrong, judged in parts]
    share = sum(weight * each.share for weight, each in found)
    below = math.sqrt(sum((weight * (each.share - each.low)) ** 2 for weight, each in found))
    above = math.sqrt(sum((weight * (each.high - each.share)) ** 2 for weight, each in found))
    return Estimate(
        sum(wrong for _, wrong, _ in parts),
        sum(judged for _, _, judged in parts),
        share,
        max(0.0, share - below),
        min(1.0, share + above),
    )


def likely_instead(labels: np.ndarray, probabilities: np.ndarray, images: np.ndarray) -> dict[int, int]:
    """The class that a network takes each of these images for, if it is not its label's.

    Parameters
    ----------
    labels, probabilities
        As for `confident_joint`.
    images : numpy.ndarray (m,) integers
        Indices.
    """
    others = probabilities[images].astype(np.float64)
    others[np.arange(len(images)), labels[images]] = -1.0
    return dict(zip(map(int, images), map(int, others.argmax(axis=1)), strict=True))


def drawn_by_lot(doubtful: np.ndarray, images: int, seed: int, count: int) -> np.ndarray:
    """Images to judge for an estimate: by turns one that is doubtful and one that is not, each drawn by lot.

    Parameters
    ----------
    doubtful : numpy.ndarray (n,) int64
        Indices of the doubtful ones.
    images : int
        How many images there are.
    seed : int
        The same seed gives the same images in the same order.
    count : int
        How many to draw of each kind at most.

    Returns
    -------
    numpy.ndarray (m,) int64
        Indices, m <= 2 `count`, none twice.
    """
    random = np.random.default_rng(seed)
    rest = np.setdiff1d(np.arange(images), doubtful)
    drawn = [random.permutation(each)[:count] for each in (doubtful, rest)]
    shorter = min(map(len, drawn))
    by_turns = np.stack([each[:shorter] for each in drawn], axis=1).ravel()
    return np.concatenate([by_turns, *(each[shorter:] for each in drawn)]).astype(np.int64)
