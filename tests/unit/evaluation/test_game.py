"""The rules of the game against the network."""

import numpy as np
import pytest

from fmnist.evaluation.game import IMAGES, Game, choose_images, feedback, outcome
from fmnist.evaluation.scores import Evaluation
from fmnist.plots.tiles import disagreement_tiles

LABELS = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9] * 3)
PREDICTED = np.where(np.arange(30) % 5 == 0, (LABELS + 1) % 10, LABELS)
EVALUATION = Evaluation(LABELS, np.eye(10)[PREDICTED])


def test_a_seed_chooses_the_same_twenty_everywhere():
    assert choose_images(0, 10_000) == choose_images(0, 10_000)
    assert choose_images(0, 10_000) != choose_images(1, 10_000)
    assert len(set(choose_images(7, 10_000))) == IMAGES
    assert sorted(choose_images(7, 20)) == list(range(20))


def test_an_answer_meant_for_another_image_changes_nothing():
    game = Game((5, 6, 7)).answered(0, 3)
    assert game.answered(0, 4) is game  # the second half of a double click
    assert game.answered(2, 4) is game
    assert game.answered(1, 4).answers == (3, 4)


def test_after_the_last_image_the_game_is_over():
    game = Game((5, 6)).answered(0, 1).answered(1, 1)
    assert game.is_over
    assert game.answered(2, 1) is game


def test_scores_count_the_images_answered_so_far():
    game = Game((0, 1, 5, 6)).answered(0, 0).answered(1, 9).answered(2, 5)
    assert game.score(LABELS) == 2
    assert game.network_score(EVALUATION) == 1  # wrong at 0 and 5
    assert Game((0, 1)).score(LABELS) == 0


def test_disagreements_are_all_images_with_two_different_answers():
    game = Game((0, 1, 5, 6), (0, 1, 6, 0))
    assert game.disagreements(PREDICTED) == [0, 3]


@pytest.mark.parametrize(
    ("index", "answer", "words", "right"),
    [
        (1, 1, "Right: image 1 is of class Trouser. The network said Trouser: also right.", True),
        (0, 0, "Right: image 1 is of class T-shirt/top. The network said Trouser: wrong.", True),
        (1, 2, "Wrong: image 1 is of class Trouser, not Pullover. The network said Trouser: right.", False),
        (
            0,
            1,
            "Wrong: image 1 is of class T-shirt/top, not Trouser. The network said Trouser: wrong.",
            False,
        ),
    ],
)
def test_feedback_tells_truth_answer_and_network_in_words(index, answer, words, right):
    assert feedback(Game((index,), (answer,)), EVALUATION) == (words, right)


def test_the_winner_is_named():
    assert outcome(18, 17) == "You beat the network by one image."
    assert outcome(12, 17) == "The network won by 5 images."
    assert "draw" in outcome(9, 9)


def test_a_tile_of_a_disagreement_tells_all_three_classes():
    images = np.zeros((30, 28, 28), np.uint8)
    (tile,) = disagreement_tiles(Game((0, 1), (2, 1)), images, EVALUATION, lambda index: f"?{index}")
    assert tile["lines"] == [
        ("True: T-shirt/top", None),
        ("You: Pullover", False),
        ("Network: Trouser", False),
    ]
    assert tile["words"].startswith("Test image 0, true class T-shirt/top. You said Pullover: wrong.")
    assert tile["address"] == "?0"
