"""What an attack changes: in the direction that derivatives by hand say, and never by more than it may."""

import numpy as np
import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.training.prediction import Models

keras = pytest.importorskip("keras")

from fmnist.training.build import build  # noqa: E402


@pytest.fixture(scope="module")
def models(dataset):
    return Models(lambda: dataset)


@pytest.fixture(scope="module")
def save(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("runs"))

    def saved(config):
        run = store.create(config, info={})
        run.save_model(build(config).save)
        return run.model_path

    return saved


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("scaled", [True, False])
def test_the_fast_attack_moves_each_pixel_along_the_sign_of_the_gradient(save, models, dataset, scaled):
    path = save(RunConfig(scale_pixels=scaled))
    first, bias, second, last_bias = keras.models.load_model(path, compile=False).get_weights()
    images, labels = dataset.test_images[:20], dataset.test_labels[:20].astype(int)
    pixels = images.reshape(20, -1) / (255.0 if scaled else 1.0)
    sums = pixels @ first + bias
    probabilities = softmax(np.maximum(sums, 0) @ second + last_bias)
    by_score = probabilities - np.eye(10)[labels]  # the derivative of cross entropy after softmax
    gradient = ((by_score @ second.T) * (sums > 0)) @ first.T
    sizes = np.full(20, 8)
    changed, judged = models.attack(path, images, labels, sizes, 1)
    expected = np.clip(images.reshape(20, -1) + 8 * np.sign(gradient), 0, 255)
    assert changed.dtype == np.uint8
    steep = np.abs(gradient) > 1e-6  # the sign of a smaller slope is a matter of rounding
    assert steep.mean() > 0.5
    assert (changed.reshape(20, -1) == expected)[steep].all()
    assert np.array_equal(judged, models.predict(path, changed))


def loss(models, path, images, labels):
    return -np.log(models.predict(path, images)[np.arange(len(labels)), labels] + 1e-12).mean()


@pytest.mark.parametrize("network", ["tutorial", "strong-cnn"])
def test_more_steps_go_farther_up_within_the_same_bounds(save, models, dataset, network):
    path = save(RunConfig(network=network))
    images, labels = dataset.test_images[:30], dataset.test_labels[:30].astype(int)
    sizes = np.arange(30) // 3
    fast, _ = models.attack(path, images, labels, sizes, 1)
    iterated, _ = models.attack(path, images, labels, sizes, 8)
    for changed in (fast, iterated):
        assert (np.abs(changed.astype(int) - images) <= sizes[:, None, None]).all()
    before, once, often = (loss(models, path, each, labels) for each in (images, fast, iterated))
    assert before < once
    assert before < often
    assert np.array_equal(iterated[:3], images[:3])  # by at most 0
