"""What is lost where a square covers an image, counted pixel by pixel."""

import numpy as np
import pytest

from fmnist.evaluation import occlusion

IMAGE = np.random.default_rng(2).integers(1, 256, (28, 28), dtype=np.uint8)


def test_the_square_covers_each_place_once_and_every_pixel_sometimes():
    images, places = occlusion.covered(IMAGE), occlusion.corners()
    assert len(images) == len(places) == len(set(places)) == 144
    for image, (row, column) in zip(images, places, strict=True):
        hidden = image == 0
        assert hidden.sum() == 36
        assert hidden[row : row + 6, column : column + 6].all()
        assert np.array_equal(image[~hidden], IMAGE[~hidden])
    assert (images == 0).any(axis=0).all()


def test_what_is_lost_at_a_pixel_is_the_mean_over_the_squares_that_cover_it():
    probabilities = np.random.default_rng(3).random(144)
    lost = occlusion.lost(0.8, probabilities)
    hidden = occlusion.covered(IMAGE) == 0
    for row, column in [(0, 0), (13, 14), (27, 5)]:
        expected = (0.8 - probabilities[hidden[:, row, column]]).mean()
        assert lost[row, column] == pytest.approx(expected)
