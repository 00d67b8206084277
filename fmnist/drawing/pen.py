"""Ideal outlines → drawings as unsteady hands make them, 28×28, as `sketch.convert` would return them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, pi, radians, sin
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from fmnist.drawing.sketch import FINE, PEN, SIZE

Point = tuple[float, float]  # x to the right, y down, any unit
Stroke = list[Point]

FRAME = SIZE * FINE
WIDTH = PEN * FINE
SPACING = 0.03  # of the drawing's longest edge, between the points of a stroke


@dataclass
class Shape:
    """What is to be drawn: closed outlines, each the sides in order, then details, main ones first."""

    outlines: list[list[Stroke]]
    details: list[Stroke] = field(default_factory=list)


def arc(centre: Point, radii: Point, start: float, end: float, points: int = 14) -> Stroke:
    """Part of an ellipse; angles in degrees, clockwise from the right (y is down)."""
    first, step = radians(start), radians(end - start) / (points - 1)
    angles = [first + step * i for i in range(points)]
    return [(centre[0] + radii[0] * cos(angle), centre[1] + radii[1] * sin(angle)) for angle in angles]


def bow(start: Point, end: Point, bulge: float, points: int = 7) -> Stroke:
    """A bent line; its middle lies `bulge` times its length to the right of the way from start to end."""
    if not bulge:
        return [start, end]
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    along = [step / (points - 1) for step in range(points)]
    return [
        (x0 + t * dx - 4 * t * (1 - t) * bulge * dy, y0 + t * dy + 4 * t * (1 - t) * bulge * dx)
        for t in along
    ]


def draw_all(shapes: list[Shape], seed: int) -> np.ndarray:
    """Each shape drawn once, by a person of its own.

    Parameters
    ----------
    shapes
        n shapes.
    seed
        Where hands, habits and moods come from.

    Returns
    -------
    np.ndarray
        uint8 (n, 28, 28), ground 0.
    """
    if not shapes:
        return np.empty((0, SIZE, SIZE), np.uint8)
    random = Random(seed)
    painted = [random.random() < 0.1 for _ in shapes]
    drawings = [
        [sum(sides, []) for sides in shape.outlines] + shape.details if paint else _strokes(shape, random)
        for shape, paint in zip(shapes, painted, strict=True)
    ]
    lines = _Lines(drawings)
    lines.move(np.random.default_rng(seed))
    margins = [random.choice((0, WIDTH)) if paint else WIDTH for paint in painted]
    placed = lines.fitted(FRAME - np.array(margins))
    images = np.empty((len(shapes), SIZE, SIZE), np.uint8)
    for index, (shape, paint, strokes) in enumerate(zip(shapes, painted, placed, strict=True)):
        images[index] = _paint(strokes, len(shape.outlines), random) if paint else render(strokes)
    return images


def by_hand(shape: Shape, seed: int, edge: float) -> list[np.ndarray]:
    """The strokes of one shape as an unsteady hand draws them.

    Returns
    -------
    list of np.ndarray
        float (n, 2) each, x and y; the middle is at 0, the longest edge is `edge` long.
    """
    lines = _Lines([[sum(sides, []) for sides in shape.outlines] + shape.details])
    lines.move(np.random.default_rng(seed))
    (strokes,) = lines.fitted(np.array([edge]))
    return [stroke - (FRAME - 1) / 2 for stroke in strokes]


def render(
    lines: Sequence[np.ndarray], surfaces: Sequence[np.ndarray] = (), tone: int = 255, ink: int = 255
) -> np.ndarray:
    """Strokes and painted surfaces, float (n, 2) each, in pixels of the fine frame → uint8 (28, 28)."""
    picture = Image.new("L", (FRAME, FRAME))
    canvas = ImageDraw.Draw(picture)
    for surface in surfaces:
        canvas.polygon(surface.ravel().tolist(), fill=tone)
    for line in lines:
        canvas.line(line.ravel().tolist(), fill=ink, width=WIDTH)
        for x, y in line[_bends(line)].tolist():  # Pillow leaves a notch at each bend
            canvas.ellipse((x - WIDTH / 2, y - WIDTH / 2, x + WIDTH / 2, y + WIDTH / 2), fill=ink)
    return np.asarray(picture.reduce(FINE))


def _bends(line: np.ndarray) -> np.ndarray:
    """Both ends and where the line turns by more than about 25 degrees; bool (n,)."""
    steps = np.diff(line, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    bends = np.ones(len(line), bool)
    bends[1:-1] = (steps[1:] * steps[:-1]).sum(1) < 0.9 * lengths[1:] * lengths[:-1]
    return bends


def _paint(strokes: list[np.ndarray], surfaces: int, random: Random) -> np.ndarray:
    tone = random.choice((255, 255, random.randint(90, 254)))
    if random.random() < 0.4:
        return render(strokes[surfaces:], strokes[:surfaces], 255)
    ink = 255 if tone < 200 else random.randint(0, 160)
    painted = render(strokes, strokes[:surfaces], tone, ink)
    # Of a thin shape dark lines leave nothing to be seen.
    return painted if painted.max() > 90 else render(strokes, strokes[:surfaces], tone)


def _strokes(shape: Shape, random: Random) -> list[Stroke]:
    strokes = [stroke for sides in shape.outlines for stroke in _joined(sides, random)] + shape.details
    return _broken_off(strokes, random) if len(strokes) > 1 and random.random() < 0.12 else strokes


def _joined(sides: list[Stroke], random: Random) -> list[Stroke]:
    """The sides of an outline as the strokes a person makes of them: one long one, a few, or one each."""
    sides = [side for side in sides if side]
    keep_on = random.choice((0.0, 0.5, 0.9, 1.0))
    first = random.randrange(len(sides))
    strokes: list[Stroke] = []
    for side in sides[first:] + sides[:first]:
        if strokes and random.random() < keep_on:
            strokes[-1] = strokes[-1] + side
        else:
            strokes.append(side)
    return strokes


def _broken_off(strokes: list[Stroke], random: Random) -> list[Stroke]:
    """Unfinished: the last strokes missing, the last one cut short."""
    kept = strokes[: random.randint(max(1, len(strokes) // 2), len(strokes))]
    last = kept[-1]
    return [*kept[:-1], last[: max(2, int(len(last) * random.uniform(0.4, 1)))]]


class _Lines:
    """The strokes of many drawings in flat arrays, so that each operation is one for all."""

    def __init__(self, drawings: list[list[Stroke]]) -> None:
        strokes = [stroke for drawing in drawings for stroke in drawing]
        self.points = np.array([point for stroke in strokes for point in stroke], np.float64)
        self.stroke_lengths = np.array([len(stroke) for stroke in strokes])  # points in each stroke
        self.drawing_lengths = np.array([len(drawing) for drawing in drawings])  # strokes in each drawing

    @property
    def first_points(self) -> np.ndarray:
        """Index of each stroke's first point."""
        firsts: np.ndarray = np.cumsum(self.stroke_lengths) - self.stroke_lengths
        return firsts

    @property
    def first_strokes(self) -> np.ndarray:
        """Index of each drawing's first stroke."""
        firsts: np.ndarray = np.cumsum(self.drawing_lengths) - self.drawing_lengths
        return firsts

    def of_points(self, per_drawing: np.ndarray) -> np.ndarray:
        """A value for each drawing → one for each point."""
        return np.repeat(np.repeat(per_drawing, self.drawing_lengths, axis=0), self.stroke_lengths, axis=0)

    def move(self, noise: np.random.Generator) -> None:
        """As one unsteady hand for each drawing draws them: gaps, rounded corners, tremor, slant, turn."""
        count = len(self.drawing_lengths)
        self._scale(np.ones(count))
        gaps = noise.choice((0, 0, 0, 0.015, 0.04), count) * noise.random(count)
        self._resample(np.repeat(gaps, self.drawing_lengths), noise)
        self._round(noise.choice((0, 0, 1, 2, 4), count))
        self._shake(noise, count)
        self._warp(noise, count)

    def fitted(self, edges: np.ndarray) -> list[list[np.ndarray]]:
        """For each drawing its strokes, longest edge `edges`, in the middle of the fine frame."""
        self._scale(edges)
        self.points += (FRAME - 1) / 2
        strokes = np.split(self.points, self.first_points[1:])
        return [
            strokes[first : first + n]
            for first, n in zip(self.first_strokes, self.drawing_lengths, strict=True)
        ]

    def _scale(self, edges: np.ndarray) -> None:
        starts = self.first_points[self.first_strokes]
        low, high = np.minimum.reduceat(self.points, starts), np.maximum.reduceat(self.points, starts)
        scale = edges / np.maximum((high - low).max(1), 1e-6)
        self.points = (self.points - self.of_points((low + high) / 2)) * self.of_points(scale)[:, None]

    def _resample(self, gaps: np.ndarray, noise: np.random.Generator) -> None:
        """Points SPACING apart; the pen comes down late and leaves early by up to `gaps`."""
        steps = np.zeros(len(self.points))
        steps[1:] = np.hypot(*np.diff(self.points, axis=0).T)
        steps[self.first_points] = 1.0  # any length: keeps the strokes apart on one common axis
        along = np.cumsum(steps)
        start, end = along[self.first_points], along[self.first_points + self.stroke_lengths - 1]
        gaps = np.minimum(gaps, 0.15 * (end - start))
        start, end = start + gaps * noise.random(len(gaps)), end - gaps * noise.random(len(gaps))
        counts = np.maximum(3, ((end - start) / SPACING).astype(int) + 2)
        firsts = np.cumsum(counts) - counts
        share = (np.arange(counts.sum()) - np.repeat(firsts, counts)) / np.repeat(counts - 1, counts)
        at = np.repeat(start, counts) + share * np.repeat(end - start, counts)
        self.points = np.stack([np.interp(at, along, self.points[:, axis]) for axis in (0, 1)], 1)
        self.stroke_lengths, self.along = counts, at

    def _round(self, times: np.ndarray) -> None:
        inner = np.ones(len(self.points), bool)
        inner[self.first_points] = inner[self.first_points + self.stroke_lengths - 1] = False
        times = self.of_points(times)
        for done in range(times.max()):
            here = np.flatnonzero(inner & (times > done))
            self.points[here] = (self.points[here - 1] + 2 * self.points[here] + self.points[here + 1]) / 4

    def _shake(self, noise: np.random.Generator, count: int) -> None:
        """Slow sway and fast tremor along each stroke, and each stroke a little off its place."""
        sway, slip, tremor = (np.abs(noise.normal(0, size, count)) for size in (0.012, 0.012, 0.005))
        strokes = len(self.stroke_lengths)
        for axis in (0, 1):
            rate, phase = noise.uniform(0.8, 2.5, strokes), noise.uniform(0, 1, strokes)
            waves = np.repeat(rate, self.stroke_lengths) * self.along + np.repeat(phase, self.stroke_lengths)
            off = np.repeat(noise.normal(0, 1, strokes), self.stroke_lengths)
            rough = np.convolve(noise.normal(0, 1, len(waves)), (0.5, 0.7, 0.5), "same")
            self.points[:, axis] += (
                self.of_points(sway) * np.sin(2 * pi * waves)
                + self.of_points(slip) * off
                + self.of_points(tremor) * rough
            )

    def _warp(self, noise: np.random.Generator, count: int) -> None:
        """Proportions, slant, keystone and turn of each drawing."""
        spread = np.where(noise.random(count) < 0.8, 5.0, 11.0)
        turn = self.of_points(np.clip(noise.normal(0, spread), -18, 18) * pi / 180)
        stretch = self.of_points(np.exp(noise.normal(0, 0.13, count)))
        slant, tilt, wide, tall = (
            self.of_points(noise.normal(0, size, count)) for size in (0.05, 0.03, 0.06, 0.06)
        )
        x, y = self.points[:, 0] * stretch, self.points[:, 1]
        x, y = x * (1 + wide * y) + slant * y, y * (1 + tall * x) + tilt * x
        self.points = np.stack([np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y], 1)
