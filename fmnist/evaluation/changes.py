"""Changed images: shifted, turned, mirrored, negated, brightened, blurred, partly erased, noisy."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import NamedTuple

import numpy as np

from fmnist.data.facts import IMAGE_SHAPE
from fmnist.language import N_, _

ROWS, COLUMNS = IMAGE_SHAPE
NOISE_SEED = 7


class Amount(NamedTuple):
    """How far a change can go, both ends included, and how many of its units one step is."""

    low: int
    high: int
    step: int = 1


AMOUNTS = {
    "right": Amount(-8, 8),  # pixels
    "down": Amount(-8, 8),  # pixels
    "turn": Amount(-180, 180, 5),  # degrees, clockwise
    "brighter": Amount(-128, 128, 8),  # grey levels, added where there is garment
    "blur": Amount(0, 4),  # how often the mean of three by three pixels is taken
    "erased": Amount(0, 16),  # side of a square in the middle, in pixels
    "noise": Amount(0, 128, 4),  # grey levels: each pixel goes up or down by so many
}


@dataclass(frozen=True)
class Changes:
    """What is done to an image, in this order; the defaults change nothing. Units as in `AMOUNTS`."""

    mirrored: bool = False
    right: int = 0
    down: int = 0
    turn: int = 0
    brighter: int = 0
    blur: int = 0
    erased: int = 0
    noise: int = 0
    negated: bool = False

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def of(self, images: np.ndarray) -> np.ndarray:
        """Images (n, 28, 28) uint8 with these changes: another array of the same shape and type."""
        values = images.astype(np.float32)
        if self.mirrored:
            values = values[:, :, ::-1]
        if self.right or self.down:
            values = shifted(values, self.right, self.down)
        if self.turn:
            values = turned(values, self.turn)
        if self.brighter:
            values = np.where(values > 0, values + self.brighter, values).clip(0, 255)
        for _time in range(self.blur):
            values = blurred(values)
        if self.erased:
            values = values.copy()
            top, left = (ROWS - self.erased) // 2, (COLUMNS - self.erased) // 2
            values[:, top : top + self.erased, left : left + self.erased] = 0
        if self.noise:
            values = values + noise(values.shape, self.noise)
        if self.negated:
            values = 255 - values
        return values.clip(0, 255).round().astype(np.uint8)

    def in_words(self) -> str:
        """What is changed: "2 pixels right, turned by 10°"; "nothing" for nothing."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        parts = [
            _(words).format(amount=abs(told[name]))
            for name, words in _WORDS[0].items()
            if told[name] is True or told[name] > 0
        ]
        parts += [_(words).format(amount=-told[name]) for name, words in _WORDS[1].items() if told[name] < 0]
        return _(", ").join(parts) or _("nothing")


_WORDS = (
    {
        "mirrored": N_("mirrored"),
        "right": N_("moved right by {amount}"),
        "down": N_("moved down by {amount}"),
        "turn": N_("turned clockwise by {amount}°"),
        "brighter": N_("brighter by {amount} of 255"),
        "blur": N_("blurred × {amount}"),
        "erased": N_("a square of {amount}×{amount} erased"),
        "noise": N_("noise of ±{amount} of 255"),
        "negated": N_("negated"),
    },
    {
        "right": N_("moved left by {amount}"),
        "down": N_("moved up by {amount}"),
        "turn": N_("turned anticlockwise by {amount}°"),
        "brighter": N_("darker by {amount} of 255"),
    },
)  # for amounts above 0, and below


def shifted(images: np.ndarray, right: int, down: int) -> np.ndarray:
    """Images (n, 28, 28) moved by whole pixels; what enters is background, 0."""
    moved = np.zeros_like(images)
    to_rows, from_rows = _overlap(ROWS, down)
    to_columns, from_columns = _overlap(COLUMNS, right)
    moved[:, to_rows, to_columns] = images[:, from_rows, from_columns]
    return moved


def _overlap(size: int, by: int) -> tuple[slice, slice]:
    """Where the part that stays inside goes to, and where it comes from."""
    return slice(max(by, 0), size + min(by, 0)), slice(max(-by, 0), size - max(by, 0))


def turned(images: np.ndarray, degrees: float) -> np.ndarray:
    """Images (n, 28, 28) float turned clockwise about their middle, bilinear; what enters is 0."""
    angle = np.deg2rad(degrees)
    rows, columns = np.mgrid[:ROWS, :COLUMNS] - (ROWS - 1) / 2
    from_rows = rows * np.cos(angle) - columns * np.sin(angle) + (ROWS - 1) / 2
    from_columns = rows * np.sin(angle) + columns * np.cos(angle) + (COLUMNS - 1) / 2
    top, left = np.floor(from_rows).astype(int), np.floor(from_columns).astype(int)
    below, beside = (from_rows - top).astype(np.float32), (from_columns - left).astype(np.float32)
    framed = np.pad(images, ((0, 0), (1, 2), (1, 2)))
    found = np.zeros(images.shape, np.float32)
    for row, column, share in (
        (top, left, (1 - below) * (1 - beside)),
        (top + 1, left, below * (1 - beside)),
        (top, left + 1, (1 - below) * beside),
        (top + 1, left + 1, below * beside),
    ):
        inside = framed[:, np.clip(row + 1, 0, ROWS + 1), np.clip(column + 1, 0, COLUMNS + 1)]
        found += inside * share
    return found


def blurred(images: np.ndarray) -> np.ndarray:
    """The mean of each pixel and its eight neighbours; background around the image."""
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    rows = framed[:, :-2] + framed[:, 1:-1] + framed[:, 2:]
    means: np.ndarray = (rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:]) / 9
    return means


def noise(shape: tuple[int, ...], size: int) -> np.ndarray:
    """Up or down by `size` for each pixel, by lot: float32, always the same for the same shape."""
    signs = np.random.default_rng(NOISE_SEED).integers(0, 2, shape, dtype=np.int8)
    return (2 * signs - 1).astype(np.float32) * size
