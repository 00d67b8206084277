"""Weights as pictures: orange above zero, violet below, and the page's own tone at zero."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from fmnist.drawing.picture_files import png_address, png_file
from fmnist.plots.thumbnails import enlarged_png

LEVELS = 255  # odd, so that one level is exactly zero
USUAL = 99.5  # per cent of a layer's weights that the colours tell apart; few outliers would pale all others
LIGHT = ("#4a2a9c", "#a897dc", "#f6f4f8", "#f0b36b", "#a84a00")
DARK = ("#b9a5ff", "#6a51b8", "#1b1824", "#a65f14", "#ffb15c")
"""From below zero to above. Blue and red are kept for right and wrong."""


def color_limit(weights: np.ndarray) -> float:
    """The size of a weight that gets the strongest colour; larger ones get it, too. Above 0."""
    return float(np.percentile(np.abs(weights), USUAL)) or 1.0


def signed_picture(values: np.ndarray, limit: float, dark: bool) -> np.ndarray:
    """Values in colour: (28, 28, 3) uint8, or what the square of another number of values is.

    Parameters
    ----------
    values : array (784,), or of another shape with a square number of values
    limit : float above 0
        The size that gets the strongest colour.
    dark : bool
        For a dark page.
    """
    middle = LEVELS // 2
    levels = np.rint(np.clip(values / limit, -1, 1) * middle).astype(int) + middle
    side = math.isqrt(values.size)
    picture: np.ndarray = signed_colors(dark)[levels].reshape(side, side, 3)
    return picture


def kernel_addresses(kernel: np.ndarray, units: np.ndarray, limit: float, dark: bool) -> list[str]:
    """The incoming weights of some units as pictures, each an address that holds a PNG file.

    Parameters
    ----------
    kernel : array (784, units)
    units : array (m,) of integers
    limit, dark
        See `signed_picture`.
    """
    return [png_address(png_file(signed_picture(kernel[:, unit], limit, dark))) for unit in units]


def signed_png(values: np.ndarray, limit: float, dark: bool, scale: int) -> bytes:
    """The same as a PNG file, each value a square of `scale` pixels."""
    return enlarged_png(signed_picture(values, limit, dark), scale)


def scale_png(dark: bool) -> bytes:
    """The colours side by side, from the strongest below zero to the strongest above, as a PNG file."""
    return png_file(signed_colors(dark)[None].repeat(12, axis=0))


@cache
def signed_colors(dark: bool) -> np.ndarray:
    """The 255 colours from the strongest below zero to the strongest above: (255, 3) uint8."""
    colors = LinearSegmentedColormap.from_list("signed", DARK if dark else LIGHT, LEVELS)
    return (colors(np.arange(LEVELS))[:, :3] * 255).round().astype(np.uint8)
