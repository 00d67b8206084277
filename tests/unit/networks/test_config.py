"""Claims about RunConfig: tutorial defaults, and a sentence for every absurd value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmnist.networks.config import RANGES, ConfigError, RunConfig

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner),
    max_leaves=4,
)


def test_the_defaults_are_the_tutorials():
    config = RunConfig()
    assert (config.network, config.hidden_units, config.optimizer) == ("tutorial", 128, "adam")
    assert (config.batch_size, config.epochs, config.training_images) == (32, 5, 60_000)
    assert config.scale_pixels and not config.shuffle_labels and not config.validation_share


@pytest.mark.parametrize("name", RANGES)
def test_a_number_outside_its_range_is_named_with_the_range(name):
    for value in (
        RANGES[name].low - 1,
        RANGES[name].high * 2 + 1,
        float("nan"),
        float("inf"),
        10**5000,
        "7",
        True,
    ):
        with pytest.raises(ConfigError, match=name):
            RunConfig(**{name: value})


@pytest.mark.parametrize("name", RANGES)
def test_both_ends_of_a_range_are_allowed(name):
    more = {"validation_share": 0.1} if name == "early_stopping" else {}
    for value in RANGES[name][:2]:
        assert getattr(RunConfig(**more | {name: value}), name) == value


def test_the_values_offered_are_whole_steps_from_the_least_to_the_greatest():
    assert RANGES["validation_share"].offered() == (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
    assert RANGES["dropout"].offered()[-1] == 0.8 and len(RANGES["dropout"].offered()) == 17


def test_early_stopping_without_validation_images_is_refused():
    with pytest.raises(ConfigError, match="validation_share"):
        RunConfig(early_stopping=2)


def test_a_folder_of_an_earlier_version_keeps_the_network_it_was_trained_with():
    earlier = RunConfig(network="strong-cnn").as_dict()
    for name in (
        "schedule",
        "cycle_epochs",
        "label_smoothing",
        "shifts",
        "turns",
        "attacked",
        "changed_labels",
    ):
        del earlier[name]
    assert RunConfig.from_folder(earlier).network == "strong-cnn-1"
    assert RunConfig.from_folder(earlier | {"network": "small-cnn"}).network == "small-cnn"
    today = RunConfig(network="strong-cnn")
    assert RunConfig.from_folder(today.as_dict()) == today


def test_an_unknown_setting_is_named():
    with pytest.raises(ConfigError, match="colour"):
        RunConfig.from_dict({"colour": "red"})


@given(st.dictionaries(st.sampled_from([*RunConfig().as_dict(), "other"]), ANYTHING) | ANYTHING)
def test_whatever_comes_gives_a_config_that_survives_json_or_a_config_error(values):
    try:
        config = RunConfig.from_dict(values)
    except ConfigError as error:
        assert str(error).endswith(".") and len(str(error)) < 300
        return
    assert RunConfig.from_dict(json.loads(json.dumps(config.as_dict()))) == config
