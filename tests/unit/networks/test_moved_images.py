"""Moved copies: by lot, within their limits, and each a shift or turn that other code makes alike."""

import numpy as np
import pytest

from fmnist.evaluation.changes import shifted, turned
from fmnist.networks.config import RunConfig
from fmnist.networks.moved_images import moved_copies
from fmnist.networks.sweep import graph_of

IMAGES = np.random.default_rng(1).integers(0, 256, (200, 28, 28), dtype=np.uint8)


def test_nothing_moves_by_nothing():
    np.testing.assert_array_equal(moved_copies(IMAGES, 0, 0, 5), IMAGES)


def test_shifted_copies_are_the_images_moved_by_whole_pixels_every_way():
    found = set()
    for image, copy in zip(IMAGES, moved_copies(IMAGES, 1, 0, 5), strict=True):
        ways = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
        right = [way for way in ways if (shifted(image[None], *way)[0] == copy).all()]
        assert len(right) == 1
        found.update(right)
    assert len(found) == 9


def test_turned_copies_are_the_images_turned_by_whole_degrees_both_ways():
    found = []
    for image, copy in zip(IMAGES, moved_copies(IMAGES, 0, 3, 5), strict=True):
        off = {
            angle: np.abs(turned(image[None].astype(np.float32), angle)[0] - copy) for angle in range(-3, 4)
        }
        angle = min(off, key=lambda each: off[each].max())
        assert off[angle].max() <= 0.51  # rounded
        found.append(angle)
    assert set(found) == set(range(-3, 4))


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 2, 2)])
def test_the_seed_decides(shape):
    images = np.random.default_rng(2).integers(0, 256, shape, dtype=np.uint8)
    for seed in (0, 2**31 - 1):
        np.testing.assert_array_equal(moved_copies(images, 8, 45, seed), moved_copies(images, 8, 45, seed))
    assert (moved_copies(IMAGES, 2, 9, 1) != moved_copies(IMAGES, 2, 9, 2)).any()


@pytest.mark.parametrize("learned", [{"shifts": 1}, {"turns": 1}, {"learn_drawings": True}])
def test_runs_whose_copies_differ_by_the_seed_do_not_share_their_images(learned):
    one, other = RunConfig(seed=1, **learned), RunConfig(seed=2, **learned)
    assert graph_of(one) != graph_of(other)
    assert graph_of(RunConfig(seed=1)) == graph_of(RunConfig(seed=2))
