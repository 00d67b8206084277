"""Networks: what is said about them without TensorFlow is what Keras builds."""

import re
import subprocess
import sys
from dataclasses import replace

import keras
import numpy as np
import pytest

from fmnist.networks import architectures
from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import EARLIER_NETWORK_KEYS, NETWORK_KEYS, RunConfig
from fmnist.training.build import build

EVERY_NETWORK = [
    *(RunConfig(network=key) for key in NETWORKS),
    RunConfig(network="dense", hidden_layers=3, hidden_units=40, activation="tanh", dropout=0.5),
]


def test_the_networks_are_those_that_settings_allow():
    assert set(NETWORKS) == {*NETWORK_KEYS, *EARLIER_NETWORK_KEYS}
    assert all(NETWORKS[key].key == key for key in NETWORKS)


def test_networks_are_described_without_tensorflow():
    code = (
        "import sys; from fmnist.networks import architectures as networks, config;"
        "c = config.RunConfig(network='strong-cnn');"
        "networks.summary(c), networks.parameter_count(c), networks.seconds_per_epoch(c);"
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(
    "config, parameters",
    [
        (RunConfig(), 101_770),
        (RunConfig(hidden_units=64), 784 * 64 + 64 + 64 * 10 + 10),
        (RunConfig(network="softmax"), 7_850),
        (RunConfig(network="dense", hidden_layers=4, hidden_units=10), 784 * 10 + 10 + 3 * 110 + 110),
    ],
)
def test_parameters_are_counted_as_by_hand(config, parameters):
    assert architectures.parameter_count(config) == parameters


@pytest.mark.parametrize("config", EVERY_NETWORK, ids=lambda config: config.network)
def test_the_summary_is_that_of_the_keras_model(config):
    model = build(config)
    said = [(row.layer, row.kind, row.output_shape, row.parameters) for row in architectures.summary(config)]
    built = [
        (layer.name, type(layer).__name__, layer.output.shape[1:], layer.count_params())
        for layer in model.layers
    ]
    assert said == built
    assert architectures.parameter_count(config) == model.count_params()


@pytest.mark.parametrize("config", EVERY_NETWORK, ids=lambda config: config.network)
def test_a_network_takes_images_and_gives_ten_probabilities(config):
    images = np.random.default_rng(0).random((3, 28, 28), np.float32)
    probabilities = build(config)(images, training=False).numpy()
    assert probabilities.shape == (3, 10) and (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


def test_the_seed_decides_the_starting_weights():
    first, same, other = (build(RunConfig(seed=seed)).get_weights()[0] for seed in (1, 1, 2))
    assert (first == same).all() and (first != other).any()


def test_the_small_cnn_is_small():
    assert architectures.parameter_count(RunConfig(network="small-cnn")) < 250_000


@pytest.mark.parametrize("key", NETWORKS)
def test_exactly_the_named_settings_change_a_network(key):
    config = RunConfig(network=key)
    changes = {"hidden_units": 7, "hidden_layers": 3, "activation": "tanh", "dropout": 0.5}
    changing = {
        name
        for name, value in changes.items()
        if architectures.summary(replace(config, **{name: value})) != architectures.summary(config)
        or NETWORKS[key].layers(replace(config, **{name: value})) != NETWORKS[key].layers(config)
    }
    assert changing == set(NETWORKS[key].settings)


@pytest.mark.parametrize("key", NETWORKS)
def test_what_a_network_teaches_is_said_in_two_sentences(key):
    assert len(re.findall(r"[.!?](?= |$)", NETWORKS[key].teaches)) == 2


def test_the_time_estimate_follows_the_settings():
    seconds = architectures.seconds_per_epoch
    assert seconds(RunConfig(hidden_units=512)) > seconds(RunConfig())
    assert seconds(RunConfig(batch_size=8)) > seconds(RunConfig()) > seconds(RunConfig(batch_size=128))
    assert seconds(RunConfig(training_images=6_000)) == pytest.approx(seconds(RunConfig()) / 10, rel=0.02)
    assert seconds(RunConfig(network="strong-cnn")) > 5 * seconds(RunConfig())


@pytest.mark.parametrize("network", NETWORKS)
def test_what_is_recommended_is_possible(network):
    config = RunConfig(network=network, **NETWORKS[network].recommended)
    assert config.epochs == NETWORKS[network].epochs


def test_one_cycle_rises_falls_and_stays():
    config = RunConfig(schedule="one-cycle", learning_rate=0.01, epochs=10, training_images=320)
    rate = keras.optimizers.schedules.CosineDecay(**architectures.one_cycle(config))
    rates = [float(rate(step)) for step in range(121)]  # 10 steps an epoch
    assert rates[0] == pytest.approx(0.01 / 25)
    assert max(rates) == pytest.approx(0.01) and rates.index(max(rates)) == 30
    assert all(np.diff(rates[:31]) > 0) and all(np.diff(rates[30:101]) < 0)
    assert rates[100:] == pytest.approx([1e-5] * 21)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_time_estimate_knows_that_drawings_double_the_images(network):
    seconds = architectures.seconds_per_epoch
    without = seconds(RunConfig(network=network))
    assert seconds(RunConfig(network=network, learn_drawings=True)) == pytest.approx(2 * without)
