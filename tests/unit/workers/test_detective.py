"""The search for doubtful labels in a child of its own: its progress, its result, and how it can fail."""

import time
from pathlib import Path

import numpy as np
import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs.held_out import HeldOut
from fmnist.workers import detective
from fmnist.workers.children import ForkNursery, WorkerError

HERE = "tests.unit.workers.test_detective"
CONFIG, OTHER = RunConfig(epochs=1), RunConfig(epochs=2)


def quick(folder):
    """A child that has its result at once."""
    HeldOut(Path(folder)).write_probabilities(np.full((60_000, 10), 0.1))
    return 0


def slow(folder):
    """A child that is a quarter through, and never further."""
    HeldOut(Path(folder)).write_share(0.25)
    time.sleep(3600)
    return 0


@pytest.fixture(scope="module")
def nursery():
    made = ForkNursery((HERE,))
    yield made
    made.close()


@pytest.fixture
def searching(nursery, tmp_path, monkeypatch):
    made = []

    def make(child):
        monkeypatch.setattr(detective, "SEARCH", f"{HERE}:{child}")
        made.append(detective.Detective(nursery, tmp_path))
        return made[-1]

    yield make
    for one in made:
        one.close()


def until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_a_result_is_kept_for_whoever_asks_next(searching, dataset):
    one = searching("quick")
    assert one.status(CONFIG, dataset).probabilities is None
    one.start(CONFIG, dataset)
    until(lambda: one.status(CONFIG, dataset).probabilities is not None)
    later = searching("slow").status(CONFIG, dataset)
    assert later.probabilities.shape == (60_000, 10) and not later.is_running and later.share == 1
    assert one.status(OTHER, dataset).probabilities is None  # other settings are another question


def test_while_one_search_goes_on_another_is_refused_and_the_same_is_not_begun_twice(searching, dataset):
    one = searching("slow")
    one.start(CONFIG, dataset)
    until(lambda: one.status(CONFIG, dataset).share == 0.25)
    assert one.status(CONFIG, dataset).is_running
    one.start(CONFIG, dataset)
    with pytest.raises(WorkerError, match="wait for its end"):
        one.start(OTHER, dataset)
    one.stop()
    until(lambda: not one.status(CONFIG, dataset).is_running)
    one.start(OTHER, dataset)


def test_why_a_search_failed_is_told_and_it_can_be_begun_again(tmp_path, searching, dataset, monkeypatch):
    work = HeldOut.of(tmp_path, CONFIG, dataset.fingerprint)
    work.begin(CONFIG)

    def broken(*arguments):
        raise ValueError("no such thing")

    monkeypatch.setattr("fmnist.training.held_out.held_out_probabilities", broken)
    monkeypatch.setattr(detective, "give_way_to_the_pages", lambda: None)
    assert detective.search(str(work.path)) == 0
    one = searching("quick")
    assert "ValueError: no such thing" in str(one.status(CONFIG, dataset).problem)
    one.start(CONFIG, dataset)
    until(lambda: one.status(CONFIG, dataset).probabilities is not None)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x00" * 9_000_000])
def test_a_broken_result_counts_as_none(tmp_path, searching, dataset, content):
    work = HeldOut.of(tmp_path, CONFIG, dataset.fingerprint)
    work.begin(CONFIG)
    (work.path / "held_out.npz").write_bytes(content)
    (work.path / "share.json").write_bytes(content[:100])
    (work.path / "problem.json").write_bytes(content[:100])
    status = searching("quick").status(CONFIG, dataset)
    assert status.probabilities is None and status.share == 0


def test_a_folder_that_cannot_be_written_gives_a_sentence(tmp_path, searching, dataset):
    (tmp_path / ".doubtful").write_text("in the way")
    with pytest.raises(WorkerError, match="could not be started"):
        searching("quick").start(CONFIG, dataset)
