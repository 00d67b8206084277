"""One step of learning, worked out: from one image to its gradient, Adam's two averages, and new weights.

NumPy only, for networks of dense layers. Backpropagation as in Rumelhart, Hinton and Williams (1986),
Nature 323; Adam as in Kingma and Ba (2015), https://arxiv.org/abs/1412.6980, in the order of Keras.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fmnist.evaluation.dense import ACTIVATIONS, DenseLayer, DenseNetwork, Walk

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # Keras's own


@dataclass(frozen=True)
class Averages:
    """What Adam remembers of the steps before.

    Attributes
    ----------
    steps : int
        How many there were.
    means, squares : tuples of arrays, float32
        The running means of the gradients and of their squares, in the shapes of the network's weights:
        kernel and bias of each layer, first to last.
    """

    steps: int
    means: tuple[np.ndarray, ...]
    squares: tuple[np.ndarray, ...]

    @classmethod
    def none(cls, network: DenseNetwork) -> Averages:
        """Those before the first step: zeros."""
        zeros = tuple(np.zeros_like(weights) for weights in weights_of(network))
        return cls(0, zeros, zeros)


@dataclass(frozen=True)
class Change:
    """What a step does to one weight; all float.

    Attributes
    ----------
    before, after : float
        The weight.
    gradient : float
        The derivative of the loss with respect to it.
    mean_before, mean, square_before, square : float
        Adam's two averages, before the step and in it.
    rate : float
        The learning rate, corrected for the averages having begun at zero.
    """

    before: float
    after: float
    gradient: float
    mean_before: float
    mean: float
    square_before: float
    square: float
    rate: float


@dataclass(frozen=True)
class Step:
    """One step on one image.

    Attributes
    ----------
    walk : Walk
        The image's way through the network before the step.
    label : int
        Its true class.
    gradients : tuple of arrays, float64
        Of the loss with respect to kernel and bias of each layer, first to last.
    signals : tuple of arrays (units,), float64
        Of the loss with respect to the sums of each layer; the last is probabilities less truth.
    network : DenseNetwork
        After the step.
    loss, loss_after : float
        The cross-entropy of the image, before and after.
    """

    before: DenseNetwork
    averages: Averages
    rate: float
    walk: Walk
    label: int
    gradients: tuple[np.ndarray, ...]
    signals: tuple[np.ndarray, ...]
    network: DenseNetwork
    loss: float
    loss_after: float

    def change(self, layer: int, row: int, column: int) -> Change:
        """What happens to the weight from input `row` to unit `column` of a layer."""
        place = 2 * layer
        gradient = float(self.gradients[place][row, column])
        mean, square = (
            float(each[place][row, column]) for each in (self.averages.means, self.averages.squares)
        )
        return Change(
            float(self.before.layers[layer].kernel[row, column]),
            float(self.network.layers[layer].kernel[row, column]),
            gradient,
            mean,
            mean + (gradient - mean) * (1 - BETA_1),
            square,
            square + (gradient**2 - square) * (1 - BETA_2),
            corrected_rate(self.rate, self.averages.steps + 1),
        )


def weights_of(network: DenseNetwork) -> tuple[np.ndarray, ...]:
    """Kernel and bias of each layer, first to last."""
    return tuple(weights for layer in network.layers for weights in (layer.kernel, layer.bias))


def corrected_rate(rate: float, step: int) -> float:
    """Adam's learning rate in its step number `step`, 1 or more."""
    return float(rate * np.sqrt(1 - BETA_2**step) / (1 - BETA_1**step))


def loss_of(walk: Walk, label: int) -> float:
    """The cross-entropy: minus the logarithm of the probability of the true class."""
    scores = walk.scores - walk.scores.max()
    return float(np.log(np.exp(scores).sum()) - scores[label])


def gradients_of(
    network: DenseNetwork, walk: Walk, label: int
) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """The derivatives of one image's loss, by the chain rule from the last layer to the first.

    Returns
    -------
    gradients : tuple of arrays, float64
        With respect to kernel and bias of each layer, first to last.
    signals : tuple of arrays (units,), float64
        With respect to the sums of each layer, first to last.
    """
    truth = np.zeros_like(walk.probabilities)
    truth[label] = 1
    signal = walk.probabilities - truth
    gradients: list[np.ndarray] = []
    signals = [signal]
    inputs = (walk.pixels, *walk.outputs)
    for place in reversed(range(len(network.layers))):
        gradients[:0] = [np.outer(inputs[place], signal), signal]
        if place:
            layer = network.layers[place - 1]
            slope = ACTIVATIONS[layer.activation][1](walk.sums[place - 1])
            signal = network.layers[place].kernel.astype(np.float64) @ signal * slope
            signals.insert(0, signal)
    return tuple(gradients), tuple(signals)


def one_step(network: DenseNetwork, image: np.ndarray, label: int, rate: float, averages: Averages) -> Step:
    """What Adam makes of a batch that holds this image alone.

    Parameters
    ----------
    network : DenseNetwork
    image : array (28, 28) uint8
    label : int
        0 to 9.
    rate : float
        The learning rate.
    averages : Averages
        What is remembered of the steps before.
    """
    walk = network.walk(image)
    gradients, signals = gradients_of(network, walk, label)
    alpha = corrected_rate(rate, averages.steps + 1)
    new = []
    for weights, gradient, mean, square in zip(
        weights_of(network), gradients, averages.means, averages.squares, strict=True
    ):
        mean = mean + (gradient - mean) * (1 - BETA_1)
        square = square + (gradient**2 - square) * (1 - BETA_2)
        new.append((weights - mean * alpha / (np.sqrt(square) + EPSILON)).astype(np.float32))
    layers = tuple(
        DenseLayer(new[2 * place], new[2 * place + 1], layer.activation)
        for place, layer in enumerate(network.layers)
    )
    after = replace(network, layers=layers)
    return Step(
        network,
        averages,
        rate,
        walk,
        label,
        gradients,
        signals,
        after,
        loss_of(walk, label),
        loss_of(after.walk(image), label),
    )
