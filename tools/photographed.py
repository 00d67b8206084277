"""Garments and drawings as a camera or a scanner sees them: light, noise, dust, frames, rulings, a tilt.

The clean copy is the thing in ideal light on white paper. Everything that happens to it is drawn from a
seeded generator, in the order of the world: paper and what is printed on it, where the camera stood, what the
light did, what the sensor and the file made of it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from fmnist.drawing import pen
from fmnist.drawing.made_drawings import SHAPES

CLEAN_EDGE = 700  # pixels of the clean copy and of photos without a size of their own
DARKEST = 0.9  # of the light is swallowed by the darkest part of a garment
INK = 0.85  # of the light is swallowed by a pen


@dataclass(frozen=True)
class Photo:
    """What happens to a clean copy; the defaults change nothing."""

    megapixels: float = CLEAN_EDGE**2 / 1e6
    shade: float = 0.0  # share of the light that is lost from one side of the picture to the other
    shade_angle: float = 0.0  # radians, where it gets darker
    vignette: float = 0.0  # share of the light that is lost in the corners
    paper: float = 255.0  # grey level of lit paper
    noise: float = 0.0  # standard deviation of each pixel, grey levels
    specks: int = 0
    frame: float = 0.0  # width of a scan's black frame, share of the picture's edge
    ruling: float = 0.0  # share of the light that a ruling swallows
    squared: bool = False  # ruled both ways
    spacing: float = 0.05  # of rulings, share of the picture's edge
    turn: float = 0.0  # degrees
    perspective: float = 0.0  # how far the paper's corners are off, share of its edge
    quality: int = 0  # of the JPEG; 0 for a PNG
    seed: int = 0  # where specks lie, which pixels are noisy, which corners are off


# One disturbance each, over the whole range that is asked for.
DISTURBANCES = {
    "shade": lambda random: {"shade": random.uniform(0, 0.4), "shade_angle": random.uniform(0, 6.283)},
    "vignette": lambda random: {"vignette": random.uniform(0.1, 0.5)},
    "noise": lambda random: {"noise": random.uniform(0, 15), "paper": random.uniform(100, 240)},
    "specks": lambda random: {"specks": random.randint(1, 6)},
    "frame": lambda random: {"frame": random.uniform(0.002, 0.03)},
    "rulings": lambda random: {
        "ruling": random.uniform(0.05, 0.3),
        "squared": random.random() < 0.6,
        "spacing": random.uniform(0.03, 0.08),
    },
    "JPEG": lambda random: {"quality": random.randint(40, 95)},
    "rotation": lambda random: {"turn": random.uniform(-5, 5)},
    "perspective": lambda random: {"perspective": random.uniform(0.01, 0.05)},
    "size": lambda random: {"megapixels": 0.3 * 40 ** random.random()},
}


def disturbed(names: tuple[str, ...], seed: int) -> Photo:
    """A photo with the named disturbances, each as strong as chance will have it."""
    random, photo = Random(seed), Photo(seed=seed)
    for name in names:
        photo = replace(photo, **DISTURBANCES[name](random))
    return photo


def garment(image: np.ndarray, edge: int = 600) -> Image.Image:
    """What a garment of the data set swallows of the light, enlarged smoothly: mode "L", `edge` square."""
    swallowed = Image.fromarray(np.rint(image * DARKEST).astype(np.uint8))
    return swallowed.resize((edge, edge), Image.Resampling.BICUBIC)


def drawing(label: int, seed: int, edge: int = 520) -> Image.Image:
    """What a made drawing of that class swallows of the light, one pen: mode "L", `edge` square."""
    random = Random(seed)
    width = random.randint(5, 14)
    picture = Image.new("L", (edge, edge))
    canvas, ink = ImageDraw.Draw(picture), round(255 * INK)
    for stroke in pen.by_hand(SHAPES[label][0](random), seed, edge - width):
        points = (stroke + (edge - 1) / 2).tolist()
        for start, end in zip(points[:-1], points[1:], strict=True):
            canvas.line((*start, *end), fill=ink, width=width)
        for x, y in points:
            canvas.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=ink)
    return picture


def clean(thing: Image.Image) -> Image.Image:
    """The thing in the middle of white paper, in ideal light."""
    paper = Image.new("L", (CLEAN_EDGE, CLEAN_EDGE), 255)
    shade = Image.new("L", thing.size, 0)
    paper.paste(shade, tuple((CLEAN_EDGE - side) // 2 for side in thing.size), thing)
    return paper


def file_of(thing: Image.Image, photo: Photo) -> bytes:
    """The picture file that a camera or scanner makes of the thing on its paper."""
    noise = np.random.default_rng(photo.seed)
    picture = _seen(_sheet(thing, photo, noise), photo, noise)
    light = np.asarray(picture, np.float32) * (_light(picture.size, photo) * np.float32(photo.paper / 255))
    if photo.noise:
        light += noise.standard_normal(light.shape, np.float32) * np.float32(photo.noise)
    picture = Image.fromarray(np.clip(light + 0.5, 0, 255).astype(np.uint8))
    if photo.frame:
        _frame(picture, photo)
    buffer = io.BytesIO()
    if photo.quality:
        picture.convert("RGB").save(buffer, "JPEG", quality=photo.quality)
    else:
        picture.save(buffer, "JPEG", quality=98)  # of 12 megapixels a PNG cannot be read
    return buffer.getvalue()


def _sheet(thing: Image.Image, photo: Photo, noise: np.random.Generator) -> Image.Image:
    """The thing on its paper, which is larger than the picture by half of it on each side."""
    edge = 2 * CLEAN_EDGE
    sheet = Image.new("L", (edge, edge), 255)
    pencil = ImageDraw.Draw(sheet)
    if photo.ruling:
        step, fill = photo.spacing * CLEAN_EDGE, round(255 * (1 - photo.ruling))
        for at in np.arange(noise.uniform(0, step), edge, step).tolist():
            pencil.line((0, at, edge, at), fill=fill, width=1 + photo.seed % 2)
            if photo.squared:
                pencil.line((at, 0, at, edge), fill=fill, width=1 + photo.seed % 2)
    sheet.paste(Image.new("L", thing.size, 0), tuple((edge - side) // 2 for side in thing.size), thing)
    inner, outer = CLEAN_EDGE / 2 + 12, CLEAN_EDGE * 1.5 - 12
    for radius in noise.uniform(2, 6, photo.specks).tolist():
        x, y = _beside(thing, noise, inner, outer)
        pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=60)
    return sheet


def _beside(thing: Image.Image, noise: np.random.Generator, low: float, high: float) -> tuple[float, float]:
    """A place on the sheet where nothing is."""
    taken = np.asarray(thing.resize((40, 40), Image.Resampling.BOX)) > 2
    edge = np.array(thing.size[::-1])
    while True:
        x, y = noise.uniform(low, high, 2).tolist()
        row, column = np.floor((np.array((y, x)) - CLEAN_EDGE + edge / 2) / edge * 40).astype(int).tolist()
        if not (0 <= row < 40 and 0 <= column < 40 and taken[row, column]):
            return x, y


def _seen(sheet: Image.Image, photo: Photo, noise: np.random.Generator) -> Image.Image:
    """The middle of the sheet as a camera sees it that may be turned or held at a slant."""
    edge = round((photo.megapixels * 1e6) ** 0.5)
    turn, half = np.radians(photo.turn), CLEAN_EDGE / 2
    corners = np.array([(-half, -half), (half, -half), (half, half), (-half, half)])
    corners = corners @ np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))])
    corners += noise.uniform(-1, 1, (4, 2)) * photo.perspective * CLEAN_EDGE
    target = np.array([(0, 0), (edge, 0), (edge, edge), (0, edge)], float)
    shrink = max(1, round(CLEAN_EDGE / edge))
    sheet = sheet.reduce(shrink) if shrink > 1 else sheet
    coefficients = _homography(target, (corners + CLEAN_EDGE) / shrink)
    return sheet.transform((edge, edge), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR)


def _homography(source: np.ndarray, target: np.ndarray) -> list[float]:
    """The eight numbers that take four corners to four others, in the order that Pillow wants."""
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
    return np.linalg.solve(np.array(rows), target.ravel()).tolist()


def _light(size: tuple[int, int], photo: Photo) -> np.ndarray:
    """The share of the light that reaches each place, float32 (h, w), at most 1."""
    x, y = (np.linspace(-1, 1, side, dtype=np.float32) for side in size)
    x, y = x[None, :], y[:, None]
    across, down = np.float32(np.cos(photo.shade_angle)), np.float32(np.sin(photo.shade_angle))
    reach = abs(across) + abs(down)
    shade = 1 - np.float32(photo.shade) * ((x * across + y * down) / reach + 1) / 2
    return shade * (1 - np.float32(photo.vignette) * (x * x + y * y) / 2)


def _frame(picture: Image.Image, photo: Photo) -> None:
    width = max(1, round(photo.frame * picture.width))
    inset = (photo.seed % 3) * max(1, picture.width // 200)
    box = (inset, inset, picture.width - 1 - inset, picture.height - 1 - inset)
    ImageDraw.Draw(picture).rectangle(box, outline=10, width=width)
