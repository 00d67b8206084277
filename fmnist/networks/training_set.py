"""Which images a run learns from and is checked with: for the run itself, and for its code to take home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fmnist.networks.changed_labels import changed
from fmnist.networks.config import RunConfig
from fmnist.networks.epoch import photos_learned
from fmnist.networks.moved_images import moved_copies

_SHUFFLED_LABELS = 2  # keeps this use of the seed apart from others


@dataclass(frozen=True)
class TrainingSet:
    """What a run learns from and is checked with after each epoch: images uint8 (n, 28, 28), labels (n,)."""

    images: np.ndarray
    labels: np.ndarray
    validation_images: np.ndarray
    validation_labels: np.ndarray


def training_set(config: RunConfig, images: np.ndarray, labels: np.ndarray) -> TrainingSet:
    """The images a run trains on. `fmnist.networks.export` writes this function out as a program.

    The first `config.training_images` are taken, those left out for their labels removed, others given the
    labels that they are learned by; of what remains the last `config.validation_share` are held back,
    as Keras's `validation_split` does. Moved copies are added to what remains, and drawings made from it: as
    many of each.

    Parameters
    ----------
    config : RunConfig
    images, labels : numpy.ndarray
        The training images at hand, uint8 (n, 28, 28), and their labels, uint8 (n,).
    """
    images, labels = images[: config.training_images], labels[: config.training_images]
    kept = photos_learned(config, len(images))
    if config.changed_labels:
        images, labels = changed(images, labels, config.changed_labels)
    if config.shuffle_labels:
        labels = np.random.default_rng(label_seed(config)).permutation(labels)
    photos, names = learned, known = images[:kept], labels[:kept]
    if config.learns_moved:
        moved = moved_copies(photos, config.shifts, config.turns, config.seed)
        learned, known = np.concatenate([learned, moved]), np.concatenate([known, names])
    if config.learn_drawings:
        from fmnist.drawing import made_drawings  # here, because few runs want it

        drawings, drawn = made_drawings.make_drawings(photos, names, kept, config.seed)
        learned, known = np.concatenate([learned, drawings]), np.concatenate([known, drawn])
    return TrainingSet(learned, known, images[kept:], labels[kept:])


def label_seed(config: RunConfig) -> list[int]:
    """What the shuffling of labels starts from."""
    return [config.seed, 0, _SHUFFLED_LABELS]
