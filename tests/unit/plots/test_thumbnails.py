"""Small pictures without axes: every pixel in its place, dark on white."""

import base64
import io

import numpy as np
from PIL import Image

from fmnist.plots import thumbnails


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png))).astype(int)


def test_an_address_is_the_image_dark_on_white():
    image = np.arange(6, dtype=np.uint8).reshape(2, 3)
    kind, encoded = thumbnails.ink_address(image).split(",")
    assert kind == "data:image/png;base64"
    assert np.array_equal(pixels(base64.b64decode(encoded)), 255 - image)


def test_a_strip_shows_its_images_side_by_side_enlarged():
    images = np.array([[[0, 10]], [[20, 255]]])
    strip = pixels(thumbnails.strip_png(images, scale=2))
    assert strip.tolist() == [[255, 255, 245, 245, 235, 235, 0, 0]] * 2


def test_a_thumbnail_has_sharp_pixels_in_a_frame():
    image = np.array([[0, 255], [255, 0]], np.uint8)
    shown = np.asarray(thumbnails.thumbnail(image, 6))
    assert shown[0].tolist() == [thumbnails.FRAME] * 6
    assert shown[1:5, 1:5].tolist() == image.repeat(2, axis=0).repeat(2, axis=1).tolist()
