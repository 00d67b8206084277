"""Test images with their predictions as plain values, for the clickable gallery and the clickable matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from fmnist import figures
from fmnist.data import CLASS_NAMES
from fmnist.evaluation import Evaluation, shares
from fmnist.language import _
from fmnist.quick_figures import data_address


def gallery_tiles(
    images: np.ndarray, evaluation: Evaluation, indices: np.ndarray, address: Callable[[int], str]
) -> list[dict[str, Any]]:
    """One table of JSON values per image: picture, the tutorial's label, ten bars in per cent, words.

    Parameters
    ----------
    images : array (n, 28, 28) uint8
    evaluation : Evaluation
        Of these images.
    indices : array (m,) of integers
        Which images, in the order to show them.
    address : callable
        From an index to the address that shows the image alone.
    """
    return [
        {
            "index": index,
            "picture": data_address(images[index]),
            "label": figures.label_text(evaluation.probabilities[index], evaluation.labels[index]),
            "right": bool(evaluation.right[index]),
            "predicted": int(evaluation.predicted[index]),
            "true": int(evaluation.labels[index]),
            "bars": [round(100 * float(value), 1) for value in evaluation.probabilities[index]],
            "words": _("Test image {index}. {verdict}").format(
                index=index, verdict=verdict(evaluation, index)
            ),
            "address": address(index),
        }
        for index in map(int, indices)
    ]


def verdict(evaluation: Evaluation, index: int) -> str:
    """A sentence on one image: right or wrong, the predicted class, how sure, the true class if another."""
    sure = 100 * evaluation.confidence[index]
    predicted, true = (CLASS_NAMES[each[index]] for each in (evaluation.predicted, evaluation.labels))
    if evaluation.right[index]:
        return _("Right: predicted {predicted}, {sure:.0f}% sure.").format(predicted=predicted, sure=sure)
    wrong = _("Wrong: predicted {predicted}, {sure:.0f}% sure; the true class is {true}.")
    return wrong.format(predicted=predicted, sure=sure, true=true)


def signed(number: int) -> str:
    """A difference with its sign: "+3", "−2"; "·" for none."""
    return f"{number:+,d}".replace("-", "−") if number else "·"


def matrix_cells(matrix: np.ndarray, as_shares: bool) -> list[list[dict[str, Any]]]:
    """A confusion matrix as rows of cells: text, how strongly to colour it (0 to 1), words.

    Mistakes are coloured relative to the most frequent mistake, right answers relative to all of their class.
    """
    of_row, images = shares(matrix), matrix.sum(axis=1)
    mistakes = of_row[~np.eye(len(matrix), dtype=bool)]
    most = mistakes.max() or 1.0
    words = _("True class {true}, predicted {predicted}: {count:,} of {images:,} images")
    return [
        [
            {
                "text": _cell_text(matrix[true, predicted], of_row[true, predicted], as_shares),
                "shade": round(float(of_row[true, predicted] / (1 if true == predicted else most)), 3),
                "words": words.format(
                    true=CLASS_NAMES[true],
                    predicted=CLASS_NAMES[predicted],
                    count=matrix[true, predicted],
                    images=images[true],
                ),
            }
            for predicted in range(len(matrix))
        ]
        for true in range(len(matrix))
    ]


def _cell_text(count: int, share: float, as_share: bool) -> str:
    if not count:
        return "·"
    return percent(share) if as_share else str(count)


def percent(share: float) -> str:
    """A share above 0 in whole per cent: "97%" for 0.965, which `format` would make 96; "<1%"."""
    return f"{int(100 * share + 0.5)}%" if share >= 0.01 else "<1%"
