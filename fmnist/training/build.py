"""Layers as plain data become a compiled Keras model."""

from __future__ import annotations

import keras

from fmnist.data.facts import IMAGE_SHAPE
from fmnist.networks.architectures import walk
from fmnist.networks.config import RunConfig


def build(config: RunConfig) -> keras.Model:
    """The network as a plain Keras model, with starting weights that follow from `config.seed`.

    Returns
    -------
    keras.Sequential
        Not compiled. Input (n, 28, 28) float32 with pixel values 0 to 1 (0 to 255 when `config.scale_pixels`
        is false), output (n, 10) float32, the softmax probabilities.

    Notes
    -----
    Seeds the random generators of Python, NumPy and Keras: starting weights and dropout draw from them.
    """
    keras.utils.set_random_seed(config.seed)
    layers = [
        getattr(keras.layers, layer.kind)(name=name, **layer.arguments) for name, layer, _ in walk(config)
    ]
    return keras.Sequential([keras.Input(IMAGE_SHAPE, name="pixels"), *layers], name=_python_name(config))


def _python_name(config: RunConfig) -> str:
    return config.network.replace("-", "_")
