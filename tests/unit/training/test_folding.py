"""A network folded for prediction judges as the one it was made from."""

import keras
import numpy as np
import pytest

from fmnist.networks.config import RunConfig
from fmnist.training.build import build
from fmnist.training.folding import folded

IMAGES = np.random.default_rng(0).random((40, 28, 28), np.float32)


def trained(network, negative=False):
    """With normalisations that do something."""
    model = build(RunConfig(network=network, seed=1))
    random = np.random.default_rng(2)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = (random.uniform(0.5, 2, each.shape) for each in layer.get_weights())
            gamma[:3] *= -1 if negative else 1
            layer.set_weights([gamma, beta - 1, mean - 1, variance])
    return model


def normalisations(model):
    return sum(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)


@pytest.mark.parametrize(
    "network, negative, left", [("strong-cnn", False, 0), ("strong-cnn", True, 3), ("strong-cnn-1", True, 0)]
)
def test_the_folded_network_gives_the_same_probabilities(network, negative, left):
    model = trained(network, negative)
    quick = folded(model)
    assert normalisations(quick) == left
    expected = model(IMAGES, training=False).numpy()
    found = quick(IMAGES, training=False).numpy()
    np.testing.assert_allclose(found, expected, atol=2e-5)
    assert (found.argmax(1) == expected.argmax(1)).all()
    before = model.layers[0].output.shape
    assert model.output_shape == quick.output_shape and model.layers[0].output.shape == before


def test_a_network_without_normalisation_stays_what_it_is():
    model = build(RunConfig(network="small-cnn"))
    assert folded(model) is model
