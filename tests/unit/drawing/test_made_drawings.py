"""Made drawings look as the conversion makes people's drawings look, and are the same for the same seed."""

from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fmnist.drawing import garment_shapes, pen, shoe_shapes, sketch
from fmnist.drawing.made_drawings import SHAPES, make_drawings
from fmnist.drawing.photo_drawings import outlines
from fmnist.networks.shipped import MODEL_PATH
from fmnist.training import sketch_ready

NO_PHOTOS = np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8)


def likeness(one, other):
    return np.corrcoef(one.ravel().astype(float), other.ravel().astype(float))[0, 1]


def extent(image):
    rows, columns = np.flatnonzero(image.max(1) > 60), np.flatnonzero(image.max(0) > 60)
    return max(np.ptp(rows), np.ptp(columns)) + 1


@pytest.fixture(scope="module")
def drawings(dataset):
    return make_drawings(dataset.train_images, dataset.train_labels, 1500, seed=3)


def test_drawings_are_as_many_as_asked_and_of_all_classes(drawings):
    images, labels = drawings
    assert images.shape == (1500, 28, 28) and images.dtype == np.uint8
    assert labels.shape == (1500,) and labels.dtype == np.uint8
    assert np.bincount(labels, minlength=10).min() > 30


def test_the_same_seed_makes_the_same_drawings_and_another_makes_others(dataset):
    photos = dataset.train_images[:500], dataset.train_labels[:500]
    first, again, other = (make_drawings(*photos, 60, seed) for seed in (1, 1, 2))
    assert np.array_equal(first[0], again[0]) and np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("count", [0, 1, 7])
def test_few_drawings_and_none_at_all_can_be_made_with_and_without_photos(dataset, count):
    for photos in (NO_PHOTOS, (dataset.train_images[:50], dataset.train_labels[:50])):
        images, labels = make_drawings(*photos, count, seed=0)
        assert images.shape == (count, 28, 28) and labels.shape == (count,)


def test_every_drawing_fills_the_frame_as_the_conversion_makes_it(drawings):
    extents = np.array([extent(image) for image in drawings[0]])
    assert np.mean(extents >= 26) > 0.97


@pytest.mark.parametrize("make", [shape for shape, _ in SHAPES])
def test_a_drawn_shape_is_what_the_conversion_makes_of_the_same_strokes_on_a_canvas(make):
    random, alike = Random(5), []
    for _ in range(12):
        shape = make(random)
        strokes = pen.by_hand(shape, 1, pen.FRAME - pen.WIDTH)
        strokes = [stroke + (pen.FRAME - 1) / 2 for stroke in strokes]
        canvas = Image.new("L", (340, 340), 255)
        for stroke in strokes:
            placed = (stroke * 2.5 + 30).tolist()
            for start, end in zip(placed[:-1], placed[1:], strict=True):
                ImageDraw.Draw(canvas).line((*start, *end), fill=0, width=9)
            for x, y in placed:
                ImageDraw.Draw(canvas).ellipse((x - 4.5, y - 4.5, x + 4.5, y + 4.5), fill=0)
        alike.append(likeness(pen.render(strokes), sketch.convert(canvas).image))
    assert np.median(alike) > 0.85


def test_an_outline_of_a_photo_follows_its_silhouette():
    square = np.zeros((300, 28, 28), np.uint8)
    square[:, 4:24, 8:20] = 200
    drawn = outlines(square, seed=0)
    empty = drawn[:, 12:16, 12:16].reshape(300, -1).max(1) < 100
    assert 0.8 < empty.mean() < 0.95  # the others are painted
    assert (drawn[empty].reshape(-1, 784).max(1) == 255).all()


def test_shoes_point_both_ways():
    random = Random(0)
    drawn = pen.draw_all([shoe_shapes.ankle_boot(random) for _ in range(100)], seed=0) > 60
    taller_on_the_left = drawn[:, :, :10].any(2).sum(1) > drawn[:, :, 18:].any(2).sum(1)
    assert 30 < taller_on_the_left.sum() < 70


def test_sleeves_of_pullovers_reach_further_than_those_of_t_shirts():
    random = Random(0)

    def reach(make):
        tops = [make(random) for _ in range(200)]
        return np.median([max(x for side in top.outlines[0] for x, _ in side) for top in tops])

    assert reach(garment_shapes.pullover) > reach(garment_shapes.tshirt) + 0.4


def test_30000_drawings_take_seconds(dataset):
    import time

    start = time.process_time()
    make_drawings(dataset.train_images, dataset.train_labels, 2000, seed=0)
    assert (time.process_time() - start) * 15 < 40


def test_a_trained_network_is_saved_without_its_optimizer_and_small_enough_to_ship(tmp_path):
    keras = pytest.importorskip("keras")
    model = sketch_ready.build(seed=0)
    model.compile(keras.optimizers.AdamW(use_ema=True), "categorical_crossentropy")
    images, labels = np.random.default_rng(0).random((8, 28, 28), np.float32), np.eye(10)[:8]
    model.fit(images, labels, verbose=0)
    sketch_ready.save(model, tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras", safe_mode=True)
    assert (tmp_path / "network.keras").stat().st_size < 2e6
    assert np.allclose(again(images), model(images), atol=1e-6)


def test_the_shipped_network_knows_the_official_test_images(real_dataset):
    keras = pytest.importorskip("keras")
    assert MODEL_PATH.stat().st_size < 2e6
    model = keras.models.load_model(MODEL_PATH, safe_mode=True)
    probabilities = model.predict(real_dataset.test_images / np.float32(255), batch_size=500, verbose=0)
    assert np.mean(probabilities.argmax(1) == real_dataset.test_labels) >= 0.90
