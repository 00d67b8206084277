"""Life stories: against a walk over every image in plain Python, and fast enough for a page."""

import time

import numpy as np
import pytest

from fmnist.evaluation import stories

EPOCHS = (0.0, 0.01, 0.4, 1.0, 2.0, 3.0)
AT_ONCE, LATE, FORGOTTEN, NEVER = range(4)


def told(*rows, label=3):
    """The story of one image that was taken for these classes."""
    return stories.Stories(EPOCHS, np.array([label]), np.array(rows, np.uint8)[:, None])


def by_hand(label, classes):
    """First right, learned, forgotten, changes and kind of one image, as one would count them on paper."""
    looks = range(1, len(EPOCHS))
    right = [False] + [classes[look] == label for look in looks]
    end = len(EPOCHS)
    first = next((look for look in looks if right[look]), end)
    learned = end
    while learned > 1 and right[learned - 1]:
        learned -= 1
    forgotten = sum(right[look - 1] and not right[look] for look in looks)
    changes = sum(classes[look] != classes[look - 1] for look in looks[1:])
    if first == end:
        kind = NEVER
    elif learned == end:
        kind = FORGOTTEN
    else:
        kind = AT_ONCE if EPOCHS[learned] <= 1 else LATE
    return first, learned, forgotten, changes, kind


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ((3, 3, 3, 3, 3, 3), (1, 1, 0, 0, AT_ONCE)),
        ((3, 0, 0, 0, 0, 0), (6, 6, 0, 0, NEVER)),  # right before any training is luck
        ((0, 0, 0, 3, 3, 3), (3, 3, 0, 1, AT_ONCE)),
        ((0, 0, 0, 0, 3, 3), (4, 4, 0, 1, LATE)),
        ((0, 3, 1, 3, 0, 3), (1, 5, 2, 4, LATE)),
        ((0, 3, 3, 3, 3, 0), (1, 6, 1, 1, FORGOTTEN)),
    ],
)
def test_a_story(classes, expected):
    story = told(*classes)
    assert by_hand(3, classes) == expected
    found = (story.first_right, story.learned, story.forgotten, story.changes, story.kinds)
    assert tuple(int(each[0]) for each in found) == expected


def test_many_stories_agree_with_a_walk_over_each_image():
    random = np.random.default_rng(0)
    labels = random.integers(0, 10, 400)
    probabilities = random.random((len(EPOCHS), 400, 10))
    probabilities[:, np.arange(400), labels] += random.random((len(EPOCHS), 400))
    found = stories.stories(labels, probabilities, EPOCHS)
    classes = probabilities.argmax(axis=2)
    expected = np.array([by_hand(label, classes[:, place]) for place, label in enumerate(labels)]).T
    columns = (found.first_right, found.learned, found.forgotten, found.changes, found.kinds)
    assert all((one == other).all() for one, other in zip(columns, expected, strict=True))
    assert set(found.kinds) == {0, 1, 2, 3}
    table = [[np.sum((labels == label) & (expected[4] == kind)) for kind in range(4)] for label in range(10)]
    assert found.table.tolist() == table
    assert [len(found.of_kind(kind)) for kind in stories.KINDS] == found.table.sum(axis=0).tolist()
    latest = np.argsort(found.sort_values("learned"), kind="stable")
    assert (np.diff(found.learned[latest]) <= 0).all()


def test_the_class_learned_first_is_the_one_most_often_right_within_the_first_epoch():
    labels = np.array([0, 0, 1, 1])
    predicted = np.array([[1, 1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [1, 1, 1, 1], [1, 1, 1, 1]])
    shares = stories.learned_first(stories.Stories(EPOCHS, labels, predicted.astype(np.uint8)))
    np.testing.assert_allclose(shares[:2], [5 / 6, 1 / 6])


def test_the_stories_of_10_000_images_over_24_moments_take_less_than_a_tenth_of_a_second():
    labels = np.arange(10_000) % 10
    probabilities = np.random.default_rng(0).random((24, 10_000, 10), np.float32)
    times = []
    for _ in range(5):
        began = time.process_time()
        found = stories.stories(labels, probabilities, tuple(map(float, range(24))))
        _ = found.kinds, found.changes, found.forgotten, found.table
        times.append(time.process_time() - began)
    assert min(times) <= 0.1


FOUR = stories.Stories(
    EPOCHS,
    np.full(4, 3),
    np.array([(3, 3, 3, 3, 3, 3), (0, 0, 0, 0, 3, 3), (0, 3, 1, 3, 0, 3), (0, 1, 2, 4, 5, 6)], np.uint8).T,
)
"""Learned at once, late, late after changing its mind, never."""


@pytest.mark.parametrize(("kind", "expected"), [(None, [3, 2, 1, 0]), ("at-once", [0]), ("late", [2, 1])])
def test_a_list_holds_the_images_of_its_kind_as_they_were_found(kind, expected):
    assert FOUR.arranged(np.array([3, 2, 1, 0]), kind, "index").tolist() == expected
    if kind:
        assert FOUR.of_kind(kind).tolist() == expected[::-1]


@pytest.mark.parametrize(("order", "expected"), [("learned", [3, 2, 1, 0]), ("changes", [2, 3, 1, 0])])
def test_images_are_sorted_by_when_they_were_learned_or_by_how_often_they_changed(order, expected):
    assert FOUR.arranged(np.arange(4), None, order).tolist() == expected


def two(first, second, epochs=EPOCHS):
    """The stories of a hundred images of which so many are right at each moment, of two runs."""
    rows = [np.array([np.arange(100) >= right for right in each], np.uint8) for each in (first, second)]
    return [stories.Stories(epochs, np.zeros(100, int), each) for each in rows]


def test_two_runs_part_where_they_are_first_more_than_five_points_apart():
    assert stories.part_at(*two((0, 9, 50, 60, 70, 80), (90, 9, 45, 66, 70, 80))) == (1.0, 0.6, 0.66)
    assert stories.part_at(*two((9, 9, 50, 60, 70, 80), (9, 9, 50, 60, 74, 84))) is None


def test_two_runs_are_compared_at_moments_that_both_have_kept():
    one, _ = two((0, 9, 50, 60, 70, 80), (0,) * 6)
    _, other = two((0, 0, 9), (0, 9, 9), (0.0, 1.0, 3.0))
    assert stories.part_at(one, other) == (1.0, 0.6, 0.09)
