"""How many test images a network still names when all are moved, turned, noisy or attacked, part by part.

Hundreds of thousands of predictions are asked of the one child that serves all visitors. So they are asked a
few at a time, in the background, and between two parts the judge answers others.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from fmnist.data.facts import IMAGE_SHAPE
from fmnist.evaluation.changes import Changes, noise
from fmnist.language import N_, Words
from fmnist.workers.children import WorkerError
from fmnist.workers.predictor import Judge

STRENGTHS = {
    "shift": (1, 2, 3, 4),  # pixels, to the right, left, down or up: a quarter of the images each
    "turn": (5, 10, 15, 20, 30, 45),  # degrees, clockwise for one half, anticlockwise for the other
    "noise": (8, 16, 32, 64),  # grey levels
    "attack": (2, 4, 8, 16),  # grey levels, by the fast gradient sign method
}
"""How strong each kind of change is made; without any, all begin at the same accuracy."""
KINDS = {"shift": N_("Moved"), "turn": N_("Turned"), "noise": N_("Noise"), "attack": N_("Attack")}
FEWEST, MOST = 20, 2_000  # images in a part
PART = 0.06  # seconds that a part should take: what another visitor may have to wait for
LOOKS = 10.0  # seconds without a look after which it rests: it would work for nobody
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1))  # to the right, and down


class _NobodyLooks(Exception):
    """The page that asked is no longer open."""


@dataclass
class Measured:
    """What is known of a network so far; the thread fills it, pages read it.

    Attributes
    ----------
    accuracy : dict
        By kind and strength, "" and 0 for unchanged images: the share that is right.
    share_done : float
        0 to 1.
    trouble : sentence, or None
    """

    accuracy: dict[tuple[str, int], float] = field(default_factory=dict)
    share_done: float = 0.0
    trouble: Words | None = None

    def curve(self, kind: str) -> list[tuple[int, float]]:
        """Strength and accuracy of a kind of change, as far as they are known, from no change on."""
        places = [("", 0), *((kind, strength) for strength in STRENGTHS[kind])]
        return [(place[1], self.accuracy[place]) for place in places if place in self.accuracy]


def accuracy_when_changed(
    judge: Judge, model: str, images: np.ndarray, labels: np.ndarray, kind: str, strength: int
) -> float:
    """The share of images that a network names rightly once they are changed, at once.

    `kind` and `strength` as `STRENGTHS` says; what `Robustness` finds in the background.
    """
    whole = Robustness(judge, model, images, labels)
    parts = range(0, len(images), MOST)
    judged = [whole.judged(kind, strength, start, min(start + MOST, len(images))) for start in parts]
    return float((np.concatenate(judged).argmax(axis=1) == labels).mean())


class Robustness:
    """One network and all test images.

    Parameters
    ----------
    judge : Judge
    model : str
        A run's id.
    images, labels : arrays (n, 28, 28) uint8, (n,) of integers
    """

    def __init__(self, judge: Judge, model: str, images: np.ndarray, labels: np.ndarray) -> None:
        self._judge, self._model = judge, model
        self._images, self._labels = images, labels.astype(int)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._part = FEWEST * 5
        self._asked = 0.0
        self.measured = Measured()

    def start(self) -> None:
        """Begin to measure in the background, or go on; to be called while somebody looks at it."""
        with self._lock:
            self._asked = time.monotonic()
            if self.measured.share_done == 1 or (self._thread and self._thread.is_alive()):
                return
            self.measured.trouble = None
            self._thread = threading.Thread(target=self._measure, name="robustness", daemon=True)
            self._thread.start()

    def _measure(self) -> None:
        places = [("", 0)]  # then the weakest of each kind, and so on: whole curves grow together
        for step in range(max(map(len, STRENGTHS.values()))):
            places += [(kind, all_[step]) for kind, all_ in STRENGTHS.items() if step < len(all_)]
        try:
            for number, place in enumerate(places):
                if place not in self.measured.accuracy:
                    self.measured.accuracy[place] = self._accuracy(*place, number / len(places), len(places))
            self.measured.share_done = 1.0
        except WorkerError as error:
            self.measured.trouble = error.sentence
        except _NobodyLooks:
            return

    def _accuracy(self, kind: str, strength: int, done: float, places: int) -> float:
        right = start = 0
        while start < len(self._images):
            if time.monotonic() - self._asked > LOOKS:
                raise _NobodyLooks
            end = min(start + self._part, len(self._images))
            began = time.monotonic()
            judged = self.judged(kind, strength, start, end)
            self._pace(time.monotonic() - began)
            right += int((judged.argmax(axis=1) == self._labels[start:end]).sum())
            start = end
            self.measured.share_done = done + start / len(self._images) / places
        return right / len(self._images)

    def judged(self, kind: str, strength: int, start: int, end: int) -> np.ndarray:
        """Probabilities, (n, 10), for the images from `start` to before `end`, changed."""
        images, labels = self._images[start:end], self._labels[start:end]
        if kind == "attack":
            return self._judge.attack(self._model, images, labels, np.full(len(images), strength), 1)[1]
        return self._judge.predict(self._model, changed(kind, strength, images, start, len(self._images)))

    def _pace(self, seconds: float) -> None:
        """Parts so large that each takes about as long as it should."""
        wanted = self._part * PART / max(seconds, 1e-4)
        self._part = int(np.clip(wanted, max(FEWEST, self._part / 2), min(MOST, self._part * 2)))


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
