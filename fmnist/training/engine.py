"""The fast loop: one Keras "step" trains a plain network on many batches without leaving the graph."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import keras
import numpy as np
import tensorflow as tf

from fmnist.data.facts import CLASSES
from fmnist.training.forward import has_normalisation, training_pass

_RANDOM_LAYERS = 1  # keeps the random numbers of dropout and augmentation apart from all others


def fit_order(seed: int, count: int) -> np.ndarray:
    """The order in which Keras's own `fit` shows images after `keras.utils.set_random_seed(seed)`.

    It is the same in each epoch: with a seed, TensorFlow starts the shuffling of each epoch alike. So a plain
    program with the run's seed sees what the run saw. Sets the seed.

    Returns
    -------
    numpy.ndarray (count,) int32
        A permutation of 0 to count - 1.
    """
    order = _fit_order(seed, count)
    keras.utils.set_random_seed(seed)
    return order


@lru_cache(maxsize=32)  # the runs of a sweep often share their seeds
def _fit_order(seed: int, count: int) -> np.ndarray:
    keras.utils.set_random_seed(seed)
    recorder = _Recorder(count)
    recorder.compile()
    recorder.fit(np.arange(count, dtype=np.int32), batch_size=count, verbose=0)
    order: np.ndarray = recorder.order.numpy()
    order.setflags(write=False)
    return order


class _Recorder(keras.Model):
    """Keeps the one batch that it is given."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.order = tf.Variable(tf.zeros(count, tf.int32), trainable=False)

    def train_step(self, batch: tf.Tensor) -> dict[str, tf.Tensor]:
        self.order.assign(tf.reshape(batch, [-1]))
        return {"loss": tf.constant(0.0)}  # `fit` wants something to report


def losses_of(labels: tf.Tensor, probabilities: tf.Tensor, label_smoothing: float) -> tf.Tensor:
    """The cross-entropy of each image, as Keras's losses compute it.

    Parameters
    ----------
    labels : tf.Tensor (n,) int32
    probabilities : tf.Tensor (n, 10) float32
        Of a softmax layer.
    label_smoothing : float
        Share of each label that is spread evenly over all classes (Szegedy and others, "Rethinking the
        Inception Architecture", 2016, section 7).

    Returns
    -------
    tf.Tensor (n,) float32
    """
    # In a graph Keras takes the logits under the softmax, so nothing is lost in log(exp(x)).
    if not label_smoothing:
        return keras.ops.sparse_categorical_crossentropy(labels, probabilities)
    spread = label_smoothing / CLASSES
    wanted = tf.one_hot(labels, CLASSES, 1 - label_smoothing + spread, spread)
    return keras.ops.categorical_crossentropy(wanted, probabilities)


@dataclass(frozen=True)
class Plan:
    """How an epoch's images are cut into batches, and batches too large for the memory into parts.

    Attributes
    ----------
    positions : numpy.ndarray (parts, width) int32
        Places in the epoch's order; -1 fills up a part that is smaller than the others.
    batch_sizes : numpy.ndarray (parts,) float32
        Images in the whole batch that the part belongs to.
    ends_batch : numpy.ndarray (parts,) bool
        Whether the weights change after the part.
    """

    positions: np.ndarray
    batch_sizes: np.ndarray
    ends_batch: np.ndarray

    @classmethod
    def make(cls, count: int, batch_size: int, largest_part: int) -> Plan:
        """The plan for `count` images: the batches that Keras's `fit` makes, the last one often smaller."""
        batch_size = min(batch_size, count)
        width = min(batch_size, largest_part)
        bounds, sizes, ends = [], [], []
        for first in range(0, count, batch_size):
            end = min(first + batch_size, count)
            for start in range(first, end, width):
                bounds.append((start, min(start + width, end)))
                sizes.append(end - first)
                ends.append(start + width >= end)
        starts, stops = np.array(bounds, np.int32).T[..., None]
        positions = starts + np.arange(width, dtype=np.int32)
        return cls(np.where(positions < stops, positions, -1), np.array(sizes, np.float32), np.array(ends))


class Engine(keras.Model):
    """Trains a compiled plain network under `fit`, whose data are the numbers of blocks of batches.

    `fit` spends far more time between the steps of a small network than in them. So the images lie in one
    uint8 tensor, and one call walks over a block of batches inside the graph: gather, scale, forward, loss,
    gradient, update. What is computed is what the plain loop computes.

    Parameters
    ----------
    network : keras.Model
        Built and compiled with an optimizer; output (n, 10) softmax probabilities. It is trained in place.
    images : numpy.ndarray (n, 28, 28) uint8
    labels : numpy.ndarray (n,) integers 0 to 9
    batch_size : int
        1 or more.
    steps_per_block : int
        Batches per call, at most: what is trained between two looks at the stop file.
    divisor : float
        What pixel values are divided by.
    jit_compile : bool
        Compile with XLA, which wants constant shapes: a smaller part is filled up with what weighs nothing.
        Only for networks that treat each image alone (no batch normalisation).
    seed : int
        Decides the order of images, and with the number of an epoch all random numbers in that epoch.
    early : tuple of floats
        Shares of an epoch at which a block is to end, too, rising: `early_blocks` says which they are.
    largest_part : int
        A batch of more images is computed in parts whose gradients are added up, so that memory suffices.
        Batch normalisation then sees parts, not batches; everything else stays exact.
    label_smoothing : float
        Share of each label that is spread evenly over the ten classes.
    attacked : int
        Grey levels. Above 0, every second image of a batch is changed before it is learned, each pixel by so
        many, up or down, whichever makes its loss grow (fast gradient sign method; Goodfellow, Shlens and
        Szegedy, "Explaining and Harnessing Adversarial Examples", 2015, section 6).
    in_bfloat16 : bool
        Multiply bfloat16 numbers in convolutions.
    """

    def __init__(
        self,
        network: keras.Model,
        images: np.ndarray,
        labels: np.ndarray,
        *,
        batch_size: int,
        steps_per_block: int,
        divisor: float,
        jit_compile: bool,
        seed: int,
        early: tuple[float, ...] = (),
        largest_part: int = 4096,
        label_smoothing: float = 0.0,
        attacked: int = 0,
        in_bfloat16: bool = False,
    ) -> None:
        super().__init__(name="engine")
        self.network = network
        self._plan = Plan.make(len(images), batch_size, largest_part)
        self._divisor = divisor
        self._label_smoothing = label_smoothing
        self._attack = attacked
        self._in_bfloat16 = in_bfloat16
        self._own_pass = in_bfloat16 or has_normalisation(network)
        parts = len(self._plan.positions)
        self.images = len(images)
        self.steps = int(self._plan.ends_batch.sum())
        blocks = math.ceil(self.steps / steps_per_block) if self.steps == parts else parts
        wanted = self._ends_of(early)
        size = math.ceil(parts / blocks)
        self._ends = np.union1d([*range(size, parts, size), parts], list(wanted)).astype(np.int32)
        self._starts = np.append(np.int32(0), self._ends[:-1])
        self.blocks = len(self._ends)
        self.early_blocks = {int(np.searchsorted(self._ends, end)): share for end, share in wanted.items()}
        self._images = tf.constant(images)
        self._labels = tf.constant(labels.astype(np.int32))
        self._order = tf.Variable(self._plan.positions, trainable=False)
        self.start_from(seed)
        self._totals = tf.Variable(np.zeros(3), trainable=False)  # loss, right answers, images so far
        self._sums = [
            tf.Variable(tf.zeros_like(w)) for w in network.trainable_variables if self.steps < parts
        ]
        self.compile(optimizer=network.optimizer, loss=None, jit_compile=jit_compile)

    def block_numbers(self) -> tf.data.Dataset:
        """What `fit` is given as x, with `steps_per_epoch=engine.blocks`."""
        return tf.data.Dataset.range(self.blocks).repeat()

    def _ends_of(self, shares: tuple[float, ...]) -> dict[int, float]:
        """After how many parts the first batch that reaches each of these shares of an epoch has ended."""
        ends = np.flatnonzero(self._plan.ends_batch)[:-1] + 1  # the last batch ends the epoch
        found = [np.searchsorted(ends, share * len(self._plan.ends_batch)) for share in reversed(shares)]
        shares_found = zip(found, reversed(shares), strict=True)
        return {int(ends[place]): share for place, share in shares_found if place < len(ends)}

    def steps_after(self, block: int) -> int:
        """How many steps of the epoch are done when block number `block` is."""
        return int(self._plan.ends_batch[: self._ends[block]].sum())

    def images_after(self, block: int) -> int:
        """How many images of the epoch have been seen when block number `block` is done."""
        return int((self._plan.positions[: self._ends[block]] >= 0).sum())

    def start_from(self, seed: int) -> None:
        """Take this seed from now on."""
        positions = self._plan.positions
        order = fit_order(seed, self.images)
        self._order.assign(np.where(positions >= 0, order[positions], -1))
        self._seed = seed

    def begin_epoch(self, epoch: int) -> None:
        """Set every random stream, so that an epoch is the same whatever process runs it."""
        self._totals.assign(np.zeros(3))
        streams = [weight for weight in self.network.variables if weight.name == "seed_generator_state"]
        for number, stream in enumerate(streams):
            sequence = np.random.SeedSequence([self._seed, epoch, number, _RANDOM_LAYERS])
            stream.assign([sequence.generate_state(1)[0], 0])

    def train_step(self, block: tf.Tensor) -> dict[str, tf.Tensor]:
        """Train on one block; the exact mean loss and accuracy of the epoch so far."""
        first, last = tf.gather(self._starts, block), tf.gather(self._ends, block)
        _, totals = tf.while_loop(
            lambda part, _: part < last,
            lambda part, totals: (part + 1, totals + self._train_part(part)),
            (first, tf.zeros(3, tf.float64)),
        )
        loss, right, seen = tf.unstack(self._totals.assign_add(totals))
        return {"loss": loss / seen, "accuracy": right / seen}

    def _train_part(self, part: tf.Tensor) -> tf.Tensor:
        indices, weights = self._indices(part)
        images = tf.cast(tf.gather(self._images, indices), tf.float32) / self._divisor
        labels = tf.gather(self._labels, indices)
        if self._attack:
            images = self._attacked(images, labels)
        with tf.GradientTape() as tape:
            probabilities = self._pass(images)
            losses = losses_of(labels, probabilities, self._label_smoothing) * weights
            share_of_mean = tf.reduce_sum(losses) / tf.gather(self._plan.batch_sizes, part)
        self._update(part, tape.gradient(share_of_mean, self.network.trainable_variables))
        hits = tf.cast(tf.argmax(probabilities, axis=-1, output_type=tf.int32) == labels, tf.float32)
        sums = [tf.reduce_sum(losses), tf.reduce_sum(hits * weights), tf.reduce_sum(weights)]
        return tf.cast(tf.stack(sums), tf.float64)

    def _attacked(self, images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Every second image changed so that its loss grows; computed as in a test, without dropout."""
        with tf.GradientTape() as tape:
            tape.watch(images)
            losses = losses_of(labels, self.network(images, training=False), self._label_smoothing)
            mean = tf.reduce_mean(losses)
        # Of the mean, as in a plain script: where softmax is sure, gradients are so small that it matters.
        change = self._attack / self._divisor * tf.sign(tape.gradient(mean, images))
        changed = tf.clip_by_value(images + change, 0.0, 255.0 / self._divisor)
        is_second = tf.range(tf.shape(images)[0]) % 2 == 1
        return tf.where(is_second[:, None, None], changed, images)

    def _pass(self, images: tf.Tensor) -> tf.Tensor:
        if self._own_pass:
            return training_pass(self.network, images, self._in_bfloat16)
        return self.network(images, training=True)

    def _indices(self, part: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        row = tf.gather(self._order, part)
        if self.jit_compile:
            return tf.maximum(row, 0), tf.cast(row >= 0, tf.float32)
        indices = tf.boolean_mask(row, row >= 0)
        return indices, tf.ones_like(indices, tf.float32)

    def _update(self, part: tf.Tensor, gradients: list[tf.Tensor]) -> None:
        if not self._sums:
            self.optimizer.apply(gradients, self.network.trainable_variables)
            return
        for total, gradient in zip(self._sums, gradients, strict=True):
            total.assign_add(gradient)
        tf.cond(tf.gather(self._plan.ends_batch, part), self._apply_sums, lambda: None)

    def _apply_sums(self) -> None:
        self.optimizer.apply([tf.identity(total) for total in self._sums], self.network.trainable_variables)
        for total in self._sums:
            total.assign(tf.zeros_like(total))
