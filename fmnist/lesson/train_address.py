"""The settings of a run in the address of Train: a link opens the same form, in any language and version."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

from fmnist.language import N_, Words, say
from fmnist.lesson.mended import nearest_choice, nearest_number, read_switch, written_switch
from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import CHOICES, RANGES, RunConfig

STEPS: dict[str, tuple[float, ...]] = {
    "learning_rate": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0),
    "dropout": RANGES["dropout"].offered(),
    "validation_share": RANGES["validation_share"].offered(),
}
"""The values that the form offers where it does not take every number."""
_BY_TITLE = {network.title: key for key, network in NETWORKS.items()}  # as earlier versions wrote it


def read(query: dict[str, str]) -> tuple[dict[str, Any], list[Words]]:
    """The settings that an address names, and a sentence for each that had to be mended.

    Parameters
    ----------
    query : dict
        Names and texts of an address. Names that are no settings are left alone.
    """
    values, notices = {}, []
    for field in fields(RunConfig):
        if query.get(field.name):  # nothing given stands for the default
            values[field.name], notice = _read(field.name, field.default, query[field.name])
            notices += [notice] if notice else []
    return values, notices


def write(values: dict[str, Any]) -> dict[str, str]:
    """The address of these settings; those of the tutorial are left out."""
    return {
        field.name: _written(values[field.name])
        for field in fields(RunConfig)
        if values[field.name] != field.default
    }


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return written_switch(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _read(name: str, default: Any, asked: str) -> tuple[Any, Words]:
    if name in CHOICES:
        return nearest_choice(_BY_TITLE.get(asked, asked), CHOICES[name], default=default)
    if isinstance(default, bool):
        return read_switch(name, default, asked)
    if name in STEPS:
        return _read_step(asked, STEPS[name], default)
    bounds = RANGES[name]
    return nearest_number(asked, int(bounds.low), int(bounds.high), default)


def _read_step(asked: str, steps: tuple[float, ...], default: float) -> tuple[float, Words]:
    try:
        wanted = float(asked)
    except ValueError:
        wanted = math.nan
    if math.isnan(wanted):
        notice = N_("“{asked}” is not a number, so this is {default:g}.")
        return default, say(notice, asked=f"{asked:.20}", default=default)
    bounded = min(max(wanted, steps[0]), steps[-1])
    nearest = min(steps, key=lambda step: abs(step - bounded))
    same = math.isclose(nearest, wanted, rel_tol=1e-6, abs_tol=1e-9)
    notice = N_("{asked} is not offered, so this is the nearest: {nearest:g}.")
    return nearest, "" if same else say(notice, asked=f"{asked:.20}", nearest=nearest)
