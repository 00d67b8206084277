"""Sandals, sneakers, boots and bags as people draw them: outlines with random proportions and details."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random

from fmnist.drawing.pen import Point, Shape, Stroke, arc, bow

# ---------------------------------------------------------------- sandals


def sandal(random: Random) -> Shape:
    """Flip flops and slides from above, one or two, at any angle; now and then a sandal from the side."""
    if random.random() < 0.14:
        return _sandal_from_the_side(random)
    straps = random.choice((_thong, _thong, _thong, _thong, _band, _loop, _cross))
    length, turn = random.uniform(1.7, 3.2), _heading(random)
    first = _seen_from_above(random, straps, length)
    if random.random() < 0.5:
        return _changed(first, lambda stroke: _turned(stroke, turn))
    second = (
        first if random.random() < 0.4 else _seen_from_above(random, straps, length * random.gauss(1, 0.1))
    )
    spread = random.gauss(0, 12)
    away = (random.uniform(1.9, 2.9), random.gauss(0, 0.35))
    left = _changed(first, lambda stroke: _turned(_turned(stroke, spread), turn))
    right = _changed(second, lambda stroke: _turned(_moved(_turned(_mirrored(stroke), -spread), away), turn))
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
    return _either_way(random, Shape([sole], strokes))


# ---------------------------------------------------------------- closed shoes


def sneaker(random: Random) -> Shape:
    """A low shoe from the side, pointing either way; sole, laces, a leg above it now and then."""
    height = random.uniform(0.75, 2.0)
    profile = _profile(random, height, random.uniform(0.25, 0.85), random.uniform(0.35, 0.75))
    details = []
    choices = (
        (_sole_edge, 0.3),
        (_laces, 0.3),
        (_toe_cap, 0.12),
        (_opening, 0.2),
        (_stripe, 0.12),
        (_leg, 0.06),
    )
    for more, share in choices:
        if random.random() < share:
            details += more(random, profile)
    if random.random() < 0.06:
        details.append(_heel_block(random))
    return _either_way(random, Shape([_shoe_outline(random, profile)], details))


def ankle_boot(random: Random) -> Shape:
    """A high shaft, often a heel."""
    height = random.uniform(2.5, 4.4)
    profile = _profile(random, height, random.uniform(0.7, 1.1), random.uniform(0.4, 0.7))
    details = [_heel_block(random)] if random.random() < 0.5 else []
    for more, share in ((_sole_edge, 0.25), (_laces, 0.3), (_opening, 0.15), (_stripe, 0.05)):
        if random.random() < share:
            details += more(random, profile)
    if random.random() < 0.15:
        x = random.uniform(2.2, 2.7)
        details.append([(x, -height * 0.9), (x, -0.4)])
    return _either_way(random, Shape([_shoe_outline(random, profile)], details))


class _Profile:
    """A shoe from the side, toes at x = 0 on the left, heel at x = 3, the ground at y = 0."""

    def __init__(self, toe: float, throat: Point, front: Point, back: Point) -> None:
        self.toe, self.throat, self.front, self.back = toe, throat, front, back


def _profile(random: Random, height: float, toe: float, shaft: float) -> _Profile:
    """`toe`: how high it is there; `shaft`: how much of the length the ankle takes."""
    toe = min(toe, height * random.uniform(0.3, 0.8))
    lean = random.gauss(0, 0.12)
    front = 3 * (1 - shaft)
    throat = (front * random.uniform(0.4, 1.0), -toe * random.uniform(0.95, 1.25))
    return _Profile(toe, throat, (front + lean, -height), (3 + lean, -height * random.uniform(0.85, 1.1)))


def _shoe_outline(random: Random, profile: _Profile) -> list[Stroke]:
    tip = (random.uniform(-0.05, 0.15), -profile.toe * random.uniform(0.15, 0.6))
    cap = bow(tip, profile.throat, random.uniform(0.05, 0.35))
    cap = cap if random.random() < 0.85 else [tip, (0.1, -profile.toe), profile.throat]
    rise = bow(profile.throat, profile.front, random.uniform(-0.3, 0.1))
    top = bow(profile.front, profile.back, random.choice((0.0, random.uniform(-0.35, 0.2))))
    corner = random.choice((3.0, 3.0, random.uniform(2.2, 3.0)))
    heel = bow(profile.back, (corner, 0), random.uniform(-0.15, 0.2) if corner == 3 else -0.25)
    belly = random.choice((0.0, random.uniform(-0.06, 0.04), random.uniform(0.04, 0.2)))
    ground = bow((corner, 0), (0.15, 0), belly)
    start = bow((0.15, 0), tip, random.uniform(0.0, 0.4), 5)
    if random.random() < 0.22:
        top = []
    return [top, heel, ground, start, cap, rise]


def _sole_edge(random: Random, profile: _Profile) -> list[Stroke]:
    height = min(profile.toe * random.uniform(0.2, 0.5), 0.5)
    sole = bow((0.0, -height), (3.05, -height), random.uniform(-0.02, 0.06))
    return [sole] if random.random() < 0.8 else [sole, [(0, -height), (0, 0)], [(3, -height), (3, 0)]]


def _laces(random: Random, profile: _Profile) -> list[Stroke]:
    """Short strokes across the instep."""
    (x0, y0), (x1, y1) = profile.throat, profile.front
    count, size = random.randint(2, 5), random.uniform(0.15, 0.45)
    slope = random.uniform(0.0, 1.2)
    starts = [(x0 + t * (x1 - x0), y0 + t * (y1 - y0)) for t in (0.9 * i / count for i in range(count))]
    return [[(x - 0.05, y), (x + size, y + size * slope)] for x, y in starts]


def _toe_cap(random: Random, profile: _Profile) -> list[Stroke]:
    x = random.uniform(0.5, 1.0)
    return [bow((x, -profile.toe), (x + random.gauss(0, 0.15), 0), random.uniform(-0.25, 0.25))]


def _opening(random: Random, profile: _Profile) -> list[Stroke]:
    """The rim of the ankle as an ellipse."""
    (x0, y0), (x1, y1) = profile.front, profile.back
    centre = ((x0 + x1) / 2, (y0 + y1) / 2)
    return [arc(centre, (abs(x1 - x0) / 2, random.uniform(0.1, 0.35)), 0, random.uniform(300, 380), 14)]


def _stripe(random: Random, profile: _Profile) -> list[Stroke]:
    y = -profile.toe * random.uniform(0.5, 0.9)
    if random.random() < 0.5:
        return [bow((1.2, y), (2.6, y - 0.15), random.uniform(0.1, 0.35))]
    return [[(x, y), (x + 0.25, -0.2)] for x in (1.3, 1.7, 2.1)[: random.randint(1, 3)]]


def _leg(random: Random, profile: _Profile) -> list[Stroke]:
    height = random.uniform(0.8, 2.5)
    return [[(x, y), (x + random.gauss(0, 0.1), y - height)] for x, y in (profile.front, profile.back)]


def _heel_block(random: Random) -> Stroke:
    height, width = random.uniform(0.15, 0.8), random.uniform(0.35, 0.9)
    return [(3 - width, 0), (3 - width * random.uniform(0.7, 1), height), (3, height), (3, 0)]


# ---------------------------------------------------------------- bags


def bag(random: Random) -> Shape:
    """Purses, shopping bags, suitcases and backpacks."""
    return random.choice((_purse, _purse, _suitcase, _backpack))(random)


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
    height = random.uniform(1.8, 3.2)
    body = [arc((0, height * 0.4), (1, height * 0.4), 180, 360, 14), *_pouch(random, height)]
    if random.random() < 0.25:
        body = [arc((0, height / 2), (1, height / 2), 0, random.uniform(330, 380), 26)]
    details: list[Stroke] = []
    for side in random.choice(((1,), (-1,), (-1, 1), (-1, 1))):
        details += _strap(random, side, height)
    if random.random() < 0.4:
        size = random.uniform(0.2, 0.5)
        details.append(arc((random.gauss(0, 0.1), 0.02), (size, size), 180, 360, 9))
    choices = ((_flap, 0.35), (_pocket, 0.4), (_clasp, 0.2), (_zip, 0.15), (_seams, 0.15))
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


# ---------------------------------------------------------------- moving strokes


def _either_way(random: Random, shape: Shape) -> Shape:
    return shape if random.random() < 0.5 else _changed(shape, _mirrored)


def _changed(shape: Shape, change: Callable[[Stroke], Stroke]) -> Shape:
    outlines = [[change(side) for side in sides] for sides in shape.outlines]
    return Shape(outlines, [change(stroke) for stroke in shape.details])


def _mirrored(stroke: Stroke) -> Stroke:
    return [(-x, y) for x, y in stroke]


def _moved(stroke: Stroke, by: Point) -> Stroke:
    return [(x + by[0], y + by[1]) for x, y in stroke]


def _turned(stroke: Stroke, degrees: float) -> Stroke:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(cos * x - sin * y, sin * x + cos * y) for x, y in stroke]
