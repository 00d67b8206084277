"""The fused training pass: what Keras's own layers compute, but for rounding."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from fmnist.training.forward import has_normalisation, training_pass


def network():
    """Pooling before normalisation, and after it; shapes that do not divide evenly."""
    keras.utils.set_random_seed(3)
    stack = [keras.Input((28, 28)), keras.layers.Reshape((28, 28, 1))]
    for filters in (8, 12):
        stack += [keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)]
        stack += [keras.layers.MaxPooling2D(2), keras.layers.BatchNormalization(), keras.layers.ReLU()]
    stack += [keras.layers.Conv2D(6, 3, use_bias=False), keras.layers.BatchNormalization()]
    return keras.Sequential([*stack, keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])


@pytest.mark.parametrize("count", [1, 7, 32])
def test_output_gradients_and_moving_averages_are_those_of_keras(count):
    images = np.random.default_rng(count).random((count, 28, 28), np.float32)
    weights = np.random.default_rng(0).random((count, 10), np.float32)
    found = []
    for forward in (training_pass, lambda model, images: model(images, training=True)):
        model = network()

        @tf.function(autograph=False)
        def step(model=model, forward=forward):
            with tf.GradientTape() as tape:
                output = forward(model, tf.constant(images))
                loss = tf.reduce_mean(output * weights)
            return output, tape.gradient(loss, [each.value for each in model.trainable_variables])

        output, gradients = step()
        found.append([output, *gradients, *(each.value for each in model.non_trainable_variables)])
    assert len(found[0]) == len(found[1]) > 10
    for fused, plain in zip(*found, strict=True):
        np.testing.assert_allclose(fused, plain, atol=3e-6, rtol=3e-6)
    moved = network().non_trainable_variables
    assert any(
        np.abs(before - after).max() > 0.01 for before, after in zip(moved, found[0][-6:], strict=True)
    )


def test_only_networks_that_normalise_take_the_fused_way():
    assert has_normalisation(network())
    assert not has_normalisation(keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()]))
