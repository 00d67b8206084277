"""The learning-rate finder: which rate each point belongs to, and what is read off the curve."""

import keras
import numpy as np
import pytest

from fmnist.evaluation.rate_range import curve, rate_range
from fmnist.networks import architectures
from fmnist.networks.config import RunConfig

CONFIG = RunConfig(epochs=1, learning_rate=1.0, schedule="growing", training_images=3200)
ENDS = np.linspace(0, 1, 51)[1:]


def points(losses):
    return [(float(end), float(loss), 0.5) for end, loss in zip(ENDS, losses, strict=True)]


def test_the_rate_grows_by_the_same_factor_in_each_step_up_to_the_chosen_one():
    config = RunConfig(epochs=2, learning_rate=0.3, schedule="growing", training_images=3200)
    schedule = keras.optimizers.schedules.ExponentialDecay(**architectures.growing(config))
    steps = np.array([0, 1, 50, 100, 200])
    rates = architectures.growing_rate(config, steps / 100)
    assert rates == pytest.approx([float(schedule(step)) for step in steps], rel=1e-4)
    assert rates[0] == pytest.approx(0.3e-5) and rates[-1] == pytest.approx(0.3)


def test_a_point_belongs_to_the_rate_in_the_middle_of_its_images():
    rates, losses = curve(CONFIG, points(np.arange(50)))
    assert rates == pytest.approx(10.0 ** (5 * (ENDS - 0.01 - 1)))
    assert losses.tolist() == list(range(50))


def test_where_the_loss_falls_fastest_is_lowest_and_has_grown_again_is_found():
    place = np.log10(curve(CONFIG, points(np.zeros(50)))[0])  # -5 to 0
    losses = 2.3 - 1.5 / (1 + np.exp(-6 * (place + 3.5))) + np.where(place > -1.5, 4 * (place + 1.5) ** 2, 0)
    noise = np.random.default_rng(0).normal(0, 0.01, 50)
    found = rate_range(CONFIG, points(losses + noise))
    assert np.log10(found.steepest) == pytest.approx(-3.5, abs=0.2)
    assert -2.8 < np.log10(found.lowest) < -1.3
    assert found.lowest < found.grown and np.log10(found.grown) == pytest.approx(-1.2, abs=0.2)


def test_a_loss_that_only_falls_has_not_grown():
    found = rate_range(CONFIG, points(np.linspace(2.3, 0.5, 50)))
    assert found.grown is None and found.lowest > 0.5


@pytest.mark.parametrize("count", [0, 1, 9])
def test_of_too_few_points_nothing_is_said(count):
    assert rate_range(CONFIG, points(np.ones(50))[:count]) is None
    assert len(curve(CONFIG, points(np.ones(50))[:count])[0]) == count
