"""Many trainings at once: some settings, each with several values, and the settings of the runs they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from typing import Any

from fmnist.language import N_
from fmnist.networks.architectures import seconds_per_epoch
from fmnist.networks.config import ConfigError, RunConfig

MOST_SETTINGS = 3  # that are varied, beside the seed: two make a picture, the third a row of pictures
SEED = "seed"
STARTING = 0.5  # seconds besides the training that a run costs whose graph is compiled already, measured
COMPILING = 2.0  # and one whose graph is not


@dataclass(frozen=True)
class Plan:
    """Which runs a sweep has. Made by `plan`.

    Parameters
    ----------
    configs : tuple of RunConfig
        One per run, all different; those that share a compiled graph (see `graph_of`) follow each other.
    varied : tuple of str
        The settings with more than one value, the seed among them.
    """

    configs: tuple[RunConfig, ...]
    varied: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """About how long all of it takes, one after another on two ordinary cores."""
        graphs = len({graph_of(config) for config in self.configs})
        training = sum(seconds_per_epoch(config) * config.epochs for config in self.configs)
        return training + COMPILING * graphs + STARTING * (len(self.configs) - graphs)


def plan(base: RunConfig, values: Mapping[str, Sequence[Any]]) -> Plan:
    """All combinations of the values, beside what `base` says of the other settings.

    Parameters
    ----------
    base : RunConfig
    values : mapping
        Names of settings, and what each is to be; the same value twice counts once.

    Raises
    ------
    ConfigError
        If a value cannot be trained with, a setting has none, or too many are varied.
    """
    distinct = {name: _distinct(base, name, several) for name, several in values.items()}
    varied = tuple(name for name, several in distinct.items() if len(several) > 1)
    if len(set(varied) - {SEED}) > MOST_SETTINGS:
        raise ConfigError(
            N_(
                "Vary at most {most} settings at a time, besides the seed: more cannot be shown in a picture."
            ),
            most=MOST_SETTINGS,
        )
    alike: dict[RunConfig, list[RunConfig]] = {}
    for chosen in product(*distinct.values()):
        config = replace(base, **dict(zip(distinct, chosen, strict=True)))
        alike.setdefault(graph_of(config), []).append(config)
    return Plan(tuple(chain.from_iterable(alike.values())), varied)


def graph_of(config: RunConfig) -> RunConfig:
    """The settings without those that what TensorFlow compiles does not depend on: equal for equal graphs."""
    free = ["early_stopping"]
    if not (config.shuffle_labels or config.learn_drawings or config.learns_moved):  # made by the seed
        free.append(SEED)
    if config.schedule == "constant":  # a schedule's numbers are part of the graph
        free += ["epochs", "learning_rate"]
    default = RunConfig()
    return replace(config, **{name: getattr(default, name) for name in free})


def _distinct(base: RunConfig, name: str, values: Sequence[Any]) -> tuple[Any, ...]:
    if not values:
        raise ConfigError(N_("Choose at least one value of {name}."), name=name)
    checked = [getattr(RunConfig.from_dict(base.as_dict() | {name: value}), name) for value in values]
    return tuple(dict.fromkeys(checked))
