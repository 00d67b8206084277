"""Every layer of a trained network, one after the other, for one image or many: NumPy only.

What Keras's layers compute at prediction, from their own weights. A *column* is what is shown as one step: a
layer that moves or sums numbers, with those after it that work on each number alone (normalisation,
activation).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from fmnist.data.facts import CLASSES, IMAGE_SHAPE
from fmnist.evaluation.dense import ACTIVATIONS, WeightedSum
from fmnist.language import N_, SaidError

ONLY_IN_TRAINING = frozenset(
    {"Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "RandomFlip", "RandomTranslation"}
    | {"RandomRotation", "RandomZoom"}
)
ONE_BY_ONE = frozenset({"BatchNormalization", "Activation", "ReLU", "Softmax", "Rescaling", "Reshape"})
POOLING = frozenset({"MaxPooling2D", "AveragePooling2D"})
GLOBAL_POOLING = frozenset({"GlobalAveragePooling2D", "GlobalMaxPooling2D"})
MAIN = frozenset({"Conv2D", "Dense", "Flatten"}) | POOLING | GLOBAL_POOLING
"""Kinds that begin a column; those before the first of them belong to the image."""

IMAGES_REMEMBERED = 4  # a megabyte each in the largest network


class UnknownLayerError(SaidError, ValueError):
    """A network with a layer that is not computed here, as a sentence for a person."""


@dataclass(frozen=True)
class LayerData:
    """One layer of a trained network, as plain values.

    Attributes
    ----------
    name : str
    kind : str
        The name of its class in `keras.layers`.
    settings : dict
        As its `get_config` tells them; activations by their names.
    weights : dict of arrays float32
        By Keras's names: kernel, bias, gamma, beta, moving_mean, moving_variance.
    """

    name: str
    kind: str
    settings: dict[str, Any]
    weights: dict[str, np.ndarray]

    def __post_init__(self) -> None:
        if self.kind not in MAIN | ONE_BY_ONE | ONLY_IN_TRAINING:
            raise self._unknown()
        if self.activation not in ACTIVATIONS.keys() | {"linear", "softmax"}:
            raise self._unknown()
        plain = {"dilation_rate": 1, "groups": 1, "data_format": "channels_last"}
        if any(
            two_sides(self.settings.get(name, usual)) != two_sides(usual) for name, usual in plain.items()
        ):
            raise self._unknown()

    def _unknown(self) -> UnknownLayerError:
        message = N_("This view does not know how to compute the layer {name} ({kind}).")
        return UnknownLayerError(message, name=self.name, kind=self.kind)

    @property
    def activation(self) -> str:
        """The name of the function the layer ends with; "linear" for none."""
        if self.kind in ("ReLU", "Softmax"):
            return self.kind.lower()
        return self.settings.get("activation") or "linear"

    def computed(self, values: np.ndarray) -> np.ndarray:
        """What the layer makes of many images' values, (n, …) float32: (n, …) float32."""
        return activated(self.activation, self.sums(values))

    def sums(self, values: np.ndarray) -> np.ndarray:
        """The same before the layer's own activation."""
        found: np.ndarray = self._sums(values)
        return found

    def _sums(self, values: np.ndarray) -> Any:
        match self.kind:
            case "Conv2D":
                _window, strides, padding = self.windows()
                kernel, bias = self.weights["kernel"], self.weights.get("bias")
                return convolution(values, kernel, bias, strides, padding)
            case "Dense":
                sums = values @ self.weights["kernel"]
                return sums + self.weights["bias"] if "bias" in self.weights else sums
            case "MaxPooling2D" | "AveragePooling2D":
                return pooling(values, self)
            case "GlobalAveragePooling2D":
                return values.mean(axis=(1, 2))
            case "GlobalMaxPooling2D":
                return values.max(axis=(1, 2))
            case "Flatten":
                return values.reshape(len(values), -1)
            case "Reshape":
                return values.reshape(len(values), *self.settings["target_shape"])
            case "Rescaling":
                return values * np.float32(self.settings["scale"]) + np.float32(self.settings["offset"])
            case "BatchNormalization":
                scale, shift = self.scale_and_shift()
                return values * scale + shift
            case _:  # an activation, or a layer that does nothing at prediction
                return values

    def windows(self) -> tuple[tuple[int, int], tuple[int, int], str]:
        """The sides of a convolution's or a pooling's windows, the way from one to the next, the padding."""
        if self.kind == "Conv2D":
            rows, columns = self.weights["kernel"].shape[:2]
            return (rows, columns), two_sides(self.settings["strides"]), self.settings["padding"]
        sides = two_sides(self.settings["pool_size"])
        strides = two_sides(self.settings.get("strides") or sides)
        return sides, strides, self.settings.get("padding", "valid")

    def size_after(self, size: tuple[int, int]) -> tuple[int, int]:
        """The rows and columns of a map that a convolution or a pooling makes of maps of this size."""
        (rows, columns), strides, padding = self.windows()
        if padding == "same":
            return math.ceil(size[0] / strides[0]), math.ceil(size[1] / strides[1])
        return (size[0] - rows) // strides[0] + 1, (size[1] - columns) // strides[1] + 1

    def scale_and_shift(self) -> tuple[np.ndarray, np.ndarray]:
        """What a batch normalisation multiplies each channel by and adds to it: both (channels,) float32."""
        mean, variance = self.weights["moving_mean"], self.weights["moving_variance"]
        scale = self.weights.get("gamma", 1) / np.sqrt(variance + np.float32(self.settings["epsilon"]))
        return scale, self.weights.get("beta", 0) - mean * scale


@dataclass(frozen=True)
class Column:
    """What is shown as one step of an image's way: the layers with the places first to last.

    Attributes
    ----------
    kind : str
        Of its first layer; "image" for the column that holds the image itself.
    number : int
        Counts the columns of one kind from 1.
    first, last : int
        Places in the network's layers; `last` is before `first` where the image column has no layer.
    """

    kind: str
    number: int
    first: int
    last: int


@dataclass(frozen=True)
class Steps:
    """What one image, or many, became on the way; float32.

    Attributes
    ----------
    pixels : array (n, 28, 28)
        As the network gets them.
    outputs : tuple of arrays (n, …)
        Of each layer.
    """

    pixels: np.ndarray
    outputs: tuple[np.ndarray, ...]

    def after(self, column: Column) -> np.ndarray:
        """What leaves a column: (n, …)."""
        return self.outputs[column.last] if column.last >= 0 else self.pixels

    @property
    def probabilities(self) -> np.ndarray:
        """Of the ten classes, (n, 10)."""
        return self.outputs[-1]


@dataclass(frozen=True)
class LayeredNetwork:
    """A network's layers, first to last, and what its pixels (0 to 255) are divided by.

    Raises
    ------
    UnknownLayerError
        If a layer is of a kind not computed here, or the last is not one of ten probabilities.
    """

    layers: tuple[LayerData, ...]
    divisor: float

    def __post_init__(self) -> None:
        last = self.layers[-1] if self.layers else None
        if last is None or last.kind != "Dense" or last.weights["kernel"].shape[1] != CLASSES:
            raise UnknownLayerError(N_("The last layer of this network is not a dense layer of ten classes."))

    @classmethod
    def of(
        cls, layers: Iterable[tuple[str, str, dict[str, Any], dict[str, np.ndarray]]], divisor: float
    ) -> LayeredNetwork:
        """A network of (name, kind, settings, weights) for each layer; the arrays become read-only."""
        made = tuple(LayerData(*layer) for layer in layers)
        for layer in made:
            for values in layer.weights.values():
                values.setflags(write=False)
        return cls(made, divisor)

    @property
    def bytes(self) -> int:
        """The memory that the weights take."""
        return sum(values.nbytes for layer in self.layers for values in layer.weights.values())

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The image and each step after it."""
        mains = [place for place, layer in enumerate(self.layers) if layer.kind in MAIN]
        found, counts = [Column("image", 1, 0, mains[0] - 1)], dict.fromkeys(MAIN, 0)
        for first, after in zip(mains, [*mains[1:], len(self.layers)], strict=True):
            kind = self.layers[first].kind
            counts[kind] += 1
            found.append(Column(kind, counts[kind], first, after - 1))
        return tuple(found)

    def walk(self, images: np.ndarray) -> Steps:
        """Every step of images (n, 28, 28), uint8 or any numbers from 0 to 255, through the network."""
        values = pixels = images.astype(np.float32) / np.float32(self.divisor)
        outputs = []
        for layer in self.layers:
            values = layer.computed(values)
            outputs.append(values)
        return Steps(pixels, tuple(outputs))

    def way(self, image: np.ndarray) -> Steps:
        """`walk` for one image (28, 28) uint8, remembered for a while: several parts of a page ask for it."""
        steps: Steps = self._ways(image.tobytes())
        return steps

    @cached_property
    def _ways(self) -> Callable[..., Steps]:
        def walked(pixels: Any) -> Steps:
            return self.walk(np.frombuffer(pixels, np.uint8).reshape(1, *IMAGE_SHAPE))

        return functools.lru_cache(maxsize=IMAGES_REMEMBERED)(walked)

    def seen(self, column: Column, row: int, place: int) -> tuple[range, range]:
        """The rows and columns of the image on which a cell of a map (row, place in it) can depend."""
        sizes = [IMAGE_SHAPE]  # of what each moving layer gets
        moving = [each for each in self.layers[: column.last + 1] if each.kind in {"Conv2D"} | POOLING]
        for layer in moving:
            sizes.append(layer.size_after(sizes[-1]))
        low, high = [row, place], [row, place]
        for layer, size in zip(reversed(moving), reversed(sizes[:-1]), strict=True):
            window, strides, padding = layer.windows()
            for axis in (0, 1):
                added = padding_before(size[axis], window[axis], strides[axis], padding)[0]
                low[axis] = max(low[axis] * strides[axis] - added, 0)
                high[axis] = min(high[axis] * strides[axis] - added + window[axis], size[axis]) - 1
        return range(low[0], high[0] + 1), range(low[1], high[1] + 1)

    def weighted_sum(self, steps: Steps, column: Column, unit: int) -> WeightedSum:
        """What a unit of a dense column adds up for the first image of the steps."""
        layer = self.layers[column.first]
        before = steps.outputs[column.first - 1] if column.first else steps.pixels
        bias = layer.weights["bias"][unit] if "bias" in layer.weights else 0.0
        kernel = layer.weights["kernel"][:, unit]
        return WeightedSum(before[0].astype(np.float64), kernel.astype(np.float64), float(bias))


def activated(name: str, sums: np.ndarray) -> np.ndarray:
    """An activation, by Keras's name, of sums (…, units)."""
    if name == "linear":
        return sums
    if name == "softmax":
        powers: np.ndarray = np.exp(sums - sums.max(axis=-1, keepdims=True))
        powers /= powers.sum(axis=-1, keepdims=True)
        return powers
    found: np.ndarray = ACTIVATIONS[name][0](sums).astype(np.float32, copy=False)
    return found


def convolution(
    images: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None,
    strides: tuple[int, int],
    padding: str,
) -> np.ndarray:
    """A convolution as Keras computes it: one matrix product of all windows and the kernel.

    Parameters
    ----------
    images : array (n, rows, columns, channels)
    kernel : array (k, l, channels, filters)
    bias : array (filters,) or None
    strides : rows and columns from one window to the next
    padding : "same" (zeros around, so that the size is that of the input divided by the stride) or "valid"
    """
    sides = kernel.shape[:2]
    windows = _windows(images, sides, strides, padding, 0.0)  # (n, rows, columns, channels, k, l)
    ordered = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, math.prod(kernel.shape[:3]))
    sums: np.ndarray = ordered @ kernel.reshape(-1, kernel.shape[3])
    if bias is not None:
        sums = sums + bias
    return sums.reshape(*windows.shape[:3], -1)


def pooling(images: np.ndarray, layer: LayerData) -> np.ndarray:
    """The largest, or the mean, of each window of images (n, rows, columns, channels)."""
    sides, strides, padding = layer.windows()
    if layer.kind == "MaxPooling2D":
        return functools.reduce(np.maximum, _shifted(_windows(images, sides, strides, padding, -np.inf)))
    inside = _windows(np.ones_like(images), sides, strides, padding, 0.0)  # what is added counts for nothing
    sums = _windows(images, sides, strides, padding, 0.0).sum(axis=(-2, -1))
    means: np.ndarray = sums / inside.sum(axis=(-2, -1))
    return means


def _shifted(windows: np.ndarray) -> list[np.ndarray]:
    """The first value of each window, the second, and so on: NumPy is slow with axes as short as a window."""
    return [windows[..., row, column] for row, column in np.ndindex(windows.shape[-2:])]


def padding_before(size: int, window: int, stride: int, padding: str) -> tuple[int, int]:
    """How many rows (or columns) are added before and after an image of `size`: as TensorFlow does.

    https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    if padding == "valid":
        return 0, 0
    added = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
    return added // 2, added - added // 2


def _windows(
    images: np.ndarray, sides: tuple[int, int], strides: tuple[int, int], padding: str, outside: float
) -> np.ndarray:
    """All windows of the images: (n, rows, columns, channels, *sides), a view of the padded images."""
    added = [
        padding_before(size, side, stride, padding)
        for size, side, stride in zip(images.shape[1:3], sides, strides, strict=True)
    ]
    if any(map(any, added)):
        images = np.pad(images, ((0, 0), *added, (0, 0)), constant_values=outside)
    windows = np.lib.stride_tricks.sliding_window_view(images, sides, axis=(1, 2))
    return windows[:, :: strides[0], :: strides[1]]


def two_sides(value: Any) -> Any:
    """A setting that Keras takes as one number or as two: always as two."""
    if isinstance(value, int):
        return value, value
    return tuple(value) if isinstance(value, list) else value
