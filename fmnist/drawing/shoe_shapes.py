"""Low shoes and boots from the side as people draw them: outlines with random proportions and details."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from fmnist.drawing.moved_strokes import either_way
from fmnist.drawing.pen import Point, Shape, Stroke, arc, bow

LENGTH = 3.0  # from the toes, at x = 0 on the left, to the heel; the ground is at y = 0, up is negative


@dataclass
class _Profile:
    """A shoe from the side: where its parts lie."""

    toe: float  # how high it is over the toes
    height: float  # of the ankle
    front: Point  # the upper edge at the instep
    back: Point  # the upper edge at the heel
    throat: Point  # where the instep begins to rise


def sneaker(random: Random) -> Shape:
    """A low shoe pointing either way: sneaker, slipper or L-shaped; sole, laces, a leg above it."""
    height = random.choice((random.uniform(0.75, 1.7), random.uniform(1.1, 2.0), random.uniform(1.6, 2.7)))
    profile = _profile(random, height, shaft=(0.25, 0.68), toe=(0.35, 1.0))
    details = _details(
        random,
        profile,
        (
            (_sole, 0.42),
            (_laces, 0.42),
            (_tongue, 0.1),
            (_toe_cap, 0.15),
            (_heel_cap, 0.08),
            (_rim, 0.2),
            (_stripe, 0.14),
            (_seam, 0.08),
            (_leg, 0.06),
        ),
    )
    if random.random() < 0.08:
        details.append(_heel_block(random))
    return either_way(random, Shape([_outline(random, profile)], details))


def ankle_boot(random: Random) -> Shape:
    """A high shaft, often a heel."""
    profile = _profile(random, random.uniform(2.6, 4.6), shaft=(0.3, 0.65), toe=(0.6, 1.2))
    details = [_heel_block(random)] if random.random() < 0.45 else []
    choices = ((_sole, 0.3), (_laces, 0.3), (_rim, 0.2), (_toe_cap, 0.06), (_cuff, 0.12), (_side_zip, 0.1))
    details += _details(random, profile, choices)
    return either_way(random, Shape([_outline(random, profile)], details))


def _details(
    random: Random,
    profile: _Profile,
    choices: tuple[tuple[Callable[[Random, _Profile], list[Stroke]], float], ...],
) -> list[Stroke]:
    """Details in any order, each with its own chance."""
    chosen = [detail for detail, share in choices if random.random() < share]
    random.shuffle(chosen)
    return [stroke for detail in chosen for stroke in detail(random, profile)]


def _profile(random: Random, height: float, shaft: tuple[float, float], toe: tuple[float, float]) -> _Profile:
    """`shaft`: how much of the length the ankle takes; `toe`: how high it is there."""
    over_toes = min(random.uniform(*toe), height * random.uniform(0.4, 0.85))
    front = LENGTH * (1 - random.uniform(*shaft))
    lean = random.gauss(0, 0.12)
    throat = (front * random.uniform(0.75, 1.05), -over_toes * random.uniform(0.95, 1.3))
    back = (LENGTH + random.gauss(0, 0.1), -height * random.uniform(0.85, 1.15))
    return _Profile(over_toes, height, (front + lean, -height), back, throat)


# ---------------------------------------------------------------- the outline


def _outline(random: Random, profile: _Profile) -> list[Stroke]:
    """Collar, heel, ground, toes, instep; the collar or a part of the ground is left open now and then."""
    toes, tip = _toes(random, profile)
    corner = (random.choice((LENGTH, LENGTH, random.uniform(2.6, LENGTH))), 0.0)
    heel = bow(profile.back, corner, random.choice((0.0, random.uniform(-0.16, 0.14))))
    if corner[0] == LENGTH and random.random() < 0.4:
        radius = random.uniform(0.15, 0.6)
        heel = [profile.back, *arc((LENGTH - radius, -radius), (radius, radius), 0, 90, 6)]
    ground = _ground(random, heel[-1], toes[0])
    collar = [] if random.random() < 0.16 else _collar(random, profile)
    return [collar, heel, ground, toes, _instep(random, profile, tip)]


def _toes(random: Random, profile: _Profile) -> tuple[Stroke, Point]:
    """From the ground around the toes; and where they end above: round, pointed, square or turned up."""
    toe, kind = profile.toe, random.choice(("round",) * 5 + ("pointed", "square", "up"))
    if kind == "pointed":
        tip = (0.0, -toe * random.uniform(0.0, 0.3))
        return [(0.1, 0.0), tip], tip
    if kind == "square":
        return [(0.0, 0.0), (random.uniform(-0.1, 0.15), -toe)], (random.uniform(0.0, 0.15), -toe)
    low = toe * (random.uniform(0.3, 0.6) if kind == "round" else random.uniform(0.6, 0.9))
    under = random.uniform(0.1, 0.7) if kind == "round" else random.uniform(0.6, 1.2)
    over = min(random.uniform(0.3, 1.2), profile.throat[0])
    around = arc((under, -low), (under, low), 90, 180, 7)
    return [*around, *arc((over, -low), (over, toe - low), 180, 270, 7)], (over, -toe)


def _instep(random: Random, profile: _Profile, tip: Point) -> Stroke:
    """From the toes up to the collar: with a corner (an L), a slope, or a dome."""
    front = profile.front
    kind = random.choices(("corner", "slope", "dome"), (0.45, 0.4, 0.15))[0]
    if kind == "corner" and profile.throat[0] > tip[0] + 0.1:
        flat = bow(tip, profile.throat, random.choice((0.0, random.uniform(-0.15, 0.1))))
        return [*flat, *bow(profile.throat, front, random.choice((0.0, random.uniform(-0.1, 0.15))))[1:]]
    return bow(tip, front, random.uniform(-0.22, -0.08) if kind == "dome" else random.uniform(-0.05, 0.24), 9)


def _collar(random: Random, profile: _Profile) -> Stroke:
    front, back = profile.front, profile.back
    kind = random.choice(("straight", "straight", "hollow", "hollow", "hump", "tab"))
    if kind == "straight":
        return [front, back]
    if kind == "hump":
        return bow(front, back, random.uniform(-0.25, -0.05))
    if kind == "tab":  # the heel stands up
        low = (back[0] - random.uniform(0.15, 0.4), front[1] + random.uniform(-0.05, 0.3))
        return [*bow(front, low, random.uniform(0.0, 0.2)), back]
    return bow(front, back, random.uniform(0.05, 0.35))


def _ground(random: Random, start: Point, end: Point) -> Stroke:
    """Flat, arched, or with a heel; now and then only begun, or not drawn at all."""
    if random.random() < 0.12:
        return []
    kind = random.choice(("flat", "flat", "flat", "arched", "sagging", "heel"))
    if kind == "heel":
        x, up = random.uniform(1.7, 2.4), random.uniform(0.1, 0.35)
        line = [start, (x, 0.0), (x - random.uniform(0.0, 0.2), -up), (x - 0.8, -up * 0.6), end]
    else:
        bulge = {"flat": 0.0, "arched": random.uniform(0.02, 0.12), "sagging": random.uniform(-0.06, 0)}[kind]
        line = bow(start, end, bulge)
    if random.random() < 0.08:
        return line[: max(2, len(line) // 2)]
    return line


# ---------------------------------------------------------------- details


def _sole(random: Random, profile: _Profile) -> list[Stroke]:
    """A line along the shoe, a band under it, or a sole of its own, closed or open; a tread now and then."""
    height = min(profile.toe * random.uniform(0.2, 0.5), 0.5)
    kind = random.choice(("line", "line", "band", "band", "block"))
    left, right = random.uniform(-0.2, 0.05), LENGTH + random.uniform(-0.05, 0.2)
    if kind == "line":
        return [
            bow((left, -height), (right, -height * random.uniform(0.8, 1.4)), random.uniform(-0.02, 0.06))
        ]
    if kind == "band":
        band = [(left, 0), (left, height), (right, height), (right, 0)]
        strokes = [band if random.random() < 0.7 else [band[1], band[2]]]
    else:
        ends = [
            arc((x, height / 2), (height / 2, height / 2), *angles, 6)
            for x, angles in ((left, (270, 90)), (right, (90, -90)))
        ]
        strokes = [[*ends[0], *ends[1], ends[0][0]]]
    if random.random() < 0.12:
        count = random.randint(4, 9)
        step = (right - left) / count
        strokes.append([(left + step * i / 2, height * (1.0 + 0.5 * (i % 2))) for i in range(2 * count + 1)])
    return strokes


def _laces(random: Random, profile: _Profile) -> list[Stroke]:
    """Across the instep: short strokes, crosses, a zigzag, or eyelets; a bow at the top now and then."""
    (x0, y0), (x1, y1) = profile.throat, profile.front
    if random.random() < 0.4:  # on the flat part too
        x0 *= random.uniform(0.6, 0.9)
    count, size = random.randint(2, 5), random.uniform(0.18, 0.6)
    slope, out = random.uniform(-0.2, 1.2), random.uniform(-0.15, 0.1)
    shares = [random.uniform(0.85, 1.0) * i / count for i in range(count)]
    starts = [(x0 + t * (x1 - x0) + out, y0 + t * (y1 - y0) + 0.05) for t in shares]
    ends = [(x + size, y + size * slope) for x, y in starts]
    kind = random.choice(("strokes",) * 4 + ("crosses", "zigzag", "eyelets"))
    if kind == "crosses":
        strokes = [[a, b] for a, b in zip(starts[:-1], ends[1:], strict=True)]
        strokes += [[b, a] for a, b in zip(starts[1:], ends[:-1], strict=True)]
    elif kind == "zigzag":
        strokes = [[point for pair in zip(starts, ends, strict=True) for point in pair]]
    elif kind == "eyelets":
        strokes = [arc(point, (0.06, 0.06), 0, 360, 7) for point in ends]
    else:
        strokes = [[a, b] for a, b in zip(starts, ends, strict=True)]
    if random.random() < 0.12:
        size = random.uniform(0.2, 0.45)
        loop = arc((size, 0), (size, size * 0.6), 180, 500, 10)
        strokes += [[(x1 + side * x, y1 * 0.85 + y) for x, y in loop] for side in (-1, 1)]
    return strokes


def _tongue(random: Random, profile: _Profile) -> list[Stroke]:
    """It stands out over the front of the collar."""
    (x, y), out, up = profile.front, random.uniform(0.1, 0.35), random.uniform(0.15, 0.5)
    return [[(x - 0.05, y + 0.2), (x - out, y - up), (x + 0.25, y - up * 0.8), (x + 0.25, y)]]


def _toe_cap(random: Random, profile: _Profile) -> list[Stroke]:
    x = random.uniform(0.4, 1.0)
    return [bow((x, -profile.toe), (x + random.gauss(0, 0.2), 0), random.uniform(-0.3, 0.3))]


def _heel_cap(random: Random, profile: _Profile) -> list[Stroke]:
    x = LENGTH - random.uniform(0.3, 0.8)
    return [bow((x, 0), (LENGTH, -profile.height * random.uniform(0.5, 0.8)), random.uniform(-0.3, 0.3))]


def _rim(random: Random, profile: _Profile) -> list[Stroke]:
    """The opening for the ankle as an ellipse."""
    (x0, y0), (x1, y1) = profile.front, profile.back
    centre = ((x0 + x1) / 2, (y0 + y1) / 2)
    return [arc(centre, (abs(x1 - x0) / 2, random.uniform(0.1, 0.35)), 0, random.uniform(300, 380), 14)]


def _stripe(random: Random, profile: _Profile) -> list[Stroke]:
    """A swoosh, slanting bars, or a round badge."""
    y, kind = -profile.toe * random.uniform(0.5, 0.9), random.random()
    if kind < 0.4:
        return [bow((1.2, y), (2.6, y - 0.15), random.uniform(0.1, 0.35))]
    if kind < 0.6:
        size = random.uniform(0.15, 0.35)
        return [arc((random.uniform(1.9, 2.4), y), (size, size), 0, 360, 9)]
    lean = random.uniform(-0.3, 0.4)
    return [[(x, y), (x + lean, -0.2)] for x in (1.3, 1.7, 2.1)[: random.randint(1, 3)]]


def _seam(random: Random, profile: _Profile) -> list[Stroke]:
    """From the instep to the sole."""
    x, y = profile.throat
    return [bow((x, y), (x + random.uniform(-0.2, 0.9), 0), random.uniform(-0.3, 0.3))]


def _cuff(random: Random, profile: _Profile) -> list[Stroke]:
    """A line around the top of the shaft."""
    drop = profile.height * random.uniform(0.08, 0.2)
    (x0, y0), (x1, y1) = profile.front, profile.back
    return [bow((x0, y0 + drop), (x1, y1 + drop), random.uniform(-0.1, 0.15))]


def _side_zip(random: Random, profile: _Profile) -> list[Stroke]:
    x = (profile.front[0] + LENGTH) / 2 + random.gauss(0, 0.1)
    return [[(x, -profile.height * 0.9), (x, -0.4)]]


def _leg(random: Random, profile: _Profile) -> list[Stroke]:
    height = random.uniform(0.8, 2.5)
    return [[(x, y), (x + random.gauss(0, 0.1), y - height)] for x, y in (profile.front, profile.back)]


def _heel_block(random: Random) -> Stroke:
    height, width = random.uniform(0.15, 0.8), random.uniform(0.35, 0.9)
    return [(3 - width, 0), (3 - width * random.uniform(0.7, 1), height), (3, height), (3, 0)]
