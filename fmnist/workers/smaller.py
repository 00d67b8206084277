"""How many test images a network still names in each of its smaller forms."""

from __future__ import annotations

import numpy as np

from fmnist.networks.forms import FORMS, Form
from fmnist.workers.in_parts import ALMOST, InParts
from fmnist.workers.predictor import Judge


class Smaller(InParts):
    """One network, all forms, all test images.

    Parameters
    ----------
    judge : Judge
    model : str
        A run's id.
    images, labels : arrays (n, 28, 28) uint8, (n,) of integers

    Attributes
    ----------
    accuracy : dict from Form to float
        The share that is right, as far as it is known.
    bytes : dict from Form to int
        What the network takes in this form; known where the accuracy is.
    """

    def __init__(self, judge: Judge, model: str, images: np.ndarray, labels: np.ndarray) -> None:
        super().__init__()
        self._judge, self._model = judge, model
        self._images, self._labels = images, labels.astype(int)
        self.accuracy: dict[Form, float] = {}
        self.bytes: dict[Form, int] = {}

    def work(self) -> None:
        """Measure each form that is not known yet."""
        for number, form in enumerate(FORMS):
            if form not in self.accuracy:
                self.accuracy[form] = self._measure(form, number)

    def _measure(self, form: Form, number: int) -> float:
        right = 0
        for start, end in self.parts(len(self._images)):
            judged, self.bytes[form] = self._judge.smaller(self._model, form, self._images[start:end])
            right += int((judged.argmax(axis=1) == self._labels[start:end]).sum())
            self.share_done = min((number + end / len(self._images)) / len(FORMS), ALMOST)
        return right / len(self._images)
