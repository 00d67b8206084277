"""Doubtful labels as a setting of Train, the comparison on a run's page, and the experiment about them."""

import numpy as np
import pytest

from fmnist.evaluation.doubtful import find_doubtful
from fmnist.lesson.experiments import EXPERIMENTS, NOTE
from fmnist.networks.changed_labels import changes_in, without
from fmnist.networks.config import RunConfig
from fmnist.runs.label_judgements import RIGHT, WRONG
from fmnist.runs.store import EpochRow, Store
from fmnist.workers.detective import Status
from tests.pages.made_runs import WHOLE_ARCHIVE
from tests.pages.predict_page import certain
from tests.pages.test_train import shown, widget
from tests.pages.test_train_experiments import stop_training
from tests.pages.words_shown import untranslated

LEFT_OUT = {"wrong_labels": "left-out"}


@pytest.fixture
def order(dataset, probabilities):
    """The doubtful images, most doubtful first."""
    return find_doubtful(dataset.train_labels, probabilities).images


@pytest.fixture
def waiting(processes, monkeypatch):
    """Runs that are started wait for ever."""
    stop_training(monkeypatch, processes)


def train(test, runs_dir):
    """The settings of the run that Train starts."""
    widget(test, "button", "train").click().run()
    assert not test.exception
    return Store(runs_dir).list()[0].config


def test_before_a_search_all_labels_are_learned_and_the_page_says_so(app, runs_dir, waiting):
    test = app("train", **LEFT_OUT)
    assert "Nobody has looked for doubtful labels yet" in shown(test)
    assert train(test, runs_dir) == RunConfig()


def test_without_judgements_the_most_doubtful_ones_are_left_out(app, runs_dir, searched, order, waiting):
    test = app("train", most_doubtful="7", **LEFT_OUT)
    assert test.query_params["wrong_labels"] == "left-out"
    assert train(test, runs_dir) == RunConfig(changed_labels=without(order[:7]))


def test_what_the_visitor_judged_wrong_goes_first_and_is_corrected_as_the_networks_say(
    app, runs_dir, searched, order, dataset, waiting
):
    for image, judgement in ((order[3], WRONG), (order[5], RIGHT), (order[9], WRONG)):
        searched.note("", int(image), judgement)
    test = app("train", wrong_labels="corrected")
    assert "the 2 labels that you judged wrong" in shown(test)
    meant = {int(image): (int(dataset.train_labels[image]) + 1) % 10 for image in order[[3, 9]]}
    assert changes_in(train(test, runs_dir).changed_labels) == meant
    widget(test, "button_group", "doubted_by").set_value("networks").run()
    assert len(changes_in(train(test, runs_dir).changed_labels)) == 40


def test_so_many_stay_that_a_run_can_learn(app, runs_dir, searched, waiting):
    test = app("train", training_images="20", **LEFT_OUT)  # the first forty are doubted
    config = train(test, runs_dir)
    assert config.training_images - config.left_out == 10


def test_the_preset_keeps_all_labels(app, runs_dir, searched, waiting):
    test = app("train", **LEFT_OUT)
    widget(test, "button", "reset_settings").click().run()
    assert train(test, runs_dir) == RunConfig()


# ---- the page of a finished run


def finished(runs_dir, dataset, wrong, **settings):
    """A run that names all test images rightly but the first so many."""
    predicted = dataset.test_labels.astype(int)
    predicted[:wrong] = (predicted[:wrong] + 1) % 10
    facts = {"source": dataset.source, "fingerprint": dataset.fingerprint, "is_real": dataset.is_real}
    run = Store(runs_dir).create(RunConfig(**settings), info={"data": facts})
    share = float(np.mean(predicted == dataset.test_labels))
    run.append_epoch(EpochRow(1, 0.5, 0.8, seconds=1.0, test_loss=0.45, test_accuracy=share))
    run.write_predictions(certain(predicted))
    run.save_model(lambda path: path.write_bytes(WHOLE_ARCHIVE))
    run.end("finished", "Finished.")
    return run


def test_a_finished_run_is_compared_with_the_same_on_all_labels(app, runs_dir, dataset):
    all_labels = finished(runs_dir, dataset, 400, seed=2)
    finished(runs_dir, dataset, 10)  # of another seed
    finished(runs_dir, dataset, 5, seed=2, changed_labels="9")
    changed = finished(runs_dir, dataset, 300, seed=2, changed_labels="1 2 5:3")
    for run in (changed, all_labels):
        test = app("train", run=run.id)
        test.session_state["watched"] = run.id
        test.run()
        assert "**2 images left out, 1 label corrected** names 100 more" in shown(test)
        assert "The difference is real" in shown(test) and not test.exception


def test_without_such_a_run_one_click_trains_it(app, runs_dir, dataset, waiting):
    finished(runs_dir, dataset, 300, seed=2, changed_labels="1 2 5:3")
    test = app("train")
    widget(test, "button", "same_on_all").click().run()
    assert not test.exception
    assert Store(runs_dir).list()[0].config == RunConfig(seed=2)


# ---- the experiment


def test_after_the_search_the_experiment_starts_both_runs_with_the_guess(
    app, runs_dir, processes, probabilities, order, waiting, monkeypatch
):
    experiment = EXPERIMENTS["wrong-labels"]
    statuses = {"now": Status(0.0, False, "", None)}
    monkeypatch.setattr(processes.detective, "status", lambda *_: statuses["now"])
    monkeypatch.setattr(
        processes.detective, "start", lambda *_: statuses.update(now=Status(0.3, True, "", None))
    )
    test = app("train", experiment="wrong-labels")
    assert "The search before them takes" in shown(test)
    widget(test, "radio", "guess_wrong-labels").set_value(experiment.options[1]).run()
    widget(test, "button", "start_experiment").click().run()
    assert not test.exception and not Store(runs_dir).list()
    assert "30%" in " ".join(each.proto.text for each in test.get("progress"))
    statuses["now"] = Status(1.0, False, "", probabilities)
    test.run()
    assert not test.exception
    runs = {run.name: run for run in Store(runs_dir).list()}
    assert [runs[experiment.name(arm)].config.changed_labels for arm in experiment.arms] == [
        "",
        without(order),
    ]
    assert {run.note for run in runs.values()} == {f"{NOTE}{experiment.options[1]}"}
    assert widget(test, "selectbox", "wrong_labels").value == "left-out"


def test_a_search_without_a_result_is_a_sentence(app, runs_dir, processes, monkeypatch):
    statuses = {"now": Status(0.0, False, "", None)}
    monkeypatch.setattr(processes.detective, "status", lambda *_: statuses["now"])
    monkeypatch.setattr(
        processes.detective, "start", lambda *_: statuses.update(now=Status(0.0, False, "It broke.", None))
    )
    test = app("train", experiment="wrong-labels")
    widget(test, "button", "start_experiment").click().run()
    assert not test.exception and "It broke." in [each.value for each in test.error]
    assert not Store(runs_dir).list()


def experiment_done(runs_dir, dataset):
    experiment = EXPERIMENTS["wrong-labels"]
    for arm, wrong, changed in zip(experiment.arms, (1400, 1200), ("", "1 2"), strict=True):
        run = finished(runs_dir, dataset, wrong, epochs=3, changed_labels=changed)
        run.rename(experiment.name(arm))
    return experiment


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_answered_by_what_networks_doubt_until_the_visitor_has_judged_by_lot(
    app, runs_dir, searched, dataset, lang
):
    experiment_done(runs_dir, dataset)
    test = app("train", experiment="wrong-labels", lang=lang)
    assert not test.exception
    assert "88.0%" in shown(test) and "0.1%" in shown(test)
    if lang == "zh":
        assert untranslated(test) == []
        return
    assert "only eyes can tell" in shown(test)
    explore = app("explore", explore_part="Doubtful labels", doubtful_turn="drawn by lot")
    for _ in range(2):
        (button,) = [b for b in explore.button if str(b.key).startswith("doubtful_") and b.key.endswith("_2")]
        button.click().run()
    test = app("train", experiment="wrong-labels")
    assert "By your 2 judgements 100.0% are wrong" in shown(test)
    assert "What came out: **More than 10 in 100**" in shown(test)
