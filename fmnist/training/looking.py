"""Where in an image the last maps that speak for a class are active: Grad-CAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fmnist.language import N_, SaidError

if TYPE_CHECKING:
    import keras

MAPS = 4  # axes of what a layer gives for many images, where it gives maps


class NoMapsError(SaidError):
    """A network without convolutions, as a sentence for a person."""


def grad_cam(model: keras.Sequential, pixels: np.ndarray, label: int) -> np.ndarray:
    """The last maps, each weighted by the mean gradient of a class's score with respect to it, added up.

    What lies below 0 speaks against the class and is left out. Source: Selvaraju and others, "Grad-CAM:
    Visual Explanations from Deep Networks via Gradient-based Localization", 2017.

    Parameters
    ----------
    model : keras.Sequential
        Its last layer is dense, with softmax.
    pixels : array (1, 28, 28) float32
        Scaled as the network wants them.
    label : int, 0 to 9

    Returns
    -------
    array (rows, columns) float32
        Of the size of the last maps, 0 and above.

    Raises
    ------
    NoMapsError
        If no layer gives maps.
    """
    import keras
    import tensorflow as tf

    spatial = [place for place, layer in enumerate(model.layers) if len(layer.output.shape) == MAPS]
    if not spatial:
        raise NoMapsError(N_("This network has no maps: it has no convolution."))
    last = model.layers[-1]
    first = keras.Model(model.inputs[0], model.layers[spatial[-1]].output)
    rest = keras.Sequential(model.layers[spatial[-1] + 1 : -1])
    maps = first(tf.constant(pixels), training=False)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = (rest(maps, training=False) @ last.kernel + last.bias)[0, label]
    weights = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2), keepdims=True)
    found: np.ndarray = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))[0].numpy()
    return found
