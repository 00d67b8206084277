"""The images that excite maps most, of all images, whatever the parts in which they are looked at."""

import numpy as np

from fmnist.workers.excitement import Excitement
from tools.server import wait_until

RANDOM = np.random.default_rng(5)
IMAGES = RANDOM.integers(0, 256, (310, 28, 28), dtype=np.uint8)
IMAGES //= RANDOM.integers(1, 40, (310, 1, 1), dtype=np.uint8)  # some as bright as others, some not


class TwoMaps:
    """A stand-in for a layer of two maps: the image itself, and ten times its negative."""

    def __init__(self):
        self.asked = []

    def most_excited(self, model, place, images, count):
        assert (model, place) == ("run", 3)
        self.asked.append(len(images))
        flat = images.reshape(len(images), -1).astype(np.float32)
        maps = np.stack([flat, 10 * (255 - flat)], axis=-1)
        values, cells = maps.max(axis=1), maps.argmax(axis=1)
        order = np.argsort(-values, axis=0, kind="stable")[:count]
        return order, np.take_along_axis(values, order, 0), np.take_along_axis(cells, order, 0)


def test_the_nine_of_all_parts_are_the_nine_of_all_images():
    judge = TwoMaps()
    work = Excitement(judge, "run", 3, IMAGES)
    work.start()
    wait_until(lambda: work.is_done or work.trouble, 60, "it looks for ever")
    assert len(judge.asked) > 1 and sum(judge.asked) == len(IMAGES)
    expected = TwoMaps().most_excited("run", 3, IMAGES, 9)
    for found, wanted in zip((work.most.indices, work.most.values, work.most.cells), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
