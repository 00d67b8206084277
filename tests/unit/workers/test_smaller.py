"""What is measured of a network's smaller forms: every image in every form, and what each form takes."""

import numpy as np

from fmnist.networks.forms import FORMS, Form
from fmnist.workers.children import WorkerError
from fmnist.workers.smaller import Smaller
from tools.server import wait_until

IMAGES = np.zeros((150, 28, 28), np.uint8)
LABELS = np.arange(150) % 10


class Forgetful:
    """A stand-in that says a class for each image: its bits, or 9 when half of its weights are 0."""

    def __init__(self):
        self.breaks = False

    def smaller(self, model, form, images):
        if self.breaks and form == Form(3):
            raise WorkerError("The process that predicts ended.")
        said = 9 if form.halved else min(form.bits, 9)
        return np.eye(10, dtype=np.float32)[np.full(len(images), said)], 1_000 * form.bits - form.halved


def finish(work):
    work.start()
    wait_until(lambda: work.is_done or work.trouble, 60, "it measures for ever")


def test_every_form_is_measured_on_all_images():
    smaller = Smaller(Forgetful(), "run", IMAGES, LABELS)
    finish(smaller)
    assert smaller.accuracy == dict.fromkeys(FORMS, 0.1)
    assert smaller.bytes[Form(4, True)] == 3_999
    only_fours = Smaller(Forgetful(), "run", IMAGES, np.full(150, 4))
    finish(only_fours)
    assert [form for form, share in only_fours.accuracy.items() if share] == [Form(4)]


def test_after_trouble_it_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr("fmnist.workers.in_parts.RETRY", 0.0)
    judge = Forgetful()
    judge.breaks = True
    smaller = Smaller(judge, "run", IMAGES, LABELS)
    finish(smaller)
    assert "ended" in str(smaller.trouble) and list(smaller.accuracy) == list(FORMS[:3])
    judge.breaks = False
    wait_until(lambda: not smaller._thread.is_alive(), 60, "the thread goes on")
    smaller.start()
    wait_until(lambda: smaller.is_done, 60, "it does not go on")
    assert smaller.trouble is None and len(smaller.accuracy) == len(FORMS)
