"""The words for ten probabilities agree with the numbers."""

import numpy as np

from fmnist.evaluation.verdict import best_guesses, doubt


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
    assert doubt(probabilities(bag=0.61, shirt=0.39)) == ""


def test_two_near_classes_are_both_named():
    assert (
        doubt(probabilities(bag=0.48, shirt=0.4, tshirt=0.12)) == "Not sure: it wavers between Bag and Shirt."
    )


def test_a_low_best_guess_is_called_a_guess():
    assert doubt(probabilities(bag=0.5, shirt=0.25, tshirt=0.25)) == "Not sure: Bag is only its best guess."
