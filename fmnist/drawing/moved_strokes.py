"""Strokes mirrored, shifted and turned."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from fmnist.drawing.pen import Point, Shape, Stroke


def either_way(random: Random, shape: Shape) -> Shape:
    """The shape as it is, or mirrored."""
    return shape if random.random() < 0.5 else changed(shape, mirrored)


def changed(shape: Shape, change: Callable[[Stroke], Stroke]) -> Shape:
    """The shape with each of its strokes changed."""
    outlines = [[change(side) for side in sides] for sides in shape.outlines]
    return Shape(outlines, [change(stroke) for stroke in shape.details])


def mirrored(stroke: Stroke) -> Stroke:
    """Left and right exchanged."""
    return [(-x, y) for x, y in stroke]


def moved(stroke: Stroke, by: Point) -> Stroke:
    """Shifted."""
    return [(x + by[0], y + by[1]) for x, y in stroke]


def turned(stroke: Stroke, degrees: float) -> Stroke:
    """Turned around 0, clockwise as it is seen (y is down)."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(cos * x - sin * y, sin * x + cos * y) for x, y in stroke]
