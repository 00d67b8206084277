"""The networks a person can choose: layers as plain data, and the counts and estimates made from them.

One entry in `NETWORKS` adds a network.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from fmnist.data.facts import CLASSES, IMAGE_SHAPE
from fmnist.language import N_
from fmnist.networks.config import EARLIER_STRONG_CNN, RunConfig
from fmnist.networks.epoch import images_per_epoch, steps_per_epoch

# The layers of a network that is nothing but dense.
DENSE_KINDS = frozenset({"Flatten", "Dense", "Dropout", "Softmax"})

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Layer:
    """One layer: the name of a class in `keras.layers` and the arguments it is made with."""

    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)

    def output_shape(self, shape: Shape) -> Shape:
        """The shape of what comes out (without the batch axis) when `shape` goes in."""
        arguments = self.arguments
        match self.kind:
            case "Dense":
                return (*shape[:-1], arguments["units"])
            case "Flatten":
                return (math.prod(shape),)
            case "Reshape":
                return tuple(arguments["target_shape"])
            case "Conv2D":
                stride = arguments.get("strides", 1)
                return (*(math.ceil(side / stride) for side in shape[:2]), arguments["filters"])
            case "MaxPooling2D" | "AveragePooling2D":
                return (*(side // arguments["pool_size"] for side in shape[:2]), shape[2])
            case _:  # works on each number alone, moves pixels, or shares out (softmax)
                return shape

    def parameters(self, shape: Shape) -> int:
        """How many numbers the layer holds (as `keras.Model.count_params` counts them)."""
        match self.kind:
            case "Dense":
                return (shape[-1] + 1) * int(self.arguments["units"])
            case "Conv2D":
                kernel = self.arguments["kernel_size"] ** 2 * shape[-1]
                return int((kernel + self.arguments.get("use_bias", True)) * self.arguments["filters"])
            case "BatchNormalization":  # scale, shift, running mean, running variance
                return 4 * shape[-1]
            case _:
                return 0

    def multiplications(self, shape: Shape) -> int:
        """How many multiplications one image costs in the layer's matrix product or convolution."""
        match self.kind:
            case "Dense":
                return shape[-1] * int(self.arguments["units"])
            case "Conv2D":
                kernel = self.arguments["kernel_size"] ** 2 * shape[-1]
                return int(kernel) * math.prod(self.output_shape(shape))
            case _:
                return 0


@dataclass(frozen=True)
class Network:
    """A named architecture.

    Attributes
    ----------
    teaches : str
        What a student learns from it, in two sentences.
    settings : tuple of str
        Which of hidden_units, hidden_layers, activation and dropout change it.
    epochs : int
        How many epochs bring it close to its best.
    training : dict
        The other settings recommended for it, where they are not the tutorial's.
    slowing : float
        What the learning rate is multiplied by after each epoch. Below 1, steps become small and the last
        epochs agree with each other. No total matters, so a continued run goes on as a longer one would.
    layers : callable
        From the settings of a run to the layers, first to last; input (28, 28), output 10 probabilities.
    """

    key: str
    title: str
    teaches: str
    settings: tuple[str, ...]
    epochs: int
    slowing: float
    layers: Callable[[RunConfig], tuple[Layer, ...]]
    training: dict[str, Any] = field(default_factory=dict)

    @property
    def recommended(self) -> dict[str, Any]:
        """All settings recommended for it that are not those of `RunConfig()`, and the epochs."""
        return {"epochs": self.epochs} | self.training


class SummaryRow(NamedTuple):
    """One line of the summary table; `output_shape` leaves out the batch axis."""

    layer: str
    kind: str
    output_shape: Shape
    parameters: int


def _dense(units: int, activation: str) -> Layer:
    return Layer("Dense", {"units": units, "activation": activation})


def _convolution(filters: int, **more: Any) -> Layer:
    return Layer("Conv2D", {"filters": filters, "kernel_size": 3, "padding": "same"} | more)


_FLATTEN = Layer("Flatten")
_ADD_CHANNEL = Layer("Reshape", {"target_shape": (*IMAGE_SHAPE, 1)})
_SHIFT = Layer(  # by up to a pixel; copying the nearest pixel costs a third of mixing four
    "RandomTranslation",
    {"height_factor": 0.05, "width_factor": 0.05, "fill_mode": "constant", "interpolation": "nearest"},
)
_POOL = Layer("MaxPooling2D", {"pool_size": 2})


def _output(config: RunConfig) -> tuple[Layer, ...]:
    if config.last_layer == "logits":
        return Layer("Dense", {"units": CLASSES}), Layer("Softmax")
    return (_dense(CLASSES, "softmax"),)


def _softmax_layers(config: RunConfig) -> tuple[Layer, ...]:
    return (_FLATTEN, *_output(config))


def _tutorial_layers(config: RunConfig) -> tuple[Layer, ...]:
    return (_FLATTEN, _dense(config.hidden_units, "relu"), *_output(config))


def _dense_layers(config: RunConfig) -> tuple[Layer, ...]:
    hidden = [_dense(config.hidden_units, config.activation)]
    if config.dropout:
        hidden.append(Layer("Dropout", {"rate": config.dropout}))
    return (_FLATTEN, *hidden * config.hidden_layers, *_output(config))


def _small_cnn_layers(config: RunConfig) -> tuple[Layer, ...]:
    return (
        _ADD_CHANNEL,
        _convolution(16, kernel_size=5, strides=2, activation="relu"),
        _convolution(32, activation="relu"),
        _POOL,
        _FLATTEN,
        _dense(64, "relu"),
        *_output(config),
    )


def _normalised_convolution(filters: int) -> tuple[Layer, ...]:
    # Batch normalisation adds its own shift, so the convolution needs none.
    return (
        _convolution(filters, use_bias=False),
        Layer("BatchNormalization"),
        Layer("Activation", {"activation": "relu"}),
    )


# Its running means follow the batches ten times as fast as by default, so that few steps are enough for them.
_QUICK_NORMALISATION = Layer("BatchNormalization", {"momentum": 0.9})


def _pooled_convolution(filters: int) -> tuple[Layer, ...]:
    """Pooling comes first, so that there is a quarter of the numbers to normalise.

    It keeps the largest of four before the normalisation instead of after it; the two differ only where the
    normalisation turns the sign around, which the scale it learns seldom does.
    """
    return (
        _convolution(filters, use_bias=False),
        _POOL,
        _QUICK_NORMALISATION,
        Layer("Activation", {"activation": "relu"}),
    )


def _strong_cnn_layers(config: RunConfig) -> tuple[Layer, ...]:
    return (
        _ADD_CHANNEL,
        Layer("RandomFlip", {"mode": "horizontal"}),
        _SHIFT,
        *_pooled_convolution(32),
        *_pooled_convolution(64),
        *_pooled_convolution(128),
        _convolution(128, use_bias=False),
        _QUICK_NORMALISATION,
        Layer("Activation", {"activation": "relu"}),
        _FLATTEN,
        Layer("Dropout", {"rate": 0.3}),
        *_output(config),
    )


def _earlier_strong_cnn_layers(config: RunConfig) -> tuple[Layer, ...]:
    return (
        _ADD_CHANNEL,
        Layer("RandomFlip", {"mode": "horizontal"}),
        _SHIFT,
        *_normalised_convolution(32),
        _POOL,
        *_normalised_convolution(64),
        _POOL,
        *_normalised_convolution(128),
        _FLATTEN,
        Layer("Dropout", {"rate": 0.3}),
        *_output(config),
    )


_ONE_CYCLE = {  # Smith and Topin (2018); AdamW: Loshchilov and Hutter (2019)
    "batch_size": 128,
    "optimizer": "adamw",
    "learning_rate": 0.003,
    "schedule": "one-cycle",
}

NETWORKS: dict[str, Network] = {
    network.key: network
    for network in (
        Network(
            key="softmax",
            title=N_("Softmax regression"),
            teaches=N_(
                "Each class has one weight per pixel, like a faint template laid over the image. "
                "No hidden layer: it shows how far straight comparison gets, and where it ends."
            ),
            settings=(),
            epochs=5,
            slowing=1.0,
            layers=_softmax_layers,
        ),
        Network(
            key="tutorial",
            title=N_("The tutorial's network"),
            teaches=N_(
                "A hidden layer of 128 units sits between the pixels and the ten classes. "
                "Its units learn patterns that several classes share, which one layer alone cannot."
            ),
            settings=("hidden_units",),
            epochs=5,
            slowing=1.0,
            layers=_tutorial_layers,
        ),
        Network(
            key="dense",
            title=N_("Dense network"),
            teaches=N_(
                "One to four hidden layers, as wide as you like. "
                "Compare training and test accuracy to see a large network learn the images by heart, "
                "and dropout work against it."
            ),
            settings=("hidden_units", "hidden_layers", "activation", "dropout"),
            epochs=5,
            slowing=1.0,
            layers=_dense_layers,
        ),
        Network(
            key="small-cnn",
            title=N_("Small convolutional network"),
            teaches=N_(
                "Small filters slide over the image and find edges and textures wherever they are. "
                "It uses what a dense network has to find out: "
                "that neighbouring pixels belong together."
            ),
            settings=(),
            epochs=8,
            slowing=1.0,
            layers=_small_cnn_layers,
            training=_ONE_CYCLE,
        ),
        Network(
            key="strong-cnn",
            title=N_("Strong convolutional network"),
            teaches=N_(
                "Batch normalisation steadies the learning; dropout and randomly changed images keep it from "
                "learning by heart. Its test accuracy stays close to its training accuracy, at the price of "
                "more computing."
            ),
            settings=(),
            epochs=10,
            slowing=1.0,
            layers=_strong_cnn_layers,
            training=_ONE_CYCLE | {"label_smoothing": 0.05},
        ),
        Network(
            key=EARLIER_STRONG_CNN,
            title=N_("Strong convolutional network, earlier form"),
            teaches=N_(
                "Runs of earlier versions have it. "
                "Its normalisation comes before pooling, which takes longer."
            ),
            settings=(),
            epochs=15,
            slowing=0.85,
            layers=_earlier_strong_cnn_layers,
        ),
    )
}


RECOMMENDED = tuple(dict.fromkeys(name for network in NETWORKS.values() for name in network.recommended))
"""The settings for which some network has a recommendation."""

_NAMES = {  # where the class name in small letters would not read well
    "Conv2D": "convolution",
    "MaxPooling2D": "pooling",
    "BatchNormalization": "normalisation",
    "RandomFlip": "random_flip",
    "RandomTranslation": "random_shift",
}


def walk(config: RunConfig) -> Iterator[tuple[str, Layer, Shape]]:
    """Each layer of the network with its name (numbered as Keras does) and the shape that goes into it."""
    seen: Counter[str] = Counter()
    shape: Shape = IMAGE_SHAPE
    for layer in NETWORKS[config.network].layers(config):
        name = _NAMES.get(layer.kind, layer.kind.lower())
        number = seen[name]
        seen[name] += 1
        yield (f"{name}_{number}" if number else name), layer, shape
        shape = layer.output_shape(shape)


def summary(config: RunConfig) -> list[SummaryRow]:
    """The table of layers that `keras.Model.summary` would print, without TensorFlow."""
    return [
        SummaryRow(name, layer.kind, layer.output_shape(shape), layer.parameters(shape))
        for name, layer, shape in walk(config)
    ]


WEIGHT_DECAY = 0.004  # AdamW's, as Keras has it: the share of the rate by which weights shrink in each step


def one_cycle(config: RunConfig) -> dict[str, Any]:
    """The arguments of `keras.optimizers.schedules.CosineDecay` for one cycle over the planned epochs.

    From a twenty-fifth of the rate in a straight line up to it, in three tenths of the steps, then along half
    a cosine down to a thousandth, where it stays. Source: Smith and Topin, "Super-Convergence", 2018.
    """
    steps = steps_per_epoch(config) * config.planned_epochs
    rising = max(1, round(0.3 * steps))
    return {
        "initial_learning_rate": config.learning_rate / 25,
        "decay_steps": max(1, steps - rising),
        "alpha": 0.001,
        "warmup_target": config.learning_rate,
        "warmup_steps": rising,
    }


GROWS = 5  # powers of ten by which a growing rate grows


def growing(config: RunConfig) -> dict[str, Any]:
    """The arguments of `keras.optimizers.schedules.ExponentialDecay` for a rate that grows to the chosen one.

    From a hundred-thousandth of it, by the same factor in each step, over the planned epochs; then on.
    """
    return {
        "initial_learning_rate": config.learning_rate / 10**GROWS,
        "decay_steps": steps_per_epoch(config) * config.planned_epochs,
        "decay_rate": float(10**GROWS),
    }


def growing_rate(config: RunConfig, epochs: np.ndarray) -> np.ndarray:
    """The rate of a run whose rate grows, (n,) float64, after so many epochs, (n,), fractions among them."""
    rates: np.ndarray = config.learning_rate * 10.0 ** (GROWS * (epochs / config.planned_epochs - 1))
    return rates


def learning_rate(config: RunConfig, epoch: int) -> float:
    """The learning rate of an epoch, counted from 0, of a run without a schedule of its own."""
    return config.learning_rate * float(NETWORKS[config.network].slowing ** epoch)


def is_dense(config: RunConfig) -> bool:
    """Whether the network has dense layers only, beside those that do nothing at prediction."""
    return {layer.kind for layer in NETWORKS[config.network].layers(config)} <= DENSE_KINDS


def parameter_count(config: RunConfig) -> int:
    """How many numbers the network holds: 101,770 for the tutorial's."""
    return sum(row.parameters for row in summary(config))


class _Pace(NamedTuple):
    """What training costs, in seconds."""

    step: float
    multiplication: float  # forward and twice backward


# Fitted to the tutorial's 0.4 s per epoch on 2 cores of an AMD EPYC, and to 24 s per epoch of the strong
# convolutional network's earlier form; `fmnist.lesson.pace` scales them by what runs on this machine take.
_DENSE_PACE, _CONVOLUTIONAL_PACE = _Pace(40e-6, 3 / 80e9), _Pace(1e-3, 3 / 80e9)
_SECONDS_PER_ACTIVATION = 1e-9  # what a number between layers costs to write, read and differentiate
_SECONDS_PER_PARAMETER = 0.6e-9  # one optimizer update


def seconds_per_epoch(config: RunConfig) -> float:
    """An estimate of the time one epoch of training takes on two ordinary cores, in seconds.

    Counts multiplications, numbers passed between layers, and steps. A rough figure: other machines, and a
    busy one, differ by far more than the formula.
    """
    pace = _DENSE_PACE if is_dense(config) else _CONVOLUTIONAL_PACE
    multiplications = sum(layer.multiplications(shape) for _, layer, shape in walk(config))
    activations = sum(math.prod(layer.output_shape(shape)) for _, layer, shape in walk(config))
    per_image = multiplications * pace.multiplication + activations * _SECONDS_PER_ACTIVATION
    per_step = pace.step + parameter_count(config) * _SECONDS_PER_PARAMETER
    if config.attacked:  # forward and back once more, to find which way the loss grows
        per_image *= 2
    return images_per_epoch(config) * per_image + steps_per_epoch(config) * per_step


FEW_IMAGES = 10_000


def neighbour_pool(config: RunConfig) -> int:
    """Among how many of the first training images `Models.neighbours` looks: all that the run had, or 10,000.

    Convolutional networks need up to minutes for all 60,000, and the prediction child has other work to do.
    """
    return config.training_images if is_dense(config) else min(config.training_images, FEW_IMAGES)
