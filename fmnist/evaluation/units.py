"""The units of a dense network, in order, as plain values for a page: picture, number, output, words."""

from __future__ import annotations

import numpy as np

from fmnist.evaluation.dense import DenseNetwork, Walk


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
