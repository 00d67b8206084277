"""Sandals and bags as people draw them: outlines with random proportions and details."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random

from fmnist.drawing.moved_strokes import changed, either_way, mirrored, moved, turned
from fmnist.drawing.pen import Shape, Stroke, arc, bow

# ---------------------------------------------------------------- sandals


def sandal(random: Random) -> Shape:
    """Flip flops and slides from above, one or two, at any angle; now and then a sandal from the side."""
    if random.random() < 0.14:
        return _sandal_from_the_side(random)
    straps = random.choice((_thong, _thong, _thong, _thong, _band, _loop, _cross))
    length, turn = random.uniform(1.7, 3.2), _heading(random)
    first = _seen_from_above(random, straps, length)
    if random.random() < 0.5:
        return changed(first, lambda stroke: turned(stroke, turn))
    second = (
        first if random.random() < 0.4 else _seen_from_above(random, straps, length * random.gauss(1, 0.1))
    )
    spread = random.gauss(0, 12)
    away = (random.uniform(1.9, 2.9), random.gauss(0, 0.35))
    left = changed(first, lambda stroke: turned(turned(stroke, spread), turn))
    right = changed(second, lambda stroke: turned(moved(turned(mirrored(stroke), -spread), away), turn))
    return Shape(left.outlines + right.outlines, left.details + right.details)


def _heading(random: Random) -> float:
    """Mostly upright, now and then lying on a side or upside down."""
    return random.choice((0, 0, 0, 0, 180, 90, -90)) + random.gauss(0, 16)


def _seen_from_above(random: Random, straps: Callable[[Random, float], list[Stroke]], length: float) -> Shape:
    return Shape([[_sole(random, length)]], straps(random, length))


def _sole(random: Random, length: float) -> Stroke:
    """A closed curve with the toes at the top, at most 1 to each side, centred on 0."""
    waist, heel, lean = random.uniform(0, 0.35), random.uniform(-0.05, 0.35), random.gauss(0, 0.12)
    square = random.uniform(0.75, 1.1)
    start, turns = random.uniform(0, 360), random.uniform(345, 385)
    points = []
    for step in range(29):
        angle = math.radians(start + turns * step / 28)
        up = -math.sin(angle)
        width = 1 - heel * max(0.0, -up) - waist * math.exp(-(((up + 0.2) / 0.35) ** 2))
        side = math.copysign(abs(math.cos(angle)) ** square, math.cos(angle))
        points.append((width * side + lean * up * abs(up), -up * length))
    return points if random.random() < 0.5 else points[::-1]


def _thong(random: Random, length: float) -> list[Stroke]:
    """The V or Y between the toes, its ends at the edge or beyond."""
    toe = (random.gauss(0, 0.15), -length * random.uniform(0.45, 0.85))
    reach = random.uniform(0.75, 1.12)
    back = -length * random.uniform(-0.15, 0.4)
    bulge = random.uniform(-0.05, 0.3)
    right = bow(toe, (reach, back), bulge)
    left = bow(toe, (-reach, back + random.gauss(0, 0.1)), -bulge)
    fork = [(toe[0], toe[1]), (toe[0], toe[1] - random.uniform(0.1, 0.4))] if random.random() < 0.3 else []
    one = random.random()
    if one < 0.3:
        strokes = [left[::-1] + right[1:]]
    elif one < 0.4:
        width = random.uniform(0.15, 0.3)
        strokes = [left, right, *([(x * 0.8, y + width) for x, y in side] for side in (left, right))]
    else:
        strokes = [left, right]
    return strokes + ([fork] if fork else [])


def _band(random: Random, length: float) -> list[Stroke]:
    """One broad strap across."""
    top, height = -length * random.uniform(0.3, 0.75), length * random.uniform(0.15, 0.5)
    bulge, reach = random.uniform(-0.25, 0.25), random.uniform(0.85, 1.1)
    edges = [bow((-reach, y), (reach, y + random.gauss(0, 0.1)), bulge) for y in (top, top + height)]
    return edges if random.random() < 0.8 else edges[:1]


def _loop(random: Random, length: float) -> list[Stroke]:
    """A small closed or half-open strap near the toes."""
    y, size = -length * random.uniform(0.3, 0.6), random.uniform(0.5, 0.95)
    return [arc((0, y), (size, size * random.uniform(0.4, 1)), 180, random.uniform(330, 540), 14)]


def _cross(random: Random, length: float) -> list[Stroke]:
    top, bottom = -length * random.uniform(0.5, 0.7), -length * random.uniform(0.0, 0.3)
    return [bow((-0.9, top), (0.9, bottom), 0.1), bow((0.9, top), (-0.9, bottom), -0.1)]


def _sandal_from_the_side(random: Random) -> Shape:
    """A sole, flat or with a heel, and straps that leave the foot bare."""
    heel = random.choice((0.0, 0.0, random.uniform(0.3, 1.2)))
    thickness = random.uniform(0.1, 0.35)
    upper = [(0, 0), *bow((0.3, 0), (2.2, -heel), -0.06 if heel else 0.0), (3, -heel)]
    lower = [(x, y + thickness) for x, y in upper]
    sole = [upper, [upper[-1], lower[-1]], lower[::-1], [lower[0], upper[0]]]
    strokes = []
    if heel:
        strokes += [[(2.5, thickness - heel), (2.65, thickness), (2.9, thickness), (3, thickness - heel)]]
    strokes.append(arc((0.9, 0), (random.uniform(0.35, 0.7), random.uniform(0.5, 1.0)), 180, 360, 9))
    if random.random() < 0.6:
        strokes.append(arc((2.6, -heel), (0.4, random.uniform(0.8, 1.4)), 180, 360, 9))
    if random.random() < 0.4:
        strokes.append(bow((0.6, -0.5), (2.3, -heel - 0.7), random.uniform(-0.1, 0.15)))
    return either_way(random, Shape([sole], strokes))


# ---------------------------------------------------------------- bags


def bag(random: Random) -> Shape:
    """Purses, shopping bags, suitcases and backpacks."""
    return random.choices((_purse, _suitcase, _backpack), (0.38, 0.24, 0.38))[0](random)


def _purse(random: Random) -> Shape:
    height = random.uniform(0.45, 1.6)
    details = _handles(random, heights=(0.35, 2.6), widths=(0.2, 0.95))
    details += _some(random, ((_flap, 0.2), (_clasp, 0.25), (_zip, 0.15), (_pocket, 0.12)), height)
    return Shape([_body(random, height)], details)


def _suitcase(random: Random) -> Shape:
    height = random.uniform(0.6, 1.7)
    details: list[Stroke] = []
    kind = random.random()
    if kind < 0.25:
        details += _pull_handle(random)
    elif kind < 0.93:
        details += _handles(random, heights=(0.15, 0.8), widths=(0.1, 0.5))
    details += _some(
        random, ((_wheels, 0.2), (_seams, 0.2), (_depth, 0.12), (_clasp, 0.12), (_zip, 0.2)), height
    )
    return Shape([_body(random, height)], details)


def _backpack(random: Random) -> Shape:
    """From the front, from behind or a little from the side: straps, a loop, pockets."""
    height = random.uniform(1.6, 3.2)
    kind = random.choice(("dome", "dome", "dome", "ellipse", "rounded", "box"))
    if kind == "ellipse":
        body = [arc((0, height / 2), (1, height / 2), random.uniform(0, 360), random.uniform(690, 740), 26)]
    elif kind == "rounded":
        body = [_rounded(random, height)]
    elif kind == "box":
        body = _body(random, height)
    else:
        body = [arc((0, height * 0.4), (1, height * 0.4), 180, 360, 14), *_pouch(random, height)]
    details: list[Stroke] = []
    for side in random.choice(((1,), (-1,), (-1, 1), (-1, 1), (-1, 1))):
        details += _strap(random, side, height)
    if random.random() < 0.15:  # seen from behind: the straps lie on the bag
        details = []
    if random.random() < 0.4:
        size = random.uniform(0.2, 0.5)
        details.append(arc((random.gauss(0, 0.1), 0.02), (size, size), 180, 360, 9))
    choices = (
        (_flap, 0.3),
        (_lid, 0.2),
        (_pocket, 0.45),
        (_clasp, 0.2),
        (_zip, 0.15),
        (_seams, 0.1),
        (_side_pockets, 0.12),
        (_bands, 0.15 if details else 0.8),
    )
    return Shape([body], details + _some(random, choices, height))


def _some(
    random: Random, choices: Sequence[tuple[Callable[[Random, float], list[Stroke]], float]], height: float
) -> list[Stroke]:
    """The details of a bag, each with its own chance."""
    return [
        stroke for detail, share in choices if random.random() < share for stroke in detail(random, height)
    ]


def _pouch(random: Random, height: float) -> list[Stroke]:
    """Sides and bottom of a backpack, the bottom square or round."""
    low = random.uniform(0.85, 1.2)
    if random.random() < 0.5:
        return [[(1, height * 0.4), (low, height), (-low, height), (-1, height * 0.4)]]
    bottom = arc((0, height * 0.75), (low, height * 0.25), 0, 180, 12)
    return [[(1, height * 0.4), *bottom, (-1, height * 0.4)]]


def _rounded(random: Random, height: float) -> Stroke:
    """A rectangle with round corners."""
    radius = random.uniform(0.2, 0.7)
    corners = ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270))
    middle = height / 2
    points = [
        point
        for x, y, angle in corners
        for point in arc(
            (x * (1 - radius), middle + y * (middle - radius)), (radius, radius), angle, angle + 90, 6
        )
    ]
    first = random.randrange(len(points))
    return [*points[first:], *points[:first], points[first]]


def _lid(random: Random, height: float) -> list[Stroke]:
    """Where the upper part ends: a line across, straight or bent."""
    y = height * random.uniform(0.2, 0.45)
    return [bow((-1, y), (1, y + random.gauss(0, 0.05)), random.uniform(-0.25, 0.25))]


def _side_pockets(random: Random, height: float) -> list[Stroke]:
    """Small bulges low at both sides."""
    size, y = random.uniform(0.15, 0.4), height * random.uniform(0.65, 0.85)
    right = arc((1, y), (size, height * random.uniform(0.1, 0.2)), -90, 90, 8)
    return [right, mirrored(right)]


def _bands(random: Random, height: float) -> list[Stroke]:
    """Two straps running down the bag, one line or two each."""
    x, width = random.uniform(0.3, 0.6), random.uniform(0.1, 0.25)
    top, bottom = height * random.uniform(0.0, 0.15), height * random.uniform(0.6, 1.0)
    bulge = random.uniform(-0.15, 0.15)
    edges = (x, x + width) if random.random() < 0.6 else (x,)
    right = [bow((edge, top), (edge, bottom), bulge) for edge in edges]
    return [*right, *map(mirrored, right)]


def _strap(random: Random, side: int, height: float) -> list[Stroke]:
    """A loop at the side of a backpack, one line or two."""
    top, bottom = height * random.uniform(0.02, 0.3), height * random.uniform(0.6, 1.0)
    out, middle = random.uniform(0.3, 1.3), (top + bottom) / 2
    start = random.uniform(0.7, 1.0)
    outer = arc((side * start, middle), (side * out, (bottom - top) / 2), -90, 90, 12)
    if random.random() < 0.5:
        return [outer]
    inside = random.uniform(0.4, 0.8)
    radii = (side * out * inside, (bottom - top) / 2 * inside)
    return [outer, arc((side * start, middle), radii, -90, 90, 10)]


def _body(random: Random, height: float) -> list[Stroke]:
    """Four sides of a bag, 2 wide, the upper edge at y = 0: a box, wider above or below, or rounded."""
    kind = random.random()
    if kind < 0.12:
        return [arc((0, 0), (1, height), 0, 180, 16), [(-1, 0), (1, 0)]]
    if kind < 0.22:
        return [arc((0, height / 2), (1, height / 2), 0, random.uniform(335, 380), 24)]
    top, bottom = random.choice((1.0, random.uniform(0.55, 1.0))), 1.0
    if random.random() < 0.25:
        top, bottom = bottom, top
    bulge = random.choice((0.0, 0.0, random.uniform(-0.12, 0.05)))
    sag = random.choice((0.0, 0.0, random.uniform(-0.08, 0.12)))
    low = height * random.gauss(1, 0.04)
    return [
        bow((-top, 0), (top, height * random.gauss(0, 0.04)), sag),
        bow((top, 0), (bottom, height), bulge),
        bow((bottom, height), (-bottom, low), bulge),
        bow((-bottom, low), (-top, 0), bulge),
    ]


def _handles(random: Random, heights: tuple[float, float], widths: tuple[float, float]) -> list[Stroke]:
    """An arch above the bag, drawn as one line or two; round, leaning, pointed or square."""
    half, height, x = random.uniform(*widths), random.uniform(*heights), random.gauss(0, 0.12)
    height = min(height, 4 * half)
    kind = random.choice(("arch", "arch", "arch", "arch", "peak", "square", "leaning"))
    upper, lean = half * random.uniform(0.7, 1.3), random.uniform(-0.6, 0.6) if kind == "leaning" else 0.0
    if kind == "peak":
        handle = [(-half, 0.1), (random.gauss(0, 0.1), -height), (half, 0.1)]
    elif kind == "square":
        handle = [(-half, 0), (-upper, -height), (upper, -height), (half, 0)]
    else:
        handle = [(px - lean * py, py) for px, py in arc((0, 0), (half, height), 180, 360)]
    inner = random.uniform(0.55, 0.85)
    sizes = (1.0, inner) if random.random() < 0.25 else (1.0,)
    return [[(x + size * px, size * py) for px, py in handle] for size in sizes]


def _pull_handle(random: Random) -> list[Stroke]:
    """The two bars of a suitcase on wheels."""
    half, height, x = random.uniform(0.08, 0.4), random.uniform(0.4, 1.2), random.gauss(0, 0.3)
    end = half * random.uniform(0.8, 1.5)
    return [[(x - half, 0), (x - end, -height), (x + end, -height), (x + half, 0)]]


def _wheels(random: Random, height: float) -> list[Stroke]:
    size = random.uniform(0.06, 0.14)
    return [arc((x, height + size * 0.8), (size, size), 0, 360, 8) for x in (-0.75, 0.75)]


def _seams(random: Random, height: float) -> list[Stroke]:
    xs = random.choice(((-0.6, 0.6), (0.0,), (0.7,), (-0.5, 0.0, 0.5)))
    return [[(x, height * 0.05), (x + random.gauss(0, 0.03), height)] for x in xs]


def _depth(random: Random, height: float) -> list[Stroke]:
    """The side wall, in perspective."""
    depth, rise = random.uniform(0.15, 0.5), random.gauss(0, 0.15)
    return [[(1, 0), (1 + depth, rise), (1 + depth, height + rise), (1, height)]]


def _flap(random: Random, height: float) -> list[Stroke]:
    depth = height * random.uniform(0.25, 0.7)
    if random.random() < 0.5:
        return [arc((0, 0), (0.95, depth), 180, 0, 12)]
    return [[(-0.95, 0), (random.gauss(0, 0.08), depth), (0.95, 0)]]


def _clasp(random: Random, height: float) -> list[Stroke]:
    size = random.uniform(0.05, 0.15)
    return [arc((random.gauss(0, 0.1), height * random.uniform(0.05, 0.6)), (size, size), 0, 360, 8)]


def _zip(random: Random, height: float) -> list[Stroke]:
    half, y = random.uniform(0.25, 0.95), height * random.uniform(0.1, 0.5)
    return [[(-half, y), (half, y + random.gauss(0, 0.04))]]


def _pocket(random: Random, height: float) -> list[Stroke]:
    half, top = random.uniform(0.35, 0.8), height * random.uniform(0.45, 0.75)
    if random.random() < 0.5:
        return [arc((0, top), (half, height * 0.25), 0, random.choice((180, 360)))]
    low = min(top + height * random.uniform(0.2, 0.4), height * 0.97)
    return [[(-half, low), (-half, top), (half, top), (half, low), (-half, low)]]
