"""What the browser draws of a network's layers, as plain values: all maps of an image, and what made one map.

Maps travel as levels of colour, one byte a cell; what a cell's arithmetic needs travels as the exact float32
numbers, so that the browser can add up any cell at once (pages/parts/predict/cell.js).
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from fmnist.data.class_words import class_names
from fmnist.evaluation.arithmetic import number
from fmnist.evaluation.layers import (
    GLOBAL_POOLING,
    Column,
    LayerData,
    LayeredNetwork,
    Steps,
    padding_before,
    two_sides,
)
from fmnist.language import N_, _
from fmnist.plots.weight_pictures import LEVELS, color_limit, signed_colors

TITLES = {
    "image": N_("Image"),
    "Conv2D": N_("Convolution {number}"),
    "MaxPooling2D": N_("Pooling {number}"),
    "AveragePooling2D": N_("Pooling {number}"),
    "GlobalAveragePooling2D": N_("Mean of each map"),
    "GlobalMaxPooling2D": N_("Largest of each map"),
    "Flatten": N_("Flatten"),
    "Dense": N_("Dense {number}"),
}
ENDINGS = {"BatchNormalization": N_("normalised")}


def title(network: LayeredNetwork, column: Column) -> str:
    """What to call a column: "Convolution 2"; the last one "Ten classes"."""
    if column is network.columns[-1]:
        return _("Ten classes")
    return _(TITLES[column.kind]).format(number=column.number)


def is_spatial(steps: Steps, column: Column) -> bool:
    """Whether what leaves the column is maps, rather than a row of numbers."""
    return steps.after(column).ndim == 4


def in_numbers(values: np.ndarray) -> str:
    """The shape of what one image became, as "14×14×16"."""
    return "×".join(f"{side:,}" for side in values.shape[1:])


def strip(network: LayeredNetwork, steps: Steps, dark: bool) -> dict[str, Any]:
    """All columns of one image, for pages/parts/predict/maps.js.

    Returns
    -------
    dict
        "colors": 255 colours as base64; "columns": for each, from the image to the probabilities, its title,
        shape, what it ends with, kind ("image", "maps", "row" or "classes"), and values: the levels of all
        maps, map by map, as base64, the share of each map's cells above 0 in per cent, and the limit of the
        colours, which are the same for all maps of a column.
    """
    return {
        "colors": _base64(signed_colors(dark)),
        "columns": [_column(network, steps, place, column) for place, column in enumerate(network.columns)],
    }


def _column(network: LayeredNetwork, steps: Steps, place: int, column: Column) -> dict[str, Any]:
    values = steps.after(column)
    told = {
        "place": place,
        "title": title(network, column),
        "shape": in_numbers(values),
        "ending": ", ".join(_endings(network, column)),
    }
    if place == len(network.columns) - 1:
        probabilities = [round(float(value), 4) for value in values[0]]
        return told | {"kind": "classes", "names": class_names(), "probabilities": probabilities}
    maps = maps_of(values)
    limit = color_limit(maps)
    kind = "image" if column.kind == "image" else "maps" if is_spatial(steps, column) else "row"
    shares = np.rint(100 * (maps > 0).mean(axis=(1, 2))) if kind != "row" else [100 * (maps > 0).mean()]
    return told | {
        "kind": kind,
        "sides": maps.shape[1:],
        "levels": _base64(levels(maps, limit)),
        "shares": [int(share) for share in shares],
        "limit": number(limit),
        "buttons": column.kind == "Dense",
    }


def _endings(network: LayeredNetwork, column: Column) -> list[str]:
    """What follows the sum in a column, in words: "normalised", "relu"."""
    found = []
    for layer in network.layers[max(column.first, 0) : column.last + 1]:
        if layer.kind in ENDINGS:
            found.append(_(ENDINGS[layer.kind]))
        if layer.activation != "linear":
            found.append(layer.activation)
    return found


def maps_of(values: np.ndarray) -> np.ndarray:
    """The maps of the first image: (maps, rows, columns). A row of numbers is one map of one row."""
    first: np.ndarray = values[0]
    if first.ndim == 3:
        return first.transpose(2, 0, 1)
    return first.reshape(1, *(first.shape if first.ndim == 2 else (1, -1)))


def levels(values: np.ndarray, limit: float) -> np.ndarray:
    """Numbers as places among the 255 colours of `signed_colors`: uint8, 127 for 0."""
    middle = LEVELS // 2
    return (np.rint(np.clip(values / limit, -1, 1) * middle) + middle).astype(np.uint8)


def made_of(network: LayeredNetwork, steps: Steps, place: int, chosen: int, dark: bool) -> dict[str, Any]:
    """What made one map of a column, exactly, for pages/parts/predict/cell.js.

    Parameters
    ----------
    place : int
        Of the column: one that gives maps, not the image.
    chosen : int
        Which of its maps.

    Returns
    -------
    dict
        The map's own cells; of each map it is made of the cells and, for a convolution, the kernel; how the
        windows lie; and what follows the sum. Arrays are base64 of float32, row by row, the maps last.
    """
    column = network.columns[place]
    layer, values = network.layers[column.first], steps.after(column)
    before = steps.outputs[column.first - 1] if column.first else steps.pixels[..., None]
    inputs, limit = before[0], color_limit(maps_of(before))
    told = {
        "kind": "convolution" if layer.kind == "Conv2D" else _pool_kind(layer),
        "colors": _base64(signed_colors(dark)),
        "sides": values.shape[1:3],
        "cells": _base64(values[0, :, :, chosen]),
        "limit": color_limit(maps_of(values)),
        "input_limit": limit,
        "input_sides": inputs.shape[:2],
        "after": [each for each in _after(network, column, chosen) if each],
        "flat": _flat(network, steps, place, chosen),
    }
    if layer.kind != "Conv2D":
        return told | _pool_windows(layer, inputs) | {"inputs": _base64(inputs[:, :, chosen]), "maps": 1}
    kernel = layer.weights["kernel"]
    window = {"window": kernel.shape[:2], "strides": two_sides(layer.settings["strides"])}
    return told | {
        **window,
        "added": _added(inputs, window, layer.settings["padding"]),
        "inputs": _base64(inputs),
        "maps": inputs.shape[2],
        "kernel": _base64(kernel[:, :, :, chosen]),
        "kernel_limit": float(np.abs(kernel[:, :, :, chosen]).max()) or 1.0,
        "bias": float(layer.weights["bias"][chosen]) if "bias" in layer.weights else None,
    }


def _pool_kind(layer: LayerData) -> str:
    return "largest" if layer.kind == "MaxPooling2D" else "mean"


def _pool_windows(layer: LayerData, inputs: np.ndarray) -> dict[str, Any]:
    window = {
        "window": two_sides(layer.settings["pool_size"]),
        "strides": two_sides(layer.settings.get("strides") or layer.settings["pool_size"]),
    }
    return window | {"added": _added(inputs, window, layer.settings.get("padding", "valid"))}


def _added(inputs: np.ndarray, window: dict[str, Any], padding: str) -> list[int]:
    """The rows and columns added before the first ones."""
    each = zip(inputs.shape[:2], window["window"], window["strides"], strict=True)
    return [padding_before(size, side, stride, padding)[0] for size, side, stride in each]


def _after(network: LayeredNetwork, column: Column, chosen: int) -> list[dict[str, Any]]:
    """What each layer of a column does to a sum, from the activation of the first one on."""
    found: list[dict[str, Any]] = [{"activation": network.layers[column.first].activation}]
    for layer in network.layers[column.first + 1 : column.last + 1]:
        if layer.kind == "BatchNormalization":
            weights = {name: float(values[chosen]) for name, values in layer.weights.items()}
            found.append({"normalisation": {"gamma": 1.0, "beta": 0.0} | weights, **_epsilon(layer)})
        found.append({"activation": layer.activation})
    return [each for each in found if each.get("activation") != "linear"]


def _epsilon(layer: LayerData) -> dict[str, float]:
    return {"epsilon": float(layer.settings["epsilon"])}


def _flat(network: LayeredNetwork, steps: Steps, place: int, chosen: int) -> dict[str, int] | None:
    """Where `flatten` puts the cells of a map, if it follows."""
    following = network.columns[place + 1]
    if following.kind != "Flatten":
        return None
    return {"map": chosen, "maps": steps.after(network.columns[place]).shape[3]}


def origin(steps: Steps, network: LayeredNetwork, place: int, unit: int) -> str:
    """Where number `unit` of a row before column `place` comes from: "map 3, row 2, column 4" or "unit 7"."""
    before = network.columns[place - 1]
    if before.kind != "Flatten":
        return (_("map {number}") if before.kind in GLOBAL_POOLING else _("unit {number}")).format(
            number=unit
        )
    shape = steps.after(network.columns[place - 2]).shape[1:]
    row, column, *of_map = np.unravel_index(unit, shape)
    if not of_map:
        return _("pixel row {row}, column {column}").format(row=row, column=column)
    return _("map {map}, row {row}, column {column}").format(map=of_map[0], row=row, column=column)


def default_choice(network: LayeredNetwork, steps: Steps) -> tuple[int, int]:
    """The map shown first: of the first convolution the one with the largest value; else the class."""
    for place, column in enumerate(network.columns):
        if column.kind == "Conv2D":
            return place, int(steps.after(column)[0].max(axis=(0, 1)).argmax())
    return len(network.columns) - 1, int(steps.probabilities[0].argmax())


def is_known(network: LayeredNetwork, steps: Steps, place: Any, chosen: Any) -> bool:
    """Whether a browser, which can send anything, names a map or a number that there is."""
    if type(place) is not int or type(chosen) is not int:
        return False
    return 0 < place < len(network.columns) and (0 <= chosen < steps.after(network.columns[place]).shape[-1])


def _base64(values: np.ndarray) -> str:
    kind = np.uint8 if values.dtype == np.uint8 else "<f4"
    return base64.b64encode(np.ascontiguousarray(values, kind).tobytes()).decode("ascii")
