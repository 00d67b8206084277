"""Ten probabilities in words: the best guesses in per cent, and how sure the network is."""

from __future__ import annotations

import numpy as np

from fmnist.data.class_words import class_name
from fmnist.evaluation.scores import Evaluation, Reliability
from fmnist.language import _, in_a_row

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
    return [f"{class_name(each)}, {_per_cent(probabilities[each])}" for each in order]


def doubt(name: str, probabilities: np.ndarray) -> str:
    """A sentence that says the network of this name is not sure, or "" if it is.

    Parameters
    ----------
    name : str
    probabilities : array (10,)
    """
    second, first = np.argsort(probabilities, kind="stable")[-2:]
    if probabilities[first] >= SURE:
        return ""
    if probabilities[first] - probabilities[second] < CLOSE:
        return _("{name} is not sure: it wavers between {first} and {second}.").format(
            name=name, first=class_name(first), second=class_name(second)
        )
    return _("{name} is not sure: {first} is only its best guess.").format(name=name, first=class_name(first))


def _per_cent(probability: float) -> str:
    return _("under 1%") if probability < 0.005 else f"{100 * probability:.0f}%"


def verdict(evaluation: Evaluation, index: int) -> str:
    """A sentence on one image: right or wrong, the predicted class, how sure, the true class if another."""
    sure = 100 * evaluation.confidence[index]
    predicted, true = (class_name(each[index]) for each in (evaluation.predicted, evaluation.labels))
    if evaluation.right[index]:
        return _("Right: predicted {predicted}, {sure:.0f}% sure.").format(predicted=predicted, sure=sure)
    wrong = _("Wrong: predicted {predicted}, {sure:.0f}% sure; the true class is {true}.")
    return wrong.format(predicted=predicted, sure=sure, true=true)


def believable(measured: Reliability) -> str:
    """What the surest answers are worth, and how far confidence lies from the truth, as Markdown."""
    words = _(
        "If confidence could be believed, the bars would reach the dashed line. The mean gap, weighted by "
        "images, is the expected calibration error: **{error:.1%}**."
    )
    return in_a_row(_of_the_surest(measured), words.format(error=measured.expected_calibration_error))


def _of_the_surest(measured: Reliability) -> str:
    highest = measured.bins[-1]
    surest = next((each for each in reversed(measured.bins) if each.images), highest)
    if not surest.images:
        return _("No image was judged.")
    wrong = round(surest.images * (1 - surest.accuracy))
    sentences = [
        _(
            "Of the **{images:,}** images judged with more than {low:.0%} confidence, **{wrong:,}** are "
            "wrong ({share:.1%})."
        )
    ]
    if surest is not highest:
        sentences.insert(0, _("No image is judged with more than {high:.0%} confidence."))
    elif wrong:
        sentences.append(_("Being sure is not being right."))
    return in_a_row(*sentences).format(
        images=surest.images, low=surest.low, high=highest.low, wrong=wrong, share=1 - surest.accuracy
    )
