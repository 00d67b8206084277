"""The test images that excite the maps of a layer most, found in the background for all maps at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fmnist.workers.in_parts import ALMOST, InParts
from fmnist.workers.predictor import Judge

COUNT = 9  # images for each map


@dataclass(frozen=True)
class Most:
    """For each map the images with the largest values, the largest first: all arrays (at most 9, maps).

    Attributes
    ----------
    indices : int64
        Of test images.
    values : float32
        The largest value of the map in the image.
    cells : int32
        Where it is, counted row by row.
    """

    indices: np.ndarray
    values: np.ndarray
    cells: np.ndarray


class Excitement(InParts):
    """One layer of one network, and all test images.

    Parameters
    ----------
    judge : Judge
    model : str
        A run's id.
    place : int
        Of the layer, as `LayeredNetwork` counts them.
    images : array (n, 28, 28) uint8

    Attributes
    ----------
    most : Most, or None
        Of the images looked at so far.
    """

    def __init__(self, judge: Judge, model: str, place: int, images: np.ndarray) -> None:
        super().__init__()
        self._judge, self._model, self._place, self._images = judge, model, place, images
        self.most: Most | None = None

    def work(self) -> None:
        """Look at all images; after a rest from the first on: it takes seconds."""
        most = None
        for start, end in self.parts(len(self._images)):
            indices, values, cells = self._judge.most_excited(
                self._model, self._place, self._images[start:end], COUNT
            )
            found = Most(indices + start, values, cells)
            most = found if most is None else _better(most, found)
            self.most, self.share_done = most, min(end / len(self._images), ALMOST)


def _better(first: Most, second: Most) -> Most:
    """The largest of both; of equal ones those of the first."""
    values = np.concatenate([first.values, second.values])
    order = np.argsort(-values, axis=0, kind="stable")[:COUNT]
    indices, cells = (
        np.take_along_axis(np.concatenate(pair), order, 0)
        for pair in ((first.indices, second.indices), (first.cells, second.cells))
    )
    return Most(indices, np.take_along_axis(values, order, 0), cells)
