"""Whether what is drawn is lines, and lines of any width → lines of one."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from fmnist.drawing.thinning import centre_lines

SIZE = 28
PEN = 2  # width of a drawn line in the 28×28 image, in pixels
FINE = 4  # lines are drawn on a grid this many times finer, then averaged
COARSE = 112  # pixels of the longest edge, to tell lines from surfaces
WIDEST_PEN = 0.13  # of the drawing's longest edge; what is thicker is a filled shape or a photo


def _pen_width(ink: np.ndarray) -> float:
    """Area over half the outline: of a long stroke, its width."""
    padded = np.pad(ink, 1)
    surrounded = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return 2 * np.count_nonzero(ink) / np.count_nonzero(ink & ~surrounded)


def is_line_drawing(ink: np.ndarray) -> bool:
    """Measured on a coarse grid, where the outline of a garment is not ragged with grain."""
    shrink = max(1.0, max(ink.shape) / COARSE)
    width, height = (max(1, round(side / shrink)) for side in ink.shape[::-1])
    picture = Image.fromarray(ink.astype(np.uint8) * 255)
    coarse = np.asarray(picture.resize((width, height), Image.Resampling.BOX)) > 127
    if coarse.mean() < 0.5 * ink.mean():  # most lines are thinner than the grid
        return True
    return bool(_pen_width(coarse) < WIDEST_PEN * max(coarse.shape))


def standard_pen(ink: np.ndarray) -> np.ndarray:
    """The lines redrawn at their centres, PEN wide, touching the frame; uint8 (112, 112), drawn 255."""
    frame, pen = SIZE * FINE, PEN * FINE
    lines = centre_lines(_working_size(ink, frame))
    points = np.argwhere(lines).astype(np.float32)
    low, high = points.min(0), points.max(0)
    scale = min((frame - pen) / max((high - low).max(), 1), 2)
    placed = np.rint((points - (low + high) / 2) * scale + (frame - 1) / 2).astype(int)
    dots = np.zeros((frame, frame), np.uint8)
    dots[placed[:, 0], placed[:, 1]] = 255
    return _round_pen(dots, pen)


def _working_size(ink: np.ndarray, edge: int) -> np.ndarray:
    """bool, longest edge `edge`; thin lines are thickened first so that they survive."""
    shrink = max(ink.shape) / edge
    picture = Image.fromarray(ink.astype(np.uint8) * 255)
    if shrink > 1 and _pen_width(ink) < 2 * shrink:
        picture = picture.filter(ImageFilter.MaxFilter(2 * round(shrink) + 1))
    size = tuple(max(1, round(side / shrink)) for side in picture.size)
    return (
        np.asarray(picture.resize(size, Image.Resampling.BOX if shrink > 1 else Image.Resampling.BILINEAR))
        > 110
    )


def _round_pen(dots: np.ndarray, pen: int) -> np.ndarray:
    """Each dot widened to a disc of `pen` pixels across."""
    reach = np.arange(pen) - (pen - 1) / 2
    padded = np.pad(dots, pen)
    drawn = np.zeros_like(padded)
    for down, right in np.argwhere(np.hypot(*np.meshgrid(reach, reach)) <= pen / 2) - pen // 2:
        drawn = np.maximum(drawn, np.roll(padded, (down, right), (0, 1)))
    return drawn[pen:-pen, pen:-pen]
