"""Quick pictures show what matplotlib's show, and every pixel in its place."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from fmnist import figures, quick_figures


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
    assert different.mean() < 0.01  # where two of the image's pixels meet, one may be a screen pixel wider


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
