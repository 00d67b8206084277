"""The figures of a click, kept: matplotlib draws once what stays, then only new data ("blitting").

Each is pixel for pixel the fresh figure. That takes 33 ms of computing with a colour bar, 14 with ten bars, 7
with a label; kept, but drawn anew as a whole, 16, 8 and 4; these take 5, 2 and 4. What many visitors see,
such as the first image of a page, is drawn once.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from threading import Lock
from typing import cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from fmnist.drawing.picture_files import png_file
from fmnist.language import current
from fmnist.plots import figures
from fmnist.plots.array_key import ArrayKey

NO_IMAGE = np.zeros((figures.SIDE, figures.SIDE), np.uint8)
NO_PROBABILITIES = np.zeros(10)
MOST_PICTURES = 400  # of each kind, about 5 kB each


class KeptFigure:
    """A figure whose still parts are drawn once.

    Parameters
    ----------
    figure : Figure
        Nobody else may draw it.
    moving : artists
        What gets new data; drawn over all else, in this order.

    Attributes
    ----------
    lock : Lock
        To hold from the first new datum to the end of `png`: visitors' threads share the figure.
    """

    def __init__(self, figure: Figure, moving: Iterable[Artist]) -> None:
        self.axes = figure.axes[0]
        self.lock = Lock()
        self._moving = tuple(moving)
        for artist in self._moving:
            artist.set_animated(True)  # else it would be drawn with what stays
        self._canvas = FigureCanvasAgg(figure)
        self._canvas.draw()
        self._still = self._canvas.copy_from_bbox(figure.bbox)

    def png(self) -> bytes:
        """The figure as a PNG file, with the data that its moving artists have now."""
        self._canvas.restore_region(self._still)
        for artist in self._moving:
            self.axes.draw_artist(artist)
        return png_file(np.asarray(self._canvas.buffer_rgba()))


def image_with_colorbar_png(image: np.ndarray, scaled: bool = False, dark: bool = False) -> bytes:
    """What `figures.image_with_colorbar` shows, with the same parameters, as a PNG file."""
    return _image_with_colorbar_png(ArrayKey.of(image), scaled, dark)


@lru_cache(MOST_PICTURES)
def _image_with_colorbar_png(image: ArrayKey, scaled: bool, dark: bool) -> bytes:
    kept = _image_with_colorbar(scaled, dark)
    with kept.lock:
        kept.axes.images[0].set_data(figures.shown_values(image.values, scaled))
        return kept.png()


def prediction_image_png(
    image: np.ndarray, probabilities: np.ndarray, label: int, dark: bool = False
) -> bytes:
    """What `figures.prediction_image` shows, with the same parameters, as a PNG file."""
    return _prediction_image_png(ArrayKey.of(image), ArrayKey.of(probabilities), int(label), dark, current())


@lru_cache(MOST_PICTURES)
def _prediction_image_png(
    image: ArrayKey, probabilities: ArrayKey, label: int, dark: bool, _language: str
) -> bytes:
    kept = _prediction_image(dark)
    with kept.lock:
        kept.axes.images[0].set_data(figures.labelled_mosaic(image.values))
        kept.axes.texts[0].set_text(figures.label_text(probabilities.values, label))
        kept.axes.texts[0].set_color(figures.label_color(probabilities.values, label, dark))
        return kept.png()


def probability_bars_png(probabilities: np.ndarray, label: int | None = None, dark: bool = False) -> bytes:
    """What `figures.probability_bars` shows, with the same parameters, as a PNG file."""
    return _probability_bars_png(ArrayKey.of(probabilities), None if label is None else int(label), dark)


@lru_cache(MOST_PICTURES)
def _probability_bars_png(probabilities: ArrayKey, label: int | None, dark: bool) -> bytes:
    kept = _probability_bars(dark)
    with kept.lock:
        bars = cast(PolyCollection, kept.axes.collections[0])
        bars.set_verts(figures.ten_bars(probabilities.values))  # type: ignore[arg-type]  # arrays are fast
        bars.set_facecolor(figures.bar_colors(probabilities.values, label, dark))
        return kept.png()


def draw_ahead(dark: bool) -> None:
    """Draw now, before there is a visitor, what takes longest: rulers and colour bar."""
    for scaled in (False, True):
        _image_with_colorbar(scaled, dark)


@cache
def _image_with_colorbar(scaled: bool, dark: bool) -> KeptFigure:
    figure = figures.image_with_colorbar(NO_IMAGE, scaled, dark)
    axes = figure.axes[0]
    return KeptFigure(figure, [*axes.images, *axes.spines.values()])  # the frame stands on the image's edge


@cache
def _prediction_image(dark: bool) -> KeptFigure:
    figure = figures.prediction_image(NO_IMAGE, NO_PROBABILITIES, 0, dark)
    axes = figure.axes[0]
    return KeptFigure(figure, [*axes.images, *axes.texts])


@cache
def _probability_bars(dark: bool) -> KeptFigure:
    figure = figures.probability_bars(NO_PROBABILITIES, None, dark)
    axes = figure.axes[0]
    return KeptFigure(figure, [*axes.collections, *axes.lines])  # the lines at 0, ½ and 1 cross the bars
