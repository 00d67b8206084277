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


def test_the_temperature_makes_a_network_as_sure_as_it_is_right():
    keras = pytest.importorskip("keras")
    random = np.random.default_rng(0)
    labels = random.integers(10, size=4000)
    scores = random.normal(size=(4000, 10)) + 3 * np.eye(10)[labels]
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
    model.add(keras.layers.Dense(10, activation="softmax"))
    pixels = np.zeros((4000, 28, 28), np.uint8)
    pixels[:, 0, :10] = np.clip(np.rint((scores + 5) * 15), 0, 255)
    kernel = np.zeros((784, 10), np.float32)
    kernel[:10] = np.eye(10) * 255 / 15 * 6  # twice as sure as is right: that would be 3
    model.layers[-1].set_weights([kernel, np.full(10, -30, np.float32)])
    heat = sketch_ready.temperature(model, pixels, labels)
    before = model.predict(pixels / np.float32(255), verbose=0)
    sketch_ready.cool(model, heat)
    after = model.predict(pixels / np.float32(255), verbose=0)
    assert (after.argmax(1) == before.argmax(1)).all()
    truth = np.mean(before.argmax(1) == labels)
    assert 1.8 < heat < 2.2 and abs(after.max(1).mean() - truth) < 0.02 < before.max(1).mean() - truth


def test_drawings_for_checking_come_from_photos_that_are_never_learned(dataset):
    noise = np.random.default_rng(1)
    photos, _ = sketch_ready._photos(dataset, 60_000, noise)
    assert len(photos) == len(dataset.train_images) - sketch_ready.HELD_BACK
    images, labels = sketch_ready.made_for_checking(dataset)
    assert images.shape == (sketch_ready.CHECKED, 28, 28) and set(labels.tolist()) == set(range(10))


@pytest.mark.parametrize("make", [shoe_shapes.sneaker, shoe_shapes.ankle_boot])
def test_a_shoe_is_low_over_the_toes_and_high_over_the_heel(make):
    random, rising = Random(3), 0
    for _ in range(200):
        points = [point for side in make(random).outlines[0] for point in side]
        xs = [x for x, _ in points]
        fifth = (max(xs) - min(xs)) / 5
        left = min(y for x, y in points if x <= min(xs) + fifth)
        right = min(y for x, y in points if x >= max(xs) - fifth)
        rising += right < left if sum(xs) > 0 else left < right
    assert rising > 190


def test_round_toes_are_never_hollow():
    random, seen = Random(4), 0
    for _ in range(300):
        profile = shoe_shapes._profile(random, random.uniform(0.8, 4), (0.3, 0.6), (0.4, 1.0))
        toes, tip = shoe_shapes._toes(random, profile)
        if len(toes) == 2:  # pointed or square
            continue
        seen += 1
        (left, ground), along = toes[0], (tip[0] - toes[0][0], tip[1] - toes[0][1])
        for x, y in toes[1:]:  # on the outer side of the straight line from the ground to the instep
            assert along[0] * (y - ground) - along[1] * (x - left) <= 1e-9
    assert seen > 100
