"""The made shapes, garments and others, are those from which the shipped network has learned.

Whoever changes a shape on purpose trains the network anew, and writes down what the shapes are now:
python -m tests.unit.drawing.test_garment_shapes
"""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from fmnist.drawing import pen
from fmnist.drawing.made_drawings import SHAPES
from fmnist.drawing.photo_drawings import outlines

WRITTEN = Path(__file__).with_name("made_shapes.npz")
SEEDS = 60  # shapes of each kind: each of its branches is taken by some


def moments(shape):
    """How many strokes and points a shape has, and their first and second moments: (8,) float."""
    strokes = [stroke for sides in shape.outlines for stroke in sides] + list(shape.details)
    points = np.concatenate([np.array(stroke, float).reshape(-1, 2) for stroke in strokes])
    weights = np.arange(1, len(points) + 1)
    sums = [points.sum(0), (points**2).sum(0), weights @ points]
    return np.array([len(strokes), len(points), *np.concatenate(sums)])


def made():
    """By the name of each kind of shape (SEEDS, 8) float, and the mean (28, 28) of its drawings."""
    found = {}
    for make, _ in SHAPES:
        shapes = [make(Random(seed)) for seed in range(SEEDS)]
        found[make.__name__] = np.array([moments(shape) for shape in shapes])
        found[f"{make.__name__} drawn"] = pen.draw_all(shapes, seed=1).mean(0, dtype=np.float32)
    return found | {"photos drawn": outlines(photos(), seed=1).mean(0, dtype=np.float32)}


def photos():
    """Grey surfaces of three forms, uint8 (120, 28, 28)."""
    rows, columns = np.mgrid[:28, :28]
    beside = abs(columns - 14)
    forms = [beside < 6, (rows > 8) & (beside < rows - 4), np.hypot(rows - 14, columns - 12) < 9]
    greys = np.stack(forms) * (90 + 5 * rows)
    return np.repeat(greys, 40, axis=0).astype(np.uint8)


@pytest.fixture(scope="module")
def now():
    """What is made today."""
    return made()


@pytest.fixture(scope="module")
def written():
    """What was made when the network was trained."""
    with np.load(WRITTEN) as archive:
        return dict(archive)


@pytest.mark.parametrize("kind", [make.__name__ for make, _ in SHAPES])
def test_a_shape_has_the_strokes_that_the_network_learned_from(now, written, kind):
    assert np.allclose(now[kind], written[kind], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", [*(make.__name__ for make, _ in SHAPES), "photos"])
def test_a_shape_is_drawn_as_the_network_saw_it(now, written, kind):
    assert np.abs(now[f"{kind} drawn"] - written[f"{kind} drawn"]).max() < 3  # of 255, in the mean of many


if __name__ == "__main__":
    np.savez_compressed(WRITTEN, **{name: values.astype(np.float32) for name, values in made().items()})
