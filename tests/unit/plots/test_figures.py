"""What the tutorial's figures show, looked up in the matplotlib figures and in their pixels."""

import io

import numpy as np
import pytest
from matplotlib.colors import to_hex
from PIL import Image

from fmnist.data.facts import CLASS_NAMES
from fmnist.plots import figures

BOOT = 9
SANDAL = 5


def probabilities(predicted, sure=0.9):
    rest = np.full(10, (1 - sure) / 9, np.float32)
    rest[predicted] = sure
    return rest


def texts(figure):
    return [text for axes in figure.axes for text in axes.texts]


def pixels(figure):
    return np.asarray(Image.open(io.BytesIO(figures.to_png(figure))).convert("RGBA"))


def test_the_label_reads_as_in_the_tutorial():
    assert figures.label_text(probabilities(BOOT), BOOT) == "Ankle boot 90% (Ankle boot)"
    assert figures.label_text(probabilities(SANDAL, 0.586), BOOT) == "Sandal 59% (Ankle boot)"


@pytest.mark.parametrize(("predicted", "color"), [(BOOT, "#0000ff"), (SANDAL, "#e00000")])
def test_the_label_is_blue_when_right_and_red_when_wrong(dataset, predicted, color):
    figure = figures.prediction_image(dataset.test_images[0], probabilities(predicted), BOOT)
    (label,) = texts(figure)
    assert label.get_text() == figures.label_text(probabilities(predicted), BOOT)
    assert label.get_color() == color


def test_ten_bars_stand_at_their_probabilities_grey_red_and_blue():
    values = probabilities(SANDAL, 0.6)
    figure = figures.probability_bars(values, BOOT)
    (bars,) = figure.axes[0].collections
    heights = [path.vertices[:, 1].max() for path in bars.get_paths()]
    assert heights == pytest.approx(values.tolist())
    colors = [to_hex(color) for color in bars.get_facecolors()]
    expected = ["#777777"] * 10
    expected[SANDAL], expected[BOOT] = "#e00000", "#0000ff"
    assert colors == expected
    assert figure.axes[0].get_ylim() == (0, 1)


def test_a_right_prediction_has_one_blue_bar_and_no_red_one():
    assert figures.bar_colors(probabilities(BOOT), BOOT) == ["#777777"] * 9 + ["#0000ff"]


def test_a_drawing_of_which_nobody_says_what_it_is_has_neither_a_red_nor_a_blue_bar():
    colors = figures.bar_colors(probabilities(BOOT), None)
    assert colors == ["#777777"] * 9 + ["#5a3fc0"]


def test_the_class_names_stand_rotated_below_the_bars():
    rotated = [text for text in texts(figures.probability_bars(probabilities(0), 0)) if text.get_rotation()]
    assert [text.get_text() for text in rotated] == list(CLASS_NAMES)


def test_the_grid_shows_every_image_once_with_its_name(dataset):
    images, labels = dataset.train_images[:25], dataset.train_labels[:25]
    figure = figures.grid(images, labels)
    assert [text.get_text() for text in texts(figure)] == [CLASS_NAMES[label] for label in labels]
    (mosaic,) = figure.axes[0].images
    assert mosaic.get_cmap().name == "binary"
    shown = mosaic.get_array()
    tiles = [
        shown[row * 34 : row * 34 + 28, column * 30 + 1 : column * 30 + 29]
        for row in range(5)
        for column in range(5)
    ]
    assert np.array_equal(np.stack(tiles), images)


def test_the_gallery_has_a_label_and_ten_bars_for_each_image(dataset):
    predictions = np.stack([probabilities(place % 10) for place in range(15)])
    labels = dataset.test_labels[:15]
    figure = figures.gallery(dataset.test_images[:15], predictions, labels)
    expected = [figures.label_text(row, label) for row, label in zip(predictions, labels, strict=True)]
    assert [text.get_text() for text in texts(figure)] == expected
    bars, digits = figure.axes[0].collections
    assert len(bars.get_paths()) == len(digits.get_offsets()) == 150


def test_a_gallery_of_fewer_images_than_places_is_drawn(dataset):
    figure = figures.gallery(
        dataset.test_images[:2], np.stack([probabilities(0)] * 2), dataset.test_labels[:2]
    )
    assert len(texts(figure)) == 2
    assert pixels(figure).shape[2] == 4


@pytest.mark.parametrize(("scaled", "top"), [(False, 255), (True, 1)])
def test_the_colour_bar_ends_at_255_and_after_scaling_at_1(dataset, scaled, top):
    figure = figures.image_with_colorbar(dataset.train_images[0], scaled)
    (image,) = figure.axes[0].images
    assert (image.norm.vmin, image.norm.vmax) == (0, top)
    assert image.get_array().max() == top
    assert figure.axes[1].get_ylim() == (0, top)


def test_the_background_is_transparent():
    assert pixels(figures.probability_bars(probabilities(0), 0))[0, 0, 3] == 0


def test_evidence_is_blue_where_a_pixel_spoke_for_the_class_and_red_where_against():
    maps = np.zeros((1, 28, 28))
    maps[0, 3, 3], maps[0, 5, 5] = 2.0, -2.0
    (picture,) = figures.evidence_pictures(np.zeros((28, 28), np.uint8), maps).astype(int)
    for_it, against = picture[3, 3], picture[5, 5]
    assert for_it[2] > for_it[0] + 50
    assert against[0] > against[2] + 50
    assert picture[0, 0].min() > 240


def test_evidence_of_nothing_at_all_is_drawn():
    assert figures.evidence_pictures(np.zeros((28, 28), np.uint8), np.zeros((2, 28, 28))).shape == (
        2,
        28,
        28,
        3,
    )
