"""What one epoch of a run goes through: how many images, how many steps."""

from __future__ import annotations

import math

from fmnist.data.facts import TRAIN_IMAGES
from fmnist.networks.changed_labels import left_out
from fmnist.networks.config import RunConfig


def photos_taken(config: RunConfig, at_hand: int = TRAIN_IMAGES) -> int:
    """How many photos a run learns from or is checked with; those left out for their labels do not count.

    Parameters
    ----------
    config : RunConfig
    at_hand : int
        How many training images there are.
    """
    taken = min(config.training_images, at_hand)
    return taken - left_out(config.changed_labels, taken) if config.changed_labels else taken


def photos_learned(config: RunConfig, at_hand: int = TRAIN_IMAGES) -> int:
    """How many photos a run learns from: those it may take, without those held back for validation.

    Parameters
    ----------
    config : RunConfig
    at_hand : int
        How many training images there are.

    Returns
    -------
    int
        As many as Keras's `validation_split` leaves. When a share is held back, at least one image is.
    """
    taken = photos_taken(config, at_hand)
    learned = math.floor(taken * (1 - config.validation_share))
    return min(learned, taken - 1) if config.validation_share else learned


def photos_held_back(config: RunConfig) -> int:
    """How many photos a run is checked with after each epoch and never learns from."""
    return photos_taken(config) - photos_learned(config)


def images_per_epoch(config: RunConfig) -> int:
    """How many images one epoch goes through: the photos learned from, as many moved ones and drawings."""
    return photos_learned(config) * (1 + config.learns_moved + config.learn_drawings)


def steps_per_epoch(config: RunConfig) -> int:
    """How many times one epoch changes the weights: once for each batch, the last one often smaller."""
    return math.ceil(images_per_epoch(config) / config.batch_size)
