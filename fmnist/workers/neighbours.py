"""Which training images a network finds most like a drawing, ready while the person draws.

A convolutional network needs seconds for thousands of images, and a stroke must not wait for that. So they
are passed through it in the background, a few at a time, between which the judge answers other requests.
"""

from __future__ import annotations

import threading
import time

import numpy as np

from fmnist.workers.children import WorkerError
from fmnist.workers.predictor import Judge

POOL = 10_000  # of the first training images
PART = 25  # images at a time: what a stroke may have to wait for, about 30 ms
BREAK = 1.0  # seconds between two parts while somebody draws
DRAWS = 2.0  # seconds after a stroke in which the next one is expected


class Neighbours:
    """The nearest of the training images, in the last hidden layer of one network.

    Parameters
    ----------
    judge : Judge
    model : str
        A run's id or "sketch-ready".
    images : array (n, 28, 28) uint8
        The training images; the first 10,000 are looked at.
    """

    def __init__(self, judge: Judge, model: str, images: np.ndarray) -> None:
        self._judge, self._model, self._images = judge, model, images[:POOL]
        self._features: np.ndarray | None = None  # (n, d) float32, the first `seen` rows are filled
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._asked = -DRAWS  # when nearest() was last called
        self.seen = 0

    def start(self) -> None:
        """Begin to look at the training images, in the background; or go on, if there was trouble."""
        with self._lock:
            if self.seen == len(self._images) or (self._thread and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._look, name="neighbours", daemon=True)
            self._thread.start()

    def nearest(self, hidden: np.ndarray, count: int) -> np.ndarray:
        """The images most like another one, among those looked at so far.

        Parameters
        ----------
        hidden : array (d,) float32
            The network's last hidden layer for that image.
        count : int

        Returns
        -------
        array (count,) of int, fewer while fewer have been looked at
            Places in the training set, nearest first.
        """
        self._asked = time.monotonic()
        self.start()
        seen = self.seen
        if not seen or self._features is None:
            return np.empty(0, int)
        distances = np.square(self._features[:seen] - hidden).sum(axis=1)
        return np.argsort(distances, kind="stable")[:count]

    def _look(self) -> None:
        for start in range(self.seen, len(self._images), PART):
            try:
                part = self._judge.hidden(self._model, self._images[start : start + PART])
            except WorkerError:
                return  # the next drawing meets the same trouble; its page tells it
            if self._features is None:
                self._features = np.empty((len(self._images), part.shape[1]), np.float32)
            self._features[start : start + len(part)] = part
            self.seen = start + len(part)
            if time.monotonic() - self._asked < DRAWS:
                time.sleep(BREAK)
