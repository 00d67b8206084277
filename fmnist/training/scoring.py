"""What a trained network says about many images: probabilities, mean loss and accuracy."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from fmnist.data.facts import IMAGE_SHAPE
from fmnist.training.engine import losses_of

IMAGES_PER_CALL = 500  # convolutions on larger batches are slower: their results no longer fit the cache


def pixel_divisor(scale_pixels: bool) -> float:
    """What pixel values are divided by before they enter a network."""
    return 255.0 if scale_pixels else 1.0


class Scores(NamedTuple):
    """Means over all images, and each image's probabilities (n, 10) float32."""

    loss: float
    accuracy: float
    probabilities: np.ndarray


class Scorer:
    """Runs a network on uint8 images.

    Parameters
    ----------
    network : keras.Model
        Input (n, 28, 28), output (n, 10) softmax probabilities.
    scale_pixels : bool
        Whether the network was trained on pixel values divided by 255.
    pause : callable
        Called between two batches; may raise to end the work.
    label_smoothing : float
        That of the training: its loss and this one are then the same quantity, as in Keras's `fit`.
    """

    def __init__(
        self,
        network: keras.Model,
        *,
        scale_pixels: bool,
        pause: Callable[[], object] = lambda: None,
        label_smoothing: float = 0.0,
    ) -> None:
        divisor = pixel_divisor(scale_pixels)

        @tf.function(  # type: ignore[untyped-decorator]  # TensorFlow has no types
            input_signature=[tf.TensorSpec((None, *IMAGE_SHAPE), tf.uint8), tf.TensorSpec((None,), tf.int32)],
            autograph=False,
        )
        def score(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            probabilities = network(tf.cast(images, tf.float32) / divisor, training=False)
            return probabilities, losses_of(labels, probabilities, label_smoothing)

        self._score = score
        self.pause = pause

    def __call__(self, images: np.ndarray, labels: np.ndarray) -> Scores:
        """The scores on images (n, 28, 28) uint8 with labels (n,); n is 1 or more."""
        probabilities, losses = [], []
        for start in range(0, len(images), IMAGES_PER_CALL):
            self.pause()
            batch = slice(start, start + IMAGES_PER_CALL)
            one, loss = self._score(images[batch], labels[batch].astype(np.int32))
            probabilities.append(one.numpy())
            losses.append(loss.numpy())
        everything = np.concatenate(probabilities)
        accuracy = np.mean(everything.argmax(axis=1) == labels)
        return Scores(float(np.concatenate(losses).mean(dtype=np.float64)), float(accuracy), everything)
