"""Ten probabilities in words: the best guesses in per cent, and how sure the network is."""

from __future__ import annotations

import numpy as np

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.scores import Evaluation
from fmnist.language import _

SURE = 0.6  # below this the best guess is called a guess
CLOSE = 0.15  # two classes nearer to each other than this are called a tie


def best_guesses(probabilities: np.ndarray, count: int = 3) -> list[str]:
    """The most probable classes, as "Bag, 82%".

    Parameters
    ----------
    probabilities : array (10,)
    count : int
        How many, 1 to 10.
    """
    order = np.argsort(-probabilities, kind="stable")[:count]
    return [f"{CLASS_NAMES[each]}, {_per_cent(probabilities[each])}" for each in order]


def doubt(probabilities: np.ndarray) -> str:
    """A sentence that says the network is not sure, or "" if it is.

    Parameters
    ----------
    probabilities : array (10,)
    """
    second, first = np.argsort(probabilities, kind="stable")[-2:]
    if probabilities[first] >= SURE:
        return ""
    if probabilities[first] - probabilities[second] < CLOSE:
        return _("Not sure: it wavers between {first} and {second}.").format(
            first=CLASS_NAMES[first], second=CLASS_NAMES[second]
        )
    return _("Not sure: {first} is only its best guess.").format(first=CLASS_NAMES[first])


def _per_cent(probability: float) -> str:
    return _("under 1%") if probability < 0.005 else f"{100 * probability:.0f}%"


def verdict(evaluation: Evaluation, index: int) -> str:
    """A sentence on one image: right or wrong, the predicted class, how sure, the true class if another."""
    sure = 100 * evaluation.confidence[index]
    predicted, true = (CLASS_NAMES[each[index]] for each in (evaluation.predicted, evaluation.labels))
    if evaluation.right[index]:
        return _("Right: predicted {predicted}, {sure:.0f}% sure.").format(predicted=predicted, sure=sure)
    wrong = _("Wrong: predicted {predicted}, {sure:.0f}% sure; the true class is {true}.")
    return wrong.format(predicted=predicted, sure=sure, true=true)
