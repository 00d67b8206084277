"""The picture of a network: the layers of its settings, with shapes and parameters that add up."""

import xml.etree.ElementTree as ElementTree

import pytest

from fmnist.networks.architectures import NETWORKS, parameter_count
from fmnist.networks.config import RunConfig
from fmnist.plots import network_picture


@pytest.mark.parametrize("key", NETWORKS)
@pytest.mark.parametrize("dark", [False, True])
def test_it_shows_every_step_with_its_shape_and_all_parameters(key, dark):
    config = RunConfig(network=key)
    steps = network_picture.blocks(config)
    assert sum(step.parameters for step in steps) == parameter_count(config)
    texts = [each.text for each in ElementTree.fromstring(network_picture.network_svg(config, dark)).iter()]
    assert texts.count("classes") == 1
    for step in steps:
        assert "×".join(f"{side:,}" for side in step.shape) in texts
        assert not step.parameters or f"{step.parameters:,}" in texts


def test_it_changes_with_the_settings():
    steps = network_picture.blocks(RunConfig(network="dense", hidden_layers=2, hidden_units=33, dropout=0.5))
    assert [(step.kind, step.shape, step.parameters) for step in steps] == [
        ("image", (28, 28), 0),
        ("Flatten", (784,), 0),
        ("Dense", (33,), 785 * 33),
        ("Dense", (33,), 34 * 33),
        ("Dense", (10,), 340),
    ]


def test_it_is_told_in_words():
    words = network_picture.in_words(RunConfig())
    assert words == (
        "The network: image 28×28 → flatten 784 → dense 128 (100,480 parameters) → dense 10 "
        "(1,290 parameters)"
    )
