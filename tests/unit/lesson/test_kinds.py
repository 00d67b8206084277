"""What a setting can be: whatever is asked for becomes the nearest, with a sentence if it is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fmnist.lesson.kinds import Names, OneNumberOf, OneOf, PercentRange, Switch, Text, Whole

GARMENTS = ("Trouser", "Coat", "Dress")
CASES = [
    (Whole(0, 99), "17", 17, False),
    (Whole(0, 99), 9, 9, False),
    (Whole(0, 99), "99", 99, False),
    (Whole(0, 99), "100", 99, True),
    (Whole(0, 99), -1, 0, True),
    (Whole(0, 99), "abc", 0, True),
    (Whole(0, 99), float("inf"), 0, True),
    (Whole(0, 99), [], 0, True),
    (Whole(0, 99), "9" * 300, 99, True),
    (Whole(0, 99), "9" * 5000, 0, True),
    (Whole(1), "1000000", 1_000_000, False),
    (Whole(1), "0", 1, True),
    (Whole(0, 9, word="any"), "any", "any", False),
    (Whole(0, 9, word="any"), "12", 9, True),
    (OneOf(GARMENTS), "Coat", "Coat", False),
    (OneOf(GARMENTS), "coats", "Coat", True),
    (OneOf(GARMENTS), "TROUSERS", "Trouser", True),
    (OneOf(GARMENTS), "xyz", "Trouser", True),
    (OneOf(GARMENTS), {}, "Trouser", True),
    (OneOf(GARMENTS, aliases={"Mantel": "Coat"}), "Mantel", "Coat", False),
    (OneNumberOf((0.1, 0.3, 1.0)), "0.3", 0.3, False),
    (OneNumberOf((0.1, 0.3, 1.0)), "0.25", 0.3, True),
    (OneNumberOf((0.1, 0.3, 1.0)), "inf", 1.0, True),
    (OneNumberOf((0.1, 0.3, 1.0)), "nan", 0.1, True),
    (Switch(), "yes", True, False),
    (Switch(), "False", False, False),
    (Switch(), "perhaps", False, True),
    (PercentRange(), "40-90", (40, 90), False),
    (PercentRange(), "90-40", (40, 90), True),
    (PercentRange(), "40-900", (40, 100), True),
    (PercentRange(), "high", (0, 100), True),
    (Names(), "a,b,,a", ("a", "b"), False),
    (Text(), "<b>", "<b>", False),
]


@pytest.mark.parametrize(("kind", "asked", "nearest", "told"), CASES)
def test_what_cannot_be_becomes_the_nearest_and_is_told(kind, asked, nearest, told):
    assert kind.nearest(asked, kind.first) == nearest
    assert bool(kind.why(asked, nearest)) == told
    assert len(kind.why(asked, nearest)) < 120


@pytest.mark.parametrize("kind", {case[0].__class__: case[0] for case in CASES}.values())
@given(some.text(max_size=30))
def test_what_anything_becomes_is_written_and_read_again(kind, asked):
    value = kind.nearest(asked, kind.first)
    assert kind.nearest(kind.written(value), None) == value
    assert not kind.why(kind.written(value), value)


def test_a_choice_is_called_what_the_page_calls_it():
    assert "“coat”" in OneOf(GARMENTS, shown=str.lower).why("Cot", "Coat")
