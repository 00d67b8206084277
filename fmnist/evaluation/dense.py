"""From pixels to probabilities through a network of dense layers, step by step and exactly: NumPy only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from fmnist.data.facts import CLASSES, PIXELS
from fmnist.language import N_, SaidError

_OfSums: TypeAlias = Callable[[np.ndarray], np.ndarray]
ACTIVATIONS: dict[str, tuple[_OfSums, _OfSums]] = {
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "sigmoid": (lambda x: _sigmoid(x), lambda x: _sigmoid(x) * (1 - _sigmoid(x))),
    "elu": (
        lambda x: np.where(x > 0, x, _exp_minus_one(x)),
        lambda x: np.where(x > 0, 1, _exp_minus_one(x) + 1),
    ),
}
"""By the name Keras gives it: the function, and its derivative, of an array of sums."""
LARGEST_POWER = 20.0  # scores beyond are shifted before e is raised to them: e^20 is 485,165,195


class NotDenseError(SaidError, ValueError):
    """A network that is more than dense layers, as a sentence for a person."""


@dataclass(frozen=True)
class DenseLayer:
    """One layer: kernel (inputs, units) float32, bias (units,) float32, activation as Keras names it."""

    kernel: np.ndarray
    bias: np.ndarray
    activation: str


@dataclass(frozen=True)
class WeightedSum:
    """What a unit adds up: inputs (n,) float64, each times its weight (n,) float64, and a bias."""

    inputs: np.ndarray
    weights: np.ndarray
    bias: float

    @property
    def products(self) -> np.ndarray:
        """Each input times its weight, (n,) float64."""
        products: np.ndarray = self.inputs * self.weights
        return products

    @property
    def total(self) -> float:
        """The sum of all products and the bias."""
        return float(self.products.sum() + self.bias)

    def largest(self, count: int) -> np.ndarray:
        """The places of the products farthest from 0, at most `count`, farthest first; without those of 0."""
        size = np.abs(self.products)
        order = np.argsort(-size, kind="stable")[:count]
        places: np.ndarray = order[size[order] > 0]
        return places

    def rest(self, count: int) -> float:
        """What the products that are not among the `largest` add up to."""
        return float(self.products.sum() - self.products[self.largest(count)].sum())


@dataclass(frozen=True)
class Walk:
    """What one image becomes on its way through a network; all float64.

    Attributes
    ----------
    pixels : array (784,)
        As the network gets them: divided by 255, if the run scales its pixels.
    sums : tuple of arrays (units,)
        Of each hidden layer, before the activation.
    outputs : tuple of arrays (units,)
        Of each hidden layer, after it.
    scores : array (10,)
        The last layer's sums, also called logits.
    probabilities : array (10,)
        Their softmax.
    """

    pixels: np.ndarray
    sums: tuple[np.ndarray, ...]
    outputs: tuple[np.ndarray, ...]
    scores: np.ndarray
    probabilities: np.ndarray

    @property
    def predicted(self) -> int:
        """The class with the largest probability."""
        return int(self.scores.argmax())


@dataclass(frozen=True)
class DenseNetwork:
    """A network's dense layers, first to last, and what its pixels (0 to 255) are divided by.

    Raises
    ------
    NotDenseError
        If the layers do not lead from 784 pixels to ten probabilities by activations known here.
    """

    layers: tuple[DenseLayer, ...]
    divisor: float

    def __post_init__(self) -> None:
        sizes = [layer.kernel.shape for layer in self.layers]
        chained = all(before[1] == after[0] for before, after in zip(sizes, sizes[1:], strict=False))
        if not sizes or sizes[0][0] != PIXELS or sizes[-1][1] != CLASSES or not chained:
            raise NotDenseError(N_("The layers of this network do not lead from 784 pixels to ten classes."))
        if any(layer.activation not in ACTIVATIONS for layer in self.hidden_layers) or (
            self.layers[-1].activation != "softmax"
        ):
            raise NotDenseError(N_("This network uses an activation that this view does not know."))

    @classmethod
    def of(cls, layers: Iterable[tuple[np.ndarray, np.ndarray, str]], divisor: float) -> DenseNetwork:
        """A network of (kernel, bias, activation) for each layer; the arrays become read-only."""
        made = tuple(DenseLayer(*layer) for layer in layers)
        for layer in made:
            layer.kernel.setflags(write=False)
            layer.bias.setflags(write=False)
        return cls(made, divisor)

    @property
    def hidden_layers(self) -> tuple[DenseLayer, ...]:
        """All layers but the last; none for softmax regression."""
        return self.layers[:-1]

    @property
    def bytes(self) -> int:
        """The memory that the weights take."""
        return sum(layer.kernel.nbytes + layer.bias.nbytes for layer in self.layers)

    def walk(self, image: np.ndarray) -> Walk:
        """Every step of one image (28, 28) uint8 through the network."""
        values = pixels = image.reshape(-1).astype(np.float64) / self.divisor
        sums, outputs = [], []
        for layer in self.hidden_layers:
            sums.append(values @ layer.kernel + layer.bias)
            values = ACTIVATIONS[layer.activation][0](sums[-1])
            outputs.append(values)
        scores = values @ self.layers[-1].kernel + self.layers[-1].bias
        powers = powers_of_e(scores)[0]
        return Walk(pixels, tuple(sums), tuple(outputs), scores, powers / powers.sum())

    def unit_sum(self, walk: Walk, unit: int) -> WeightedSum:
        """What a unit of the first layer adds up: pixels times weights."""
        return _weighted_sum(self.layers[0], walk.pixels, unit)

    def score_sum(self, walk: Walk, label: int) -> WeightedSum:
        """What a class's score adds up: outputs of the last hidden layer (or pixels) times weights."""
        return _weighted_sum(self.layers[-1], walk.outputs[-1] if walk.outputs else walk.pixels, label)

    def contributions(self, walk: Walk, label: int) -> np.ndarray:
        """How much each unit of the first hidden layer speaks for a class: (units,) float64.

        With one hidden layer this is exactly its output times its weight to the class. With more it is its
        output times the gradient of the class's score, an approximation.
        """
        gradient = self.layers[-1].kernel[:, label].astype(np.float64)
        for layer, sums in zip(self.hidden_layers[:0:-1], walk.sums[:0:-1], strict=True):
            gradient = layer.kernel @ (gradient * ACTIVATIONS[layer.activation][1](sums))
        return walk.outputs[0] * gradient


def powers_of_e(scores: np.ndarray) -> tuple[np.ndarray, float]:
    """Powers of e, one for each score, (10,), and what was subtracted from all scores before: mostly 0.

    Where scores are far from 0, the largest is subtracted from all, or the powers would be too large for a
    computer. Their shares of the sum, the probabilities, stay the same.
    """
    shift = float(scores.max()) if np.abs(scores.max()) > LARGEST_POWER else 0.0
    return np.exp(scores - shift), shift


def _weighted_sum(layer: DenseLayer, inputs: np.ndarray, unit: int) -> WeightedSum:
    return WeightedSum(inputs, layer.kernel[:, unit].astype(np.float64), float(layer.bias[unit]))


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return (1 + np.tanh(x / 2)) / 2  # the same as 1 / (1 + e^-x), which overflows


def _exp_minus_one(x: np.ndarray) -> np.ndarray:
    values: np.ndarray = np.expm1(np.minimum(x, 0))
    return values
