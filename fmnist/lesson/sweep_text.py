"""A sweep in words: which settings can be varied, by which values, and what to call each."""

from __future__ import annotations

from typing import Any

from fmnist.evaluation.sweeps import Sweep
from fmnist.language import N_, _
from fmnist.lesson.run_text import SETTING_WORDS, labels_changed
from fmnist.lesson.train_address import FORM, STEPS
from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import ACTIVATIONS, OPTIMIZER_NAMES, OPTIMIZERS, RANGES, RunConfig

OFFERED: dict[str, tuple[Any, ...]] = {
    "learning_rate": STEPS["learning_rate"],
    "hidden_units": (1, 4, 16, 32, 64, 128, 256, 512, 1024),
    "hidden_layers": (1, 2, 3, 4),
    "activation": ACTIVATIONS,
    "dropout": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
    "optimizer": OPTIMIZERS,
    "batch_size": (8, 16, 32, 64, 128, 256, 512),
    "training_images": (100, 600, 1_000, 6_000, 20_000, 60_000),
    "network": tuple(NETWORKS),
    "scale_pixels": (True, False),
    "learn_drawings": (False, True),
    "shifts": (0, 1, 2, 4),
    "turns": (0, 10, 20, 30),
    "attacked": (0, 4, 8, 16),
}
"""What the page offers; the command line takes every value."""
FIRST: dict[str, tuple[Any, ...]] = {
    "learning_rate": (3e-4, 1e-3, 3e-3, 1e-2),
    "hidden_units": (16, 64, 256),
    "batch_size": (32, 128, 512),
    "training_images": (600, 6_000, 60_000),
    "dropout": (0.0, 0.2, 0.4),
    "network": ("softmax", "tutorial", "small-cnn"),
}
"""The values that are there when a setting is chosen; of the others it is all of them."""
OF_SOME_NETWORKS = ("hidden_units", "hidden_layers", "activation", "dropout")
MOST_SEEDS = 10
NOT_IN_THE_FORM = {"cycle_epochs": N_("Epochs of the cycle"), "changed_labels": N_("Doubtful labels")}


def offered(config: RunConfig) -> list[str]:
    """The settings that can be varied beside what the form says of the others."""
    known = NETWORKS[config.network].settings
    return [name for name in OFFERED if name not in OF_SOME_NETWORKS or name in known]


def values_of(name: str, config: RunConfig) -> list[Any]:
    """The values offered for a setting, that of the form among them."""
    values, own = OFFERED[name], getattr(config, name)
    return list(values) if own in values else sorted([*values, own])


def first_values(name: str) -> list[Any]:
    """The values to begin with."""
    return list(FIRST.get(name, OFFERED[name]))


def seeds(first: int, count: int) -> list[int]:
    """So many seeds, from the form's on."""
    first = min(first, int(RANGES["seed"].high) - count + 1)
    return list(range(first, first + count))


def name_of(setting: str) -> str:
    """What a setting is called, in the visitor's language."""
    return _(FORM[setting].title if setting in FORM else NOT_IN_THE_FORM[setting])


def shown(setting: str, value: Any) -> str:
    """What a value of a setting is called, in the visitor's language."""
    if setting == "network":
        return _(NETWORKS[value].title)
    if setting == "optimizer":
        return _(OPTIMIZER_NAMES[value])
    if setting == "changed_labels":
        return labels_changed(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return value
    return f"{value:g}" if isinstance(value, float) else f"{value:,}"


def combination(sweep: Sweep, values: tuple[Any, ...]) -> str:
    """One combination of a sweep's values: "16 units, rate 0.01"."""
    pairs = zip(sweep.axes, values, strict=True)
    return _(", ").join(_short(name, value) for name, value in pairs) or _("All settings alike")


def _short(setting: str, value: Any) -> str:
    if setting in SETTING_WORDS and not isinstance(value, str):
        return _(SETTING_WORDS[setting]).format(value=value)
    if isinstance(value, bool):
        return _("{setting}: {value}").format(setting=name_of(setting), value=shown(setting, value))
    return shown(setting, value)


def title(sweep: Sweep) -> str:
    """What a sweep is called: "Learning rate × Hidden units"."""
    return " × ".join(name_of(name) for name in sweep.axes) or _("One run")
