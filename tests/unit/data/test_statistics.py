"""Counts, selections, class statistics and PCA: compared with NumPy written out by hand."""

import itertools

import numpy as np
import pytest

from fmnist.data import statistics as exploration
from fmnist.data.facts import CLASS_NAMES
from fmnist.plots.charts import explore as charts

PULLOVER, COAT, SHIRT, T_SHIRT, BAG, TROUSER, SNEAKER = 2, 4, 6, 0, 8, 1, 7


@pytest.fixture
def few():
    """Three images of each class, of random pixels."""
    images = np.random.default_rng(0).integers(0, 256, (30, 28, 28), dtype=np.uint8)
    return images, np.arange(30, dtype=np.uint8) % 10


def test_the_facts_are_what_the_tutorial_prints(real_dataset):
    facts = exploration.tutorial_facts(
        real_dataset.train_images,
        real_dataset.train_labels,
        real_dataset.test_images,
        real_dataset.test_labels,
    )
    assert {expression: result for expression, result, _ in facts} == {
        "train_images.shape": "(60000, 28, 28)",
        "len(train_labels)": "60000",
        "train_labels": "array([9, 0, 0, ..., 3, 0, 5], dtype=uint8)",
        "test_images.shape": "(10000, 28, 28)",
        "len(test_labels)": "10000",
    }


def test_label_counts_name_absent_classes_too():
    assert exploration.label_counts(np.array([9, 9, 0], np.uint8)).tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [(np.full(10, 6000), "one time in ten"), (np.array([30, *[10] * 7, 0, 0]), "30% of the time")],
)
def test_balance_says_what_guessing_would_score(counts, expected):
    assert expected in exploration.balance(counts)


def test_a_selection_holds_every_image_of_its_class_once_in_order_or_shuffled(few):
    _, labels = few
    assert exploration.select(labels, 3).tolist() == [3, 13, 23]
    shuffled = exploration.select(labels, None, seed=1)
    assert shuffled.tolist() != list(range(30))
    assert sorted(shuffled) == list(range(30))
    assert shuffled.tolist() == exploration.select(labels, None, seed=1).tolist()
    assert shuffled.tolist() != exploration.select(labels, None, seed=2).tolist()


def test_class_statistics_agree_with_numpy_on_each_class(few):
    images, labels = few
    statistics = exploration.class_statistics(images, labels)
    for label in range(10):
        mine = images[labels == label].astype(float)
        np.testing.assert_allclose(statistics.means[label], mine.mean(axis=0), rtol=1e-5)
        assert statistics.variation[label] == pytest.approx(np.sqrt(mine.var(axis=0).mean()), rel=1e-5)
        assert statistics.histogram[label].tolist() == [(mine == value).sum() for value in range(256)]
    means = statistics.means.astype(float)
    assert statistics.distances[1, 5] == pytest.approx(np.sqrt(((means[1] - means[5]) ** 2).mean()))
    assert np.array_equal(statistics.distances, statistics.distances.T)


def test_class_statistics_cannot_be_changed_by_one_visitor_for_all(few):
    statistics = exploration.class_statistics(*few)
    for array in (statistics.means, statistics.variation, statistics.histogram, statistics.distances):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_the_most_similar_averages_are_the_upper_garments_and_bags_vary_most(real_dataset):
    statistics = exploration.class_statistics(real_dataset.train_images, real_dataset.train_labels)
    pairs = [{first, second} for first, second, _ in statistics.closest_pairs(4)]
    assert pairs == [{PULLOVER, COAT}, {PULLOVER, SHIRT}, {COAT, SHIRT}, {T_SHIRT, SHIRT}]
    assert statistics.variation.argmax() == BAG
    assert set(statistics.variation.argsort()[:2]) == {TROUSER, SNEAKER}


def test_garment_values_share_out_what_is_not_background():
    histogram = np.zeros((2, 256), int)
    histogram[0, 0], histogram[0, 7], histogram[1, 8], histogram[1, 255] = 6, 2, 1, 1
    background, shares = exploration.garment_values(histogram, 8)
    assert background == 0.6
    assert shares.shape == (32,)
    assert (shares[0], shares[1], shares[31], shares.sum()) == (0.5, 0.25, 0.25, 1)
    assert histogram[0, 0] == 6


def test_an_all_black_class_has_no_garment_values():
    histogram = np.eye(256, dtype=int)[0]
    background, shares = exploration.garment_values(histogram, 8)
    assert (background, shares.sum()) == (1, 0)


@pytest.mark.parametrize("shape", [(300, 40), (12, 200), (50, 2)])
def test_principal_components_agree_with_a_full_singular_value_decomposition(shape):
    spread = np.linspace(9, 1, shape[1]) ** 2
    vectors = np.random.default_rng(3).normal(size=shape) * spread + 5
    projection = exploration.principal_components(vectors)
    centred = vectors - vectors.mean(axis=0)
    _, values, directions = np.linalg.svd(centred, full_matrices=False)
    expected = centred @ directions[:2].T
    np.testing.assert_allclose(np.abs(projection.points), np.abs(expected), rtol=0.01, atol=0.2)
    np.testing.assert_allclose(projection.explained, values[:2] ** 2 / (values**2).sum(), rtol=1e-3)


def test_other_vectors_are_placed_along_the_axes_of_the_first():
    random = np.random.default_rng(5)
    vectors, others = random.normal(size=(60, 8)) * np.arange(8, 0, -1), random.normal(size=(9, 8))
    axes = exploration.principal_axes(vectors)
    np.testing.assert_allclose(axes.directions.T @ axes.directions, np.eye(2), atol=1e-5)
    np.testing.assert_allclose(axes.points(vectors), exploration.principal_components(vectors).points)
    expected = (others - vectors.mean(axis=0)) @ axes.directions
    np.testing.assert_allclose(axes.points(others), expected, atol=1e-5)


def test_identical_vectors_lie_on_one_point():
    projection = exploration.principal_components(np.ones((20, 30)))
    assert np.allclose(projection.points, 0, atol=1e-5)
    assert np.allclose(projection.explained, 0, atol=1e-9)


def test_the_map_shows_200_images_of_each_class_always_the_same(dataset):
    indices = exploration.map_sample(dataset.test_labels)
    assert np.bincount(dataset.test_labels[indices]).tolist() == [200] * 10
    assert len(set(indices.tolist())) == 2000
    assert np.array_equal(indices, exploration.map_sample(dataset.test_labels))


def test_each_class_has_a_shape_and_a_colour_of_its_own():
    for marks in (charts.SHAPES, charts.LIGHT_COLORS, charts.DARK_COLORS):
        assert len(set(marks)) == len(CLASS_NAMES)


# How people without one kind of cone see linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.
COLOR_VISION = {
    "usual": np.eye(3),
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(color):
    """Linear RGB, 0 to 1, of "#rrggbb" (IEC 61966-2-1)."""
    channels = np.array([int(color[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def oklab(rgb):
    """Ottosson's Oklab (2020): equal distances look about equally different."""
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    axes = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.array(axes) @ np.cbrt(np.clip(np.array(cones) @ np.clip(rgb, 0, 1), 0, None))


@pytest.mark.parametrize("vision", COLOR_VISION)
@pytest.mark.parametrize("colors", [charts.LIGHT_COLORS, charts.DARK_COLORS], ids=["light", "dark"])
def test_no_two_classes_look_alike_to_color_blind_people(colors, vision):
    seen = [oklab(np.array(COLOR_VISION[vision]) @ linear(color)) for color in colors]
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert nearest > 0.1  # matplotlib's own ten colours come down to 0.01


@pytest.mark.parametrize(
    ("colors", "page"),
    [(charts.LIGHT_COLORS, "#ffffff"), (charts.DARK_COLORS, "#14121d")],
    ids=["light", "dark"],
)
def test_every_class_colour_stands_out_from_the_page(colors, page):
    def luminance(color):
        return linear(color) @ [0.2126, 0.7152, 0.0722] + 0.05

    for color in colors:
        low, high = sorted([luminance(color), luminance(page)])
        assert high / low >= 3  # WCAG 2.2, 1.4.11
