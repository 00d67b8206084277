"""One picture on the way from a drawing to the network, and the pictures of moderate size they begin with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

LARGEST_EDGE = 560  # larger pictures are averaged down first: a 28×28 image needs no more


@dataclass(frozen=True)
class Step:
    """One picture on the way from the drawing to the network."""

    title: str
    explanation: str
    image: np.ndarray  # uint8 (h, w), 0 black to 255 white


def small_grey(picture: Image.Image) -> np.ndarray:
    """A picture of mode "L" as uint8 (h, w), at most LARGEST_EDGE long."""
    scale = min(1.0, LARGEST_EDGE / max(picture.size))
    width, height = (max(1, round(edge * scale)) for edge in picture.size)
    return np.asarray(picture.resize((width, height), Image.Resampling.BOX))


def box_of(ink: np.ndarray) -> tuple[slice, slice]:
    """The rows and columns that hold all of bool (h, w), which must hold something."""
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
