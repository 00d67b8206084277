"""Networks for prediction only, their batch normalisation multiplied into the convolutions before it."""

from __future__ import annotations

import keras
import numpy as np

IDLE = ("Dropout", "RandomFlip", "RandomTranslation")  # layers that do nothing at prediction


def folded(model: keras.Model) -> keras.Model:
    """A network that judges images as this one does, with fewer operations.

    At prediction a normalisation multiplies and shifts each channel by fixed numbers, which the kernel and
    the shift of the convolution before it can do as well. With pooling in between, only where no channel is
    multiplied by a number below 0, which would turn the largest of four into the smallest.

    Parameters
    ----------
    model : keras.Model
        Not changed.

    Returns
    -------
    keras.Model
        The model itself if it is no `Sequential` or normalises nothing. Not compiled, not to be trained.

    Notes
    -----
    Jacob and others, "Quantization and Training of Neural Networks", 2018, section 3.2.
    """
    if not isinstance(model, keras.Sequential) or not any(map(_normalises, model.layers)):
        return model
    layers = [layer for layer in model.layers if type(layer).__name__ not in IDLE]
    new: list[tuple[keras.Layer, list[np.ndarray]]] = []
    for place, layer in enumerate(layers):
        if not _goes_into(layers, place):
            follower = _follower(layers, place)
            new.append(_with_normalisation(layer, follower) if follower else _copy(layer))
    result = keras.Sequential([keras.Input(model.input_shape[1:]), *(layer for layer, _ in new)])
    for layer, weights in new:
        layer.set_weights(weights)
    return result


def _normalises(layer: keras.Layer) -> bool:
    return isinstance(layer, keras.layers.BatchNormalization)


def _follower(layers: list[keras.Layer], place: int) -> keras.layers.BatchNormalization | None:
    """The normalisation that the convolution at this place can take in."""
    layer = layers[place]
    if not isinstance(layer, keras.layers.Conv2D) or layer.activation is not keras.activations.linear:
        return None
    following = layers[place + 1 : place + 3]
    if following and _normalises(following[0]):
        return following[0]
    pooled = len(following) == 2 and isinstance(following[0], keras.layers.MaxPooling2D)
    if pooled and _normalises(following[1]) and (_scale_and_shift(following[1])[0] > 0).all():
        return following[1]
    return None


def _goes_into(layers: list[keras.Layer], place: int) -> bool:
    """Whether a convolution shortly before takes this layer in."""
    before = range(max(0, place - 2), place)
    return _normalises(layers[place]) and any(_follower(layers, each) is layers[place] for each in before)


def _scale_and_shift(layer: keras.layers.BatchNormalization) -> tuple[np.ndarray, np.ndarray]:
    """What each channel is multiplied by, and what is added then; float64 (channels,)."""
    mean, variance = (np.asarray(each, np.float64) for each in (layer.moving_mean, layer.moving_variance))
    scale = 1 / np.sqrt(variance + layer.epsilon)
    if layer.scale:
        scale = scale * np.asarray(layer.gamma, np.float64)
    return scale, (np.asarray(layer.beta, np.float64) if layer.center else 0.0) - mean * scale


def _copy(layer: keras.Layer) -> tuple[keras.Layer, list[np.ndarray]]:
    return type(layer).from_config(layer.get_config()), layer.get_weights()


def _with_normalisation(
    layer: keras.layers.Conv2D, normalisation: keras.layers.BatchNormalization
) -> tuple[keras.Layer, list[np.ndarray]]:
    scale, shift = _scale_and_shift(normalisation)
    kernel, *bias = layer.get_weights()
    new = type(layer).from_config(layer.get_config() | {"use_bias": True})
    return new, [kernel * scale.astype(np.float32), (shift + (bias[0] * scale if bias else 0.0)).astype("f4")]
