"""How many test images a network still names when all are moved, turned, noisy or attacked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from fmnist.data.facts import IMAGE_SHAPE
from fmnist.evaluation.changes import Changes, noise
from fmnist.language import N_
from fmnist.workers.in_parts import ALMOST, InParts
from fmnist.workers.predictor import Judge

Place: TypeAlias = tuple[str, int]  # a kind of change and its strength
UNCHANGED: Place = ("", 0)
STRENGTHS = {
    "shift": (1, 2, 3, 4),  # pixels, to the right, left, down or up: a quarter of the images each
    "turn": (5, 10, 15, 20, 30, 45),  # degrees, clockwise for one half, anticlockwise for the other
    "noise": (8, 16, 32, 64),  # grey levels
    "attack": (2, 4, 8, 16),  # grey levels, by the fast gradient sign method
}
"""How strong each kind of change is made; without any, all begin at the same accuracy."""
KINDS = {"shift": N_("Moved"), "turn": N_("Turned"), "noise": N_("Noise"), "attack": N_("Attack")}
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1))  # to the right, and down

PLACES: tuple[Place, ...] = (
    UNCHANGED,
    *sorted(
        ((kind, each) for kind, all_ in STRENGTHS.items() for each in all_),
        key=lambda place: STRENGTHS[place[0]].index(place[1]),
    ),
)
"""The weakest change of each kind, then the next: whole curves grow together."""


class Robustness(InParts):
    """One network and all test images.

    Parameters
    ----------
    judge : Judge
    model : str
        A run's id.
    images, labels : arrays (n, 28, 28) uint8, (n,) of integers
    places : sequence of (kind, strength), optional
        What to measure; by default all.

    Attributes
    ----------
    accuracy : dict
        By kind and strength, "" and 0 for unchanged images: the share that is right, as far as it is known.
    """

    def __init__(
        self,
        judge: Judge,
        model: str,
        images: np.ndarray,
        labels: np.ndarray,
        places: Sequence[Place] = PLACES,
    ) -> None:
        super().__init__()
        self._judge, self._model = judge, model
        self._images, self._labels = images, labels.astype(int)
        self._places = places
        self.accuracy: dict[Place, float] = {}

    def curve(self, kind: str) -> list[tuple[int, float]]:
        """Strength and accuracy of a kind of change, as far as they are known, from no change on."""
        places = [UNCHANGED, *((kind, strength) for strength in STRENGTHS[kind])]
        return [(place[1], self.accuracy[place]) for place in places if place in self.accuracy]

    def work(self) -> None:
        """Measure what is not known yet."""
        for number, place in enumerate(self._places):
            if place not in self.accuracy:
                self.accuracy[place] = self._measure(*place, number, len(self._places))

    def _measure(self, kind: str, strength: int, number: int, places: int) -> float:
        right = 0
        for start, end in self.parts(len(self._images)):
            judged = self.judged(kind, strength, start, end)
            right += int((judged.argmax(axis=1) == self._labels[start:end]).sum())
            self.share_done = min((number + end / len(self._images)) / places, ALMOST)
        return right / len(self._images)

    def judged(self, kind: str, strength: int, start: int, end: int) -> np.ndarray:
        """Probabilities, (n, 10), for the images from `start` to before `end`, changed."""
        images, labels = self._images[start:end], self._labels[start:end]
        if kind == "attack":
            return self._judge.attack(self._model, images, labels, np.full(len(images), strength), 1)[1]
        return self._judge.predict(self._model, changed(kind, strength, images, start, len(self._images)))


def changed(kind: str, strength: int, images: np.ndarray, first: int, count: int) -> np.ndarray:
    """Images (n, 28, 28) uint8 changed as `STRENGTHS` says; the first is number `first` of `count` in all."""
    if not kind:
        return images
    if kind == "noise":
        signs = _signs(count)[first : first + len(images)].astype(np.int16)
        return (images + signs * strength).clip(0, 255).astype(np.uint8)
    if kind == "turn":
        ways = [Changes(turn=strength), Changes(turn=-strength)]
    else:
        ways = [Changes(right=right * strength, down=down * strength) for right, down in DIRECTIONS]
    found = np.empty_like(images)
    for number, way in enumerate(ways):
        mine = np.arange(first, first + len(images)) % len(ways) == number
        found[mine] = way.of(images[mine])
    return found


@lru_cache(maxsize=1)
def _signs(count: int) -> np.ndarray:
    """Up or down for each pixel of all images, whatever the parts: (count, 28, 28) int8."""
    return noise((count, *IMAGE_SHAPE), 1).astype(np.int8)
