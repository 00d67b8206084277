"""A run as it was at one moment: what is read with it, what is read later, and what has changed meanwhile."""

import os
from datetime import UTC, datetime

import numpy as np
import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs.snapshot import MAX_OWNER, RunChanged, owner_in, sweep_in
from fmnist.runs.store import EpochRow, Progress, RunError, Store


@pytest.fixture
def run(runs_dir):
    """A run with one finished epoch, tested, and points within it."""
    run = Store(runs_dir).create(RunConfig(), info={"owner": "anna"}, owner="anna")
    run.append_epoch(EpochRow(1, 0.5, 0.8, 0.6, 0.7, 1.5, 0.55, 0.75))
    run.append_batches([(0.5, 1.0, 0.6)])
    run.write_predictions(np.full((10_000, 10), 0.1))
    run.write_progress(Progress("stopped", 1, 2, test_accuracy=0.5))
    return run


def seen(run, points=False):
    store = Store(run.path.parent)
    return store.snapshot(run.id) if points else store.list()[0]


def test_points_read_with_the_run_stay_as_they_were(run):
    looked = seen(run, points=True)
    run.append_batches([(1.0, 0.5, 0.8)])
    assert looked.batches == ((0.5, 1.0, 0.6),)


def test_points_read_later_are_those_of_the_same_moment_or_none(run):
    looked = seen(run)
    assert looked.batches == ((0.5, 1.0, 0.6),)
    run.append_batches([(1.0, 0.5, 0.8)])
    with pytest.raises(RunChanged, match="gone on"):
        _ = looked.batches


def test_predictions_are_those_of_the_same_moment_or_none(run):
    looked = seen(run)
    assert looked.predictions().shape == (10_000, 10)
    run.write_predictions(np.full((10_000, 10), 0.05))
    with pytest.raises(RunChanged, match="gone on"):
        looked.predictions()


def test_the_last_tested_epoch_gives_the_test_accuracy_and_before_it_the_progress_does(run):
    assert seen(run).test_accuracy == 0.75
    run.append_epoch(EpochRow(2, 0.4, 0.9, None, None, 1.0))
    assert seen(run).test_accuracy == 0.75
    assert seen(run).val_accuracy is None
    (run.path / "history.csv").unlink()
    assert seen(run).test_accuracy == 0.5
    assert seen(run).val_accuracy is None


def test_the_time_spent_is_that_of_all_finished_epochs(run):
    run.append_epoch(EpochRow(2, 0.4, 0.9, None, None, 1.0))
    assert seen(run).seconds == 2.5
    assert seen(run).epochs_done == 2


def test_settings_that_cannot_be_read_are_told_with_the_runs_name(run):
    assert seen(run).settings == RunConfig()
    (run.path / "config.json").write_text("{")
    with pytest.raises(RunError, match=run.id):
        _ = seen(run).settings
    assert (seen(run).config, seen(run).info, seen(run).owner) == (None, {}, "")


@pytest.mark.parametrize(("is_real", "known"), [(True, True), (False, False), ("yes", None), (None, None)])
def test_whether_the_data_are_real_is_true_false_or_not_known(run, is_real, known):
    run.update_info(data={"is_real": is_real})
    assert seen(run).is_real_data is known


def test_facts_about_the_data_that_are_no_table_are_none(run):
    run.update_info(data=["real"])
    assert (seen(run).data, seen(run).is_real_data) == ({}, None)


@pytest.mark.parametrize(
    ("owner", "kept"), [("anna", "anna"), (5, ""), ("a\nb", "a b"), ("a" * 99, "a" * MAX_OWNER)], ids=str
)
def test_an_owner_is_a_short_line(owner, kept):
    assert owner_in({"owner": owner}) == kept
    assert owner_in({}) == ""


@pytest.mark.parametrize("sweep", ["../x", "", 5, ".a", "a" * 65, "a b"])
def test_what_is_no_id_is_no_sweep(sweep):
    assert sweep_in({"sweep": sweep}) == ""
    assert sweep_in({"sweep": "20260101-000000-000000-abcd"}) == "20260101-000000-000000-abcd"


def test_an_id_tells_when_a_run_was_made_and_another_name_when_it_changed(run):
    made = run.path.with_name("20260102-030405-000006-abcd")
    run.path.rename(made)
    assert Store(made.parent).list()[0].created == datetime(2026, 1, 2, 3, 4, 5, 6, UTC)
    named = made.rename(made.with_name("20261302-030405-000006-abcd"))  # there is no month 13
    os.utime(named, (1e9, 1e9))
    assert Store(named.parent).list()[0].created == datetime.fromtimestamp(1e9, UTC)


def test_a_moment_that_was_not_kept_is_told_with_its_epoch(run):
    with pytest.raises(RunError, match="no moment at epoch 7"):
        seen(run).moment(7)
