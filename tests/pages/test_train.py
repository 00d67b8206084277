"""Train without a browser: every control changes what it says it changes."""

import re
import time

import numpy as np
import pytest

from fmnist.networks.config import RANGES, RunConfig
from fmnist.runs.store import EpochRow, Progress, Store
from tests.pages.made_runs import WHOLE_ARCHIVE
from tests.pages.predict_page import certain
from tools.server import wait_until


def widget(test, kind, key):
    return next(each for each in getattr(test, kind) if each.key == key)


def shown(test):
    return " ".join(each.value for each in [*test.markdown, *test.caption])


def test_the_page_opens_with_the_tutorials_settings_and_101_770_parameters(app):
    test = app("train")
    assert not test.exception
    assert "101,770 parameters" in shown(test)
    assert widget(test, "number_input", "epochs").value == 5
    assert widget(test, "number_input", "batch_size").value == 32


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("number_input", "hidden_units", 64),
        ("number_input", "epochs", 7),
        ("number_input", "batch_size", 100),
        ("select_slider", "learning_rate", 0.01),
        ("selectbox", "optimizer", "sgd"),
        ("selectbox", "last_layer", "logits"),
        ("slider", "validation_share", 0.2),
        ("number_input", "seed", 4),
        ("number_input", "training_images", 600),
        ("toggle", "scale_pixels", False),
        ("toggle", "shuffle_labels", True),
        ("toggle", "learn_drawings", True),
        ("slider", "shifts", 2),
        ("slider", "turns", 15),
        ("slider", "attacked", 8),
    ],
)
def test_each_setting_reaches_the_run_that_train_starts(app, runs_dir, kind, key, value):
    test = app("train")
    widget(test, kind, key).set_value(value).run()
    widget(test, "button", "train").click().run()
    assert not test.exception
    (summary,) = Store(runs_dir).list()
    assert summary.config == RunConfig(**{key: value})


@pytest.mark.parametrize(("age", "says_so"), [(5, False), (31, True)])
def test_a_run_not_heard_of_for_thirty_seconds_says_so_and_offers_stop(app, runs_dir, age, says_so):
    run = Store(runs_dir).create(RunConfig(), info={}, hold=True)
    run.write_progress(Progress("running", epochs=5, step=1, steps=9, heartbeat=time.time() - age))
    test = app("train")
    said = [each.value for each in test.warning if "nothing has been heard of the process" in each.value]
    assert bool(said) == says_so
    assert not said or said[0].startswith("For 3") and "**Stop** ends it" in said[0]
    assert widget(test, "button", "stop").label == "Stop"


def test_the_parameter_count_and_the_time_follow_the_network(app):
    test = app("train")
    before = shown(test)
    widget(test, "selectbox", "network").set_value("softmax").run()
    assert "7,850 parameters" in shown(test)
    widget(test, "number_input", "epochs").set_value(100).run()
    assert "for 100 epochs" in shown(test) and shown(test) != before


def test_a_dense_network_offers_layers_activation_and_dropout(app):
    test = app("train")
    widget(test, "selectbox", "network").set_value("dense").run()
    widget(test, "slider", "hidden_layers").set_value(3).run()
    widget(test, "selectbox", "activation").set_value("tanh").run()
    widget(test, "slider", "dropout").set_value(0.25).run()
    count = (784 + 1) * 128 + 2 * (128 + 1) * 128 + (128 + 1) * 10
    assert f"{count:,} parameters" in shown(test)


def test_the_form_offers_what_the_settings_allow(app):
    test = app("train", network="dense")
    fields = {each.key: each for each in [*test.number_input, *test.slider]}
    unseen = ("learning_rate", "cycle_epochs")
    steps = {name: fields[name].step for name in RANGES if name in fields}
    assert steps == {name: bounds.step for name, bounds in RANGES.items() if name not in unseen}
    for name, bounds in RANGES.items():
        if name in steps and fields[name] in [*test.slider]:
            assert (fields[name].min, fields[name].max) == (bounds.low, bounds.high)
    rates = widget(test, "select_slider", "learning_rate").options
    assert all(RANGES["learning_rate"].low <= float(rate) <= RANGES["learning_rate"].high for rate in rates)


def test_the_time_doubles_with_drawings(app):
    test = app("train", network="strong-cnn", epochs="10")
    before = shown(test)
    widget(test, "toggle", "learn_drawings").set_value(True).run()
    minutes = [int(re.search(r"about (\d+) min", text)[1]) for text in (before, shown(test))]
    assert minutes[1] == pytest.approx(2 * minutes[0], abs=1)


def test_as_in_the_tutorial_resets_every_setting(app):
    test = app("train", network="dense", epochs="50", batch_size="512", learning_rate="0.1", seed="9")
    assert widget(test, "number_input", "epochs").value == 50
    widget(test, "button", "reset_settings").click().run()
    assert widget(test, "selectbox", "network").value == "tutorial"
    assert widget(test, "number_input", "epochs").value == 5
    assert widget(test, "number_input", "batch_size").value == 32
    assert widget(test, "number_input", "seed").value == 0


def test_todays_tutorial_is_a_preset_that_says_what_it_sets_and_can_be_undone(app, runs_dir):
    test = app("train", batch_size="64", epochs="3")
    widget(test, "button", "todays_settings").click().run()
    assert not test.exception
    assert "All settings are now: As in today's tutorial" in shown(test)
    assert "tensorflow.org/tutorials/keras/classification" in shown(test)
    assert test.query_params == {"epochs": "10", "last_layer": "logits"}
    widget(test, "button", "train").click().run()
    assert Store(runs_dir).list()[0].config == RunConfig(epochs=10, last_layer="logits")
    widget(test, "button", "undo_settings").click().run()
    assert widget(test, "number_input", "batch_size").value == 64
    assert widget(test, "number_input", "epochs").value == 3
    assert widget(test, "selectbox", "last_layer").value == "softmax"
    assert "All settings are now" not in shown(test)


def test_the_epochs_that_a_network_was_given_can_be_undone(app):
    test = app("train")
    widget(test, "selectbox", "network").set_value("strong-cnn").run()
    widget(test, "button", "undo_settings").click().run()
    assert widget(test, "number_input", "epochs").value == 5
    assert widget(test, "selectbox", "network").value == "strong-cnn"


def test_a_network_that_needs_more_epochs_gets_them_and_says_so(app):
    test = app("train")
    for network, epochs, before in (("strong-cnn", 10, 5), ("small-cnn", 8, 10), ("tutorial", 5, 8)):
        widget(test, "selectbox", "network").set_value(network).run()
        assert widget(test, "number_input", "epochs").value == epochs
        told = " ".join(each.value for each in test.caption)
        assert f"Epochs are now {epochs} instead of {before}" in told
        quick = network != "tutorial"
        assert widget(test, "selectbox", "schedule").value == ("one-cycle" if quick else "constant")
        assert widget(test, "number_input", "batch_size").value == (128 if quick else 32)
    widget(test, "selectbox", "network").set_value("strong-cnn").run()
    widget(test, "button", "reset_settings").click().run()
    assert widget(test, "number_input", "epochs").value == 5
    assert "Epochs are now" not in " ".join(each.value for each in test.caption)


def test_epochs_that_a_person_has_typed_stay_with_another_network(app):
    test = app("train", epochs="3")
    widget(test, "selectbox", "network").set_value("strong-cnn").run()
    assert widget(test, "number_input", "epochs").value == 3
    told = " ".join(each.value for each in test.caption)
    assert "Set as recommended, under “How it learns”: Batch size, Optimizer" in told
    assert "Give it 10 epochs" in " ".join(each.value for each in test.caption)


def test_absurd_values_in_the_address_leave_the_page_usable(app):
    test = app("train", epochs="1e999", batch_size="-5", network="../../etc", dropout="nan", hidden_units="x")
    assert not test.exception
    assert widget(test, "button", "train")


def test_a_run_is_renamed_as_plain_text_and_deleted_after_confirmation(app, runs_dir):
    store = Store(runs_dir)
    run = store.create(RunConfig(), info={})
    run.rename("**bold** <b>x</b>")
    test = app("train")
    assert r"\*\*bold\*\*" in " ".join(each.value for each in test.subheader)


def test_a_run_stopped_within_an_epoch_shows_the_numbers_of_the_model_that_is_kept(app, runs_dir):
    run = Store(runs_dir).create(RunConfig(), info={})
    run.save_model(lambda path: path.write_bytes(WHOLE_ARCHIVE))
    run.write_predictions(certain(np.zeros(10_000, int)))
    run.append_epoch(EpochRow(1, 0.5, 0.81, seconds=7.0, test_loss=0.4, test_accuracy=0.85))
    run.write_progress(Progress("stopped", epoch=1, epochs=5, step=900, steps=1875, loss=0.3, accuracy=0.9))
    test = app("train", run=run.id)
    numbers = {metric.label: metric.value for metric in test.metric}
    assert numbers["Training loss"] == "0.500" and numbers["Training accuracy"] == "81.0%"
    assert "1 of 5 epochs in 7.0 s" in " ".join(each.text for each in test.get("progress"))


def test_stop_reaches_the_run(app, runs_dir):
    test = app("train", epochs="100")
    widget(test, "button", "train").click().run()
    (summary,) = Store(runs_dir).list()
    run = Store(runs_dir).open(summary.id)
    wait_until(lambda: run.state == "running" and run.history, 60, "the run never trained")
    test.run()
    widget(test, "button", "stop").click().run()
    wait_until(lambda: run.state == "stopped", 60, "the run did not stop")
    assert run.history


@pytest.mark.parametrize("done", [0, 1])
def test_going_on_is_offered_only_where_there_is_something_to_go_on_from(app, runs_dir, done):
    run = Store(runs_dir).create(RunConfig(), info={})
    if done:
        run.append_epoch(EpochRow(1, 0.5, 0.8, seconds=1.0, test_loss=0.45, test_accuracy=0.84))
        run.save_model(lambda path: path.write_bytes(WHOLE_ARCHIVE))
    run.end("failed", "Killed.")
    test = app("train")
    assert any(button.key == "continue" for button in test.button) == bool(done)
    assert not test.exception


def test_many_runs_are_listed_page_by_page_newest_first(app, make_run, monkeypatch):
    monkeypatch.setattr("pages.parts.train.runs.ON_ONE_PAGE", 2)
    for name in "ABCDE":
        make_run(None, name)
    test = app("train")
    assert not test.exception
    for page, names in [(1, ["E", "D"]), (3, ["A"]), (2, ["C", "B"])]:
        widget(test, "pagination", "runs_page").set_value(page).run()
        assert not test.exception
        assert list(test.dataframe[0].value["Name"]) == names


def test_a_few_runs_have_no_page_control(app, make_run):
    make_run(None, "A")
    assert "runs_page" not in app("train").session_state


@pytest.mark.parametrize(
    ("key", "typed", "becomes", "said"),
    [("epochs", 500, 100, "500 is outside 1 to 100"), ("batch_size", 0, 1, "0 is outside 1 to 60,000")],
)
def test_a_number_out_of_range_becomes_the_nearest_and_a_sentence_says_so(app, key, typed, becomes, said):
    test = app("train")
    widget(test, "number_input", key).set_value(typed).run()
    assert not test.exception
    assert widget(test, "number_input", key).value == becomes
    assert said in shown(test).replace("\\", "")
    widget(test, "number_input", key).set_value(7).run()
    assert "is outside" not in shown(test)
