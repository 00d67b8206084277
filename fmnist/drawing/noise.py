"""Which differences from the paper are something: neither grain nor the lines that paper is ruled with."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from fmnist.drawing.light import Paper

LEAST = 0.05 * 255  # 5 %: what the data set was trimmed with
CERTAIN = 4.5  # standard deviations; grain exceeds them in one of 150,000 pixels
SCALES = (3, 9)  # pixels: averages show what is fainter than the grain, if it is as large
RULED_MOST = 0.6 * 255  # of stronger lines one cannot tell that they are not the drawing
RULED_DEPTHS = ((0.01, 0.05), (0.05, 0.12))  # of an edge: where rulings are looked for
PIECES = 10  # of a side: rulings are in most of them, a drawing is not
ABOVE_RULINGS = 1.3  # their strength varies with where they fall between the pixels
OPENING = 7  # pixels: wider than a ruling, narrower than a garment


def standing_out(grey: np.ndarray, paper: Paper) -> np.ndarray:
    """How far from the paper what is drawn or lies on it is; 0 where there is only paper.

    Parameters
    ----------
    grey
        uint8 (h, w).
    paper
        The paper in this picture.

    Returns
    -------
    np.ndarray
        uint8 (h, w).
    """
    contrast = paper.contrast(grey)
    off = grey - paper.brightness
    strength = 255 / np.maximum(paper.brightness, 60)  # a grey level's worth in contrast
    grain = CERTAIN * _deviation(off[paper.cells]) * strength
    mask = np.abs(contrast) > np.maximum(LEAST, grain)
    if grain.max() > LEAST:
        mask = _faint_too(mask, contrast, off, paper, strength)
        contrast = _mean(contrast, 3)
    ruled = _ruled(np.where(mask, np.abs(contrast), 0))
    if ruled:
        mask = _opened(mask) | (mask & (np.abs(contrast) > ABOVE_RULINGS * ruled))
    return np.where(mask, np.clip(np.rint(np.abs(contrast)), 1, 255), 0).astype(np.uint8)


def _faint_too(
    strong: np.ndarray, contrast: np.ndarray, off: np.ndarray, paper: Paper, strength: np.ndarray
) -> np.ndarray:
    """The mask with what only averages tell from grain, and without single pixels."""
    mask, other = strong.copy(), (~strong).astype(np.float32)
    for scale in SCALES:
        share = _mean(other, scale)  # what stands out already does not spread into the paper beside it
        mean = _mean(contrast * other, scale) / np.maximum(share, 1e-3)
        grain = CERTAIN * _deviation(_mean(off, scale)[paper.cells]) * strength
        mask |= (np.abs(mean) > np.maximum(LEAST, grain)) & (share > 0.3)
    picture = Image.fromarray(mask.astype(np.uint8) * 255).filter(ImageFilter.MedianFilter(3))
    return np.asarray(picture) > 0


def _deviation(values: np.ndarray) -> float:
    """The standard deviation of most of them, from the median of their distances; some may be far off."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values)))) if values.size else 0.0


def _mean(values: np.ndarray, edge: int) -> np.ndarray:
    """The mean of the square of `edge` pixels around each pixel, float32 (h, w)."""
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (edge // 2 + 1, edge // 2)
        sums = np.cumsum(np.pad(values, pad, mode="edge"), axis=axis, dtype=np.float64)
        ahead, behind = [slice(None)] * 2, [slice(None)] * 2
        ahead[axis], behind[axis] = slice(edge, None), slice(None, -edge)
        values = ((sums[tuple(ahead)] - sums[tuple(behind)]) / edge).astype(np.float32)
    return values


def _ruled(contrast: np.ndarray) -> float:
    """How strong the paper's rulings are, in contrast; 0 if it has none.

    Rulings cross the whole picture, so they are found all along its margin; a frame is in one depth of the
    margin alone, a drawing or a garment in a few pieces of it.
    """
    levels = [_level(contrast, *depths) for depths in RULED_DEPTHS]
    ruled = [level for level in levels if level < RULED_MOST]
    return max(ruled) if ruled and min(levels) > 0 else 0.0


def _level(contrast: np.ndarray, low: float, high: float) -> float:
    levels = []
    for turned in (contrast, contrast.T):  # lines across are seen at the left and right side alone
        height, width = turned.shape
        first, last = int(low * height), int(high * height) + 1
        strips = turned[first:last], turned[height - last : height - first]
        ends = int(RULED_DEPTHS[1][0] * width)  # where a frame's other sides may be
        starts = np.arange(PIECES) * (width - 2 * ends) // PIECES
        pieces = [np.maximum.reduceat(strip[:, ends : width - ends].max(0), starts) for strip in strips]
        levels.append(float(np.percentile(pieces, 60)))
    return max(levels)


def _opened(mask: np.ndarray) -> np.ndarray:
    """What of the mask is wider than OPENING."""
    picture = Image.fromarray(mask.astype(np.uint8) * 255)
    picture = picture.filter(ImageFilter.MinFilter(OPENING)).filter(ImageFilter.MaxFilter(OPENING))
    return np.asarray(picture) > 0
