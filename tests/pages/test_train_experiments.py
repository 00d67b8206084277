"""Guided experiments without a browser: choose, guess, start, wait, and be answered from runs on disk."""

import threading

import pytest

from fmnist.lesson.experiments import EXPERIMENTS, NOTE
from fmnist.runs.store import Store
from fmnist.workers.robustness import Robustness
from fmnist.workers.sharing import Rules, Visitor
from pages.parts.shell import visitor
from tests.pages.made_runs import finished_run
from tests.pages.predict_page import certain
from tests.pages.test_train import shown, widget
from tests.pages.words_shown import untranslated
from tools.server import wait_until


def finished(store, experiment, place, accuracy, test_accuracy, note="", owner=""):
    """The run of one arm, done."""
    arm = experiment.arms[place]
    run = finished_run(
        store,
        arm.config,
        accuracy=accuracy,
        test_accuracy=test_accuracy,
        name=experiment.name(arm),
        owner=owner,
    )
    if note:
        run.annotate(note)
    return run


def stop_training(monkeypatch, processes):
    """Runs that are started wait for ever: nothing but the queue is looked at."""
    monkeypatch.setattr(processes, "max_running", 0)


def test_no_experiment_is_open_until_one_is_chosen(app):
    test = app("train")
    assert widget(test, "button_group", "experiment").value is None
    widget(test, "button_group", "experiment").set_value("few-images").run()
    assert not test.exception
    assert EXPERIMENTS["few-images"].question in shown(test)
    assert test.query_params["experiment"] == "few-images"


@pytest.mark.parametrize("key", EXPERIMENTS)
def test_a_link_opens_the_experiment_it_names(app, key):
    test = app("train", experiment=key)
    assert not test.exception and not test.info
    assert EXPERIMENTS[key].question in shown(test)
    assert widget(test, "radio", f"guess_{key}").options == list(EXPERIMENTS[key].options)


@pytest.mark.parametrize(("asked", "nearest"), [("hiden-units", "hidden-units"), ("../../etc", "scaling")])
def test_an_unknown_experiment_in_the_address_becomes_the_nearest_with_a_notice(app, asked, nearest):
    test = app("train", experiment=asked)
    assert not test.exception
    assert asked in " ".join(each.value.replace("\\", "") for each in test.info)
    assert EXPERIMENTS[nearest].question in shown(test)
    assert test.query_params["experiment"] == nearest
    widget(test, "button_group", "experiment").set_value("drawings").run()
    assert not test.info


def test_a_guess_clicked_a_moment_before_the_button_is_kept(app, runs_dir, processes, monkeypatch):
    stop_training(monkeypatch, processes)
    test = app("train", experiment="scaling")
    widget(test, "radio", "guess_scaling").set_value(EXPERIMENTS["scaling"].options[0])
    widget(test, "button", "start_experiment").click().run()  # the page has not been drawn between the two
    assert {run.note for run in Store(runs_dir).list()} == {f"{NOTE}{EXPERIMENTS['scaling'].options[0]}"}


def test_one_click_fills_the_form_and_queues_all_runs_with_the_guess(app, runs_dir, processes, monkeypatch):
    stop_training(monkeypatch, processes)
    test = app("train", experiment="hidden-units")
    widget(test, "radio", "guess_hidden-units").set_value("From 1 to 16").run()
    widget(test, "button", "start_experiment").click().run()
    assert not test.exception
    units = EXPERIMENTS["hidden-units"]
    summaries = Store(runs_dir).list()
    assert {run.name: run.config for run in summaries} == {units.name(arm): arm.config for arm in units.arms}
    assert {run.note for run in summaries} == {f"{NOTE}From 1 to 16"}
    assert widget(test, "number_input", "hidden_units").value == 1024
    assert widget(test, "number_input", "batch_size").value == 128
    assert "Your guess: From 1 to 16" in shown(test)
    lines = " ".join(each.proto.text for each in test.get("progress"))
    for place in (1, 2, 3, 4):
        assert f"place {place} in the queue" in lines


def test_a_full_queue_says_so_and_starts_nothing(app, runs_dir, processes, monkeypatch):
    stop_training(monkeypatch, processes)
    monkeypatch.setattr(visitor, "rules", lambda: Rules(shared=True, waiting_runs=1))
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    test = app("train", experiment="scaling")
    widget(test, "button", "start_experiment").click().run()
    assert "as many as may wait" in " ".join(each.value for each in test.error)
    assert len(Store(runs_dir).list()) == 1


def test_runs_that_are_finished_answer_also_after_a_reload(app, runs_dir):
    store, scaling = Store(runs_dir), EXPERIMENTS["scaling"]
    finished(store, scaling, 0, 0.88, 0.869, note=f"{NOTE}It learns nothing")
    finished(store, scaling, 1, 0.80, 0.808)
    test = app("train", experiment="scaling")
    assert not test.exception
    assert "86.9%" in shown(test) and "80.8%" in shown(test)
    assert ":red[✗ You guessed: It learns nothing.]" in shown(test)
    assert "What came out: **It names fewer test images correctly**" in shown(test)


def test_an_effect_that_did_not_show_is_not_claimed(app, runs_dir):
    store, scaling = Store(runs_dir), EXPERIMENTS["scaling"]
    finished(store, scaling, 0, 0.88, 0.869, note=f"{NOTE}As many: a difference may be chance")
    finished(store, scaling, 1, 0.88, 0.868)
    test = app("train", experiment="scaling")
    assert ":blue[✓ **As you guessed: As many: a difference may be chance**.]" in shown(test)
    assert "did not show" in shown(test)


def test_whether_the_difference_is_real_is_decided_by_the_images_that_one_of_two_names_rightly(
    app, runs_dir, dataset
):
    store, scaling = Store(runs_dir), EXPERIMENTS["scaling"]
    labels = dataset.test_labels.astype(int)
    for place, wrong in ((0, 0), (1, 9)):
        run = finished(store, scaling, place, 0.88, 1 - wrong / len(labels))
        named = labels.copy()
        named[:wrong] = (named[:wrong] + 1) % 10
        run.write_predictions(certain(named))
    text = shown(app("train", experiment="scaling"))
    assert "What came out: **It names fewer test images correctly**" in text
    assert "Exactly one of the two is right on 9 images: 9 against 0. **The difference is real**" in text


def test_a_guess_noted_in_the_words_of_an_earlier_version_is_still_known(app, runs_dir):
    store, scaling = Store(runs_dir), EXPERIMENTS["scaling"]
    finished(store, scaling, 0, 0.88, 0.869, note=f"{NOTE}As many, within 1 point")
    finished(store, scaling, 1, 0.88, 0.868)
    assert "As you guessed: As many" in shown(app("train", experiment="scaling"))


def test_the_runs_of_others_do_not_answer(app, runs_dir, monkeypatch):
    store, scaling = Store(runs_dir), EXPERIMENTS["scaling"]
    for place in (0, 1):
        finished(store, scaling, place, 0.88, 0.869, owner="them")
    monkeypatch.setattr(visitor, "rules", lambda: Rules(shared=True))
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    assert widget(app("train", experiment="scaling"), "button", "start_experiment")
    monkeypatch.setattr(visitor, "me", lambda: Visitor("them"))
    assert "What came out" in shown(app("train", experiment="scaling"))


def test_what_ended_early_can_be_started_again(app, runs_dir, processes, monkeypatch):
    stop_training(monkeypatch, processes)
    store, scaling = Store(runs_dir), EXPERIMENTS["scaling"]
    finished(store, scaling, 0, 0.88, 0.869)
    stopped = store.create(scaling.arms[1].config, info={}, name=scaling.name(scaling.arms[1]))
    stopped.end("stopped", "The run was stopped.")
    test = app("train", experiment="scaling")
    assert "1 run. Training takes about" in shown(test)
    widget(test, "button", "start_experiment").click().run()
    assert [run.state for run in store.list()].count("queued") == 1


def test_the_next_experiment_opens_at_a_click(app, runs_dir):
    store, scaling = Store(runs_dir), EXPERIMENTS["scaling"]
    for place in (0, 1):
        finished(store, scaling, place, 0.88, 0.869)
    test = app("train", experiment="scaling")
    widget(test, "button", "next_experiment").click().run()
    assert EXPERIMENTS["hidden-units"].question in shown(test)
    assert test.query_params["experiment"] == "hidden-units"


def test_drawings_are_judged_by_the_run_and_by_sketch_ready(app, runs_dir, monkeypatch):

    store = Store(runs_dir)
    run = finished(store, EXPERIMENTS["drawings"], 0, 0.88, 0.87)
    shares = {run.id: 0.3, "sketch-ready": 0.95}
    monkeypatch.setattr(
        "fmnist.lesson.experiments.drawing_share", lambda judge, model, dataset: shares[model]
    )
    test = answered(app("train", experiment="drawings"))
    assert not test.exception
    assert "30.0% of 200 drawings by this program" in shown(test) and "95.0%" in shown(test)


def test_the_point_of_the_lesson_is_what_is_shown_large_beside_the_curves(app, runs_dir):
    store, few = Store(runs_dir), EXPERIMENTS["few-images"]
    finished(store, few, 0, 0.879, 0.869)
    finished(store, few, 1, 0.998, 0.792)
    test = app("train", experiment="few-images")
    large = {each.label: each.value for each in test.metric}
    assert large["600: its own images"] == "99.8%" and large["600: test images"] == "79.2%"
    assert len(curves(test)) == 2


@pytest.mark.parametrize("started", [False, True])
def test_the_curves_have_their_place_beside_the_question_before_and_while_it_trains(
    app, processes, monkeypatch, started
):
    stop_training(monkeypatch, processes)
    test = app("train", experiment="few-images")
    if started:
        widget(test, "button", "start_experiment").click().run()
    assert not test.exception
    assert len(curves(test)) == 2


def answered(test):
    """The page once it has computed what its answer needs."""
    words = ("What came out", "As you guessed")
    wait_until(lambda: any(each in shown(test.run()) for each in words), 60, "there is no answer")
    return test


def curves(test):
    """The charts of the experiment: those with several runs' names."""
    return [each for each in test.get("vega_lite_chart") if '"60,000"' in each.proto.spec]


def test_changed_images_are_judged_by_both_runs_and_their_curves_are_a_click_away(app, runs_dir, monkeypatch):
    store, experiment = Store(runs_dir), EXPERIMENTS["fooled"]
    runs = [finished(store, experiment, place, 0.88, 0.86, "Guess: Both") for place in (0, 1)]
    shares = {(runs[0].id, "noise"): 0.85, (runs[0].id, "attack"): 0.5}
    slow, asked = threading.Event(), []

    def measured(self, kind, strength, number, places):
        asked.append((self._model, kind, strength))
        assert slow.wait(60)
        return shares.get((self._model, kind), 0.8)

    monkeypatch.setattr(Robustness, "_measure", measured)
    test = app("train", experiment="fooled")
    assert "Your guess: Both" in shown(test)
    progress = test.get("progress")[-1]  # the one before is that of the last run
    assert "The networks look at changed test images: 0%" in progress.proto.text
    slow.set()
    test = answered(test)
    assert sorted(asked) == sorted((run.id, kind, 8) for run in runs for kind in ("noise", "attack"))
    assert not test.exception
    assert "You guessed: Both" in shown(test) and "85.0%" in shown(test) and "50.0%" in shown(test)
    assert experiment.options[1] in shown(test)  # what came out
    (link,) = [each.proto for each in test.get("page_link") if "breaking" in each.proto.query_string]
    assert f"run={runs[1].id}" in link.query_string and f"compare={runs[0].id}" in link.query_string


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_finder_shows_the_loss_over_the_rate_and_is_answered_by_its_lowest(app, runs_dir, lang):
    experiment = EXPERIMENTS["rate-finder"]
    before = app("train", experiment="rate-finder", lang=lang)
    assert rates_shown(before)
    run = finished(Store(runs_dir), experiment, 0, 0.5, 0.1, f"Guess: {experiment.options[2]}")
    points = [(number / 50, abs(number - 25) / 10 + 0.5, 0.5) for number in range(1, 51)]
    run.append_batches(points)  # lowest in the middle of five powers of ten
    test = app("train", experiment="rate-finder", lang=lang)
    assert not test.exception and rates_shown(test)
    if lang == "zh":
        assert untranslated(test) == []
        return
    assert f"As you guessed: {experiment.options[2]}" in shown(test)
    assert "lowest near 0.0028" in shown(test)


def rates_shown(test):
    """The charts of the loss over the rate."""
    return [each for each in test.get("vega_lite_chart") if '"log"' in each.proto.spec]
