"""Photos of garments → outline drawings: silhouette, inner edges, warped, mirrored, with gaps, filled."""

from __future__ import annotations

import numpy as np

from fmnist.drawing.sketch import PEN, SIZE

FINE = 2  # lines are drawn on a grid this many times finer than the result
EDGE = SIZE * FINE
CHUNK = 2000  # images at a time; keeps the temporary arrays near 25 MB each


def outlines(images: np.ndarray, seed: int) -> np.ndarray:
    """Each image as a line drawing, now and then painted.

    Parameters
    ----------
    images
        uint8 (n, 28, 28), ground 0.
    seed
        Where warps and habits come from.

    Returns
    -------
    np.ndarray
        uint8 (n, 28, 28), ground 0, as `sketch.convert` would return drawings like these.
    """
    noise = np.random.default_rng(seed)
    chunks = [_outlines(images[start : start + CHUNK], noise) for start in range(0, len(images), CHUNK)]
    return np.concatenate(chunks) if chunks else np.empty((0, SIZE, SIZE), np.uint8)


def _outlines(images: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    count = len(images)
    smooth = _smooth(images.astype(np.float32))
    level = noise.uniform(20, 60, (count, 1, 1)).astype(np.float32)
    warp = _Warp(noise, count)
    warp.fit(smooth, level)
    tones = warp.sample(smooth, EDGE)
    garment = tones > level
    inner = tones > level + (255 - level) * noise.uniform(0.15, 0.8, (count, 1, 1))
    inner &= noise.random((count, 1, 1)) < 0.5
    lines = (_border(garment) | (_border(inner) & _eroded(garment))) & ~_gaps(noise, count)
    drawn = _dilated(lines, PEN * FINE).astype(np.float32) * 255
    painted = (noise.random((count, 1, 1)) < 0.12) * noise.choice((255.0, 255.0, 170.0), (count, 1, 1))
    drawn = np.maximum(drawn, garment * painted.astype(np.float32))
    small: np.ndarray = np.rint(drawn.reshape(count, SIZE, FINE, SIZE, FINE).mean((2, 4))).astype(np.uint8)
    return small


class _Warp:
    """For each image its own mirror, turn, proportions and slow waves; coordinates run from -1 to 1."""

    def __init__(self, noise: np.random.Generator, count: int) -> None:
        turn = np.radians(np.clip(noise.normal(0, 6, count), -16, 16))
        mirror = noise.choice((-1.0, 1.0), count)
        wide = np.exp(noise.normal(0, 0.18, count))
        slant = noise.normal(0, 0.06, count)
        self.matrix = np.empty((count, 2, 2), np.float32)  # target → source, rows x and y
        self.matrix[:, 0] = (mirror * np.stack([np.cos(turn), np.sin(turn) + slant]) * wide).T
        self.matrix[:, 1] = np.stack([-np.sin(turn), np.cos(turn)]).T
        self.rates = noise.uniform(0.5, 1.5, (count, 2, 1, 1)).astype(np.float32) * np.float32(np.pi)
        self.phases = noise.uniform(0, 2 * np.pi, (count, 2, 1, 1)).astype(np.float32)
        self.sizes = noise.normal(0, 0.035, (count, 2, 1, 1)).astype(np.float32)
        self.scale = np.full((count, 2), 2.0, np.float32)  # the whole garment is in sight wherever it goes
        self.shift = np.zeros((count, 2), np.float32)

    def fit(self, images: np.ndarray, level: np.ndarray) -> None:
        """Choose scale and shift so that what is above `level` fills the frame but for half a pen."""
        seen = self.sample(images, SIZE) > level
        centres, spans = [], []
        for axis in (1, 2):  # columns are x, rows are y
            there = np.asarray(seen.any(axis))
            first, last = there.argmax(1), there.shape[1] - 1 - there[:, ::-1].argmax(1)
            centres.append((first + last + 1) / there.shape[1] - 1)
            spans.append((last - first + 1) / there.shape[1])
        self.shift = (np.stack(centres, 1) * 2.0).astype(np.float32)
        scale = 2.0 * np.maximum(*spans) * SIZE / (SIZE - PEN)
        self.scale = np.repeat(np.maximum(scale, 0.1)[:, None], 2, 1).astype(np.float32)

    def sample(self, images: np.ndarray, edge: int) -> np.ndarray:
        """The warped images, float32 (n, edge, edge), by bilinear interpolation."""
        steps = ((np.arange(edge, dtype=np.float32) + 0.5) / edge * 2 - 1)[None]
        x = (steps * self.scale[:, :1] + self.shift[:, :1])[:, None, :]
        y = (steps * self.scale[:, 1:] + self.shift[:, 1:])[:, :, None]
        m = self.matrix[..., None, None]
        across = (
            m[:, 0, 0] * x
            + m[:, 0, 1] * y
            + self.sizes[:, 0] * np.sin(self.rates[:, 0] * y + self.phases[:, 0])
        )
        down = (
            m[:, 1, 0] * x
            + m[:, 1, 1] * y
            + self.sizes[:, 1] * np.sin(self.rates[:, 1] * x + self.phases[:, 1])
        )
        return _bilinear(images, across, down)


def _bilinear(images: np.ndarray, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Values at coordinates from -1 to 1; 0 outside the image."""
    count, size, _ = images.shape
    padded = np.pad(images, ((0, 0), (1, 2), (1, 2))).reshape(-1)
    column = np.clip((across + 1) * (size / 2) + 0.5, 0, size + 1)
    row = np.clip((down + 1) * (size / 2) + 0.5, 0, size + 1)
    left, top = column.astype(np.int32), row.astype(np.int32)
    right_share, low_share = column - left.astype(np.float32), row - top.astype(np.float32)
    width = size + 3
    at = top * width + left + (np.arange(count, dtype=np.int32) * width * width)[:, None, None]
    upper = padded[at] * (1 - right_share) + padded[at + 1] * right_share
    lower = padded[at + width] * (1 - right_share) + padded[at + width + 1] * right_share
    mixed: np.ndarray = upper * (1 - low_share) + lower * low_share
    return mixed


def _smooth(images: np.ndarray) -> np.ndarray:
    """Averaged 1-2-1 both ways, so that the weave of a fabric gives no edges."""
    for axis in (1, 2):
        images = (np.roll(images, 1, axis) + 2 * images + np.roll(images, -1, axis)) / 4
    return images


def _eroded(masks: np.ndarray) -> np.ndarray:
    eroded = masks.copy()
    eroded[:, 1:] &= masks[:, :-1]
    eroded[:, :-1] &= masks[:, 1:]
    eroded[:, :, 1:] &= masks[:, :, :-1]
    eroded[:, :, :-1] &= masks[:, :, 1:]
    return eroded


def _border(masks: np.ndarray) -> np.ndarray:
    border: np.ndarray = masks & ~_eroded(masks)
    return border


def _gaps(noise: np.random.Generator, count: int) -> np.ndarray:
    """Where the pen left out: blocks of the frame, in some of the drawings."""
    share = noise.choice((0.0, 0.0, 0.03, 0.07), (count, 1, 1))
    blocks = noise.random((count, 14, 14)) < share
    return blocks.repeat(EDGE // 14, 1).repeat(EDGE // 14, 2)


def _dilated(lines: np.ndarray, pen: int) -> np.ndarray:
    """Each pixel widened to a disc of `pen` across."""
    reach = np.arange(pen) - (pen - 1) / 2
    disc = np.hypot(*np.meshgrid(reach, reach)) <= pen / 2
    padded = np.pad(lines, ((0, 0), (pen, pen), (pen, pen)))
    drawn = np.zeros_like(lines)
    for down, right in (np.argwhere(disc) + pen // 2).tolist():
        drawn |= padded[:, down : down + lines.shape[1], right : right + lines.shape[2]]
    return drawn
