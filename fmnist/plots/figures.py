"""The tutorial's figures as matplotlib Figures: images, grids, the blue and red label, the probability bars.

These are the ten bars that matplotlib draws, alone and in the gallery to download; the gallery on the page is
links with bars of their own, drawn by the browser (see `tiles`). Both take their colours from `colors`.

Each figure has a transparent background and takes `dark`, so it sits on a light or a dark page. A mosaic of
many images is one `imshow`, and bars are one collection: subplots and ticks cost several times as much, and a
click should be answered at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.textpath import TextPath
from matplotlib.transforms import IdentityTransform

from fmnist.data.facts import CLASS_NAMES
from fmnist.drawing.picture_files import png_file
from fmnist.plots.colors import palette

DPI = 100
SIDE = 28  # pixels of an image


def label_text(probabilities: np.ndarray, label: int) -> str:
    """The tutorial's label, as "Ankle boot 90% (Ankle boot)": predicted class, confidence, (true class)."""
    predicted = int(np.argmax(probabilities))
    return f"{CLASS_NAMES[predicted]} {100 * probabilities[predicted]:2.0f}% ({CLASS_NAMES[label]})"


def label_color(probabilities: np.ndarray, label: int, dark: bool = False) -> str:
    """Blue if the predicted class is the true one, otherwise red."""
    colors = palette(dark)
    return colors.right if int(np.argmax(probabilities)) == label else colors.wrong


def to_png(figure: Figure) -> bytes:
    """A figure as the bytes of a PNG file."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return png_file(np.asarray(canvas.buffer_rgba()))


def image_with_colorbar(image: np.ndarray, scaled: bool = False, dark: bool = False) -> Figure:
    """One image in false colours with its colour bar, rulers of pixels beside it.

    Parameters
    ----------
    image : array (28, 28) uint8
    scaled : bool
        Show the values divided by 255, from 0 to 1, as the network gets them.
    dark : bool
        For a dark page.
    """
    ink = palette(dark).ink
    figure = _figure(440, 360)
    axes = figure.add_axes((0.09, 0.08, 0.74, 0.89))
    shown = axes.imshow(shown_values(image, scaled), vmin=0, vmax=1 if scaled else 255)
    bar = figure.colorbar(shown, cax=figure.add_axes((0.86, 0.08, 0.04, 0.89)))
    for each in (axes, bar.ax):
        each.tick_params(colors=ink, labelsize=11)
        each.patch.set_edgecolor(ink)
    return figure


def shown_values(image: np.ndarray, scaled: bool) -> np.ndarray:
    """The values of an image that `image_with_colorbar` shows."""
    return image / 255 if scaled else image


def grid(images: np.ndarray, labels: np.ndarray, columns: int = 5, dark: bool = False) -> Figure:
    """Many images in the tutorial's binary colour map with their class names below.

    Parameters
    ----------
    images : array (n, 28, 28) uint8
    labels : array (n,) of integers 0 to 9
    columns : int
        Images in a row.
    dark : bool
        For a dark page.
    """
    rows = -(-len(images) // columns)
    cell = Cell(width=30, height=34)
    figure, axes = _drawing(columns * cell.width, rows * cell.height, scale=4)
    _show_mosaic(axes, _mosaic(images, rows, columns, cell))
    for place, label in enumerate(labels):
        left, top = cell.corner(place, columns)
        _caption(axes, left + SIDE / 2, top + SIDE, CLASS_NAMES[label], palette(dark).ink)
    return figure


def prediction_image(image: np.ndarray, probabilities: np.ndarray, label: int, dark: bool = False) -> Figure:
    """An image with the tutorial's label below: blue when right, red when wrong.

    Parameters
    ----------
    image : array (28, 28) uint8
    probabilities : array (10,)
    label : int
        The true class.
    dark : bool
        For a dark page.
    """
    figure, axes = _drawing(LABELLED.width, LABELLED.height, scale=10)
    _show_mosaic(axes, labelled_mosaic(image))
    text, color = label_text(probabilities, label), label_color(probabilities, label, dark)
    _caption(axes, SIDE / 2, SIDE + 0.5, text, color, size=13)
    return figure


def labelled_mosaic(image: np.ndarray) -> np.ndarray:
    """The pixels of `prediction_image`: the image and, below it, room for its label."""
    return _mosaic(image[None], 1, 1, LABELLED)


def probability_bars(probabilities: np.ndarray, label: int | None = None, dark: bool = False) -> Figure:
    """The ten probabilities as bars from 0 to 1: grey, the predicted class red, the true class blue.

    Parameters
    ----------
    probabilities : array (10,)
    label : int or None
        The true class, or None when nobody knows it (a drawing): then no bar is blue.
    dark : bool
        For a dark page.
    """
    ink = palette(dark).ink
    figure = _figure(440, 320)
    axes = figure.add_axes((0.08, 0.33, 0.91, 0.63))
    axes.set(xlim=(-0.6, 9.6), ylim=(0, 1))
    axes.set_axis_off()
    for height in (0, 0.5, 1):
        axes.axhline(height, color=ink, alpha=0.25, linewidth=0.8, clip_on=False)
        axes.text(-0.7, height, f"{height:g}", color=ink, ha="right", va="center", size=11)
    _draw_bars(axes, ten_bars(probabilities), bar_colors(probabilities, label, dark))
    for place, name in enumerate(CLASS_NAMES):
        axes.text(
            place + 0.3, -0.05, name, color=ink, rotation=50, rotation_mode="anchor", ha="right", size=11
        )
    return figure


def ten_bars(probabilities: np.ndarray) -> np.ndarray:
    """The rectangles of `probability_bars`, (10, 4 corners, 2)."""
    return _rectangles(np.arange(10), np.zeros(10), probabilities, width=0.8)


def bar_colors(probabilities: np.ndarray, label: int | None, dark: bool = False) -> list[str]:
    """The colours of the ten bars: grey, then red for the predicted class, then blue for the true one.

    Without a true class the predicted one is violet: neither right nor wrong.
    """
    colors = palette(dark)
    bars = [colors.other] * len(probabilities)
    bars[int(np.argmax(probabilities))] = colors.unjudged if label is None else colors.wrong
    if label is not None:
        bars[label] = colors.right
    return bars


def gallery(
    images: np.ndarray,
    probabilities: np.ndarray,
    labels: np.ndarray,
    rows: int = 5,
    columns: int = 3,
    dark: bool = False,
) -> Figure:
    """The tutorial's gallery: images with their blue or red labels, each beside its ten bars numbered 0 to 9.

    Parameters
    ----------
    images : array (n, 28, 28) uint8
        At most rows × columns; further ones are left out.
    probabilities : array (n, 10)
    labels : array (n,) of integers 0 to 9
    rows, columns : int
    dark : bool
        For a dark page.
    """
    cell = Cell(width=64, height=40)
    count = min(len(images), rows * columns)
    figure, axes = _drawing(columns * cell.width, rows * cell.height, scale=5)
    _show_mosaic(axes, _mosaic(images[:count], rows, columns, cell))
    for place in range(count):
        left, top = cell.corner(place, columns)
        text = label_text(probabilities[place], labels[place])
        color = label_color(probabilities[place], labels[place], dark)
        _caption(axes, left + SIDE, top + SIDE + 3, text, color)
    _draw_gallery_bars(axes, probabilities[:count], labels[:count], columns, cell, dark)
    return figure


def evidence_pictures(image: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """Evidence maps in colour over the faint image: blue spoke for the class, red against it.

    Parameters
    ----------
    image : array (28, 28) uint8
    maps : array (n, 28, 28) float
        All are coloured by one scale, so that they can be compared.

    Returns
    -------
    array (n, 28, 28, 3) uint8
    """
    largest = np.abs(maps).max() or 1.0
    colors = matplotlib.colormaps["RdBu"](0.5 + maps / largest / 2)[..., :3]
    faint = 1 - image[None, :, :, None] / 255 * 0.2
    return (255 * colors * faint).round().astype(np.uint8)


def _draw_gallery_bars(
    axes: Axes, probabilities: np.ndarray, labels: np.ndarray, columns: int, cell: Cell, dark: bool
) -> None:
    corners = np.array([cell.corner(place, columns) for place in range(len(labels))]).reshape(-1, 2)
    pitch = SIDE / 10
    centers = corners[:, :1] + SIDE + 2 + pitch * (np.arange(10) + 0.5)
    floors = np.repeat(corners[:, 1:] + SIDE, 10, axis=1)
    colors = [
        color
        for each, label in zip(probabilities, labels, strict=True)
        for color in bar_colors(each, label, dark)
    ]
    heights = -SIDE * probabilities  # rows count downwards, so a bar grows to smaller ones
    _draw_bars(axes, _rectangles(centers.ravel(), floors.ravel(), heights.ravel(), 0.8 * pitch), colors)
    digits = [TextPath((-3, 0), str(digit), size=10) for digit in range(10)] * len(labels)
    axes.add_collection(
        PathCollection(
            digits,
            sizes=None,
            offsets=np.stack([centers.ravel(), floors.ravel() + 2.6], axis=1),
            offset_transform=axes.transData,
            transform=IdentityTransform(),
            facecolors=palette(dark).ink,
            linewidths=0,
        ),
        autolim=False,
    )


@dataclass(frozen=True)
class Cell:
    """The room of one image in a mosaic, in pixels of the images, with space for words and bars beside it."""

    width: int
    height: int

    def corner(self, place: int, columns: int) -> tuple[int, int]:
        """Left and top edge of the image in that place, counted row by row."""
        row, column = divmod(place, columns)
        return column * self.width + (self.width - SIDE) // 2 * (self.width < 2 * SIDE), row * self.height


LABELLED = Cell(SIDE, SIDE + 4)


def _figure(width: int, height: int) -> Figure:
    return Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="none")


def _drawing(width: int, height: int, scale: int) -> tuple[Figure, Axes]:
    """A figure without frame or ticks whose units are pixels of the images, rows counted downwards."""
    figure = _figure(width * scale, height * scale)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    return figure, axes


def _mosaic(images: np.ndarray, rows: int, columns: int, cell: Cell) -> np.ndarray:
    mosaic = np.full((rows * cell.height, columns * cell.width), np.nan, dtype=np.float32)  # nan: transparent
    for place, image in enumerate(images):
        left, top = cell.corner(place, columns)
        mosaic[top : top + SIDE, left : left + SIDE] = image
    return mosaic


def _show_mosaic(axes: Axes, mosaic: np.ndarray) -> None:
    height, width = mosaic.shape
    extent = (0, width, height, 0)
    axes.imshow(
        mosaic, cmap="binary", vmin=0, vmax=255, extent=extent, aspect="auto", interpolation="nearest"
    )


def _rectangles(centers: np.ndarray, floors: np.ndarray, heights: np.ndarray, width: float) -> np.ndarray:
    left, right, tops = centers - width / 2, centers + width / 2, floors + heights
    corners = [(left, floors), (right, floors), (right, tops), (left, tops)]
    return np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1)


def _draw_bars(axes: Axes, rectangles: np.ndarray, colors: list[str]) -> None:
    bars = PolyCollection(rectangles, facecolors=colors, linewidths=0)  # type: ignore[arg-type]  # arrays are fast
    axes.add_collection(bars, autolim=False)


def _caption(axes: Axes, center: float, top: float, text: str, color: str, size: int = 11) -> None:
    axes.text(center, top + 0.5, text, color=color, ha="center", va="top", size=size)
