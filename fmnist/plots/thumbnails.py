"""Small pictures without axes or words: dark on white, enlarged to sharp squares, framed, side by side."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageOps

from fmnist.drawing.picture_files import png_address, png_file
from fmnist.plots.array_key import ArrayKey

FRAME = 150  # a grey that is seen on white and on black pages
MOST_ADDRESSES = 2_000  # that are kept, a kilobyte each: the images that many visitors see


def ink_on_white(images: np.ndarray) -> np.ndarray:
    """Pixel values, 0 to 255, as the tutorial's binary colour map shows them: dark on white, uint8."""
    return (255 - images).round().astype(np.uint8)


def ink_address(image: np.ndarray) -> str:
    """An image (h, w), garment dark on white, as an address that holds the PNG file."""
    return _ink_address(ArrayKey.of(image))


@lru_cache(MOST_ADDRESSES)
def _ink_address(image: ArrayKey) -> str:
    return png_address(png_file(ink_on_white(image.values)))


def strip_png(images: np.ndarray, scale: int) -> bytes:
    """Images side by side, garments dark on white, each pixel a square of `scale` pixels, as a PNG file.

    Parameters
    ----------
    images : ndarray, shape (n, h, w), 0 to 255
    scale : int >= 1
    """
    return enlarged_png(np.concatenate(list(ink_on_white(images)), axis=1), scale)


def enlarged_png(picture: np.ndarray, scale: int) -> bytes:
    """A picture (h, w) or (h, w, 3) uint8, each pixel a square of `scale` pixels, as a PNG file."""
    return png_file(picture.repeat(scale, axis=0).repeat(scale, axis=1))


def thumbnail(image: np.ndarray, edge: int) -> Image.Image:
    """An image with its longest edge brought to `edge`, in a thin frame; small ones keep sharp pixels.

    Parameters
    ----------
    image : array (h, w) uint8
    edge : int
        Pixels of the longest edge, the frame included.
    """
    picture = Image.fromarray(image)
    scale = (edge - 2) / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    sized = picture.resize((width, height), Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BOX)
    return ImageOps.expand(sized, border=1, fill=(FRAME,) * len(sized.getbands()))
