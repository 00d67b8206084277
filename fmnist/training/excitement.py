"""Which images bring the maps of a convolutional network to their largest values, and in which cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fmnist.data.facts import IMAGE_SHAPE
from fmnist.language import N_, SaidError
from fmnist.training.inside import shown_layers

if TYPE_CHECKING:
    import keras

MAPS = 4  # axes of what a layer of maps gives: images, rows, columns, maps

Found: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray]


class NoMapsHereError(SaidError):
    """A layer without maps, as a sentence for a person."""


class Excitement:
    """The largest values of a model's maps; belongs in a child.

    Parameters
    ----------
    model : keras.Sequential
        Takes images (n, 28, 28).
    """

    def __init__(self, model: keras.Sequential) -> None:
        self._model = model
        self._graphs: dict[int, Callable[[np.ndarray], Any]] = {}

    def most(self, place: int, images: np.ndarray, count: int) -> Found:
        """Of each map the images with the largest values after a layer.

        Parameters
        ----------
        place : int
            Of the layer, among those of `inside.layers_of`.
        images : array (n, 28, 28) float32
            Scaled as the network wants them.
        count : int
            How many images to name for each map.

        Returns
        -------
        indices, values, cells : arrays (min(count, n), maps): int64, float32, int32
            The largest first, of equal ones the image that comes first; cells are counted row by row.

        Raises
        ------
        NoMapsHereError
            If the layer gives no maps, or there is no such layer.
        """
        values, cells = (each.numpy() for each in self._graph(place)(images))
        order = np.argsort(-values, axis=0, kind="stable")[:count]
        return order, np.take_along_axis(values, order, 0), np.take_along_axis(cells, order, 0)

    def _graph(self, place: int) -> Callable[[np.ndarray], Any]:
        if place not in self._graphs:
            self._graphs[place] = self._made(place)
        return self._graphs[place]

    def _made(self, place: int) -> Callable[[np.ndarray], Any]:
        import keras
        import tensorflow as tf

        layers = shown_layers(self._model)
        if not 0 <= place < len(layers) or len(layers[place].output.shape) != MAPS:
            raise NoMapsHereError(N_("This layer gives no maps."))
        part = keras.Model(self._model.inputs[0], layers[place].output)
        maps = layers[place].output.shape[-1]

        def largest(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            values = tf.reshape(part(images, training=False), (tf.shape(images)[0], -1, maps))
            return tf.reduce_max(values, axis=1), tf.argmax(values, axis=1, output_type=tf.int32)

        made: Callable[[np.ndarray], Any] = tf.function(
            largest, input_signature=[tf.TensorSpec((None, *IMAGE_SHAPE), tf.float32)]
        )
        return made
