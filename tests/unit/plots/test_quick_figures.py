"""Quick pictures show what matplotlib's show, and every pixel in its place."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from fmnist.plots import figures, quick_figures


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png))).astype(int)


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("dark", [False, True])
def test_the_pasted_figure_is_the_drawn_one(dataset, scaled, dark):
    image = dataset.train_images[0]
    drawn = pixels(figures.to_png(figures.image_with_colorbar(image, scaled, dark)))
    pasted = pixels(quick_figures.image_with_colorbar_png(image, scaled, dark))
    assert pasted.shape == drawn.shape
    different = np.abs(pasted - drawn).max(axis=2) > 8
    assert different.mean() < 0.03  # where two of the image's pixels meet, one may be a screen pixel wider


def test_one_image_leaves_no_trace_in_the_next():
    black, white = (np.full((28, 28), value, np.uint8) for value in (0, 255))
    before = quick_figures.image_with_colorbar_png(black)
    assert quick_figures.image_with_colorbar_png(white) != before
    assert quick_figures.image_with_colorbar_png(black) == before


def test_a_data_address_is_the_image_dark_on_white():
    image = np.arange(6, dtype=np.uint8).reshape(2, 3)
    kind, encoded = quick_figures.data_address(image).split(",")
    assert kind == "data:image/png;base64"
    assert np.array_equal(pixels(base64.b64decode(encoded)), 255 - image)


def test_a_strip_shows_its_images_side_by_side_enlarged():
    images = np.array([[[0, 10]], [[20, 255]]])
    strip = pixels(quick_figures.strip_png(images, scale=2))
    assert strip.tolist() == [[255, 255, 245, 245, 235, 235, 0, 0]] * 2


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("label", [9, 5])
def test_the_quick_labelled_image_is_the_drawn_one(dataset, label, dark):
    image, probabilities = dataset.test_images[0], np.array([0, 0, 0, 0, 0, 0.02, 0, 0.04, 0, 0.94])
    drawn = pixels(figures.to_png(figures.prediction_image(image, probabilities, label, dark)))
    quick = pixels(quick_figures.prediction_image_png(image, probabilities, label, dark))
    assert quick.shape == drawn.shape
    assert np.abs(quick[:280] - drawn[:280]).max() <= 3  # the garment
    inked = quick[280:, :, 3].astype(bool), drawn[280:, :, 3].astype(bool)
    for one, other in zip(*map(_box, inked), strict=True):
        assert abs(one - other) <= 3  # the words stand where matplotlib puts them
    darkest = [each[280:][each[280:, :, 3] > 250][:, :3].mean(axis=0) for each in (quick, drawn)]
    assert np.abs(darkest[0] - darkest[1]).max() <= 2  # in the same colour


def _box(inked):
    rows, columns = np.nonzero(inked)
    return rows.min(), rows.max(), columns.min(), columns.max()
