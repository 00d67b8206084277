"""A trained Keras model as plain data: each layer's kind, settings and weights. Belongs in a child."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fmnist.language import N_, SaidError

if TYPE_CHECKING:
    import keras

PLAIN = (str, int, float, bool, list, tuple, type(None))

Layers = list[tuple[str, str, dict[str, Any], dict[str, np.ndarray]]]


class NotARowError(SaidError):
    """A model whose layers do not follow one another in a row, as a sentence for a person."""


def layers_of(model: keras.Model) -> Layers:
    """The layers of a model in which each takes what the one before gives.

    Returns
    -------
    list of (name, kind, settings, weights)
        The name of the class in `keras.layers`; the plain values of its `get_config`; the arrays, float32, by
        Keras's own names ("kernel", "moving_mean").

    Raises
    ------
    NotARowError
        If the model is no `keras.Sequential`.
    """
    import keras

    if not isinstance(model, keras.Sequential):
        raise NotARowError(N_("The layers of this network do not follow one another in a row."))
    return [
        (layer.name, type(layer).__name__, _settings(layer), _weights(layer)) for layer in shown_layers(model)
    ]


def shown_layers(model: keras.Sequential) -> list[keras.Layer]:
    """The layers without the input, which does nothing."""
    return [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]


def _settings(layer: keras.Layer) -> dict[str, Any]:
    return {name: value for name, value in layer.get_config().items() if isinstance(value, PLAIN)}


def _weights(layer: keras.Layer) -> dict[str, np.ndarray]:
    """Without the state of random generators, which is no float."""
    arrays = {weight.name: np.array(weight.numpy()) for weight in layer.weights}
    return {name: array for name, array in arrays.items() if array.dtype == np.float32}
