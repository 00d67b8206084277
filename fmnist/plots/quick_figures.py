"""Pictures at the speed of a click: the colour-bar figure with new pixels, and bare small images.

A fresh colour-bar figure takes matplotlib 60 to 100 ms, most of it for rulers and bar; new pixels take 5 ms.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image, ImageDraw, ImageFont

from fmnist.drawing.picture_files import png_address
from fmnist.plots import figures

LABELLED_SCALE, LABEL_HEIGHT, LABEL_TOP, LABEL_POINTS = 10, 40, 10, 13  # as in figures.prediction_image
FRAME = 1  # pixels of the axes' frame, which stays as it was drawn


@dataclass(frozen=True)
class _Blank:
    """A figure drawn for an image of zeros, and which image pixel each of its own pixels shows."""

    drawing: np.ndarray  # (height, width, 4) uint8
    inside: tuple[slice, slice]
    rows: np.ndarray  # (number of rows inside,) 0 to 27
    columns: np.ndarray


def image_with_colorbar_png(image: np.ndarray, scaled: bool = False, dark: bool = False) -> bytes:
    """What `figures.to_png(figures.image_with_colorbar(...))` gives, in a twentieth of the time.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
    scaled, dark : bool
        As in `figures.image_with_colorbar`.
    """
    blank = _blank(scaled, dark)
    drawing = blank.drawing.copy()
    drawing[blank.inside] = _color_table()[image[blank.rows[:, None], blank.columns]]
    return _png(drawing)


def draw_blanks(dark: bool) -> None:
    """Have matplotlib draw, once, what all pictures of `image_with_colorbar_png` share."""
    for scaled in (False, True):
        _blank(scaled, dark)


def prediction_image_png(
    image: np.ndarray, probabilities: np.ndarray, label: int, dark: bool = False
) -> bytes:
    """What `figures.to_png(figures.prediction_image(...))` gives, in a tenth of the time.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
    probabilities : ndarray, shape (10,)
    label : int
        The true class.
    dark : bool
        For a dark page.
    """
    side = figures.SIDE * LABELLED_SCALE
    garment = Image.fromarray(255 - image).resize((side, side), Image.Resampling.NEAREST)
    color = figures.label_color(probabilities, label, dark)
    letters = Image.new("L", (side, side + LABEL_HEIGHT))
    place, text = (side / 2, side + LABEL_TOP), figures.label_text(probabilities, label)
    ImageDraw.Draw(letters).text(place, text, fill=255, font=_label_font(), anchor="ma")
    picture = Image.new("RGB", letters.size, color)
    picture.putalpha(letters)
    picture.paste(garment.convert("RGBA"))
    return _png(picture)


@cache
def _label_font() -> ImageFont.FreeTypeFont:
    points_to_pixels = figures.DPI / 72
    return ImageFont.truetype(font_manager.findfont("DejaVu Sans"), LABEL_POINTS * points_to_pixels)


def data_address(image: np.ndarray) -> str:
    """An image, garment dark on white, as an address that holds the PNG file: "data:image/png;base64,…".

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w)
    """
    return png_address(_png(255 - image))


def color_address(picture: np.ndarray) -> str:
    """A picture in its own colours, (h, w, 3) uint8, as such an address."""
    return png_address(_png(picture))


def color_png(picture: np.ndarray) -> bytes:
    """A picture in its own colours, (h, w, 3) uint8, as a PNG file."""
    return _png(picture)


def strip_png(images: np.ndarray, scale: int) -> bytes:
    """Images side by side, garments dark on white, each pixel a square of `scale` pixels, as a PNG file.

    Parameters
    ----------
    images : ndarray, shape (n, h, w), 0 to 255
    scale : int >= 1
    """
    strip = np.concatenate(list(255 - images.astype(np.uint8)), axis=1)
    return _png(strip.repeat(scale, axis=0).repeat(scale, axis=1))


@cache
def _blank(scaled: bool, dark: bool) -> _Blank:
    figure = figures.image_with_colorbar(np.zeros((figures.SIDE, figures.SIDE), np.uint8), scaled, dark)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawing = np.asarray(canvas.buffer_rgba()).copy()
    box = figure.axes[0].get_window_extent()
    height = len(drawing)
    vertical, rows = _cells(height - box.y1, height - box.y0)
    horizontal, columns = _cells(box.x0, box.x1)
    return _Blank(drawing, (vertical, horizontal), rows, columns)


def _cells(low: float, high: float) -> tuple[slice, np.ndarray]:
    inside = slice(round(low) + FRAME, round(high) - FRAME)
    centers = np.arange(inside.start, inside.stop) + 0.5
    return inside, ((centers - low) / (high - low) * figures.SIDE).astype(int).clip(0, figures.SIDE - 1)


@cache
def _color_table() -> np.ndarray:
    return matplotlib.colormaps["viridis"](np.arange(256), bytes=True)


def _png(picture: np.ndarray | Image.Image) -> bytes:
    buffer = io.BytesIO()
    shown = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    shown.save(buffer, format="png", compress_level=1)
    return buffer.getvalue()
