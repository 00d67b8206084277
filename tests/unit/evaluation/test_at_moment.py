"""What a run was at a kept moment, against the forward pass written out, and against what was kept."""

from types import SimpleNamespace

import numpy as np
import pytest

from fmnist.evaluation.at_moment import (
    evaluation_at,
    hidden,
    judge,
    layered_at,
    network_at,
    probabilities_at,
    stories_of,
)
from fmnist.evaluation.layers import LayeredNetwork
from fmnist.networks.config import RunConfig
from fmnist.runs.moments import Moment
from fmnist.runs.store import RunError

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (30, 28, 28)).astype(np.uint8)
LABELS = RANDOM.integers(0, 10, 30)
DATASET = SimpleNamespace(test_images=IMAGES, test_labels=LABELS)
CONFIG = RunConfig(hidden_units=5)


def weights(*widths):
    shapes = list(zip(widths[:-1], widths[1:], strict=True))
    return tuple(
        RANDOM.normal(0, 0.1, shape).astype(np.float32) for pair in shapes for shape in (pair, pair[1:])
    )


def moment(epoch=1.0, probabilities=None, weights=()):
    return Moment(epoch, 1, probabilities, weights, weights[0] if weights else np.zeros((784, 5), np.float32))


def softmax(scores):
    return np.exp(scores) / np.exp(scores).sum(1, keepdims=True)


def spelled_out(found, scaled=True):
    """The hidden layer's values and the probabilities of a network with one hidden layer, in float64."""
    kernel, bias, last_kernel, last_bias = (each.astype(np.float64) for each in found)
    values = np.maximum(IMAGES.reshape(30, 784) / (255 if scaled else 1) @ kernel + bias, 0)
    return values, softmax(values @ last_kernel + last_bias)


@pytest.mark.parametrize("scaled", [True, False])
def test_a_moments_network_computes_what_its_weights_say(scaled):
    found = weights(784, 5, 10)
    network = network_at(RunConfig(hidden_units=5, scale_pixels=scaled), moment(weights=found))
    values, probabilities = spelled_out(found, scaled)
    assert np.allclose(hidden(network, IMAGES), values, rtol=1e-4, atol=1e-4)
    assert np.allclose(judge(network, IMAGES), probabilities, atol=1e-5)
    assert judge(network, IMAGES).dtype == np.float32


def test_scores_of_a_thousand_do_not_overflow():
    found = weights(784, 5, 10)
    found[3][:] = np.arange(10) * 1000
    probabilities = judge(network_at(CONFIG, moment(weights=found)), IMAGES)
    assert np.isfinite(probabilities).all() and (probabilities[:, 9] == 1).all()


def test_without_a_hidden_layer_the_pixels_are_what_is_hidden():
    found = weights(784, 10)
    network = network_at(RunConfig(network="softmax"), moment(weights=found))
    assert np.allclose(hidden(network, IMAGES), IMAGES.reshape(30, 784) / 255)
    assert np.allclose(
        judge(network, IMAGES), softmax(IMAGES.reshape(30, 784) / 255 @ found[0] + found[1]), atol=1e-5
    )


def test_probabilities_that_were_kept_are_taken_and_others_are_computed():
    found = weights(784, 5, 10)
    kept = np.full((30, 10), 0.1, np.float32)
    moments = {1: moment(1, kept), 2: moment(2, None, found)}
    run = SimpleNamespace(moment=moments.__getitem__, settings=CONFIG)
    assert probabilities_at(run, 1, IMAGES) is kept
    assert np.allclose(probabilities_at(run, 2, IMAGES), spelled_out(found)[1], atol=1e-5)
    assert evaluation_at(run, 2, DATASET).accuracy == np.mean(spelled_out(found)[1].argmax(1) == LABELS)


@pytest.mark.parametrize(
    ("config", "widths"), [(CONFIG, (784, 10)), (CONFIG, ()), (RunConfig(network="small-cnn"), (784, 5, 10))]
)
def test_weights_that_were_not_kept_whole_are_told_in_a_sentence(config, widths):
    with pytest.raises(RunError, match="not kept whole"):
        network_at(config, moment(weights=weights(*widths) if widths else ()))


def test_layers_take_the_weights_of_the_moment_each_its_own():
    dense = {"kernel": np.zeros((8, 10)), "bias": np.zeros(10)}
    convolution = {"kernel": np.zeros((3, 3, 1, 2)), "bias": np.zeros(2)}
    kinds = [("Conv2D", convolution), ("Flatten", {}), ("Dense", dense)]
    last = LayeredNetwork.of([(kind, kind, {}, arrays) for kind, arrays in kinds], 255.0)
    shapes = [(3, 3, 1, 2), (2,), (8, 10), (10,)]
    found = tuple(np.full(shape, number, np.float32) for number, shape in enumerate(shapes))
    network = layered_at(last, moment(weights=found))
    assert [list(layer.weights) for layer in network.layers] == [["kernel", "bias"], [], ["kernel", "bias"]]
    taken = [array for layer in network.layers for array in layer.weights.values()]
    assert all(one is other for one, other in zip(taken, found, strict=True))
    assert network.divisor == 255.0
    for others in (found[:3], found[::-1], ()):
        with pytest.raises(RunError, match="not kept whole"):
            layered_at(last, moment(weights=others))


def one_hot(classes):
    return np.eye(10, dtype=np.float32)[classes]


def test_a_story_is_told_of_the_moments_before_the_last_epoch_and_of_its_end():
    early, late, last = RANDOM.integers(0, 10, (3, 30))
    moments = {0: moment(0, one_hot(early)), 1: moment(1, one_hot(late)), 2: moment(2, one_hot(early))}
    run = SimpleNamespace(
        moments=lambda: (0.0, 1.0, 2.0),
        moment=moments.__getitem__,
        settings=CONFIG,
        epochs_done=2,
        predictions=lambda: one_hot(last),
    )
    told = stories_of(run, DATASET)
    assert told.epochs == (0.0, 1.0, 2.0)
    assert np.array_equal(told.predicted, [early, late, last])  # the end is what the run says, not its moment
    asked = []
    told = stories_of(run, DATASET, lambda epoch: asked.append(epoch) or early)
    assert asked == [0.0, 1.0]
    assert np.array_equal(told.predicted, [early, early, last])


@pytest.mark.parametrize(
    "last", [None, np.zeros((29, 10)), np.zeros((30, 9))], ids=["none", "fewer", "narrower"]
)
def test_without_the_last_predictions_there_is_no_story(last):
    run = SimpleNamespace(moments=lambda: (), epochs_done=1, predictions=lambda: last)
    with pytest.raises(RunError, match="predictions"):
        stories_of(run, DATASET)
