"""Small pictures for a page: enlarged so that each pixel is a sharp square, framed, and as PNG files."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

FRAME = 150  # a grey that is seen on white and on black pages


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
    size = tuple(max(1, round(side * scale)) for side in picture.size)
    sized = picture.resize(size, Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BOX)
    return ImageOps.expand(sized, border=1, fill=(FRAME,) * len(sized.getbands()))
