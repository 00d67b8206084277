"""What the prediction child does with saved models: judge images, and show what a judgement rests on.

TensorFlow is imported only when a model is loaded, so the web process may read this file's constants.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fmnist.data import sources
from fmnist.data.facts import CLASSES, IMAGE_SHAPE
from fmnist.language import N_, SaidError
from fmnist.networks.architectures import DENSE_KINDS, neighbour_pool
from fmnist.networks.config import RunConfig
from fmnist.networks.forms import Form
from fmnist.runs.store import Run, RunError
from fmnist.training import model_files
from fmnist.training.attacks import attacked
from fmnist.training.excitement import Excitement, Found
from fmnist.training.inside import Layers, layers_of
from fmnist.training.looking import grad_cam
from fmnist.training.smaller import SmallerNetwork

if TYPE_CHECKING:
    import keras

_Both: TypeAlias = Callable[[Any], tuple[Any, Any]]

BATCH = 1000  # images judged at once: large enough to be fast, small enough for the memory of convolutions
MODELS_KEPT = 4
WIDE = 1024  # numbers in a hidden layer; of wider ones 60,000 would take half a gigabyte
CANDIDATES = 50  # neighbours found with rounded numbers, then put in order with exact ones


class PredictionError(SaidError):
    """A model that cannot be used, as a sentence for a person."""


@dataclass(frozen=True)
class _Loaded:
    """A model in memory, its part up to the last hidden layer, and the settings it was trained with."""

    model: keras.Model
    hidden: keras.Model
    last: keras.layers.Dense  # gives the ten scores
    config: RunConfig
    both: _Both  # scaled images to the last hidden layer's values and the probabilities, as one graph

    @cached_property
    def loss_gradient(self) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        """From scaled images and labels to the gradient of the summed loss with respect to the images."""
        gradient = _gradient_graph(self.hidden, self.last)
        return lambda images, labels: np.asarray(gradient(images, labels.astype(np.int32)).numpy())

    @cached_property
    def smaller(self) -> SmallerNetwork:
        """The same network in fewer bytes."""
        return SmallerNetwork(self.model)

    @cached_property
    def excitement(self) -> Excitement:
        """What excites its maps."""
        return Excitement(self.model)

    @property
    def divisor(self) -> float:
        return 255.0 if self.config.scale_pixels else 1.0

    def scaled(self, images: np.ndarray) -> np.ndarray:
        return images.astype(np.float32) / np.float32(self.divisor)


@dataclass(frozen=True)
class _Features:
    """Many images in a last hidden layer, divided by a scale, in a type that saves memory."""

    values: np.ndarray  # (n, d) float32 or float16
    squares: np.ndarray  # (n,) float32, squared lengths of the rows
    scale: float

    @classmethod
    def of(cls, loaded: _Loaded, images: np.ndarray) -> _Features:
        first = _hidden(loaded, images[:BATCH])
        scale = float(np.abs(first).max()) or 1.0  # float16 ends at 65,504
        values = np.empty((len(images), first.shape[1]), np.float32 if first.shape[1] <= WIDE else np.float16)
        squares = np.empty(len(images), np.float32)
        for start in range(0, len(images), BATCH):
            part = _hidden(loaded, images[start : start + BATCH]) / scale
            values[start : start + BATCH] = part
            squares[start : start + BATCH] = np.square(part).sum(axis=1)
        return cls(values, squares, scale)

    def nearest(self, wanted: np.ndarray, count: int) -> np.ndarray:
        """The indices of the rows nearest to `wanted` (d,), nearest first, but for errors of rounding."""
        products = [
            self.values[start : start + BATCH].astype(np.float32, copy=False) @ (wanted / self.scale)
            for start in range(0, len(self.values), BATCH)
        ]
        distances = self.squares - 2 * np.concatenate(products)
        if count >= len(distances):
            return np.argsort(distances, kind="stable")
        near = np.sort(np.argpartition(distances, count)[:count])
        return near[np.argsort(distances[near], kind="stable")]


class Models:
    """Saved models, kept in memory once loaded and loaded anew when their file changes.

    All methods take the path of a `model.keras` written by this program. The settings of the run beside it
    say how its pixels are scaled; without any (the network that is shipped) they are divided by 255.

    Parameters
    ----------
    load_dataset : callable
        Returns the Dataset in whose training images `neighbours` looks; called when first needed.
    """

    def __init__(self, load_dataset: Callable[[], sources.Dataset] | None = None) -> None:
        self._load_dataset = load_dataset or (lambda: sources.load(allow_download=False))
        self._loaded: OrderedDict[tuple[str, int], _Loaded] = OrderedDict()
        self._training: tuple[_Loaded, _Features] | None = None
        self._at_hand: tuple[tuple[Any, ...], sources.Dataset] | None = None  # and the state its files had

    def predict(self, path: Path, images: np.ndarray) -> np.ndarray:
        """The ten probabilities of each image.

        Parameters
        ----------
        path : Path
        images : array (n, 28, 28) uint8

        Returns
        -------
        array (n, 10) float32

        Raises
        ------
        PredictionError
            If the model cannot be read or was made for images of another shape.
        """
        return self.judge(path, images)[1]

    def judge(self, path: Path, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What `hidden` and `predict` give, from one pass through the network."""
        return _in_batches(self._model(path), images)

    def hidden(self, path: Path, images: np.ndarray) -> np.ndarray:
        """What the last hidden layer makes of each image: (n, d) float32. See `predict`.

        A network without hidden layer is the pixels themselves here, d = 784.
        """
        return self.judge(path, images)[0]

    def hidden_at(self, path: Path, weights: Sequence[np.ndarray], images: np.ndarray) -> np.ndarray:
        """What the last hidden layer made of images when the network had other weights: as `hidden`.

        Parameters
        ----------
        path : Path
        weights : sequence of arrays
            All of the network's, in Keras's order.
        images : array (n, 28, 28) uint8

        Raises
        ------
        PredictionError
            If the model cannot be read, or its weights have other shapes.
        """
        import keras

        loaded = self._model(path)
        network = keras.models.clone_model(loaded.model)
        try:
            network.set_weights(list(weights))
        except ValueError as error:
            raise PredictionError(N_("The weights of this moment are those of another network.")) from error
        dense = [layer for layer in network.layers if type(layer).__name__ == "Dense"]
        hidden = keras.Model(network.inputs[0], dense[-1].input)
        parts = [
            hidden(loaded.scaled(images[start : start + BATCH]), training=False).numpy()
            for start in range(0, len(images), BATCH)
        ]
        return np.concatenate(parts).reshape(len(images), -1)

    def evidence(self, path: Path, image: np.ndarray, classes: Sequence[int]) -> np.ndarray:
        """Which pixels spoke for a class: gradient of its score (before softmax) times pixel value.

        For a network without hidden layer this is exactly weight times pixel value. Source: Shrikumar,
        Greenside, Shcherbina and Kundaje, "Not Just a Black Box", 2016 (gradient × input).

        Parameters
        ----------
        path : Path
        image : array (28, 28) uint8
        classes : sequence of integers 0 to 9

        Returns
        -------
        array (len(classes), 28, 28) float32
            Above 0: the pixel spoke for the class; below 0: against it.
        """
        import tensorflow as tf

        loaded = self._model(path)
        kernel, bias = loaded.last.get_weights()
        pixels = tf.constant(loaded.scaled(image[None]))
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(pixels)
            scores = loaded.hidden(pixels, training=False) @ kernel + bias
            wanted = [scores[0, label] for label in classes]
        return np.stack([(tape.gradient(score, pixels) * pixels).numpy()[0] for score in wanted])

    def dense_layers(self, path: Path) -> tuple[list[tuple[np.ndarray, np.ndarray, str]], float]:
        """The weights of a network that has dense layers only.

        Parameters
        ----------
        path : Path

        Returns
        -------
        layers : list of (kernel, bias, activation)
            First to last: (inputs, units) float32, (units,) float32, and the activation's name in Keras.
            Layers that do nothing at prediction (flatten, dropout) are left out.
        divisor : float
            What pixel values from 0 to 255 are divided by.

        Raises
        ------
        PredictionError
            If the model cannot be read or has other layers.
        """
        loaded = self._model(path)
        kinds = {type(layer).__name__ for layer in loaded.model.layers}
        if not kinds <= DENSE_KINDS:
            others = ", ".join(sorted(kinds - DENSE_KINDS))
            message = N_("This network has layers of other kinds than dense: {kinds}.")
            raise PredictionError(message, kinds=others)
        dense = [layer for layer in loaded.model.layers if type(layer).__name__ == "Dense"]
        *hidden, last = [(*layer.get_weights(), layer.activation.__name__) for layer in dense]
        if kinds & {"Softmax"}:  # a layer of its own does what is the last one's activation elsewhere
            last = (*last[:2], "softmax")
        return [*hidden, last], loaded.divisor

    def adam_averages(self, path: Path) -> tuple[int, list[np.ndarray], list[np.ndarray]]:
        """What the optimizer Adam remembers of the steps so far.

        Returns
        -------
        steps : int
        means, squares : list of arrays float32
            Running means of the gradients and of their squares, in the order of the model's weights.

        Raises
        ------
        PredictionError
            If the model was saved without it, or was trained by another optimizer.
        """
        optimizer = getattr(model_files.load(path), "optimizer", None)
        if optimizer is None:
            raise PredictionError(N_("The model of this run was kept without what its optimizer remembers."))
        if type(optimizer).__name__ != "Adam":
            raise PredictionError(
                N_("One step is worked out for the optimizer Adam, and this run had another.")
            )
        kept: dict[str, list[np.ndarray]] = {"momentum": [], "velocity": []}
        for variable in optimizer.variables:
            for ending, found in kept.items():
                if variable.name.endswith(ending):
                    found.append(variable.numpy())
        return int(optimizer.iterations.numpy()), kept["momentum"], kept["velocity"]

    def grad_cam(self, path: Path, image: np.ndarray, label: int) -> np.ndarray:
        """Where the last maps that speak for a class are active: see `looking.grad_cam`."""
        loaded = self._model(path)
        return grad_cam(loaded.model, loaded.scaled(image[None]), label)

    def attack(
        self, path: Path, images: np.ndarray, labels: np.ndarray, sizes: np.ndarray, steps: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Images changed to make the network wrong, and the probabilities it then gives.

        See `attacks.attacked` for the parameters. Returns (n, 28, 28) uint8 and (n, 10) float32.
        """
        loaded = self._model(path)
        changed = attacked(loaded.loss_gradient, images, labels, sizes, steps, loaded.divisor)
        return changed, self.predict(path, changed)

    def smaller(self, path: Path, form: Form, images: np.ndarray) -> tuple[np.ndarray, int]:
        """What the network says with its weights in a form of fewer bytes, and how many bytes these are.

        See `predict`, and `smaller.in_form`. Returns probabilities (n, 10) float32, and bytes.
        """
        loaded, form = self._model(path), Form(*form)
        parts = [
            loaded.smaller.probabilities(form, loaded.scaled(images[start : start + BATCH]))
            for start in range(0, len(images), BATCH)
        ]
        return np.concatenate(parts), loaded.smaller.bytes(form)

    def most_excited(self, path: Path, place: int, images: np.ndarray, count: int) -> Found:
        """The images that excite each map of a layer most, and where: see `excitement.Excitement.most`."""
        loaded = self._model(path)
        return loaded.excitement.most(int(place), loaded.scaled(images), int(count))

    def layers(self, path: Path) -> tuple[Layers, float]:
        """Each layer's name, kind, settings and weights, and what pixel values are divided by.

        See `inside.layers_of`. Raises PredictionError if the model cannot be read.
        """
        loaded = self._model(path)
        return layers_of(loaded.model), loaded.divisor

    def neighbours(self, path: Path, image: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The training images most like an image to this network: nearest in its last hidden layer.

        Parameters
        ----------
        path : Path
        image : array (28, 28) uint8
        count : int
            At most 50.

        Returns
        -------
        indices : array (count,) int64
            Into the training images, nearest first. See `neighbour_pool`.
        distances : array (count,) float32
            Euclidean.
        """
        loaded = self._model(path)
        training = self._training_features(loaded)
        wanted = _hidden(loaded, image[None])
        candidates = training.nearest(wanted[0], CANDIDATES)
        images = self._dataset().train_images[candidates]
        exact = np.linalg.norm(_hidden(loaded, images) - wanted, axis=1)
        nearest = np.argsort(exact, kind="stable")[:count]
        return candidates[nearest], exact[nearest]

    def _dataset(self) -> sources.Dataset:
        state = sources.state_of_files()
        if self._at_hand is None or self._at_hand[0] != state:
            self._at_hand = state, self._load_dataset()
        return self._at_hand[1]

    def _training_features(self, loaded: _Loaded) -> _Features:
        if self._training is None or self._training[0] is not loaded:
            images = self._dataset().train_images[: neighbour_pool(loaded.config)]
            self._training = (loaded, _Features.of(loaded, images))
        return self._training[1]

    def _model(self, path: Path) -> _Loaded:
        path = Path(path)
        try:
            key = (str(path), path.stat().st_mtime_ns)
        except OSError as error:
            raise PredictionError(N_("There is no saved model of this run yet.")) from error
        if key not in self._loaded:
            self._loaded[key] = _load(path)
        self._loaded.move_to_end(key)
        while len(self._loaded) > MODELS_KEPT:
            self._loaded.popitem(last=False)
        return self._loaded[key]


def _load(path: Path) -> _Loaded:
    import keras

    try:
        model = model_files.load(path, compile=False)
    except model_files.ModelFileError as error:
        raise PredictionError(error.sentence) from error
    except Exception as error:  # Keras raises many kinds for a damaged file
        message = N_("The model in {file} cannot be read: the file is damaged.")
        raise PredictionError(message, file=path.name) from error
    if model.input_shape != (None, *IMAGE_SHAPE) or model.output_shape != (None, CLASSES):
        message = N_(
            "This model takes {takes} and gives {gives}; "
            "Fashion-MNIST needs images (None, 28, 28) and ten probabilities (None, 10)."
        )
        raise PredictionError(message, takes=model.input_shape, gives=model.output_shape)
    from fmnist.training.folding import folded  # with Keras, which the web process does not load

    quick = folded(model)
    place = max(place for place, each in enumerate(quick.layers) if type(each).__name__ == "Dense")
    last = quick.layers[place]
    hidden = keras.Model(quick.inputs[0], last.input)
    return _Loaded(model, hidden, last, _settings(path), _graph(hidden, quick.layers[place:]))


def _graph(hidden: keras.Model, others: Sequence[keras.Layer]) -> _Both:
    """One graph for any number of images: calling layer by layer takes ten times as long for a few."""
    import tensorflow as tf

    def both(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        values = hidden(images, training=False)
        probabilities = values
        for layer in others:
            probabilities = layer(probabilities)
        return values, probabilities

    graph: _Both = tf.function(both, input_signature=[tf.TensorSpec((None, *IMAGE_SHAPE), tf.float32)])
    return graph


def _gradient_graph(hidden: keras.Model, last: keras.Layer) -> Callable[..., Any]:
    """Of the loss by the scores under the softmax: where a probability rounds to 1, it still has a slope."""
    import tensorflow as tf

    def gradient(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(images)
            scores = hidden(images, training=False) @ last.kernel + last.bias
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores)
        return tape.gradient(losses, images)

    signature = [tf.TensorSpec((None, *IMAGE_SHAPE), tf.float32), tf.TensorSpec((None,), tf.int32)]
    graph: Callable[..., Any] = tf.function(gradient, input_signature=signature)
    return graph


def _settings(path: Path) -> RunConfig:
    try:
        return Run(path.parent).config
    except RunError:  # the shipped network has no run folder
        return RunConfig(network="strong-cnn")


def _hidden(loaded: _Loaded, images: np.ndarray) -> np.ndarray:
    return _in_batches(loaded, images)[0]


def _in_batches(loaded: _Loaded, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The last hidden layer's values, (n, d), and the probabilities, (n, 10), both float32."""
    parts = [loaded.both(loaded.scaled(images[i : i + BATCH])) for i in range(0, len(images), BATCH)]
    hidden, probabilities = (
        np.concatenate([part.numpy() for part in each]) for each in zip(*parts, strict=True)
    )
    return hidden.reshape(len(images), -1), probabilities
