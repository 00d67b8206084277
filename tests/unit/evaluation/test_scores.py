"""Scores against independent computations: loops over single images, on the labels of the test set."""

import math

import numpy as np
import pytest

from fmnist.evaluation import scores as evaluation
from fmnist.evaluation.scores import Evaluation, Filter, select


@pytest.fixture(scope="module")
def probabilities(dataset):
    """Predictions of a made-up network: mostly right, sometimes very sure and wrong."""
    generator = np.random.default_rng(5)
    scores = generator.normal(size=(len(dataset.test_labels), 10))
    scores[np.arange(len(scores)), dataset.test_labels] += 2.5
    scores *= generator.uniform(0.5, 3, size=(len(scores), 1))
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def judged(dataset, probabilities):
    return Evaluation(dataset.test_labels, probabilities)


@pytest.fixture(scope="module")
def counted(dataset, probabilities):
    """The confusion matrix, counted one by one."""
    matrix = np.zeros((10, 10), int)
    for label, row in zip(dataset.test_labels.tolist(), probabilities.tolist(), strict=True):
        matrix[label, row.index(max(row))] += 1
    return matrix


def test_the_confusion_matrix_counts_every_image_in_the_row_of_its_true_class(judged, counted):
    assert np.array_equal(judged.confusion, counted)
    assert judged.confusion.sum() == 10_000
    assert judged.confusion.sum(axis=1).tolist() == np.bincount(judged.labels, minlength=10).tolist()


def test_shares_of_a_row_add_up_to_one_and_an_empty_row_stays_empty(counted):
    assert np.allclose(evaluation.shares(counted).sum(axis=1), 1)
    assert not evaluation.shares(np.zeros((10, 10), int)).any()


def test_precision_recall_and_f1_are_those_of_the_textbook(counted):
    for score in evaluation.per_class_scores(counted):
        hits = counted[score.label, score.label]
        called = sum(counted[true, score.label] for true in range(10))
        images = sum(counted[score.label, predicted] for predicted in range(10))
        precision, recall = hits / called, hits / images
        assert score.precision == pytest.approx(precision)
        assert score.recall == pytest.approx(recall)
        assert score.f1 == pytest.approx(2 * precision * recall / (precision + recall))
        assert (score.images, score.mistakes) == (images, images - hits)


def test_scores_of_a_class_that_is_never_predicted_are_zero_rather_than_an_error():
    matrix = np.zeros((10, 10), int)
    matrix[6, 0] = 5
    never = evaluation.per_class_scores(matrix)[6]
    assert (never.precision, never.recall, never.f1) == (0, 0, 0)


def test_accuracy_and_loss_are_means_over_single_images(dataset, probabilities, judged):
    rows = list(zip(dataset.test_labels.tolist(), probabilities.tolist(), strict=True))
    right = sum(row[label] == max(row) for label, row in rows)
    loss = sum(-math.log(row[label]) for label, row in rows) / len(rows)
    assert judged.accuracy == pytest.approx(right / len(rows))
    assert judged.loss == pytest.approx(loss, rel=1e-6)


def test_a_true_class_given_no_probability_at_all_has_the_largest_loss_keras_knows():
    certain = np.eye(10, dtype=np.float32)[[3]]
    assert evaluation.losses(np.array([4]), certain) == pytest.approx([-math.log(1e-7)])


def test_the_rank_of_the_true_class_is_its_place_in_the_order_of_probability(dataset, probabilities):
    ranks = evaluation.rank_of_true(dataset.test_labels[:500], probabilities[:500])
    for rank, label, row in zip(ranks, dataset.test_labels[:500], probabilities[:500], strict=True):
        assert sorted(row.tolist(), reverse=True)[rank - 1] == row[label]


def test_rank_one_is_the_same_as_right_even_when_probabilities_are_equal():
    equal = np.full((10, 10), 0.1, np.float32)
    labels = np.arange(10)
    assert evaluation.rank_of_true(labels, equal).tolist() == list(range(1, 11))
    assert Evaluation(labels, equal).right.tolist() == [True] + [False] * 9


def test_the_margin_is_the_distance_from_the_first_to_the_second(probabilities):
    for row, gap in zip(probabilities[:200].tolist(), evaluation.margin(probabilities[:200]), strict=True):
        first, second = sorted(row)[:-3:-1]
        assert gap == pytest.approx(first - second, abs=1e-7)


def test_the_most_confused_pairs_are_the_largest_cells_off_the_diagonal(counted):
    pairs = evaluation.most_confused_pairs(counted)
    cells = sorted((counted[t, p] for t in range(10) for p in range(10) if t != p), reverse=True)
    assert [pair.count for pair in pairs] == cells[:10]
    assert all(pair.count == counted[pair.true, pair.predicted] for pair in pairs)
    assert all(pair.share == pytest.approx(pair.count / counted[pair.true].sum()) for pair in pairs)


def test_a_network_without_mistakes_has_no_confused_pairs():
    assert evaluation.most_confused_pairs(np.eye(10, dtype=int)) == ()


def test_calibration_is_that_of_a_loop_over_images(dataset, probabilities):
    held = [[] for _ in range(10)]
    for label, row in zip(dataset.test_labels.tolist(), probabilities.astype(float).tolist(), strict=True):
        held[min(9, math.ceil(max(row) * 10) - 1)].append((max(row), row[label] == max(row)))
    error = 0.0
    measured = evaluation.reliability(dataset.test_labels, probabilities)
    for part, images in zip(measured.bins, held, strict=True):
        assert part.images == len(images)
        if not images:
            continue
        sure = sum(confidence for confidence, _ in images) / len(images)
        right = sum(hit for _, hit in images) / len(images)
        assert (part.confidence, part.accuracy) == pytest.approx((sure, right))
        error += len(images) / 10_000 * abs(sure - right)
    assert measured.expected_calibration_error == pytest.approx(error)


def test_a_network_that_is_always_certain_and_always_right_is_perfectly_calibrated():
    certain = np.eye(10, dtype=np.float32)
    measured = evaluation.reliability(np.arange(10), certain)
    assert measured.expected_calibration_error == 0
    assert [part.images for part in measured.bins] == [0] * 9 + [10]


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Filter(), lambda e, i: True),
        (Filter("right"), lambda e, i: e.predicted[i] == e.labels[i]),
        (Filter("wrong", true_class=6), lambda e, i: e.labels[i] == 6 != e.predicted[i]),
        (Filter(predicted_class=0), lambda e, i: e.predicted[i] == 0),
        (Filter(true_class=6, predicted_class=0), lambda e, i: (e.labels[i], e.predicted[i]) == (6, 0)),
        (Filter(confidence=(0.4, 0.9)), lambda e, i: 0.4 <= e.probabilities[i].max() <= 0.9),
    ],
)
def test_a_filter_finds_exactly_the_images_that_fit(judged, wanted, fits):
    assert select(judged, wanted).tolist() == [i for i in range(10_000) if fits(judged, i)]


@pytest.mark.parametrize(
    ("order", "values", "falling"),
    [("confidence", "confidence", True), ("loss", "losses", True), ("margin", "margin", False)],
)
def test_an_order_sorts_without_losing_an_image(judged, order, values, falling):
    found = select(judged, Filter(order=order))
    sorted_by = getattr(judged, values)[found].tolist()
    assert sorted_by == sorted(sorted_by, reverse=falling)
    assert sorted(found.tolist()) == list(range(10_000))


def test_a_confidence_a_hair_above_one_is_still_found():
    above = np.zeros((1, 10), np.float32)
    above[0, 2] = np.nextafter(np.float32(1), np.float32(2))
    assert select(Evaluation(np.array([2]), above), Filter()).tolist() == [0]


def test_two_networks_disagree_where_their_classes_differ(judged):
    shifted = Evaluation(judged.labels, np.roll(judged.probabilities, 1, axis=0))
    expected = [i for i in range(10_000) if judged.predicted[i] != judged.predicted[i - 1]]
    assert evaluation.disagreements(judged, shifted).tolist() == expected


@pytest.mark.parametrize(
    ("faulty", "sentence"),
    [(np.ones((3, 10)), "shape"), (np.full((10_000, 10), np.nan), "not numbers")],
)
def test_predictions_that_do_not_fit_the_labels_are_refused_with_a_sentence(dataset, faulty, sentence):
    with pytest.raises(ValueError, match=sentence):
        Evaluation(dataset.test_labels, faulty)
