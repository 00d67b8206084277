"""What a run was at a kept moment of its training: its judgement of the test images, and its network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from fmnist.data.facts import CLASSES
from fmnist.data.sources import Dataset
from fmnist.evaluation.dense import ACTIVATIONS, DenseLayer, DenseNetwork
from fmnist.evaluation.layers import LayeredNetwork
from fmnist.evaluation.scores import Evaluation
from fmnist.evaluation.stories import Stories
from fmnist.language import N_
from fmnist.networks.architectures import NETWORKS, is_dense
from fmnist.networks.config import RunConfig
from fmnist.runs.moments import Moment
from fmnist.runs.store import RunError, Snapshot

LAST = "last"  # the word for the moment that a run ended with, or has come to


def evaluation_at(run: Snapshot, epoch: float, dataset: Dataset) -> Evaluation:
    """How a run judged the test images at a kept moment.

    Raises
    ------
    RunError
        If there is no such moment or its file is of no use; the message is a sentence.
    ValueError
        If it judged other images than the dataset's; the message is a sentence.
    """
    return Evaluation(dataset.test_labels, probabilities_at(run, epoch, dataset.test_images))


def probabilities_at(run: Snapshot, epoch: float, images: np.ndarray) -> np.ndarray:
    """The probabilities of the test images (n, 28, 28) uint8 at a kept moment, (n, 10) float32: see there."""
    moment = run.moment(epoch)
    if moment.probabilities is not None:
        return moment.probabilities
    return judge(network_at(run.settings, moment), images)


def network_at(config: RunConfig, moment: Moment) -> DenseNetwork:
    """The dense layers of a moment whose weights are kept whole.

    Raises
    ------
    RunError
        If they are not, or if the network has other layers.
    NotDenseError
        If the weights are not those of such a network.
    """
    layers = [each for each in NETWORKS[config.network].layers(config) if each.kind == "Dense"]
    if not is_dense(config) or len(moment.weights) != 2 * len(layers):
        raise RunError(N_("The weights of this network were not kept whole at this moment."))
    kernels, biases = moment.weights[::2], moment.weights[1::2]
    return DenseNetwork(
        tuple(
            DenseLayer(kernel, bias, layer.arguments.get("activation", "softmax"))  # after logits: a layer
            for kernel, bias, layer in zip(kernels, biases, layers, strict=True)
        ),
        divisor=255.0 if config.scale_pixels else 1.0,
    )


def layered_at(last: LayeredNetwork, moment: Moment) -> LayeredNetwork:
    """A network with layers of any kind as it was at a moment whose weights are kept whole.

    Parameters
    ----------
    last : LayeredNetwork
        The same network at the end of its run: its layers are those of the moment, with other weights.

    Raises
    ------
    RunError
        If the weights are not kept whole, or are those of other layers.
    """
    shapes = [array.shape for layer in last.layers for array in layer.weights.values()]
    if [each.shape for each in moment.weights] != shapes:
        raise RunError(N_("The weights of this network were not kept whole at this moment."))
    left = iter(moment.weights)  # layer by layer, each layer's own in the order in which Keras lists them
    layers = tuple(
        replace(layer, weights={name: next(left) for name in layer.weights}) for layer in last.layers
    )
    return LayeredNetwork(layers, last.divisor)


def judge(network: DenseNetwork, images: np.ndarray) -> np.ndarray:
    """The probabilities (n, 10) that a network of dense layers gives images (n, 28, 28) uint8, in float32."""
    scores = hidden(network, images) @ network.layers[-1].kernel + network.layers[-1].bias
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)


def hidden(network: DenseNetwork, images: np.ndarray) -> np.ndarray:
    """What the last hidden layer makes of images (n, 28, 28), (n, units) float32; or scaled pixels."""
    values = images.reshape(len(images), -1).astype(np.float32)
    values /= np.float32(network.divisor)
    for layer in network.hidden_layers:
        values = ACTIVATIONS[layer.activation][0](values @ layer.kernel + layer.bias)
    return values


def stories_of(
    run: Snapshot, dataset: Dataset, predicted_at: Callable[[float], np.ndarray] | None = None
) -> Stories:
    """The life stories of the test images over a run's kept moments, the last epoch always the last of them.

    Parameters
    ----------
    predicted_at : callable, optional
        From a moment's epoch to the predicted classes (n,), for who keeps what has been read.

    Raises
    ------
    RunError
        If a moment is damaged, or the last epoch's predictions are missing.
    RunChanged
        If the run has gone on meanwhile.
    """
    epochs = tuple(each for each in run.moments() if each < run.epochs_done)
    last = run.predictions()
    if last is None or last.shape != (len(dataset.test_labels), CLASSES):
        raise RunError(N_("The predictions of this run are missing."))

    def read(epoch: float) -> np.ndarray:
        return np.asarray(probabilities_at(run, epoch, dataset.test_images).argmax(axis=1))

    predicted = [(predicted_at or read)(each) for each in epochs]
    rows = np.stack([*predicted, last.argmax(axis=1)]).astype(np.uint8)
    return Stories((*epochs, float(run.epochs_done)), dataset.test_labels, rows)
