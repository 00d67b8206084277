"""A garment photographed at a slight slant → upright, by the axis that its left and right half share."""

from __future__ import annotations

import numpy as np
from PIL import Image

MOST = 7.0  # degrees; what is turned further was laid so
LEAST = 1.0  # degrees; less changes no pixel of 28
SYMMETRIC = 0.85  # of a garment lies on its mirror image; of shoes from the side far less
BETTER = 0.004  # the mirror image must fit better turned than as it lies
EDGE = 96  # pixels, to compare with the mirror image
STEP = 0.5  # degrees


def slant(contrast: np.ndarray) -> float:
    """By how many degrees a garment leans, clockwise; 0 if it has no clear axis or stands upright.

    Parameters
    ----------
    contrast
        uint8 (h, w), 0 for paper.
    """
    small = _centred(contrast)
    angles = np.arange(-MOST, MOST + STEP / 2, STEP)
    fits = np.array([_likeness(small.rotate(angle, Image.Resampling.BILINEAR)) for angle in angles])
    best = int(fits.argmax())
    if not 0 < best < len(angles) - 1 or fits[best] < SYMMETRIC:
        return 0.0
    before, here, after = fits[best - 1 : best + 2]
    angle = angles[best] + STEP * (before - after) / 2 / min(before - 2 * here + after, -1e-9)
    better = here - fits[len(angles) // 2]
    return float(angle) if abs(angle) >= LEAST and better >= BETTER else 0.0


def turned(contrast: np.ndarray, angle: float) -> np.ndarray:
    """Turned against the clock by `angle` degrees, uint8, large enough for all of it."""
    return np.asarray(Image.fromarray(contrast).rotate(angle, Image.Resampling.BILINEAR, expand=True))


def _centred(contrast: np.ndarray) -> Image.Image:
    """EDGE square, the centre of mass in the middle: any axis of symmetry goes through it."""
    weight = contrast.astype(np.float64)
    total = max(weight.sum(), 1.0)
    middle = [
        (weight.sum(1 - axis) * (np.arange(contrast.shape[axis]) + 0.5)).sum() / total for axis in (0, 1)
    ]
    half = max(max(at, side - at) for at, side in zip(middle, contrast.shape, strict=True)) * 1.1
    box = (middle[1] - half, middle[0] - half, middle[1] + half, middle[0] + half)
    scale = 2 * half / EDGE
    return Image.fromarray(contrast).transform(
        (EDGE, EDGE), Image.Transform.AFFINE, (scale, 0, box[0], 0, scale, box[1]), Image.Resampling.BILINEAR
    )


def _likeness(picture: Image.Image) -> float:
    """How much of it lies on its mirror image, 0 to 1."""
    values = np.asarray(picture, np.float32)
    return float(np.minimum(values, values[:, ::-1]).sum() / max(values.sum(), 1.0))
