"""The units of a dense network, in order, as plain values for a page: picture, number, output, words."""

from __future__ import annotations

from typing import Any

import numpy as np

from fmnist import weight_pictures
from fmnist.arithmetic import number, signed, unit_name
from fmnist.data import CLASS_NAMES
from fmnist.dense import DenseNetwork, Walk
from fmnist.language import _


def ordered_units(network: DenseNetwork, walk: Walk, order: str) -> np.ndarray:
    """The units of the first hidden layer, (units,) int64: by "number", or by "contribution".

    The latter puts those first that speak loudest for the predicted class, and those last that speak loudest
    against it. See `DenseNetwork.contributions`.
    """
    if order == "number":
        return np.arange(len(walk.outputs[0]))
    return np.argsort(-network.contributions(walk, walk.predicted), kind="stable")


def loudest_unit(network: DenseNetwork, walk: Walk) -> int:
    """The unit of the first hidden layer that contributes most to the predicted class."""
    return int(ordered_units(network, walk, "contribution")[0])


def unit_tiles(network: DenseNetwork, walk: Walk, units: np.ndarray, dark: bool) -> list[dict[str, Any]]:
    """One table of JSON values per unit: place, picture of its weights, title, output, words.

    Parameters
    ----------
    network : DenseNetwork
        With a hidden layer.
    walk : Walk
        Of the image whose outputs are told.
    units : array (m,) of integers
        Which units of the first hidden layer, in the order to show them.
    dark : bool
        For a dark page.
    """
    kernel, outputs = network.layers[0].kernel, walk.outputs[0]
    contributions = network.contributions(walk, walk.predicted)
    predicted = CLASS_NAMES[walk.predicted]
    words = _(
        "Weights of hidden unit {unit} as a picture. Output {output}, contribution to {name} {contribution}"
    )
    pictures = weight_pictures.kernel_addresses(kernel, units, weight_pictures.color_limit(kernel), dark)
    return [
        {
            "place": unit,
            "picture": picture,
            "title": unit_name(unit),
            "value": _output(outputs[unit]),
            "words": words.format(
                unit=unit,
                output=_output(outputs[unit]),
                name=predicted,
                contribution=signed(contributions[unit]),
            ),
        }
        for unit, picture in zip(map(int, units), pictures, strict=True)
    ]


def template_tiles(network: DenseNetwork, walk: Walk, dark: bool) -> list[dict[str, Any]]:
    """The same for softmax regression: the ten classes' weights, each with its score."""
    kernel = network.layers[0].kernel
    labels = np.arange(len(CLASS_NAMES))
    words = _("Weights of class {name} as a picture. Score {score}")
    pictures = weight_pictures.kernel_addresses(kernel, labels, weight_pictures.color_limit(kernel), dark)
    return [
        {
            "place": label,
            "picture": picture,
            "title": name,
            "value": number(walk.scores[label]),
            "words": words.format(name=name, score=number(walk.scores[label])),
        }
        for label, (name, picture) in enumerate(zip(CLASS_NAMES, pictures, strict=True))
    ]


def _output(value: float) -> str:
    return "0" if value == 0 else number(value)
