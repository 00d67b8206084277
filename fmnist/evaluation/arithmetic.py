"""The arithmetic of one hidden unit, one score and one probability, written out with a run's own numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from fmnist.data.class_words import class_name, class_names
from fmnist.data.facts import IMAGE_SHAPE
from fmnist.evaluation.dense import WeightedSum, powers_of_e
from fmnist.language import _

WRITTEN_OUT = 3  # products that a line names
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Part(NamedTuple):
    """One step of a sum: what is added, how it came about ("" for a bias), how much, and the sum so far."""

    name: str
    product: str
    value: float
    so_far: float


def number(value: float) -> str:
    """A number as people write it, with three figures or more: "0.831", "4.17", "−12.4", "3,140"."""
    size = abs(value)
    text = (
        f"{size:,.0f}"
        if size >= 1_000
        else f"{size:.1f}"
        if size >= 100
        else f"{size:.2f}"
        if size >= 1
        else f"{size:.3f}"
    )
    return f"−{text}" if value < 0 and text.strip("0.") else text


def signed(value: float) -> str:
    """A number with its sign: "+4.17", "−0.020"."""
    text = number(value)
    return text if text.startswith("−") else f"+{text}"


def pixel_name(place: int) -> str:
    """What to call one of 784 pixels: "pixel row 3, column 12", both from 0."""
    row, column = divmod(place, IMAGE_SHAPE[1])
    return _("pixel row {row}, column {column}").format(row=row, column=column)


def unit_name(place: int) -> str:
    """What to call a hidden unit, numbered from 0."""
    return _("unit {number}").format(number=place)


def parts(total: WeightedSum, count: int, name: Callable[[int], str]) -> list[Part]:
    """A sum in steps: the bias, the `count` products farthest from 0, and the others in one.

    Parameters
    ----------
    total : WeightedSum
    count : int
    name : callable
        From the place of an input to its name.
    """
    largest = total.largest(count)
    steps = [(_("bias"), "", total.bias)]
    steps += [
        (
            name(int(place)),
            _product(total, place),
            total.products[place],
        )
        for place in largest
    ]
    others = len(total.inputs) - len(largest)
    if others:
        steps.append((_("the other {count:,}").format(count=others), "", total.rest(count)))
    so_far = np.cumsum([value for *__, value in steps])
    return [Part(*step, sum_) for step, sum_ in zip(steps, so_far.tolist(), strict=True)]


def sum_line(total: WeightedSum) -> str:
    """The largest products, the bias, the sum: "0.83 × 1.21 + 0.61 × 0.98 + … + bias 0.020 = 4.17"."""
    products = [_product(total, place) for place in total.largest(WRITTEN_OUT)]
    dots = ["…"] if len(total.inputs) > len(products) else []
    bias = _("bias {value}").format(value=_in_brackets(total.bias))
    return f"{' + '.join([*products, *dots, bias])} = {number(total.total)}"


def activation_line(activation: str, total: float, output: float) -> str:
    """What an activation makes of a unit's sum: "relu: the larger of 0 and 4.03 = 4.03"."""
    value, result = number(total), number(output)
    words = {
        "relu": _("relu: the larger of 0 and {value} = {result}"),
        "tanh": _("tanh({value}) = {result}, always between −1 and 1"),
        "sigmoid": _("sigmoid: 1 / (1 + e^−({value})) = {result}, always between 0 and 1"),
        "elu": _("elu: {value} is above 0 and stays") if total > 0 else "elu: e^{value} − 1 = {result}",
    }
    return words[activation].format(value=value, result=result)


def softmax_lines(scores: np.ndarray, label: int) -> str:
    """How a class's score becomes its probability, in three lines.

    Parameters
    ----------
    scores : array (10,)
    label : int, 0 to 9
    """
    powers, shift = powers_of_e(scores)
    score = f"{scores[label] - shift:.4f}".replace("-", "−")
    power, sum_ = _power(powers[label]), _power(powers.sum())
    first = f"e^{score} = {power}"
    if shift:
        shifted = _("{score} − {largest} (the largest score) = {difference}")
        shifted = shifted.format(score=number(scores[label]), largest=number(shift), difference=score)
        first = f"{shifted};  {first}"
    second = _("Σ = {sum}  (such a power for each of the ten classes, added up)")
    third = _("{power} / {sum} = {share:.4f}, the probability of {name}")
    share = powers[label] / powers.sum()
    return "\n".join(
        [
            first,
            second.format(sum=sum_),
            third.format(power=power, sum=sum_, share=share, name=class_name(label)),
        ]
    )


def softmax_table(scores: np.ndarray) -> dict[str, list[str]]:
    """Score, power and probability of the ten classes (scores (10,)), as columns of texts."""
    powers, shift = powers_of_e(scores)
    power_title = _("e^(score − largest)") if shift else _("e^score")
    return {
        _("Class"): list(class_names()),
        _("Score"): [number(score) for score in scores],
        power_title: [_power(power) for power in powers],
        _("Probability"): [f"{share:.4f}" for share in powers / powers.sum()],
    }


def _product(total: WeightedSum, place: int) -> str:
    return f"{number(total.inputs[place])} × {_in_brackets(total.weights[place])}"


def _in_brackets(value: float) -> str:
    text = number(value)
    return f"({text})" if text.startswith("−") else text


def _power(value: float) -> str:
    """With so many digits that dividing what is written gives the probability that is written."""
    if 0 < value < 0.0005:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa} × 10{str(int(exponent)).translate(_RAISED)}"
    decimals = max(1, 5 - len(f"{value:.0f}")) if value >= 1 else 5
    return f"{value:,.{decimals}f}"
