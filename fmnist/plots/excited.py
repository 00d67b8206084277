"""The test images that excite a map most, with a frame around what the largest cell sees of each."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from fmnist.data.class_words import class_name
from fmnist.data.facts import IMAGE_SHAPE
from fmnist.drawing.picture_files import png_address, png_file
from fmnist.evaluation.arithmetic import number
from fmnist.language import _
from fmnist.plots.colors import ACCENTS
from fmnist.plots.thumbnails import ink_on_white

SCALE = 4  # pixels of the picture for each of the image's
WIDTH = 2  # of the frame, in pixels of the picture

Window = tuple[range, range]


def framed(image: np.ndarray, window: Window) -> np.ndarray:
    """An image (28, 28) uint8, enlarged, dark on white, rows and columns of a window in a frame.

    Returns
    -------
    array (112, 112, 3) uint8
    """
    enlarged = ink_on_white(image).repeat(SCALE, axis=0).repeat(SCALE, axis=1)
    picture = Image.fromarray(enlarged).convert("RGB")
    rows, columns = window
    box = [columns.start, rows.start, columns.stop, rows.stop]
    left, top, right, bottom = (SCALE * side for side in box)
    ImageDraw.Draw(picture).rectangle((left, top, right - 1, bottom - 1), outline=ACCENTS[0], width=WIDTH)
    return np.asarray(picture)


@lru_cache(maxsize=256)
def _address(pixels: bytes, window: Window) -> str:
    """The framed image as an address that holds it: the same nine stand beside one image after another."""
    return png_address(png_file(framed(np.frombuffer(pixels, np.uint8).reshape(IMAGE_SHAPE), window)))


def tiles(
    images: np.ndarray,
    labels: np.ndarray,
    found: list[tuple[int, float, tuple[int, int]]],
    windows: list[Window],
) -> list[dict[str, Any]]:
    """One table of JSON values per image: place (its index), framed picture, class, value, words.

    Parameters
    ----------
    images, labels : arrays (n, 28, 28) uint8, (n,) of integers
    found : list of (index, value, (row, column) of the cell)
    windows : list of (rows, columns)
        What each of these cells sees.
    """
    words = _("Test image {index}: {name}. Largest value {value}, in row {row}, column {column} of the map")
    return [
        {
            "place": index,
            "picture": _address(images[index].tobytes(), window),
            "title": class_name(labels[index]),
            "value": number(value),
            "words": words.format(
                index=index,
                name=class_name(labels[index]),
                value=number(value),
                row=cell[0],
                column=cell[1],
            ),
        }
        for (index, value, cell), window in zip(found, windows, strict=True)
    ]
