"""What the browser draws, as plain values: tiles of test images and of units, cells of the matrix.

The ten bars of a tile are drawn there (pages/parts/predict/tiles.js) because each tile is a link that grows
with the page, and fifteen pictures would cost a click 30 ms; `figures` draws those that can be downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from fmnist.data.class_words import class_name, class_names
from fmnist.data.facts import CLASSES
from fmnist.evaluation.arithmetic import number, signed, unit_name
from fmnist.evaluation.dense import DenseNetwork, Walk
from fmnist.evaluation.game import Game, in_a_word
from fmnist.evaluation.scores import Evaluation, shares
from fmnist.evaluation.verdict import verdict
from fmnist.language import _
from fmnist.plots import figures, weight_pictures
from fmnist.plots.thumbnails import ink_address


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
            "picture": ink_address(images[index]),
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


def count_difference(count: int) -> str:
    """How many more or fewer: "+3", "−1,200"; "·" for none."""
    return f"{count:+,d}".replace("-", "−") if count else "·"


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
                    true=class_name(true),
                    predicted=class_name(predicted),
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


def unit_tiles(network: DenseNetwork, walk: Walk, units: np.ndarray, dark: bool) -> list[dict[str, Any]]:
    """One table of JSON values per unit: place, picture of its weights, title, output, words.

    Parameters
    ----------
    network : DenseNetwork
        With a hidden layer.
    walk : Walk
        Of the image whose outputs are told.
    units : array (m,) of integers
        Which units of the first hidden layer, in the order to show them.
    dark : bool
        For a dark page.
    """
    kernel, outputs = network.layers[0].kernel, walk.outputs[0]
    contributions = network.contributions(walk, walk.predicted)
    predicted = class_name(walk.predicted)
    words = _(
        "Weights of hidden unit {unit} as a picture. Output {output}, contribution to {name} {contribution}"
    )
    pictures = weight_pictures.kernel_addresses(kernel, units, weight_pictures.color_limit(kernel), dark)
    return [
        {
            "place": unit,
            "picture": picture,
            "title": unit_name(unit),
            "value": _output(outputs[unit]),
            "words": words.format(
                unit=unit,
                output=_output(outputs[unit]),
                name=predicted,
                contribution=signed(contributions[unit]),
            ),
        }
        for unit, picture in zip(map(int, units), pictures, strict=True)
    ]


def template_tiles(network: DenseNetwork, walk: Walk, dark: bool) -> list[dict[str, Any]]:
    """The same for softmax regression: the ten classes' weights, each with its score."""
    kernel = network.layers[0].kernel
    labels = np.arange(CLASSES)
    words = _("Weights of class {name} as a picture. Score {score}")
    pictures = weight_pictures.kernel_addresses(kernel, labels, weight_pictures.color_limit(kernel), dark)
    return [
        {
            "place": label,
            "picture": picture,
            "title": name,
            "value": number(walk.scores[label]),
            "words": words.format(name=name, score=number(walk.scores[label])),
        }
        for label, (name, picture) in enumerate(zip(class_names(), pictures, strict=True))
    ]


def _output(value: float) -> str:
    return "0" if value == 0 else number(value)


def disagreement_tiles(
    game: Game, images: np.ndarray, evaluation: Evaluation, address: Callable[[int], str]
) -> list[dict[str, Any]]:
    """A tile, as `gallery_tiles` makes them, for each image on which player and network differ.

    Parameters
    ----------
    game : Game
    images : array (n, 28, 28) uint8
        All test images.
    evaluation : Evaluation
        Of these images.
    address : callable
        From an index to the address that shows the image alone.

    Returns
    -------
    list of tables
        With "lines" instead of a label: pairs of a text and whether it is right (None for neither).
    """
    places = game.disagreements(evaluation.predicted)
    indices = np.array([game.indices[place] for place in places], int)
    found = gallery_tiles(images, evaluation, indices, address)
    for tile, place in zip(found, places, strict=True):
        tile |= _both_answers(tile, game.answers[place])
    return found


def _both_answers(tile: dict[str, Any], answer: int) -> dict[str, Any]:
    true, said, mine = (class_name(label) for label in (tile["true"], tile["predicted"], answer))
    right = answer == tile["true"]
    words = _(
        "Test image {index}, true class {true}. You said {mine}: {right}. The network said {said}: {verdict}."
    )
    return {
        "lines": [
            (_("True: {name}").format(name=true), None),
            (_("You: {name}").format(name=mine), right),
            (_("Network: {name}").format(name=said), tile["right"]),
        ],
        "words": words.format(
            index=tile["index"],
            true=true,
            mine=mine,
            right=in_a_word(right),
            said=said,
            verdict=in_a_word(tile["right"]),
        ),
    }
