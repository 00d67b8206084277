"""Pen strokes of any width → their centre lines, one pixel wide (Zhang and Suen's thinning)."""

from __future__ import annotations

import numpy as np

# The eight neighbours p2 … p9 of Zhang and Suen, clockwise from the one above, as (row, column) offsets.
NEIGHBOURS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))

# Codes of pixels with three neighbours: those on two sides and the one between them.
RIGHT_AND_ABOVE, RIGHT_AND_BELOW, LEFT_AND_BELOW, LEFT_AND_ABOVE = 0b0000111, 0b0011100, 0b1110000, 0b11000001


def centre_lines(ink: np.ndarray) -> np.ndarray:
    """The centre lines of what is drawn, connected as the drawing is.

    Parameters
    ----------
    ink
        bool (h, w): where there is ink.

    Returns
    -------
    np.ndarray
        bool (h, w), a subset of `ink`.

    Notes
    -----
    T. Y. Zhang and C. Y. Suen, "A fast parallel algorithm for thinning digital patterns", CACM 27 (1984).
    The two tests of a pixel depend on its eight neighbours only, so each is a table of 256 entries.
    """
    lines = np.pad(ink, 1)
    while True:
        before = np.count_nonzero(lines)
        for removable in _REMOVABLE:
            codes = _neighbour_codes(lines)
            lines &= ~removable[codes] | _last_of_a_dot(codes)
        if np.count_nonzero(lines) == before:
            return lines[1:-1, 1:-1]


def _neighbour_codes(lines: np.ndarray) -> np.ndarray:
    """uint8, one bit for each neighbour that is set; the padding counts as having none."""
    inner = np.zeros((lines.shape[0] - 2, lines.shape[1] - 2), np.uint8)
    for bit, (down, right) in enumerate(NEIGHBOURS):
        rows = slice(1 + down, lines.shape[0] - 1 + down)
        columns = slice(1 + right, lines.shape[1] - 1 + right)
        inner |= lines[rows, columns].view(np.uint8) << bit
    return np.pad(inner, 1)


def _last_of_a_dot(codes: np.ndarray) -> np.ndarray:
    """The upper left pixel of each 2×2 block that stands alone: the two tests would remove all four."""
    block = np.zeros(codes.shape, bool)
    block[:-1, :-1] = (codes[:-1, :-1] == RIGHT_AND_BELOW) & (codes[:-1, 1:] == LEFT_AND_BELOW)
    block[:-1, :-1] &= (codes[1:, :-1] == RIGHT_AND_ABOVE) & (codes[1:, 1:] == LEFT_AND_ABOVE)
    return block


def _removable_tables() -> tuple[np.ndarray, np.ndarray]:
    bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
    count = bits.sum(1)
    rises = ((bits == 0) & (np.roll(bits, -1, axis=1) == 1)).sum(1)
    up, right, down, left = bits[:, 0], bits[:, 2], bits[:, 4], bits[:, 6]
    border = (count >= 2) & (count <= 6) & (rises == 1)
    first = border & (up * right * down == 0) & (right * down * left == 0)
    second = border & (up * right * left == 0) & (up * down * left == 0)
    return first, second


_REMOVABLE = _removable_tables()
