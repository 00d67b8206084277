"""What a change does to an image, computed pixel by pixel; and that it is told in words."""

import numpy as np
import pytest

from fmnist.data.facts import IMAGE_SHAPE
from fmnist.evaluation.changes import AMOUNTS, Changes, noise

RANDOM = np.random.default_rng(12)
IMAGES = RANDOM.integers(0, 256, (3, *IMAGE_SHAPE), dtype=np.uint8)


def one_pixel(row, column, value=200):
    image = np.zeros((1, *IMAGE_SHAPE), np.uint8)
    image[0, row, column] = value
    return image


def test_without_changes_the_images_stay():
    assert not Changes()
    assert np.array_equal(Changes().of(IMAGES), IMAGES)
    assert Changes().in_words() == "nothing"


@pytest.mark.parametrize(("right", "down"), [(2, 0), (-3, 0), (0, 5), (4, -1)])
def test_a_shift_moves_each_pixel_and_lets_background_in(right, down):
    moved = Changes(right=right, down=down).of(IMAGES)
    for row, column in np.ndindex(IMAGE_SHAPE):
        y, x = row - down, column - right
        inside = 0 <= y < 28 and 0 <= x < 28
        assert (moved[:, row, column] == (IMAGES[:, y, x] if inside else 0)).all()


def test_quarter_and_half_turns_go_clockwise_and_lose_nothing():
    assert np.array_equal(Changes(turn=90).of(IMAGES), np.rot90(IMAGES, -1, axes=(1, 2)))
    assert np.array_equal(Changes(turn=-90).of(IMAGES), np.rot90(IMAGES, 1, axes=(1, 2)))
    assert np.array_equal(Changes(turn=180).of(IMAGES), IMAGES[:, ::-1, ::-1])


def test_a_small_turn_mixes_the_four_pixels_that_a_pixel_comes_from():
    image = one_pixel(13, 20, 255)
    found = Changes(turn=10).of(image)[0].astype(float)
    angle = np.deg2rad(10)
    y, x = np.array([13 - 13.5, 20 - 13.5])
    row, column = 13.5 + y * np.cos(angle) + x * np.sin(angle), 13.5 - y * np.sin(angle) + x * np.cos(angle)
    weights = found / found.sum()
    assert (weights.sum(axis=1) @ np.arange(28)) == pytest.approx(row, abs=0.15)
    assert (weights.sum(axis=0) @ np.arange(28)) == pytest.approx(column, abs=0.15)


def test_mirrored_negated_and_erased():
    assert np.array_equal(Changes(mirrored=True).of(IMAGES), IMAGES[:, :, ::-1])
    assert np.array_equal(Changes(negated=True).of(IMAGES), 255 - IMAGES)
    erased = Changes(erased=4).of(IMAGES)
    assert not erased[:, 12:16, 12:16].any()
    assert (erased != IMAGES).sum() == np.count_nonzero(IMAGES[:, 12:16, 12:16])


def test_brighter_leaves_the_background_dark():
    bright = Changes(brighter=40).of(IMAGES).astype(int)
    assert np.array_equal(bright, np.where(IMAGES > 0, np.minimum(IMAGES.astype(int) + 40, 255), 0))


def test_blurred_is_the_mean_of_nine():
    found = Changes(blur=1).of(one_pixel(10, 10, 90))[0]
    assert (found[9:12, 9:12] == 10).all()
    assert found.sum() == 90


def test_noise_moves_each_pixel_by_its_size_and_is_the_same_each_time():
    moved = noise((50, *IMAGE_SHAPE), 8)
    assert set(np.unique(moved)) == {-8, 8}
    assert abs(moved.mean()) < 0.1
    assert np.array_equal(Changes(noise=8).of(IMAGES), Changes(noise=8).of(IMAGES))
    difference = np.abs(Changes(noise=8).of(IMAGES).astype(int) - IMAGES)
    assert difference.max() == 8


def test_changes_are_told_in_words():
    changes = Changes(right=-2, down=1, turn=-10, mirrored=True, noise=8, brighter=-16)
    assert changes.in_words() == (
        "mirrored, moved down by 1, noise of ±8 of 255, moved left by 2, turned anticlockwise by 10°, "
        "darker by 16 of 255"
    )
    for name, (low, high, _step) in AMOUNTS.items():
        for amount in {low, high} - {0}:
            assert Changes(**{name: amount}).in_words() != "nothing"
