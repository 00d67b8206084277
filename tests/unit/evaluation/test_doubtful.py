"""Confident learning against cleanlab, on made predictions, and the estimate of a share."""

import numpy as np
import pytest
from cleanlab.count import compute_confident_joint
from cleanlab.filter import find_label_issues
from scipy.stats import binomtest

from fmnist.evaluation import doubtful


def made(count=20_000, wrong=0.05, seed=0):
    """Labels of which some are wrong, and what a network that is mostly right says of the images."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 10, count)
    scores = random.normal(0, 1, (count, 10))
    scores[np.arange(count), truth] += random.uniform(2, 8, count)
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    labels = np.where(random.random(count) < wrong, random.integers(0, 10, count), truth)
    return labels, probabilities, truth


@pytest.mark.parametrize("seed", range(3))
def test_the_confident_joint_is_cleanlabs(seed):
    labels, probabilities, _ = made(seed=seed)
    expected = compute_confident_joint(labels, probabilities, calibrate=False)
    assert np.array_equal(doubtful.confident_joint(labels, probabilities), expected)


@pytest.mark.parametrize("seed", range(3))
def test_doubtful_labels_are_cleanlabs_in_its_order(seed):
    labels, probabilities, _ = made(seed=seed)
    found = doubtful.find_doubtful(labels, probabilities)
    expected = find_label_issues(
        labels,
        probabilities,
        filter_by="prune_by_noise_rate",
        return_indices_ranked_by="self_confidence",
        n_jobs=1,
    )
    common = set(found.images) & set(expected)
    assert len(common) >= 0.99 * max(len(found), len(expected))  # halves are rounded another way
    assert np.array_equal(found.images[:50], expected[:50])


def test_most_of_the_doubtful_labels_are_those_that_were_made_wrong():
    labels, probabilities, truth = made()
    found = doubtful.find_doubtful(labels, probabilities)
    assert np.mean(truth[found.images] != found.given) > 0.8
    assert np.array_equal(labels[found.images], found.given)
    assert np.array_equal(probabilities[found.images].argmax(axis=1), found.likely)
    assert (np.diff(found.scores) <= 0).all() and found.scores.min() > 0 and found.scores.max() <= 1


def test_right_labels_are_not_doubted():
    labels = np.arange(200) % 10
    found = doubtful.find_doubtful(labels, np.eye(10)[labels] * 0.91 + 0.009)
    assert len(found) == 0


def test_a_class_that_no_image_has_is_no_trouble():
    labels, probabilities, _ = made()
    kept = labels != 3
    found = doubtful.find_doubtful(labels[kept], probabilities[kept])
    assert len(found) and 3 not in found.given


@pytest.mark.parametrize(("wrong", "judged"), [(0, 1), (3, 20), (20, 20), (50, 400)])
def test_the_interval_of_a_share_is_wilsons(wrong, judged):
    estimate = doubtful.share_of_wrong(wrong, judged)
    interval = binomtest(wrong, judged).proportion_ci(0.95, method="wilson")
    assert estimate.share == wrong / judged
    assert (estimate.low, estimate.high) == pytest.approx((interval.low, interval.high), abs=1e-12)


@pytest.mark.parametrize(("wrong", "judged"), [(0, 0), (-1, 3), (4, 3)])
def test_a_share_of_nothing_is_refused(wrong, judged):
    with pytest.raises(ValueError, match="judged"):
        doubtful.share_of_wrong(wrong, judged)


def test_the_share_of_all_counts_each_part_by_its_size():
    estimate = doubtful.stratified_share([(1_000, 5, 10), (9_000, 0, 10)])
    assert estimate.share == pytest.approx(0.1 * 0.5)
    assert (estimate.wrong, estimate.judged) == (5, 20)
    doubted, rest = doubtful.share_of_wrong(5, 10), doubtful.share_of_wrong(0, 10)
    assert estimate.low == pytest.approx(0.05 - 0.1 * (0.5 - doubted.low))
    assert estimate.high == pytest.approx(0.05 + np.hypot(0.1 * (doubted.high - 0.5), 0.9 * rest.high))


def test_without_a_judgement_in_each_part_there_is_no_estimate():
    assert doubtful.stratified_share([(1_000, 5, 10), (9_000, 0, 0)]) is None
    assert doubtful.stratified_share([(0, 0, 0), (9_000, 0, 4)]) == doubtful.share_of_wrong(0, 4)


def test_the_interval_of_two_parts_holds_the_truth_in_nineteen_of_twenty_cases():
    random, hits, rounds = np.random.default_rng(0), 0, 400
    truth = 0.1 * 0.4 + 0.9 * 0.02
    for _ in range(rounds):
        wrong = random.binomial(40, [0.4, 0.02])
        estimate = doubtful.stratified_share([(6_000, wrong[0], 40), (54_000, wrong[1], 40)])
        hits += estimate.low <= truth <= estimate.high
    assert hits / rounds >= 0.93


def test_images_are_drawn_by_turns_none_twice_and_the_same_again():
    few = np.array([3, 50, 7, 90, 11])
    drawn = doubtful.drawn_by_lot(few, 100, seed=4, count=20)
    assert len(drawn) == len(set(drawn.tolist())) == 25
    assert [int(image) in few for image in drawn[:10]] == [True, False] * 5
    assert np.array_equal(drawn, doubtful.drawn_by_lot(few, 100, seed=4, count=20))
    assert not np.array_equal(drawn, doubtful.drawn_by_lot(few, 100, seed=5, count=20))
    assert len(doubtful.drawn_by_lot(np.empty(0, int), 100, seed=4, count=20)) == 20
