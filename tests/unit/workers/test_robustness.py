"""What is measured of a network on changed images: every image once, in parts that keep nobody waiting."""

import time

import numpy as np
import pytest

from fmnist.evaluation.changes import shifted
from fmnist.workers.children import WorkerError
from fmnist.workers.robustness import STRENGTHS, Robustness, changed
from tools.server import wait_until

IMAGES = np.random.default_rng(5).integers(1, 256, (150, 28, 28), dtype=np.uint8)
LABELS = np.arange(150) % 10


class Column:
    """A stand-in that names an image by how many columns at its left edge are empty, 9 when attacked."""

    def __init__(self):
        self.asked, self.breaks, self.slow = [], False, 0

    def predict(self, model, images):
        self.asked.append(len(images))
        if len(self.asked) <= self.slow:
            time.sleep(0.2)
        if self.breaks:
            raise WorkerError("The process that predicts ended.")
        empty = (images.max(axis=1) == 0).argmin(axis=1)
        return np.eye(10, dtype=np.float32)[np.minimum(empty, 9)]

    def attack(self, model, images, labels, sizes, steps):
        assert steps == 1
        assert len(images) == len(labels) == len(sizes)
        return images, np.eye(10, dtype=np.float32)[np.full(len(images), 9)]


def finish(robustness):
    robustness.start()
    wait_until(lambda: robustness.share_done == 1 or robustness.trouble, 60, "it measures for ever")


def test_every_strength_is_measured_on_all_images():
    judge = Column()
    robustness = Robustness(judge, "run", IMAGES, LABELS)
    finish(robustness)
    accuracy = robustness.accuracy
    assert accuracy["", 0] == (LABELS == 0).mean()
    moved_right = np.arange(150) % 4 == 0
    assert accuracy["shift", 2] == np.where(moved_right, LABELS == 2, LABELS == 0).mean()
    assert accuracy["attack", 8] == (LABELS == 9).mean()
    assert len(accuracy) == 1 + sum(map(len, STRENGTHS.values()))
    assert [at for at, _ in robustness.curve("turn")] == [0, *STRENGTHS["turn"]]


def test_where_a_part_takes_long_the_next_ones_are_smaller():
    judge = Column()
    judge.slow = 3
    robustness = Robustness(judge, "run", IMAGES, LABELS)
    finish(robustness)
    assert judge.asked[:3] == [100, 50, 25]


def test_it_rests_when_nobody_looks_and_goes_on_when_somebody_does(monkeypatch):
    robustness = Robustness(Column(), "run", IMAGES, LABELS)
    monkeypatch.setattr("fmnist.workers.in_parts.LOOKS", -1.0)
    robustness.start()
    wait_until(lambda: not robustness._thread.is_alive(), 60, "it works for nobody")
    assert robustness.accuracy == {}
    monkeypatch.setattr("fmnist.workers.in_parts.LOOKS", 60.0)
    finish(robustness)
    assert robustness.share_done == 1


def test_noise_does_not_depend_on_the_parts():
    whole = changed("noise", 16, IMAGES, 0, 150)
    assert np.array_equal(changed("noise", 16, IMAGES[40:60], 40, 150), whole[40:60])


def test_after_trouble_it_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr("fmnist.workers.in_parts.RETRY", 0.0)
    judge = Column()
    robustness = Robustness(judge, "run", IMAGES, LABELS)
    judge.breaks = True
    finish(robustness)
    assert "ended" in str(robustness.trouble)
    judge.breaks = False
    wait_until(lambda: not robustness._thread.is_alive(), 60, "the thread goes on")
    robustness.start()
    wait_until(lambda: robustness.is_done, 60, "it does not go on")
    assert robustness.trouble is None
    assert robustness.curve("noise")[0] == (0, 0.1)


@pytest.mark.parametrize("first", [0, 3])
def test_a_quarter_of_the_images_goes_each_way_wherever_a_part_begins(first):
    moved = changed("shift", 3, IMAGES[:8], first, 150)
    for place in range(8):
        right, down = [(3, 0), (-3, 0), (0, 3), (0, -3)][(first + place) % 4]
        assert np.array_equal(moved[place : place + 1], shifted(IMAGES[place : place + 1], right, down))


def test_one_half_turns_one_way_the_other_half_the_other():
    turned = changed("turn", 90, IMAGES[:2], 0, 150)
    assert np.array_equal(turned[0], np.rot90(IMAGES[0], -1))
    assert np.array_equal(turned[1], np.rot90(IMAGES[1], 1))


def test_places_that_are_asked_for_are_measured_alone():
    robustness = Robustness(Column(), "run", IMAGES, LABELS)
    finish(robustness)
    places = (("shift", 2), ("attack", 8))
    few = Robustness(Column(), "run", IMAGES, LABELS, places)
    finish(few)
    assert few.accuracy == {place: robustness.accuracy[place] for place in places}
