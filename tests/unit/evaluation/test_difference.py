"""Whether two networks really differ: against exact counting, throws of a coin, and published numbers."""

from itertools import product
from math import comb

import numpy as np
import pytest

from fmnist.evaluation.difference import Difference, _often, differ, in_words, paired, shares_differ


@pytest.mark.parametrize(("one", "other"), list(product(range(7), repeat=2)))
def test_chance_is_that_of_a_fair_coin_with_half_of_what_was_seen(one, other):
    throws = one + other
    ways = [comb(throws, heads) for heads in range(throws + 1)]
    further = sum(w for heads, w in enumerate(ways) if abs(2 * heads - throws) > abs(one - other))
    alike = sum(w for heads, w in enumerate(ways) if abs(2 * heads - throws) == abs(one - other))
    assert Difference(50, one, other).chance == pytest.approx((further + alike / 2) / 2**throws)


def most_likely(images, only_first, only_second, gap):
    """The share of images only the second names rightly, among those that make this gap: by trying many."""
    q = np.linspace(max(0, -gap), (1 - gap) / 2, 2_000_001)[1:-1]
    agreeing = images - only_first - only_second
    return q[
        np.argmax(only_first * np.log(q + gap) + only_second * np.log(q) + agreeing * np.log(1 - 2 * q - gap))
    ]


@pytest.mark.parametrize(("images", "first", "second"), [(50, 12, 2), (200, 30, 8), (10_000, 420, 300)])
def test_an_end_of_the_interval_is_the_gap_from_which_the_measured_one_is_just_too_far_away(
    images, first, second
):
    for end in Difference(images, first, second).interval:
        q = most_likely(images, first, second, end)
        error = np.sqrt(images * (2 * q + end - end**2))
        assert abs(first - second - images * end) / error == pytest.approx(1.96, abs=1e-3)


@pytest.mark.parametrize(("first", "second"), [(31, 12), (12, 31), (5, 5), (0, 0), (900, 2), (9, 0), (4, 0)])
def test_the_interval_holds_the_gap_and_zero_just_when_it_may_be_chance(first, second):
    measured = Difference(1_000, first, second)
    low, high = measured.interval
    assert low <= measured.gap <= high
    assert (low <= 0 <= high and not measured.is_real) or ((low >= 0 or high <= 0) and measured.is_real)


def test_intervals_of_networks_that_differ_by_one_point_hold_it_in_95_of_100_cases():
    rng = np.random.default_rng(0)
    counts = rng.multinomial(10_000, [0.05, 0.04, 0.91], size=400)
    inside = [low <= 0.01 <= high for low, high in (Difference(10_000, *c[:2]).interval for c in counts)]
    assert 0.92 < np.mean(inside) < 0.98


def test_equally_good_networks_are_called_different_in_one_of_twenty_cases():
    rng = np.random.default_rng(1)
    counts = rng.multinomial(10_000, [0.04, 0.04, 0.92], size=1_000)
    assert 0.03 < np.mean([Difference(10_000, *c[:2]).is_real for c in counts]) < 0.07


def test_only_images_that_one_of_two_names_rightly_count():
    first = np.array([True, True, False, False, True])
    second = np.array([True, False, False, True, False])
    assert paired(first, second) == Difference(5, 2, 1)
    with pytest.raises(ValueError, match="same images"):
        paired(first, second[:4])


def test_the_same_gap_is_real_where_few_images_decide_and_chance_where_many_do():
    assert Difference(10_000, 60, 20).is_real
    assert not Difference(10_000, 1_040, 1_000).is_real
    assert Difference(10_000, 60, 20).gap == Difference(10_000, 1_040, 1_000).gap


def test_scores_differ_as_mcnemar_says_and_also_where_they_are_no_shares():
    rng = np.random.default_rng(2)
    first, second = rng.random((2, 10_000)) < [[0.9], [0.88]]
    measured = paired(first, second)
    z = (measured.only_first - measured.only_second) / np.sqrt(measured.only_first + measured.only_second)
    assert differ(first, second) == (abs(z) > 1.96)
    assert not differ(first, first)
    assert differ(np.array([1, -1] * 100) + 1, np.array([1, -1] * 100))


@pytest.mark.parametrize(
    ("one", "other", "is_real"), [(0.87, 0.86, True), (0.87, 0.865, False), (0, 0, False)]
)
def test_two_shares_alone_need_a_larger_gap(one, other, is_real):
    assert shares_differ(one, other) == is_real


def test_the_words_name_the_better_one_and_say_what_chance_does():
    words = in_words("A", "B", Difference(10_000, 300, 400))
    assert words.startswith("**B** names 100 more of the 10,000 images correctly than **A**: 1.0 points (95%")
    assert "on 700 images: 400 against 300" in words and "difference is real" in words
    words = in_words("A", "B", Difference(10_000, 410, 400))
    assert "**A** names 10 more" in words and "This may be chance" in words and "73 times in 100" in words
    assert "(95% interval −0.5 to +0.7)" in words
    assert "(95% interval 0.0 to " in in_words("A", "B", Difference(10_000, 622, 558))
    assert "equally many" in in_words("A", "B", Difference(10, 0, 0))


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0009, "less than once in 1,000 times"),
        (0.001, "about 1 times in 1,000"),
        (0.019, "about 19 times in 1,000"),
        (0.02, "about 2 times in 100"),
        (0.73, "about 73 times in 100"),
    ],
)
def test_how_often_chance_would_do_it_is_said_in_whole_numbers(chance, words):
    assert _often(chance) == words


def test_larger_scores_count_by_their_squares():
    one = np.array([3.0] * 30 + [-3.0] * 20)  # ten more of fifty: 1.4 standard errors
    assert not differ(one, np.zeros(50))
    assert differ(np.array([3.0] * 35 + [-3.0] * 15), np.zeros(50))


def test_of_the_interval_the_better_ones_end_comes_last_whoever_is_better():
    for first, second in [(300, 400), (400, 300)]:
        words = in_words("A", "B", Difference(10_000, first, second))
        assert "1.0 points (95% interval +0.5 to +1.5)" in words
