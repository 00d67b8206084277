"""Training images that a run leaves out, or learns by another label: as a short text, and done to arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from fmnist.data.facts import TRAIN_IMAGES

MOST = 5_000  # in one run: far more than people judge, and its settings stay a small file
_ENTRY = re.compile(r"(\d{1,5})(?::(\d))?", re.ASCII)

Changes = dict[int, int | None]
"""By an image's index the label it gets; None for one that is left out."""


def changes_in(text: str) -> Changes:
    """What a text such as "12 355:6" says: image 12 is left out, image 355 gets the label 6.

    Returns
    -------
    Changes
        In rising order of the images.

    Raises
    ------
    ValueError
        If an entry is none, an image comes twice, or there are more than `MOST`.
    """
    if len(text) > 8 * MOST:
        raise ValueError("too long")
    found: Changes = {}
    for entry in text.split():
        match = _ENTRY.fullmatch(entry)
        if match is None or int(match[1]) >= TRAIN_IMAGES or int(match[1]) in found:
            raise ValueError(entry)
        found[int(match[1])] = None if match[2] is None else int(match[2])
    if len(found) > MOST:
        raise ValueError("too many")
    return dict(sorted(found.items()))


def written(changes: Mapping[int, int | None]) -> str:
    """The text of these changes, images in rising order."""
    return " ".join(
        f"{image}" if label is None else f"{image}:{label}" for image, label in sorted(changes.items())
    )


def without(images: Iterable[int]) -> str:
    """The text that leaves these images out."""
    return written(dict.fromkeys(map(int, images)))


def left_out(text: str, first: int = TRAIN_IMAGES) -> int:
    """How many of the `first` training images are left out."""
    return sum(label is None and image < first for image, label in changes_in(text).items())


def changed(images: np.ndarray, labels: np.ndarray, text: str) -> tuple[np.ndarray, np.ndarray]:
    """The images that remain, uint8 (m, 28, 28), and their labels as they are now, (m,).

    `fmnist.networks.export` writes this out as a program.

    Parameters
    ----------
    images, labels : numpy.ndarray
        uint8 (n, 28, 28) and (n,); changes of images beyond them do nothing.
    text : str
        As for `changes_in`.
    """
    known = {image: label for image, label in changes_in(text).items() if image < len(images)}
    labels = labels.copy()
    for image, label in known.items():
        if label is not None:
            labels[image] = label
    gone = [image for image, label in known.items() if label is None]
    return np.delete(images, gone, axis=0), np.delete(labels, gone)
