"""Networks in fewer bytes: weights rounded and left out by hand, and what they then say, against NumPy."""

import numpy as np
import pytest

from fmnist.evaluation.layers import LayerData, LayeredNetwork
from fmnist.networks.config import RunConfig
from fmnist.networks.forms import FORMS, Form
from fmnist.runs.store import Store
from fmnist.training.prediction import Models
from fmnist.training.smaller import bytes_of, in_form, rounded

keras = pytest.importorskip("keras")

from fmnist.training.build import build  # noqa: E402


def by_hand(kernel, form):
    """Weight by weight."""
    flat = kernel.astype(float).ravel().tolist()
    if form.halved:
        for place in sorted(range(len(flat)), key=lambda place: abs(flat[place]))[: len(flat) // 2]:
            flat[place] = 0.0
    if form.bits < 32:
        step = max(map(abs, flat)) / {8: 127, 4: 7, 3: 3, 2: 1}[form.bits]
        flat = [round(value / step) * step for value in flat]
    return np.array(flat).reshape(kernel.shape)


@pytest.mark.parametrize("form", FORMS)
def test_weights_are_rounded_and_left_out_as_by_hand(form):
    kernel = np.random.default_rng(3).normal(0, 0.1, (3, 3, 2, 5)).astype(np.float32)
    found = in_form(kernel, form)
    assert found.dtype == np.float32 and found.shape == kernel.shape
    np.testing.assert_allclose(found, by_hand(kernel, form), atol=1e-6)
    if form.bits < 32:
        assert len(np.unique(found)) <= 2**form.bits - 1
    if form.halved:
        assert (found == 0).sum() >= kernel.size // 2


def test_a_layer_of_zeros_stays_one():
    assert (rounded(np.zeros((4, 4), np.float32), 4) == 0).all()


def test_bytes_are_those_of_the_weights_their_steps_and_of_which_are_left():
    weights = [("kernel", np.zeros((3, 5), np.float32)), ("bias", np.zeros(5, np.float32))]
    assert bytes_of(weights, Form()) == 15 * 4 + 20
    assert bytes_of(weights, Form(3)) == 6 + 4 + 20  # 45 bits, one step, the biases
    assert bytes_of(weights, Form(8, True)) == 8 + 2 + 4 + 20  # 8 weights of 15, 15 bits for which


@pytest.fixture(scope="module")
def models(dataset):
    return Models(lambda: dataset)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A function from a network to the path of one whose normalisation has something to do."""
    store = Store(tmp_path_factory.mktemp("runs"))

    def save(network):
        config = RunConfig(network=network)
        run, model, random = store.create(config, info={}), build(config), np.random.default_rng(1)
        for weight in model.weights:
            if weight.name in ("gamma", "moving_variance"):
                weight.assign(random.uniform(0.5, 2, weight.shape))
            elif weight.name in ("beta", "moving_mean"):
                weight.assign(random.normal(0, 0.2, weight.shape))
        run.save_model(model.save)
        return run.model_path

    return save


@pytest.mark.parametrize("network", ["tutorial", "small-cnn", "strong-cnn"])
def test_a_network_says_what_numpy_computes_from_its_smaller_weights(saved, models, dataset, network):
    path, images = saved(network), dataset.test_images[:20]
    whole = LayeredNetwork.of(*models.layers(path))
    for form in (Form(4), Form(2, True), Form()):  # one after the other, and back
        layers = [
            LayerData(
                each.name,
                each.kind,
                each.settings,
                {
                    name: by_hand(values, form).astype(np.float32) if name == "kernel" else values
                    for name, values in each.weights.items()
                },
            )
            for each in whole.layers
        ]
        found, size = models.smaller(path, form, images)
        expected = LayeredNetwork(tuple(layers), whole.divisor).walk(images).probabilities
        np.testing.assert_allclose(found, expected, atol=2e-4)
        assert found.dtype == np.float32
        assert size < whole.bytes or form == Form()
    np.testing.assert_allclose(found, models.predict(path, images), atol=1e-5)
