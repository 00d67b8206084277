"""A page looks at a run once for a picture: few files are opened, and the picture shows one moment."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from fmnist.networks.config import RunConfig
from fmnist.runs.files import EpochRow
from fmnist.runs.store import Progress, RunChanged, Snapshot, Store
from pages.parts.train import live
from tests.pages.made_runs import WHOLE_ARCHIVE
from tests.pages.predict_page import certain

LOOK = 9  # config, label, progress, history, batches, model, predictions, lock; and one to spare
opened: list[Path] = []


@pytest.fixture(scope="module", autouse=True)
def audited():
    """Paths of the files that this process opens, from here on: an audit hook cannot be taken away."""
    sys.addaudithook(
        lambda event, arguments: (
            opened.append(Path(arguments[0]))
            if event == "open" and isinstance(arguments[0], str | Path)
            else None
        )
    )


@pytest.fixture
def running(runs_dir):
    """A run in its third epoch, owned by this process."""
    run = Store(runs_dir).create(RunConfig(epochs=5), info={}, name="Mine", hold=True)
    for epoch in (1, 2):
        go_on(run, epoch)
    yield run
    run.release()


def go_on(run, epoch):
    """Write what a training child does at the end of an epoch."""
    run.save_model(lambda path: path.write_bytes(WHOLE_ARCHIVE))
    run.write_predictions(certain(np.full(10_000, epoch)))
    run.append_epoch(EpochRow(epoch, 1 / epoch, 0.1 * epoch, seconds=1.0, test_loss=0.5, test_accuracy=0.8))
    now = time.time()
    progress = Progress("running", epoch, 5, 30, 100, 1 / epoch, 0.1 * epoch, "", now, now - 9)
    run.write_progress(progress)
    run.append_batches([(epoch + 0.3, 1 / epoch, 0.1 * epoch)])


def files_of(run):
    return sorted(path.name for path in opened if path.parent == run.path)


def panel(run_id):
    """The live panel as a script of its own, which runs as often as its fragment is refreshed."""
    from pages.parts.train import live

    live._show_run(run_id, "learning")


def test_a_refresh_of_the_live_panel_opens_each_file_once(app, running):
    test = AppTest.from_function(panel, args=(running.id,), default_timeout=30)
    for _refresh in range(2):
        opened.clear()
        test.run()
        assert not test.exception and test.metric
        assert 0 < len(files_of(running)) <= LOOK


def test_a_refresh_of_predict_opens_no_more_than_a_look_at_the_run(app, make_run, truth, runs_dir):
    run = Store(runs_dir).open(make_run(truth))
    test = app("predict", view="mistakes", run=run.id)
    opened.clear()
    test.run()
    assert not test.exception
    assert len(files_of(run)) <= LOOK


def test_a_run_that_goes_on_while_it_is_drawn_shows_one_moment(app, running, monkeypatch):
    heading = live._heading

    def write_after(run):
        heading(run)
        if epochs_left:
            go_on(running, epochs_left.pop())

    epochs_left = [3]
    monkeypatch.setattr(live, "_heading", write_after)
    drawn = []
    monkeypatch.setattr(live, "_curves", lambda run: drawn.append((len(run.history), run.batches[-1][0])))
    test = app("train")
    assert not test.exception and not epochs_left
    assert drawn[0] == (2, 2.3)
    bars = [each.proto.text for each in test.get("progress")]
    assert any("Epoch 3 of 5" in text for text in bars)
    assert [each.value for each in test.metric if each.label == "Training loss"] == ["0.500"]
    test.run()
    assert drawn[-1] == (3, 3.3)


def test_predictions_of_a_later_epoch_are_not_taken_for_those_of_the_snapshot(running):
    store = Store(running.path.parent)
    before = store.snapshot(running.id)
    assert before.predictions()[0].argmax() == 2
    go_on(running, 3)
    assert (before.epochs_done, before.progress.epoch, before.batches[-1][0]) == (2, 2, 2.3)
    with pytest.raises(RunChanged):
        before.predictions()
    assert store.snapshot(running.id).predictions()[0].argmax() == 3


def test_predict_begins_anew_when_the_run_goes_on_before_its_predictions_are_read(
    app, running, monkeypatch, dataset
):
    running.update_info(data={"source": "look-alikes", "fingerprint": dataset.fingerprint})
    read, epochs_left = Snapshot.predictions, [3]

    def write_before(run):
        if epochs_left:
            go_on(running, epochs_left.pop())
        return read(run)

    monkeypatch.setattr(Snapshot, "predictions", write_before)
    st.cache_resource.clear()
    test = app("predict", view="test", run=running.id)
    assert not test.exception and not epochs_left
    assert "after epoch 3 of 5" in " ".join(each.value for each in test.caption)
    assert [each.value for each in test.warning] == []
