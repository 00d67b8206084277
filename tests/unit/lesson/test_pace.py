"""Estimates of time: from the arithmetic, scaled by what the last runs took."""

from types import SimpleNamespace

import pytest

from fmnist.lesson import pace
from fmnist.networks.architectures import seconds_per_epoch
from fmnist.networks.config import RunConfig


def ran(slowness, network="tutorial", epochs=3, first=4.0, **settings):
    """A run whose epochs took so many times longer than estimated, the first one `first` times more."""
    config = RunConfig(network=network, **settings)
    usual = slowness * seconds_per_epoch(config)
    seconds = [usual * first, *[usual] * (epochs - 1)]
    return SimpleNamespace(config=config, history=tuple(SimpleNamespace(seconds=each) for each in seconds))


def test_without_runs_the_estimate_is_that_of_two_ordinary_cores():
    config = RunConfig(epochs=4)
    assert pace.seconds(config, []) == pytest.approx(4 * seconds_per_epoch(config))
    assert pace.slowness(config, [SimpleNamespace(config=None, history=())]) == 1


def test_the_last_runs_of_the_same_network_tell_the_speed():
    runs = [ran(2.0), ran(9.0, "dense"), ran(3.0, batch_size=256), ran(2.5, learn_drawings=True), ran(50.0)]
    assert pace.slowness(RunConfig(), runs) == pytest.approx(2.5)


def test_a_network_that_was_never_trained_goes_by_its_kind():
    runs = [ran(2.0), ran(5.0, "small-cnn")]
    assert pace.slowness(RunConfig(network="strong-cnn"), runs) == pytest.approx(5)
    assert pace.slowness(RunConfig(network="softmax"), runs) == pytest.approx(2)


def test_the_epoch_that_compiles_counts_only_where_compiling_is_little_beside_it():
    assert pace.slowness(RunConfig(), [ran(1.5, epochs=2)]) == pytest.approx(1.5)
    assert pace.slowness(RunConfig(), [ran(1.5, epochs=1)]) == 1
    strong = RunConfig(network="strong-cnn")
    assert pace.slowness(strong, [ran(1.5, "strong-cnn", epochs=1, first=1)]) == pytest.approx(1.5)


def test_runs_of_few_images_tell_nothing_of_the_time_that_many_take():
    few = ran(50.0, training_images=600)
    assert pace.slowness(RunConfig(), [few]) == 1
    assert pace.slowness(RunConfig(), [few, ran(2.0)]) == pytest.approx(2)
