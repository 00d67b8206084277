"""What the gallery and the matrix are given to show."""

import numpy as np
import pytest

from fmnist.evaluation.scores import Evaluation
from fmnist.evaluation.verdict import verdict
from fmnist.plots import tiles


@pytest.fixture
def judged(dataset):
    probabilities = np.full((10_000, 10), 0.02, np.float32)
    probabilities[:, 5] = 0.82
    return Evaluation(dataset.test_labels, probabilities)


def test_a_tile_says_in_words_what_its_picture_shows(dataset, judged):
    index = int(np.flatnonzero(dataset.test_labels == 9)[0])
    (tile,) = tiles.gallery_tiles(dataset.test_images, judged, np.array([index]), lambda each: f"?i={each}")
    assert tile["words"] == (
        f"Test image {index}. Wrong: predicted Sandal, 82% sure; the true class is Ankle boot."
    )
    assert tile["label"] == "Sandal 82% (Ankle boot)"
    assert (tile["right"], tile["predicted"], tile["true"]) == (False, 5, 9)
    assert tile["bars"] == [2.0] * 5 + [82.0] + [2.0] * 4
    assert tile["address"] == f"?i={index}"
    assert tile["picture"].startswith("data:image/png;base64,")


def test_a_right_answer_is_called_right(dataset, judged):
    index = int(np.flatnonzero(dataset.test_labels == 5)[0])
    assert verdict(judged, index) == "Right: predicted Sandal, 82% sure."


def test_matrix_cells_hold_counts_or_shares_and_colour_the_worst_mistake_most():
    matrix = np.zeros((10, 10), int)
    np.fill_diagonal(matrix, 900)
    matrix[6, 0], matrix[6, 2], matrix[0, 6] = 100, 4, 50
    counts, percent = (tiles.matrix_cells(matrix, as_shares) for as_shares in (False, True))
    assert [counts[6][label]["text"] for label in (0, 2, 3, 6)] == ["100", "4", "·", "900"]
    assert [percent[6][label]["text"] for label in (0, 2, 3, 6)] == ["10%", "<1%", "·", "90%"]
    wrong = {(t, p): counts[t][p]["shade"] for t in range(10) for p in range(10) if t != p}
    assert max(wrong, key=wrong.get) == (6, 0)
    assert wrong[6, 0] == 1
    assert counts[6][0]["words"] == "True class Shirt, predicted T-shirt/top: 100 of 1,004 images"


@pytest.mark.parametrize(("count", "text"), [(1, "<1%"), (9, "<1%"), (10, "1%"), (965, "97%"), (0, "·")])
def test_a_larger_share_is_never_shown_as_a_smaller_number(count, text):
    matrix = np.zeros((10, 10), int)
    matrix[0, 0], matrix[0, 4] = 1_000 - count, count
    assert tiles.matrix_cells(matrix, as_shares=True)[0][4]["text"] == text


def test_a_difference_has_a_sign():
    assert [tiles.count_difference(number) for number in (3, -1_200, 0)] == ["+3", "−1,200", "·"]
