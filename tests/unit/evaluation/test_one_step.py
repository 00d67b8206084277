"""One step of learning in NumPy is the step that TensorFlow and Keras take."""

import keras
import numpy as np
import pytest

from fmnist.evaluation.dense import DenseNetwork
from fmnist.evaluation.one_step import Averages, gradients_of, loss_of, one_step
from fmnist.networks.config import RunConfig
from fmnist.training.build import build

SETTINGS = [
    {},
    {"network": "softmax"},
    {"network": "dense", "hidden_layers": 2, "hidden_units": 24, "activation": "tanh"},
    {"network": "dense", "hidden_layers": 3, "hidden_units": 16, "activation": "elu"},
]


def dense(model):
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    return DenseNetwork.of([(*each.get_weights(), each.activation.__name__) for each in layers], 255.0)


@pytest.fixture(params=SETTINGS, ids=["tutorial", "softmax", "tanh", "elu"])
def model(request):
    """A network that Keras has trained for a few steps."""
    keras.utils.set_random_seed(3)
    model = build(RunConfig(**request.param))
    model.compile(keras.optimizers.Adam(0.002), "sparse_categorical_crossentropy")
    random = np.random.default_rng(0)
    model.fit(random.random((96, 28, 28), np.float32), random.integers(0, 10, 96), batch_size=32, verbose=0)
    return model


def averages_of(model):
    kept = {"momentum": [], "velocity": []}
    for variable in model.optimizer.variables:
        for ending, found in kept.items():
            if variable.name.endswith(ending):
                found.append(variable.numpy())
    return Averages(int(model.optimizer.iterations.numpy()), tuple(kept["momentum"]), tuple(kept["velocity"]))


def test_new_weights_and_losses_are_those_of_keras(model, dataset):
    image, label = dataset.test_images[7], int(dataset.test_labels[7])
    step = one_step(dense(model), image, label, 0.002, averages_of(model))
    scaled, labels = (image[None] / 255).astype(np.float32), np.array([label])
    assert step.loss == pytest.approx(float(model.evaluate(scaled, labels, verbose=0)), rel=1e-4)
    model.train_on_batch(scaled, labels)
    for found, expected in zip(step.network.layers, dense(model).layers, strict=True):
        np.testing.assert_allclose(found.kernel, expected.kernel, atol=2e-6)
        np.testing.assert_allclose(found.bias, expected.bias, atol=2e-6)
    assert step.loss_after == pytest.approx(float(model.evaluate(scaled, labels, verbose=0)), rel=1e-3)


def test_gradients_are_the_slopes_of_the_loss(model, dataset):
    image, label = dataset.test_images[3], int(dataset.test_labels[3])
    network = dense(model)
    gradients, _ = gradients_of(network, network.walk(image), label)
    random = np.random.default_rng(1)
    for place, layer in enumerate(network.layers):
        steep = np.argsort(-np.abs(gradients[2 * place]), axis=None)[:50]
        for flat in random.choice(steep, 3):
            row, column = np.unravel_index(flat, layer.kernel.shape)
            losses = []
            for shift in (1e-3, -1e-3):
                kernel = layer.kernel.copy()
                kernel[row, column] += np.float32(shift)
                layers = [(each.kernel, each.bias, each.activation) for each in network.layers]
                layers[place] = (kernel, layer.bias, layer.activation)
                losses.append(loss_of(DenseNetwork.of(layers, 255.0).walk(image), label))
            slope = (losses[0] - losses[1]) / 2e-3
            assert slope == pytest.approx(gradients[2 * place][row, column], rel=0.02, abs=1e-4)


def test_the_story_of_one_weight_ends_at_the_new_weight(model, dataset):
    step = one_step(dense(model), dataset.test_images[0], 9, 0.002, averages_of(model))
    last = len(step.network.layers) - 1
    for layer, row, column in ((0, 300, 2), (last, 5, 9), (last, 0, 1)):
        change = step.change(layer, row, column)
        worked_out = change.before - change.rate * change.mean / (change.square**0.5 + 1e-7)
        assert worked_out == pytest.approx(change.after, abs=1e-6)


def test_before_the_first_step_the_averages_are_zero_and_every_weight_moves_by_the_rate(dataset):
    keras.utils.set_random_seed(3)
    network = dense(build(RunConfig()))
    step = one_step(network, dataset.test_images[0], 9, 0.001, Averages.none(network))
    moved = np.abs(step.network.layers[1].bias - network.layers[1].bias)
    np.testing.assert_allclose(moved, 0.001, rtol=0.01)
    assert step.loss_after < step.loss
