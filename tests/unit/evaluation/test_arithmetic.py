"""Sums and softmax in words: the numbers written are the numbers computed."""

import numpy as np
import pytest

from fmnist.evaluation import arithmetic
from fmnist.evaluation.dense import WeightedSum

TOTAL = WeightedSum(np.array([0.5, 2.0, 0.0, 3.0]), np.array([4.0, -1.5, 9.0, 0.1]), -0.25)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.8312, "0.831"),
        (4.167, "4.17"),
        (-12.44, "−12.44"),
        (123.45, "123.5"),
        (3140.2, "3,140"),
        (-0.0001, "0.000"),
    ],
)
def test_numbers_are_short(value, text):
    assert arithmetic.number(value) == text


def test_a_sum_names_its_largest_products_and_the_bias():
    assert (
        arithmetic.sum_line(TOTAL)
        == "2.00 × (−1.50) + 0.500 × 4.00 + 3.00 × 0.100 + … + bias (−0.250) = −0.950"
    )


def test_the_steps_of_a_sum_end_at_its_total():
    steps = arithmetic.parts(TOTAL, 2, arithmetic.unit_name)
    assert [step.name for step in steps] == ["bias", "unit 1", "unit 0", "the other 2"]
    assert [step.value for step in steps] == pytest.approx([-0.25, -3, 2, 0.3])
    assert [step.so_far for step in steps] == pytest.approx([-0.25, -3.25, -1.25, -0.95])


def test_pixels_are_named_by_row_and_column():
    assert arithmetic.pixel_name(28 * 3 + 12) == "pixel row 3, column 12"


@pytest.mark.parametrize(
    ("activation", "total", "output", "words"),
    [
        ("relu", -1.2, 0.0, "relu: the larger of 0 and −1.20 = 0.000"),
        ("tanh", 0.5, np.tanh(0.5), "tanh(0.500) = 0.462"),
        ("sigmoid", 0.0, 0.5, "= 0.500"),
        ("elu", -1.0, np.exp(-1) - 1, "elu: e^−1.00 − 1 = −0.632"),
        ("elu", 2.0, 2.0, "stays"),
    ],
)
def test_each_activation_is_said_as_it_is(activation, total, output, words):
    assert words in arithmetic.activation_line(activation, total, output)


def test_softmax_of_one_class_is_a_power_over_the_sum():
    scores = np.log(np.arange(1.0, 11))  # whose powers are 1 to 10, and their sum 55
    lines = arithmetic.softmax_lines(scores, 4)
    assert "e^1.6094 = 5.0000" in lines
    assert "Σ = 55.000" in lines
    assert "5.0000 / 55.000 = 0.0909, the probability of Coat" in lines


def test_large_scores_are_said_to_be_shifted():
    scores = np.arange(10.0) + 5_000
    assert "5,007 − 5,009 (the largest score) = −2.0000;  e^−2.0000 = 0.13534" in arithmetic.softmax_lines(
        scores, 7
    )
    table = arithmetic.softmax_table(scores)
    assert "e^(score − largest)" in table and sum(map(float, table["Probability"])) == pytest.approx(
        1, abs=1e-3
    )


@pytest.mark.parametrize(("inputs", "dots"), [(2, False), (3, False), (4, True)])
def test_dots_stand_for_products_that_are_not_written_out(inputs, dots):
    total = WeightedSum(np.ones(inputs), np.arange(1.0, inputs + 1), 0.5)
    assert ("…" in arithmetic.sum_line(total)) == dots


@pytest.mark.parametrize(("value", "text"), [(99.96, "99.96"), (100.0, "100.0"), (1000.0, "1,000")])
def test_numbers_change_their_form_at_a_hundred_and_at_a_thousand(value, text):
    assert arithmetic.number(value) == text
