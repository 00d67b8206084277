"""Where a run's judgement comes from, and the sentence for each reason why there is none."""

import time
from dataclasses import replace

import numpy as np
import pytest

from fmnist.evaluation import run_predictions
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Progress, Store

SURE = np.eye(10, dtype=np.float32)


class Judge:
    """Calls everything a bag."""

    def predict(self, model, images):
        return SURE[[8] * len(images)]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def make(store, facts, *, predictions=None, state="finished"):
    run = store.create(RunConfig(), info={"data": facts})
    if predictions is not None:
        run.write_predictions(predictions)
    run.write_progress(Progress(state, epochs=5, heartbeat=time.time()))
    return store.snapshot(run.id)


def facts_of(dataset):
    return {"source": dataset.source, "fingerprint": dataset.fingerprint}


def test_predictions_for_these_images_are_read_from_the_run_folder(store, dataset):
    stored = SURE[dataset.test_labels]
    run = make(store, facts_of(dataset), predictions=stored)
    judged = run_predictions.evaluation(run, dataset, judge=None)
    assert np.array_equal(judged.probabilities, stored)
    assert judged.accuracy == 1
    assert run_predictions.foreign_images(run, dataset) == ""


def test_a_run_on_other_images_judges_these_anew_and_the_page_says_so(store, dataset):
    run = make(
        store, {"source": "look-alikes", "fingerprint": "another"}, predictions=SURE[dataset.test_labels]
    )
    judged = run_predictions.evaluation(run, dataset, Judge())
    assert set(judged.predicted.tolist()) == {8}
    assert "trained on look-alikes" in run_predictions.foreign_images(run, dataset)


def test_a_run_on_real_images_shown_on_look_alikes_says_so(store, dataset):
    run = make(store, {"source": "download", "fingerprint": "another"})
    shown = replace(dataset, source="look-alikes", notice="Look-alikes.")
    assert run_predictions.foreign_images(run, shown).endswith("here it judges look-alikes.")


def test_predictions_that_cannot_be_read_are_a_sentence(store, dataset):
    with pytest.raises(ValueError, match="missing or damaged"):
        run_predictions.evaluation(make(store, facts_of(dataset)), dataset, Judge())


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("stopped", "ended before its first epoch"), ("failed", "ended before its first epoch")],
)
def test_a_run_without_predictions_says_why(store, dataset, state, sentence):
    run = make(store, facts_of(dataset), state=state)
    assert sentence in str(run_predictions.why_not(run.id, store, store.list()))


def test_a_run_that_has_only_begun_says_when_its_predictions_come(store, dataset):
    run = store.create(RunConfig(), info={}, hold=True)
    run.write_progress(Progress("running", epochs=5, heartbeat=time.time()))
    assert "appear after it" in str(run_predictions.why_not(run.id, store, store.list()))
    run.release()


def test_a_damaged_run_says_what_is_damaged(store, dataset):
    run = make(store, facts_of(dataset))
    (run.path / "config.json").write_text("{")
    assert "damaged" in str(run_predictions.why_not(run.id, store, store.list()))


@pytest.mark.parametrize("run_id", ["no-such-run", "../../etc", ""])
def test_an_id_that_does_not_exist_is_a_sentence(store, run_id):
    assert str(run_predictions.why_not(run_id, store, [])).endswith(".")


def test_a_run_that_still_trains_says_from_which_epoch_its_predictions_are(store, dataset):
    run = make(store, facts_of(dataset), predictions=SURE[dataset.test_labels], state="stopped")
    (summary,) = store.list()
    assert run_predictions.stands_at(summary) == "Ended early: these are the predictions after epoch 0 of 5."
    store.open(run.id).write_progress(Progress("finished", epoch=5, epochs=5, heartbeat=time.time()))
    (summary,) = store.list()
    assert run_predictions.stands_at(summary) == ""
