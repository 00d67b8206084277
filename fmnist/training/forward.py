"""A training pass through a plain network: fused batch normalisation, and short numbers where they pay."""

from __future__ import annotations

import keras
import tensorflow as tf

from fmnist.training.precision import convolved


def training_pass(network: keras.Sequential, images: tf.Tensor, in_bfloat16: bool = False) -> tf.Tensor:
    """What `network(images, training=True)` gives and changes, in less time.

    Keras 3 computes batch normalisation on TensorFlow from single operations, each a walk through memory; the
    fused one does it in a third of the time. The network stays a plain Keras model: only the way through it
    is another here.

    Parameters
    ----------
    network : keras.Sequential
        Any layers; batch normalisation over the last of four axes becomes the fused one.
    images : tf.Tensor (n, 28, 28) float32
    in_bfloat16 : bool
        Multiply bfloat16 numbers in convolutions.

    Returns
    -------
    tf.Tensor (n, 10) float32
        Its gradient, the layers' outputs and their moving averages differ from Keras's by rounding only: in
        float32 by a few millionths.
    """
    values = images
    for layer in network.layers:
        if _can_be_fused(layer, values):
            values = _fused(layer, values)
        elif in_bfloat16 and is_plain_convolution(layer):
            values = _short(layer, values)
        else:
            values = layer(values, training=True)
    return values


def has_normalisation(network: keras.Model) -> bool:
    """Whether a layer of the network normalises batches."""
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers)


def is_plain_convolution(layer: keras.Layer) -> bool:
    """Whether it is a convolution as this program's networks have them."""
    plain = type(layer) is keras.layers.Conv2D and layer.data_format == "channels_last"
    return plain and layer.groups == 1 and layer.dilation_rate == (1, 1)


def _short(layer: keras.layers.Conv2D, values: tf.Tensor) -> tf.Tensor:
    kernel = tf.convert_to_tensor(layer.kernel)
    values = convolved(values, kernel, layer.strides, layer.padding)
    if layer.use_bias:
        values = tf.nn.bias_add(values, tf.convert_to_tensor(layer.bias))
    return layer.activation(values)


def _can_be_fused(layer: keras.Layer, values: tf.Tensor) -> bool:
    return (
        isinstance(layer, keras.layers.BatchNormalization)
        and values.shape.rank == 4
        and layer.axis in (-1, 3)
        and layer.scale
        and layer.center
        and layer.trainable
    )


def _fused(layer: keras.layers.BatchNormalization, values: tf.Tensor) -> tf.Tensor:
    """Normalise a batch (n, h, w, channels), and move the layer's averages as Keras does."""
    normalised, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=values,
        scale=tf.convert_to_tensor(layer.gamma),
        offset=tf.convert_to_tensor(layer.beta),
        mean=tf.zeros(0),
        variance=tf.zeros(0),
        epsilon=layer.epsilon,
        is_training=True,
    )
    count = tf.cast(tf.reduce_prod(tf.shape(values)[:3]), tf.float32)
    variance *= tf.maximum(count - 1, 1) / count  # Keras averages the variance of the batch as it is
    for average, seen in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
        seen = tf.stop_gradient(seen)
        average.assign(average * layer.momentum + seen * (1 - layer.momentum))
    return normalised
