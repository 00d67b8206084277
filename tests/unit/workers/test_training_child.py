"""What a training child refuses before it begins."""

from fmnist.networks.config import RunConfig
from fmnist.runs.store import EpochRow, Store
from fmnist.workers import training_child


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
