"""Tops, dresses and trousers as people draw them: outlines with random proportions and details."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from fmnist.drawing.pen import Point, Shape, Stroke, arc, bow


@dataclass
class _Torso:
    """Where the parts of a top lie; half the chest is 1 wide, the neck at y = 0."""

    length: float
    hem: float  # half width there
    neck: float  # half width there
    depth: float  # of the neckline, at the centre front
    pit: float  # y of the armpits


def tshirt(random: Random) -> Shape:
    """Short sleeves, or none."""
    torso = _torso(random, (1.7, 4.4))
    sleeves = "none" if random.random() < 0.05 else "short"
    outline = _outline(random, torso, sleeves, _neckline(random, torso))
    return Shape([outline], _print_on_chest(random, torso) if random.random() < 0.1 else [])


def pullover(random: Random) -> Shape:
    """Long sleeves, often spread; a waistband, a turtleneck or a hood now and then."""
    torso = _torso(random, (1.7, 4.4))
    neckline = _neckline(random, torso)
    if random.random() < 0.2:
        neckline = _high_neck(random, torso)
    outline, details = _outline(random, torso, "long", neckline), []
    if random.random() < 0.18:
        details += _waistband(random, torso)
    if random.random() < 0.1:
        width, depth = torso.neck * random.uniform(1.15, 1.5), torso.depth + random.uniform(0.1, 0.25)
        details.append(arc((0, 0), (width, depth), 180, 0, 10))
    if random.random() < 0.1:
        details += _print_on_chest(random, torso)
    if random.random() < 0.06:
        details += _stripes(random, torso)
    return Shape([outline], details)


def coat(random: Random) -> Shape:
    """An opening down the front: a line, edges, buttons, lapels, pockets, a belt; sleeves of any length."""
    torso = _torso(random, (1.6, 4.5))
    neckline = _neckline(random, torso)
    if random.random() < 0.15:
        neckline = []
    elif random.random() < 0.12:
        neckline = _high_neck(random, torso)
    sleeves = random.choice(("long", "long", "long", "middle"))
    if random.random() < 0.2:
        return Shape(_open_front(random, torso, sleeves))
    details = _front(random, torso) if random.random() < 0.94 else []
    for more, share in ((_lapels, 0.25), (_pockets, 0.2), (_belt, 0.08)):
        if random.random() < share:
            details += more(random, torso)
    return Shape([_outline(random, torso, sleeves, neckline)], details)


def shirt(random: Random) -> Shape:
    """A collar with two wings, and buttons or a breast pocket; short or long sleeves."""
    torso = _torso(random, (1.8, 4.2))
    torso.depth = random.uniform(0.15, 0.5)
    outline = _outline(random, torso, random.choice(("short", "long")), _neckline(random, torso, "v"))
    details = _collar_wings(random, torso)
    if random.random() < 0.9:
        details += _buttons(random, torso, 0.0)
        if random.random() < 0.5:
            details.append([(0, torso.depth), (0, torso.length)])
    if random.random() < 0.4:
        details += _pockets(random, torso, (0.25, 0.45), one=True)
    return Shape([outline], details)


def dress(random: Random) -> Shape:
    """A bodice and a skirt, from narrow to wide, with straps, short sleeves or none."""
    torso = _torso(random, (1.0, 2.0))
    waist, flare = random.uniform(0.55, 1.0), random.uniform(0.9, 2.8)
    hem_y = torso.length + random.uniform(1.2, 3.6)
    sleeves = random.choice(("none", "none", "straps", "short", "short", "long"))
    upper = _side(random, torso, sleeves)
    skirt = bow((waist, torso.length), (flare, hem_y), random.uniform(-0.15, 0.15))
    right = [*upper[:-1], (waist, torso.length)] if random.random() < 0.85 else upper[:-1]
    hem = bow((flare, hem_y), (-flare, hem_y), random.uniform(-0.08, 0.1))
    sides = [_neckline(random, torso), right, skirt, hem, _mirror(skirt), _mirror(right)]
    details = []
    if random.random() < 0.55:
        details.append(bow((-waist, torso.length), (waist, torso.length), random.uniform(-0.1, 0.1)))
    if random.random() < 0.15:
        folds = [random.uniform(-0.6, 0.6) for _ in range(random.randint(1, 4))]
        details += [[(waist * x, torso.length + 0.3), (flare * x, hem_y - 0.3)] for x in folds]
    return Shape([sides], details)


def trousers(random: Random) -> Shape:
    """Long or short legs; a waistband, fly, pockets, creases now and then."""
    length = random.choice((random.uniform(0.9, 2.0), random.uniform(1.6, 5.0)))
    hip = random.uniform(0.9, 1.35)
    ankle = hip + random.uniform(-0.25, 0.45) * min(length, 2)
    inner = random.uniform(0.02, 0.6) * max(ankle, 0.5)
    crotch = length * random.choice((random.uniform(0.12, 0.4), random.uniform(0.3, 0.8)))
    crotch = max(crotch, 0.2)
    tilt = random.gauss(0, 0.06)
    middle = random.gauss(0, 0.06)
    right = bow((1, tilt), (ankle, length), random.uniform(-0.08, 0.12) / max(length, 1) * 2)
    if random.random() < 0.4:
        right = [(1, tilt), (hip, crotch * random.uniform(0.5, 1)), (ankle, length)]
    sides: list[Stroke] = [
        [(-1, -tilt), (1, tilt)],
        right,
        [(ankle, length + random.gauss(0, 0.06)), (middle + inner, length)],
        _inner_legs(random, middle, inner, crotch, length),
        [(middle - inner, length), (-ankle, length + random.gauss(0, 0.06))],
        _mirror(right),
    ]
    if random.random() < 0.08:
        sides[3] = [(middle + inner, length), (middle, length), (middle, crotch), (middle, length)]
    return Shape([sides], _trouser_details(random, length, hip, crotch))


# ---------------------------------------------------------------- parts


def _torso(random: Random, lengths: tuple[float, float]) -> _Torso:
    return _Torso(
        length=random.uniform(*lengths),
        hem=random.choice((1.0, random.uniform(0.75, 1.5), random.uniform(0.9, 1.15))),
        neck=random.uniform(0.22, 0.62),
        depth=random.uniform(0.05, 0.55),
        pit=random.uniform(0.5, 1.0),
    )


def _outline(random: Random, torso: _Torso, sleeves: str, neckline: Stroke) -> list[Stroke]:
    """Neckline, right side, hem, left side."""
    model = random.getstate() if random.random() < 0.5 else None  # both sides alike, or each its own
    right = _side(random, torso, sleeves)
    if model:
        random.setstate(model)
        random.random()
    left = _mirror(_side(random, torso, sleeves))
    hem = bow(right[-1], left[0], random.uniform(-0.06, 0.1))
    return [neckline, right, hem, left]


def _side(random: Random, torso: _Torso, sleeves: str) -> Stroke:
    """Neck → shoulder → sleeve → armpit → hem, on the right."""
    neck, hem = (torso.neck, 0.0), (torso.hem * random.gauss(1, 0.04), torso.length)
    if sleeves == "straps":
        return [neck, (torso.neck + 0.1, torso.pit * 0.6), (random.uniform(0.75, 1), torso.pit), hem]
    shoulder = (max(random.uniform(0.8, 1.1), torso.neck + 0.1), random.uniform(-0.05, 0.4))
    pit = (random.uniform(0.8, 1.0), shoulder[1] + torso.pit)
    down = bow(pit, hem, random.uniform(-0.08, 0.12))
    if sleeves == "none":
        return [neck, shoulder, *bow(shoulder, pit, random.uniform(0.0, 0.2)), *down]
    outer, inner = _cuff(random, shoulder, pit, sleeves)
    over = bow(shoulder, outer, random.uniform(-0.18, 0.06) if random.random() < 0.7 else 0.0)
    under = bow(inner, pit, random.uniform(-0.06, 0.15))
    return [neck, *over, *under, *down]


def _cuff(random: Random, shoulder: Point, pit: Point, sleeves: str) -> tuple[Point, Point]:
    """Outer and inner end of a sleeve."""
    width = math.dist(shoulder, pit) * random.uniform(0.65, 1.15)
    low, high = {"short": (0.45, 1.7), "middle": (0.9, 2.2), "long": (1.7, 4.2)}[sleeves]
    length = min(width * random.uniform(low, high), 3.2)
    angle = math.radians(random.uniform(-8, 78))
    cut = angle + math.radians(random.gauss(0, 16))
    outer = (shoulder[0] + length * math.cos(angle), shoulder[1] + length * math.sin(angle))
    width *= random.uniform(0.75, 1.15)
    inner = (outer[0] - width * math.sin(cut), outer[1] + width * math.cos(cut))
    return outer, (max(inner[0], 1.08), inner[1])


def _neckline(random: Random, torso: _Torso, style: str = "") -> Stroke:
    """From the left side of the neck to the right; empty: left open."""
    style = style or random.choice(("round", "round", "round", "v", "v", "flat", "flat", "hump", "open"))
    neck, depth = torso.neck, torso.depth
    if style == "round":
        return arc((0, 0), (neck, depth), 180, 0, 10)
    if style == "v":
        return [(-neck, 0), (0, depth), (neck, 0)]
    if style == "hump":
        return arc((0, 0), (neck, depth / 2), 180, 360, 10)
    torso.depth = 0.0
    return [(-neck, 0), (neck, 0)] if style == "flat" else []


def _high_neck(random: Random, torso: _Torso) -> Stroke:
    neck, height = torso.neck, random.uniform(0.25, 0.7)
    torso.depth = 0.0
    if random.random() < 0.5:
        return [(-neck, 0), (-neck, -height), (neck, -height), (neck, 0)]
    return arc((0, 0), (neck * 1.15, height * 1.4), 180, 360, 12)


def _front(random: Random, torso: _Torso) -> list[Stroke]:
    """The opening of a coat."""
    x, top = random.gauss(0, 0.12), torso.depth
    foot = x + random.gauss(0, 0.12)
    line = bow((x, top), (foot, torso.length), random.gauss(0, 0.02))
    kind = random.choice(("line", "line", "line+buttons", "line+buttons", "edges", "dashes", "buttons"))
    if kind == "line":
        return [line]
    if kind == "edges":
        gap = random.uniform(0.12, 0.5)
        return [line, [(x + gap, top), (foot + gap, torso.length)]]
    if kind == "dashes":
        count = random.randint(3, 7)
        step = (torso.length - top) / count
        return [[(x, top + i * step), (x, top + (i + 0.55) * step)] for i in range(count)]
    if kind == "buttons":
        return _buttons(random, torso, x)
    return [line, *_buttons(random, torso, x + random.choice((-1, 1)) * random.uniform(0.15, 0.4))]


def _open_front(random: Random, torso: _Torso, sleeves: str) -> list[list[Stroke]]:
    """Two panels with a gap between them."""
    gap, neck = random.uniform(0.05, 0.35), torso.neck
    right, left = _side(random, torso, sleeves), _mirror(_side(random, torso, sleeves))
    panels = []
    for side, sign in ((right, 1), (left[::-1], -1)):
        edge = [(sign * gap * random.uniform(0.6, 1.8), torso.length), (sign * gap, torso.depth)]
        panels.append([side, [side[-1], edge[0]], edge, [edge[1], (sign * neck, 0)]])
    if random.random() < 0.6:
        panels.append([arc((0, 0), (neck, random.uniform(0.1, 0.3)), 180, 360, 8)])
    return panels


def _buttons(random: Random, torso: _Torso, x: float) -> list[Stroke]:
    count = random.randint(2, 6)
    top, bottom = torso.depth + 0.2, torso.length * random.uniform(0.65, 0.95)
    size = random.choice((0.02, 0.03, 0.09, 0.12))
    heights = [top + (bottom - top) * i / (count - 1) for i in range(count)]
    return [arc((x + random.gauss(0, 0.03), y), (size, size), 0, 360, 7) for y in heights]


def _lapels(random: Random, torso: _Torso) -> list[Stroke]:
    depth, out = random.uniform(0.5, 1.3), random.uniform(0.0, 0.3)
    side = [(torso.neck, 0), (torso.neck + out, depth * 0.55), (0.05, depth)]
    return [side, _mirror(side)[::-1]]


def _collar_wings(random: Random, torso: _Torso) -> list[Stroke]:
    drop, out = random.uniform(0.3, 0.6), random.uniform(0.0, 0.25)
    wing = [(torso.neck, 0), (torso.neck + out, drop), (0, torso.depth)]
    if random.random() < 0.5:
        tip = (torso.neck * 0.75 + out, drop + 0.15)
        wing = [(torso.neck, 0), tip, (torso.neck * 0.3, drop), (0, torso.depth)]
    return [wing, _mirror(wing)[::-1]]


def _pockets(
    random: Random, torso: _Torso, heights: tuple[float, float] = (0.5, 0.75), one: bool = False
) -> list[Stroke]:
    width, height = random.uniform(0.25, 0.5), random.uniform(0.2, 0.55)
    x, y = random.uniform(0.25, 0.4), torso.length * random.uniform(*heights)
    box = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    pocket = box if random.random() < 0.6 else [(x, y), (x + width, y + height * random.uniform(-0.5, 0.5))]
    return [pocket] if one else [pocket, _mirror(pocket)[::-1]]


def _belt(random: Random, torso: _Torso) -> list[Stroke]:
    y, height = torso.length * random.uniform(0.45, 0.6), random.uniform(0.12, 0.3)
    return [[(-1, y), (1, y)], [(-1, y + height), (1, y + height)]]


def _waistband(random: Random, torso: _Torso) -> list[Stroke]:
    """A line above the hem, the ribs below it now and then."""
    y, width = torso.length * random.uniform(0.82, 0.94), (1 + torso.hem) / 2
    line = bow((-width, y), (width, y), random.uniform(-0.05, 0.05))
    if random.random() < 0.7:
        return [line]
    count = random.randint(4, 8)
    xs = [width * (2 * i / count - 1) for i in range(1, count)]
    return [line, *([(x, y), (x, torso.length)] for x in xs)]


def _print_on_chest(random: Random, torso: _Torso) -> list[Stroke]:
    y, size = torso.length * random.uniform(0.35, 0.55), random.uniform(0.2, 0.45)
    if random.random() < 0.5:
        return [arc((0, y), (size, size), 0, 360, 12)]
    return [[(-size, y), (size, y + random.gauss(0, 0.1))]]


def _stripes(random: Random, torso: _Torso) -> list[Stroke]:
    count = random.randint(1, 3)
    heights = [torso.length * (0.4 + 0.45 * i / count) for i in range(count + 1)]
    return [[(-1, y), (1, y)] for y in heights]


def _inner_legs(random: Random, middle: float, inner: float, crotch: float, length: float) -> Stroke:
    """Up the right leg's inner side, over the crotch, down the left one's."""
    style = random.choice(("peak", "peak", "flat", "flat", "arch"))
    if style == "arch":
        return arc((middle, length), (inner, length - crotch), 0, -180, 14)
    top = inner * (random.uniform(0.0, 0.25) if style == "peak" else random.uniform(0.5, 1.1))
    right, left = (middle + inner, length), (middle - inner, length)
    slip = random.gauss(0, 0.05)
    return [
        *bow(right, (middle + top, crotch + slip), random.uniform(-0.05, 0.05), 5),
        *bow((middle - top, crotch - slip), left, random.uniform(-0.05, 0.05), 5),
    ]


def _trouser_details(random: Random, length: float, hip: float, crotch: float) -> list[Stroke]:
    strokes: list[Stroke] = []
    band = min(random.uniform(0.08, 0.35), crotch * 0.6)
    if random.random() < 0.35:
        over = random.uniform(0.95, 1.12)
        strokes.append([(-over, band), (over, band + random.gauss(0, 0.04))])
        if random.random() < 0.2:
            strokes.append(arc((0, band / 2), (0.06, 0.06), 0, 360, 6))
    if random.random() < 0.15:
        strokes.append([(0, band), (0, crotch)])
    if random.random() < 0.12:
        pocket = [(hip * 0.45, band), (hip * 0.95, crotch * 0.8)]
        strokes += [pocket, _mirror(pocket)]
    if random.random() < 0.06:
        crease = [(0.55 * hip, crotch), (0.6 * hip, length * 0.95)]
        strokes += [crease, _mirror(crease)]
    return strokes


def _mirror(stroke: Stroke) -> Stroke:
    """To the other side, and drawn in the other direction."""
    return [(-x, y) for x, y in reversed(stroke)]
