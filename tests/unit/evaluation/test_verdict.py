"""The words for ten probabilities agree with the numbers."""

import numpy as np

from fmnist.evaluation.scores import reliability
from fmnist.evaluation.verdict import believable, best_guesses, doubt


def probabilities(**named: float) -> np.ndarray:
    places = {"shirt": 6, "tshirt": 0, "bag": 8}
    values = np.zeros(10)
    for name, value in named.items():
        values[places[name]] = value
    return values


def test_the_best_guesses_come_in_order_and_in_whole_per_cent():
    assert best_guesses(probabilities(bag=0.824, shirt=0.12, tshirt=0.056)) == [
        "Bag, 82%",
        "Shirt, 12%",
        "T-shirt/top, 6%",
    ]


def test_a_probability_that_would_round_to_nothing_is_not_called_nothing():
    assert best_guesses(probabilities(bag=0.998, shirt=0.002), count=2)[1] == "Shirt, under 1%"


def test_a_confident_network_has_no_doubt():
    assert doubt("Mine", probabilities(bag=0.61, shirt=0.39)) == ""


def test_two_near_classes_are_both_named():
    assert (
        doubt("Mine", probabilities(bag=0.48, shirt=0.4, tshirt=0.12))
        == "Mine is not sure: it wavers between Bag and Shirt."
    )


def test_a_low_best_guess_is_called_a_guess():
    assert (
        doubt("Mine", probabilities(bag=0.5, shirt=0.25, tshirt=0.25))
        == "Mine is not sure: Bag is only its best guess."
    )


def sure(confidence, right, images):
    """What is measured of images that are all judged with one confidence; the first `right` are right."""
    probabilities = np.full((images, 10), (1 - confidence) / 9)
    probabilities[:, 3] = confidence
    return reliability(np.where(np.arange(images) < right, 3, 4), probabilities)


def test_of_the_surest_images_it_is_said_how_many_are_wrong():
    words = believable(sure(0.95, right=15, images=20))
    assert "Of the **20** images judged with more than 90% confidence, **5** are wrong (25.0%)" in words
    assert "Being sure is not being right" in words


def test_surest_images_that_are_all_right_prove_nothing_against_confidence():
    words = believable(sure(0.95, right=20, images=20))
    assert "**0** are wrong (0.0%)" in words and "Being sure" not in words


def test_a_network_that_is_never_sure_is_not_said_to_be_wrong_where_it_judged_nothing():
    words = believable(sure(0.35, right=5, images=20))
    assert words.startswith("No image is judged with more than 90% confidence.")
    assert "Of the **20** images judged with more than 30% confidence, **15** are wrong (75.0%)" in words
    assert "**0** images" not in words and "Being sure" not in words
