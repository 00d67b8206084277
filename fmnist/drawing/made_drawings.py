"""Drawings to learn from, as people make them, already converted: from photos and from garment shapes."""

from __future__ import annotations

from random import Random

import numpy as np

from fmnist.drawing import accessory_shapes, garment_shapes, shoe_shapes
from fmnist.drawing.pen import draw_all
from fmnist.drawing.photo_drawings import outlines

# In the order of the class names, each with how often it is drawn. A drawn shirt is told from a T-shirt or a
# coat only by collar and buttons; were it as frequent as they are, every doubtful drawing would be a shirt.
SHAPES = (
    (garment_shapes.tshirt, 13),
    (garment_shapes.trousers, 11),
    (garment_shapes.pullover, 12),
    (garment_shapes.dress, 8),
    (garment_shapes.coat, 13),
    (accessory_shapes.sandal, 13),
    (garment_shapes.shirt, 5),
    (shoe_shapes.sneaker, 14),
    (accessory_shapes.bag, 13),
    (shoe_shapes.ankle_boot, 6),
)
PHOTO_SHARE = 0.25  # photos give true proportions, but not the views and poses that people draw


def make_drawings(
    images: np.ndarray, labels: np.ndarray, count: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Drawings of garments in random order, the same ones for the same arguments.

    Parameters
    ----------
    images, labels
        Photos to draw from, uint8 (n, 28, 28), and their classes, integers (n,) 0 to 9. n may be 0.
    count
        How many drawings.
    seed
        0 or more.

    Returns
    -------
    images : np.ndarray
        uint8 (count, 28, 28), ground 0, as `sketch.convert` returns drawings.
    labels : np.ndarray
        uint8 (count,).
    """
    noise = np.random.default_rng(seed)
    weights = np.array([weight for _, weight in SHAPES], float)
    from_photos = round(PHOTO_SHARE * count) if len(images) else 0
    chosen = _chosen_photos(np.asarray(labels), weights, from_photos, noise)
    random = Random(int(noise.integers(2**31)))
    classes = random.choices(range(len(SHAPES)), weights.tolist(), k=count - from_photos)
    shapes = [SHAPES[label][0](random) for label in classes]
    drawn = np.concatenate(
        [outlines(images[chosen], int(noise.integers(2**31))), draw_all(shapes, int(noise.integers(2**31)))]
    )
    drawn_labels = np.concatenate([np.asarray(labels)[chosen], classes]).astype(np.uint8)
    order = noise.permutation(count)
    return drawn[order], drawn_labels[order]


def _chosen_photos(
    labels: np.ndarray, weights: np.ndarray, count: int, noise: np.random.Generator
) -> np.ndarray:
    """Indices of photos, each class as often as its weight says."""
    if not count:
        return np.empty(0, np.intp)
    chances = weights[labels] / np.bincount(labels, minlength=len(weights))[labels]
    return noise.choice(len(labels), count, p=chances / chances.sum())
