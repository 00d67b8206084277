"""Neighbours are the nearest in the network's eyes, and come while training images are still looked at."""

import threading

import numpy as np

from fmnist.workers.children import WorkerError
from fmnist.workers.neighbours import PART, Neighbours
from tools.server import wait_until

IMAGES = np.random.default_rng(0).integers(0, 256, (2 * PART + 7, 28, 28), dtype=np.uint8)


class Judge:
    """Sees two numbers in an image, and can be told to wait or to fail."""

    def __init__(self) -> None:
        self.may_answer = threading.Semaphore(1000)
        self.failures = 0

    def hidden(self, model, images):
        if len(images) > 1:
            self.may_answer.acquire()
        if self.failures:
            self.failures -= 1
            raise WorkerError("The judge has a headache.")
        return np.stack([images[:, 0, 0], images[:, 27, 27]], axis=1).astype(np.float32)


def nearest(neighbours, image, count):
    return neighbours.nearest(Judge().hidden("sketch-ready", image[None])[0], count).tolist()


def by_hand(image, pool, count):
    distances = [
        (int(each[0, 0]) - int(image[0, 0])) ** 2 + (int(each[27, 27]) - int(image[27, 27])) ** 2
        for each in pool
    ]
    return sorted(range(len(pool)), key=distances.__getitem__)[:count]


def all_seen(neighbours):
    return wait_until(lambda: neighbours.seen == len(IMAGES), 10, "not all images were looked at")


def test_the_nearest_training_images_come_in_order():
    neighbours = Neighbours(Judge(), "sketch-ready", IMAGES)
    neighbours.start()
    all_seen(neighbours)
    assert nearest(neighbours, IMAGES[5], 4) == by_hand(IMAGES[5], IMAGES, 4)


def test_a_drawing_is_compared_at_once_with_what_has_been_looked_at_so_far():
    judge = Judge()
    judge.may_answer = threading.Semaphore(1)
    neighbours = Neighbours(judge, "sketch-ready", IMAGES)
    neighbours.start()
    wait_until(lambda: neighbours.seen, 10, "nothing was looked at")
    assert nearest(neighbours, IMAGES[-1], 3) == by_hand(IMAGES[-1], IMAGES[:PART], 3)
    judge.may_answer.release(1000)
    all_seen(neighbours)
    assert nearest(neighbours, IMAGES[-1], 1) == [len(IMAGES) - 1]


def test_looking_goes_on_after_trouble():
    judge = Judge()
    judge.failures = 1
    neighbours = Neighbours(judge, "sketch-ready", IMAGES)
    neighbours.start()
    wait_until(lambda: not judge.failures, 10, "the judge was not asked")
    wait_until(lambda: not neighbours._thread.is_alive(), 10, "the thread did not end")
    nearest(neighbours, IMAGES[0], 1)
    all_seen(neighbours)
