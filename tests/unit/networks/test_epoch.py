"""The counts of an epoch: what is said of it before training is what training takes."""

from dataclasses import replace

import pytest

from fmnist.networks import epoch
from fmnist.networks.config import RunConfig
from fmnist.networks.training_set import training_set
from fmnist.training.engine import Plan

SETTINGS = [
    {},
    {"training_images": 10, "validation_share": 0.05},
    {"training_images": 997, "validation_share": 0.15},
    {"training_images": 50, "learn_drawings": True, "validation_share": 0.2},
    {"training_images": 100, "batch_size": 60_000},
    {"training_images": 50, "learn_drawings": True, "shifts": 2},
    {"training_images": 50, "turns": 9, "validation_share": 0.2},
    {"training_images": 50, "changed_labels": "3 4:1 49 50 59999", "validation_share": 0.2},
    {"training_images": 50, "changed_labels": "3 49 50", "shifts": 1},
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_images_and_steps_are_those_that_training_takes(settings, dataset):
    config = RunConfig(**settings)
    taken = training_set(config, dataset.train_images, dataset.train_labels)
    assert epoch.images_per_epoch(config) == len(taken.images)
    assert epoch.photos_held_back(config) == len(taken.validation_images)
    assert (
        epoch.steps_per_epoch(config)
        == Plan.make(len(taken.images), config.batch_size, 4096).ends_batch.sum()
    )


@pytest.mark.parametrize(
    "settings, images, steps",
    [
        ({}, 60_000, 1_875),
        ({"validation_share": 0.1}, 54_000, 1_688),
        ({"learn_drawings": True}, 120_000, 3_750),
        ({"shifts": 1, "turns": 5}, 120_000, 3_750),
        ({"turns": 5, "learn_drawings": True}, 180_000, 5_625),
        ({"learn_drawings": True, "validation_share": 0.1, "batch_size": 1_000}, 108_000, 108),
    ],
)
def test_counts_are_those_worked_out_by_hand(settings, images, steps):
    config = RunConfig(**settings)
    assert (epoch.images_per_epoch(config), epoch.steps_per_epoch(config)) == (images, steps)


def test_where_there_are_fewer_images_the_share_is_one_of_those(dataset):
    few = replace(dataset, train_images=dataset.train_images[:40], train_labels=dataset.train_labels[:40])
    config = RunConfig(validation_share=0.25)
    taken = training_set(config, few.train_images, few.train_labels)
    assert (len(taken.images), len(taken.validation_images)) == (30, 10)
    assert epoch.photos_learned(config, 40) == 30
