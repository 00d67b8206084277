"""What stands out from the paper → the garment: the large connected thing, without specks and frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

FRAME_DEPTH = 0.1  # of the shorter edge: a frame, however tilted, and the edge of a scan stay within
FRAME_LENGTH = 0.3  # of the picture's edge; a shorter thing at the border that does not touch it is no frame
WHOLE_SIDE = 0.9  # of a side of the picture
A_GARMENT = (
    0.2  # of the picture's shorter edge: if something so large is left, a thing along a side is a table
)
SPECK = 0.06  # of the garment's longest edge: smaller things are dust, outside the garment's box
DUST = {True: 0.012, False: 0.035}  # the same within the box: drawings have buttons and laces there
BESIDE = 0.03  # of the garment's longest edge: so near a thing belongs to it
LARGE_PART = (
    0.25  # of the garment's longest edge: in a drawing, a thing so long is a part of it wherever it is
)
NEXT_PART = 0.15  # how far parts of one garment are apart at most, of its longest edge


@dataclass(frozen=True)
class Things:
    """The connected parts of a mask, each a set of runs: pixels beside each other in a row."""

    shape: tuple[int, int]
    rows: np.ndarray  # int (runs,)
    starts: np.ndarray  # int (runs,), first column
    ends: np.ndarray  # int (runs,), after the last column
    thing: np.ndarray  # int (runs,), 0 to n - 1
    count: int

    @classmethod
    def of(cls, mask: np.ndarray) -> Things:
        """The parts of bool (h, w) that are connected by edges or corners."""
        steps = np.diff(np.pad(mask, ((0, 0), (1, 1))).view(np.int8), axis=1)
        rows, starts = np.nonzero(steps == 1)
        ends = np.nonzero(steps == -1)[1]
        thing = _connected(rows, starts, ends, mask.shape[1])
        names, thing = np.unique(thing, return_inverse=True)
        return cls(mask.shape, rows, starts, ends, thing, len(names))

    @property
    def areas(self) -> np.ndarray:
        """Pixels of each, int (n,)."""
        return np.bincount(self.thing, self.ends - self.starts, self.count).astype(int)

    @property
    def boxes(self) -> np.ndarray:
        """Top, left, bottom and right of each, the last two exclusive; int (n, 4)."""
        boxes = np.empty((self.count, 4), int)
        boxes[:, :2], boxes[:, 2:] = max(self.shape), 0
        np.minimum.at(boxes[:, 0], self.thing, self.rows)
        np.minimum.at(boxes[:, 1], self.thing, self.starts)
        np.maximum.at(boxes[:, 2], self.thing, self.rows + 1)
        np.maximum.at(boxes[:, 3], self.thing, self.ends)
        return boxes

    @property
    def depths(self) -> np.ndarray:
        """How far into the picture each reaches: its deepest pixel's distance from the border, int (n,)."""
        height, width = self.shape
        middle = np.clip(width // 2, self.starts, self.ends - 1)
        across = np.minimum(middle, width - 1 - middle)
        deepest = np.zeros(self.count, int)
        np.maximum.at(deepest, self.thing, np.minimum(across, np.minimum(self.rows, height - 1 - self.rows)))
        return deepest

    @property
    def along_sides(self) -> np.ndarray:
        """The share of the picture's top, bottom, left and right side that each touches; float (n, 4)."""
        height, width = self.shape
        lengths, one = (self.ends - self.starts) / width, 1 / height
        sides = (
            (self.rows == 0, lengths),
            (self.rows == height - 1, lengths),
            (self.starts == 0, one),
            (self.ends == width, one),
        )
        return np.stack([np.bincount(self.thing, there * part, self.count) for there, part in sides], axis=1)

    def mask(self, wanted: np.ndarray) -> np.ndarray:
        """Where the wanted things are; `wanted` is bool (n,), the mask bool (h, w)."""
        chosen = wanted[self.thing]
        steps = np.zeros((self.shape[0], self.shape[1] + 1), np.int8)
        steps[self.rows[chosen], self.starts[chosen]] += 1
        steps[self.rows[chosen], self.ends[chosen]] -= 1
        return np.cumsum(steps, axis=1, dtype=np.int8)[:, :-1].astype(bool)


def _connected(rows: np.ndarray, starts: np.ndarray, ends: np.ndarray, width: int) -> np.ndarray:
    """For each run the first run that it is connected to, over any number of others; int (runs,)."""
    line = width + 2
    # Runs in order on one axis; those of the row below that touch a run are then beside each other.
    low = np.searchsorted(rows * line + ends, (rows + 1) * line + starts, "left")
    high = np.searchsorted(rows * line + starts, (rows + 1) * line + ends, "right")
    counts = np.maximum(high - low, 0)
    upper = np.repeat(np.arange(len(rows)), counts)
    lower = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low, counts)
    first = np.arange(len(rows))
    while True:
        before = first.copy()
        least = np.minimum(first[upper], first[lower])
        np.minimum.at(first, first[upper], least)
        np.minimum.at(first, first[lower], least)
        while not np.array_equal(first, first[first]):
            first = first[first]
        if np.array_equal(first, before):
            return first


def without_frame(mask: np.ndarray) -> np.ndarray:
    """The mask without lines along the picture's border, also where a garment touches them."""
    mask = mask.copy()
    reach = max(2, round(FRAME_DEPTH / 2 * min(mask.shape)))
    for side in (mask, mask[::-1], mask.T, mask.T[::-1]):
        shares = side[: 2 * reach].mean(1)
        lines = np.flatnonzero(shares[:reach] > 0.6)
        if not lines.size:
            continue
        free = np.flatnonzero(shares[lines[-1] :] < shares[lines].max() / 2)
        if free.size:  # a garment that is cut off there would not end so soon
            side[: lines[-1] + free[0]] = False
    return mask


def garment(mask: np.ndarray, is_line: Callable[[np.ndarray], bool]) -> np.ndarray:
    """The garment among all that stands out.

    Parameters
    ----------
    mask
        bool (h, w).
    is_line
        Tells of a mask whether it is drawn in lines. Of a drawing the large parts are kept however far apart,
        as a pair of flip flops; of surfaces the largest and what is beside it: of two garments one is taken.

    Returns
    -------
    np.ndarray
        bool (h, w); empty if there are only frames.
    """
    things = Things.of(mask)
    if not things.count:
        return mask
    boxes, areas = things.boxes, things.areas
    sides = boxes[:, 2:] - boxes[:, :2]
    longest = sides.max(1)
    wanted = ~_frames(things, boxes, longest)
    if not wanted.any():
        return np.zeros_like(mask)
    largest = int(np.where(wanted, sides.prod(1) * areas.astype(float), -1).argmax())
    edge, reach = longest[largest], boxes[largest]
    top, left, bottom, right = reach
    is_drawing = is_line(things.mask(np.arange(things.count) == largest)[top:bottom, left:right])
    inside = _gaps(boxes, reach) <= BESIDE * edge
    kept = wanted & inside & (longest > DUST[is_drawing] * edge)
    for _ in range(4):  # what is beside a part that is kept is a part too
        gaps = _gaps(boxes, reach)
        far = longest >= LARGE_PART * edge if is_drawing else gaps <= 0
        more = wanted & (longest > SPECK * edge) & ((gaps <= NEXT_PART * edge) | far)
        if not (more & ~kept).any():
            break
        kept |= more
        reach = np.concatenate([boxes[kept, :2].min(0), boxes[kept, 2:].max(0)])
    kept[largest] = True
    return things.mask(kept)


def _frames(things: Things, boxes: np.ndarray, longest: np.ndarray) -> np.ndarray:
    """Which things hug the picture's border, or lie along a whole side of it as a table does; bool (n,)."""
    height, width = things.shape
    along = things.along_sides.max(1) > WHOLE_SIDE
    if not (longest[~along] > A_GARMENT * min(height, width)).any():
        along[:] = False  # there is nothing else: a garment that fills the picture
    touching = (boxes[:, :2] == 0).any(1) | (boxes[:, 2] == height) | (boxes[:, 3] == width)
    shallow = things.depths < FRAME_DEPTH * min(height, width)
    framing: np.ndarray = along | (shallow & (touching | (longest > FRAME_LENGTH * min(height, width))))
    return framing


def _gaps(boxes: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """How far each box is from the box `reach`, in pixels; 0 or less if they touch."""
    apart: np.ndarray = np.maximum(boxes[:, :2] - reach[2:], reach[:2] - boxes[:, 2:]).max(1)
    return apart
