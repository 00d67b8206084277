"""A network in fewer bytes: its weights rounded to a few bits, the smallest half of each layer's set to 0."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from fmnist.data.facts import IMAGE_SHAPE
from fmnist.networks.forms import WHOLE, Form

if TYPE_CHECKING:
    import keras

KERNEL = "kernel"  # Keras's name for the weights that multiply; the others are few, and stay as they are


def in_form(kernel: np.ndarray, form: Form) -> np.ndarray:
    """A layer's weights, float32 of any shape, as they are in this form: of the same type and shape."""
    found = kernel
    if form.halved:
        found = found.copy()
        found.flat[np.argpartition(np.abs(found), found.size // 2, axis=None)[: found.size // 2]] = 0
    return found if form.bits == WHOLE else rounded(found, form.bits)


def rounded(values: np.ndarray, bits: int) -> np.ndarray:
    """Numbers rounded to whole multiples of one step, so that the largest is as many as the bits can count.

    One bit is the sign: 8 bits count from −127 to 127, 2 bits know −1, 0 and 1. Source: Jacob and others,
    "Quantization and Training of Neural Networks", 2018, with 0 in the middle and a step for each layer.
    """
    largest = float(np.abs(values).max()) or 1.0
    step = np.float32(largest / (2 ** (bits - 1) - 1))
    found: np.ndarray = np.rint(values / step) * step
    return found


def bytes_of(weights: Iterable[tuple[str, np.ndarray]], form: Form) -> int:
    """What the weights (their names, and arrays) take in this form, in bytes.

    With fewer bits a layer has its step besides. Of a layer of which half is 0 only the other half is
    counted, and one bit for each weight says which half it is in.
    """
    total = 0
    for name, values in weights:
        if name != KERNEL:
            total += values.nbytes
            continue
        kept = values.size - values.size // 2 if form.halved else values.size
        total += -(-kept * form.bits // 8)
        total += -(-values.size // 8) if form.halved else 0
        total += 0 if form.bits == WHOLE else 4
    return total


class SmallerNetwork:
    """A trained model that can take each form; belongs in a child.

    Parameters
    ----------
    model : keras.Model
        Takes images (n, 28, 28). Not changed.
    """

    def __init__(self, model: keras.Model) -> None:
        import keras
        import tensorflow as tf

        from fmnist.training.folding import folded

        self._weights = [(each.name, each.numpy()) for each in model.weights]
        self._copy = keras.models.clone_model(model)
        self._quick = folded(self._copy)
        self._form: Form | None = None
        self._graph = tf.function(
            lambda images: self._quick(images, training=False),
            input_signature=[tf.TensorSpec((None, *IMAGE_SHAPE), tf.float32)],
        )

    def bytes(self, form: Form) -> int:
        """What the network takes in this form; see `bytes_of`."""
        return bytes_of(self._weights, form)

    def probabilities(self, form: Form, images: np.ndarray) -> np.ndarray:
        """Of scaled images (n, 28, 28) float32: (n, 10) float32."""
        if form != self._form:
            self._take(form)
        found: np.ndarray = self._graph(images).numpy()
        return found

    def _take(self, form: Form) -> None:
        from fmnist.training.folding import folded

        self._form = None  # should it fail half way
        self._copy.set_weights(
            [in_form(values, form) if name == KERNEL else values for name, values in self._weights]
        )
        new = folded(self._copy)
        if new is not self._copy:
            self._quick.set_weights(new.get_weights())
        self._form = form
