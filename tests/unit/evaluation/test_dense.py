"""A dense network step by step, against matrix products by hand and against Keras."""

import numpy as np
import pytest

from fmnist.evaluation.dense import ACTIVATIONS as FUNCTIONS
from fmnist.evaluation.dense import DenseNetwork, NotDenseError, WeightedSum, powers_of_e
from fmnist.networks.architectures import NETWORKS, is_dense
from fmnist.networks.config import ACTIVATIONS, RunConfig


def made(*sizes, activation="relu", divisor=255.0, seed=0):
    random = np.random.default_rng(seed)
    shapes = list(zip(sizes, sizes[1:], strict=False))
    return DenseNetwork.of(
        [
            (
                random.normal(0, 0.1, shape).astype(np.float32),
                random.normal(0, 0.1, shape[1]).astype(np.float32),
                "softmax" if shape is shapes[-1] else activation,
            )
            for shape in shapes
        ],
        divisor,
    )


@pytest.fixture
def image():
    return np.random.default_rng(1).integers(0, 256, (28, 28)).astype(np.uint8)


def test_each_step_is_the_matrix_product_it_should_be(image):
    network = made(784, 30, 10)
    walk = network.walk(image)
    first, last = network.layers
    sums = image.ravel() / 255 @ first.kernel + first.bias
    scores = np.where(sums > 0, sums, 0) @ last.kernel + last.bias
    assert np.allclose(walk.sums[0], sums) and np.allclose(walk.scores, scores)
    assert np.allclose(walk.probabilities, np.exp(scores) / np.exp(scores).sum())
    assert walk.probabilities.sum() == pytest.approx(1)
    assert walk.predicted == scores.argmax()


def test_sums_of_a_unit_and_of_a_class_add_up_to_the_walk(image):
    network = made(784, 30, 20, 10, activation="tanh")
    walk = network.walk(image)
    assert network.unit_sum(walk, 7).total == pytest.approx(walk.sums[0][7])
    assert network.score_sum(walk, 4).total == pytest.approx(walk.scores[4])
    assert network.score_sum(walk, 4).inputs is walk.outputs[1]


def test_without_hidden_layer_a_score_is_made_of_pixels(image):
    network = made(784, 10)
    walk = network.walk(image)
    assert walk.outputs == ()
    assert np.allclose(network.score_sum(walk, 3).inputs, image.ravel() / 255)


def test_pixels_that_are_not_scaled_stay_from_0_to_255_and_no_power_overflows(image):
    walk = made(784, 10, divisor=1.0).walk(image)
    assert walk.pixels.max() == image.max()
    assert np.abs(walk.scores).max() > 100
    assert np.isfinite(walk.probabilities).all() and walk.probabilities.sum() == pytest.approx(1)


def test_contributions_of_the_only_hidden_layer_are_output_times_weight(image):
    network = made(784, 30, 10)
    walk = network.walk(image)
    assert np.allclose(network.contributions(walk, 2), walk.outputs[0] * network.layers[1].kernel[:, 2])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_contributions_in_a_deeper_network_are_output_times_slope_of_the_score(image, activation):
    network = made(784, 12, 9, 8, 10, activation=activation)
    walk = network.walk(image)

    def score(outputs):
        for layer in network.layers[1:-1]:
            outputs = FUNCTIONS[activation][0](outputs @ layer.kernel + layer.bias)
        return outputs @ network.layers[-1].kernel[:, 5] + network.layers[-1].bias[5]

    step = 1e-5
    slopes = [
        (score(walk.outputs[0] + step * unit) - score(walk.outputs[0] - step * unit)) / (2 * step)
        for unit in np.eye(12)
    ]
    assert np.allclose(network.contributions(walk, 5), walk.outputs[0] * slopes, atol=1e-6)


def test_every_activation_there_is_can_be_computed_even_far_from_zero():
    assert set(FUNCTIONS) == set(ACTIVATIONS)
    x = np.array([-2_000.0, -1.5, 0.0, 0.5, 2_000.0])
    with np.errstate(all="raise"):
        values = {name: function(x) for name, (function, _) in FUNCTIONS.items()}
    assert np.allclose(values["relu"], [0, 0, 0, 0.5, 2_000])
    assert np.allclose(values["sigmoid"], [0, 1 / (1 + np.exp(1.5)), 0.5, 1 / (1 + np.exp(-0.5)), 1])
    assert np.allclose(values["elu"], [-1, np.exp(-1.5) - 1, 0, 0.5, 2_000])
    assert np.allclose(values["tanh"], [-1, -0.9051483, 0, 0.4621172, 1])


def test_the_largest_products_and_the_rest_make_the_whole():
    total = WeightedSum(np.array([1.0, 2.0, 0.0, 3.0]), np.array([0.5, -2.0, 9.0, 0.1]), 0.25)
    assert total.total == pytest.approx(0.5 - 4 + 0.3 + 0.25)
    assert total.largest(2).tolist() == [1, 0]
    assert total.rest(2) == pytest.approx(0.3)
    assert total.largest(9).tolist() == [1, 0, 3]  # a product of 0 adds nothing


def test_powers_of_scores_far_from_zero_are_shifted():
    assert powers_of_e(np.array([1.0, 2.0]))[1] == 0
    powers, shift = powers_of_e(np.array([1_000.0, 999.0]))
    assert shift == 1_000 and powers.tolist() == pytest.approx([1, np.exp(-1)])
    powers, shift = powers_of_e(np.array([-1_000.0, -999.0]))
    assert shift == -999 and powers.max() == 1


def test_weights_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        made(784, 10).layers[0].kernel[0, 0] = 1


@pytest.mark.parametrize(
    ("sizes", "activation"), [((783, 10), "relu"), ((784, 9), "relu"), ((784, 5, 10), "gelu")]
)
def test_what_is_no_such_network_is_refused_with_a_sentence(sizes, activation):
    with pytest.raises(NotDenseError, match="network"):
        made(*sizes, activation=activation)


def test_the_networks_of_dense_layers_are_known_without_building_them():
    dense = {key for key in NETWORKS if is_dense(RunConfig(network=key))}
    assert dense == {"softmax", "tutorial", "dense"}
    assert is_dense(RunConfig(network="dense", dropout=0.3))
