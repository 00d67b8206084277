"""Moved copies of images to learn from. `fmnist.networks.export` writes this function into its programs."""

from __future__ import annotations

import numpy as np


def moved_copies(images: np.ndarray, shifts: int, turns: int, seed: int) -> np.ndarray:
    """A copy of each image, turned and shifted by lot: up to `turns` degrees, up to `shifts` pixels.

    Whole degrees and pixels, each as likely, both ways. Turned first, about the middle, between four pixels;
    what enters is background, 0. Images (n, rows, columns) uint8; so is what is returned.
    """
    count, rows, columns = images.shape
    chance = np.random.default_rng([seed, 0, 3])
    degrees = chance.integers(-turns, turns + 1, count)
    down, right = chance.integers(-shifts, shifts + 1, (2, count))
    moved = images.copy()
    row, column = np.indices((rows, columns)) - np.array([[[rows - 1]], [[columns - 1]]]) / 2
    for angle in np.setdiff1d(degrees, [0]):
        framed = np.pad(images[degrees == angle], ((0, 0), (1, 2), (1, 2))).astype(np.float32)
        cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        above = np.clip(row * cosine - column * sine + (rows + 1) / 2, 0, rows + 1)
        left = np.clip(row * sine + column * cosine + (columns + 1) / 2, 0, columns + 1)
        first, start = above.astype(int), left.astype(int)
        lower, later = (above - first).astype(np.float32), (left - start).astype(np.float32)
        upper = framed[:, first, start] * (1 - later) + framed[:, first, start + 1] * later
        under = framed[:, first + 1, start] * (1 - later) + framed[:, first + 1, start + 1] * later
        moved[degrees == angle] = np.round(upper * (1 - lower) + under * lower)
    framed = np.pad(moved, ((0, 0), (shifts, shifts), (shifts, shifts)))
    for by_down in range(-shifts, shifts + 1):
        for by_right in range(-shifts, shifts + 1):
            mine = (down == by_down) & (right == by_right)
            top, side = shifts - by_down, shifts - by_right
            moved[mine] = framed[mine, top : top + rows, side : side + columns]
    return moved
