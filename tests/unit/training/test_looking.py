"""Grad-CAM against a network whose gradients can be written down, and against small steps."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from fmnist.training.looking import NoMapsError, grad_cam  # noqa: E402

L = keras.layers
PIXELS = np.random.default_rng(6).random((1, 28, 28)).astype(np.float32)


def model_of(*layers):
    return keras.Sequential([keras.Input((28, 28)), *layers, L.Dense(10, activation="softmax")])


def test_with_the_mean_of_each_map_the_weights_are_those_of_the_class():
    keras.utils.set_random_seed(3)
    convolution = L.Conv2D(5, 3, strides=2, padding="same", activation="relu")
    model = model_of(L.Reshape((28, 28, 1)), convolution, L.GlobalAveragePooling2D())
    maps = convolution(PIXELS[..., None]).numpy()[0]
    weights = model.layers[-1].get_weights()[0][:, 4] / maps[..., 0].size
    expected = np.maximum((maps * weights).sum(axis=-1), 0)
    assert np.allclose(grad_cam(model, PIXELS, 4), expected, atol=1e-6)
    assert expected.max() > 0


def test_dropout_is_off_and_normalisation_uses_its_running_means():
    keras.utils.set_random_seed(3)
    layers = [L.Reshape((28, 28, 1)), L.Conv2D(4, 3), L.BatchNormalization(), L.MaxPooling2D(2)]
    model = model_of(*layers, L.Flatten(), L.Dropout(0.5))
    first = grad_cam(model, PIXELS, 2)
    assert first.shape == (13, 13)
    assert np.array_equal(first, grad_cam(model, PIXELS, 2))
    maps = keras.Sequential(model.layers[:4])(PIXELS, training=False).numpy()[0]
    kernel = model.layers[-1].get_weights()[0][:, 2].reshape(13, 13, 4)
    expected = np.maximum((maps * kernel.mean(axis=(0, 1))).sum(axis=-1), 0)
    assert np.allclose(first, expected, atol=1e-5)


def test_a_network_without_maps_has_a_sentence():
    with pytest.raises(NoMapsError, match="no convolution"):
        grad_cam(model_of(L.Flatten()), PIXELS, 0)
