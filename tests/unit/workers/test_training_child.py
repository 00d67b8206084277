"""What a training child refuses before it begins."""

from fmnist.networks.config import RunConfig
from fmnist.runs.store import EpochRow, Store
from fmnist.workers import training_child


def test_why_training_ended_is_said_without_the_colours_of_a_terminal(tmp_path):
    error = ValueError("\x1b[1mUnable to build\x1b[0m the layer \x1b[38;5;9mdense\x1b[m")
    said = str(training_child.sentence(error, tmp_path))
    assert "ValueError: Unable to build the layer dense" in said


def test_a_run_whose_first_epochs_saw_other_images_is_not_continued_with_these(
    tmp_path, dataset, monkeypatch
):
    monkeypatch.setattr(training_child, "_load", lambda: dataset)
    run = Store(tmp_path).create(RunConfig(), info={"data": {"fingerprint": "other"}}, hold=True)
    run.append_epoch(EpochRow(1, 0.5, 0.8, seconds=1.0))
    outcome = training_child.train_on_data(run)
    assert outcome.state == "stopped"
    assert "other images" in str(outcome.message)
    assert len(run.history) == 1
    assert run.info["data"] == {"fingerprint": "other"}
