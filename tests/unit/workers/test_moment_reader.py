"""The reader of moments: stories come from its thread, each moment is read once, damage has a sentence."""

import threading

import numpy as np
import pytest

from fmnist.evaluation import at_moment
from fmnist.runs import moments
from fmnist.runs.store import RunError, Store
from fmnist.workers.moment_reader import MomentReader
from tests.pages.made_runs import filmed_run

EPOCHS = (0.0, 0.15, 1.0, 2.0)
LIMIT = 60  # seconds, for busy machines


@pytest.fixture
def reader():
    made = MomentReader()
    yield made
    made.close()


@pytest.fixture
def run(tmp_path, dataset):
    """A run that names ever more images rightly."""
    labels = dataset.test_labels.astype(int)
    shift = {0.0: 3, 0.15: 2, 1.0: 1, 2.0: 0}
    store = Store(tmp_path / "runs")
    made = filmed_run(store, dataset, {each: (labels + shift[each]) % 10 for each in EPOCHS})
    return store.snapshot(made.id)


def test_stories_are_those_of_the_run_and_read_in_another_thread(reader, run, dataset, monkeypatch):
    threads = []
    read = at_moment.evaluation_at

    def watched(*place):
        threads.append(threading.current_thread().name)
        return read(*place)

    monkeypatch.setattr(at_moment, "evaluation_at", watched)
    found = reader.stories(run, dataset).result(LIMIT)
    expected = at_moment.stories_of(run, dataset)
    assert found.epochs == expected.epochs == EPOCHS
    np.testing.assert_array_equal(found.predicted, expected.predicted)
    assert len(threads) == 3 and all(name.startswith("moments") for name in threads)
    assert reader.stories(run, dataset) is reader.stories(run, dataset)
    reader.evaluation(run, 0.15, dataset)  # the thread has read it
    assert len(threads) == 3


def test_a_moment_that_is_written_anew_is_read_anew(reader, run, dataset):
    before = reader.evaluation(run, 1.0, dataset)
    told = reader.stories(run, dataset).result(LIMIT)
    path = moments.path_of(run.path, 1.0)
    path.write_bytes(moments.path_of(run.path, 0.15).read_bytes())
    assert reader.evaluation(run, 1.0, dataset).predicted[0] != before.predicted[0]
    assert reader.stories(run, dataset).result(LIMIT).predicted[2, 0] != told.predicted[2, 0]


def test_a_damaged_moment_is_told_by_the_result(reader, run, dataset):
    moments.path_of(run.path, 1.0).write_bytes(b"PK")
    with pytest.raises(RunError, match="moments/1.npz"):
        reader.stories(run, dataset).result(LIMIT)
