"""Predict without a browser: every control does what it says, and bad addresses get a sentence."""

import re
import time

import numpy as np
import pytest

from fmnist.data.facts import CLASS_NAMES
from fmnist.networks.config import RunConfig
from fmnist.plots.tiles import percent
from fmnist.runs.store import EpochRow, Progress, Store
from fmnist.workers.predictor import Judge
from fmnist.workers.queue import WorkerError
from tests.pages.predict_page import address, certain, shown, small_pictures, tables, told, widget

SHIRT, COAT, BAG = 6, 4, 8


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """What the page hands to its gallery and matrix, last one last. The prediction child is replaced."""
    sent = {"gallery": [], "matrix": [], "pairs": []}
    monkeypatch.setattr("pages.parts.predict.tiles._tiles", lambda *, data, **_: sent["gallery"].append(data))
    monkeypatch.setattr(
        "pages.parts.predict.matrix._matrix", lambda *, data, **_: sent["matrix"].append(data)
    )
    monkeypatch.setattr("pages.parts.predict.pairs._pairs", lambda *, data, **_: sent["pairs"].append(data))
    monkeypatch.setattr(Judge, "neighbours", lambda *_: (np.array([3, 1, 2]), np.array([0.5, 1, 2])))
    monkeypatch.setattr(Judge, "evidence", lambda self, run, image, classes: np.zeros((len(classes), 28, 28)))
    return sent


def indices(drawn):
    return [tile["index"] for tile in drawn["gallery"][-1]["tiles"]]


def test_before_any_run_the_page_offers_to_train_the_tutorials_network(app, monkeypatch):
    started = []
    monkeypatch.setattr(
        "fmnist.workers.queue.Workers.submit", lambda self, config, **_: started.append(config) or "an-id"
    )
    test = app("predict")
    assert "No trained network yet" in shown(test)
    widget(test, "button", "train_tutorial").click().run()
    assert started == [RunConfig()]
    assert not test.exception


def test_a_test_image_is_shown_with_its_vector_argmax_label_and_rank(app, make_run, truth, dataset):
    make_run(truth)
    test = app("predict", test_index="7")
    predicted, true = CLASS_NAMES[truth[7]], CLASS_NAMES[dataset.test_labels[7]]
    text = shown(test)
    assert f"✗ **Wrong: predicted {predicted}, 82% sure; the true class is {true}.**" in text
    assert re.search(r"The true class is number \d+ of 10 by probability", text)
    assert f">>> np.argmax(predictions[7])\n{truth[7]}\n>>> test_labels[7]\n{dataset.test_labels[7]}" in text
    assert "(28, 28)\n>>> img = np.expand_dims(img, 0)\n>>> img.shape\n(1, 28, 28)" in text
    assert tables(test)[0]["Probability"] == ["82.0%" if label == truth[7] else "2.0%" for label in range(10)]
    assert not test.exception


def test_next_previous_random_and_the_tutorials_images_choose_the_image(app, make_run, truth, monkeypatch):
    make_run(truth)
    test = app("predict", test_index="41")
    for key, index in (("next", 42), ("previous", 41), ("image_12", 12), ("image_0", 0)):
        widget(test, "button", key).click().run()
        assert f"predictions[{index}]" in shown(test)
    monkeypatch.setattr("pages.parts.predict.image_choice.random.randint", lambda low, high: high)
    widget(test, "button", "random").click().run()
    assert "predictions[9999]" in shown(test)
    assert widget(test, "button", "next").disabled
    widget(test, "number_input", "test_index").set_value(77).run()
    assert "predictions[77]" in shown(test)


def test_the_gallery_opens_on_the_first_fifteen_images(app, make_run, truth, drawn):
    make_run(truth)
    app("predict")
    assert indices(drawn) == list(range(15))
    assert [tile["right"] for tile in drawn["gallery"][-1]["tiles"]] == [i % 7 != 0 for i in range(15)]


def test_each_filter_shows_exactly_the_images_that_fit(app, make_run, truth, drawn, dataset):
    make_run(truth)
    labels = dataset.test_labels
    test = app("predict")
    widget(test, "button_group", "outcome").set_value("wrong").run()
    assert indices(drawn) == list(range(0, 105, 7))
    widget(test, "selectbox", "true_class").set_value("Shirt").run()
    assert indices(drawn) == [i for i in range(0, 10_000, 7) if labels[i] == SHIRT][:15]
    widget(test, "button_group", "outcome").set_value("all").run()
    widget(test, "selectbox", "predicted_class").set_value("Sneaker").run()
    fits = np.flatnonzero((labels == SHIRT) & (truth == SHIRT + 1))
    assert indices(drawn) == fits[:15].tolist()
    assert f"**{len(fits):,} of 10,000**" in shown(test)


def test_a_range_of_confidence_without_images_says_so(app, make_run, truth):
    make_run(truth)
    test = app("predict")
    widget(test, "slider", "confidence").set_value((90, 100)).run()
    assert "**None** of 10,000" in shown(test)
    assert "No image fits" in told(test)


def test_the_order_puts_the_worst_first(app, make_run, truth, drawn):
    make_run(truth)
    test = app("predict")
    widget(test, "selectbox", "order").set_value("loss").run()
    assert indices(drawn) == list(range(0, 105, 7))


def test_the_last_page_shows_the_last_images(app, make_run, truth, drawn):
    make_run(truth)
    app("predict", page="667")
    assert indices(drawn) == list(range(9_990, 10_000))


def test_the_gallery_knows_which_image_is_chosen(app, make_run, truth, drawn):
    make_run(truth)
    test = app("predict", test_index="3")
    assert drawn["gallery"][-1]["chosen"] == 3
    widget(test, "button", "next").click().run()
    assert drawn["gallery"][-1]["chosen"] == 4


def test_another_filter_starts_again_at_the_first_page(app, make_run, truth, drawn):
    make_run(truth)
    test = app("predict", page="5")
    assert indices(drawn)[0] == 60
    widget(test, "selectbox", "true_class").set_value("Bag").run()
    assert test.session_state.page == 1


def test_the_address_follows_the_controls_and_shows_the_same_again(app, make_run, truth, drawn):
    run = make_run(truth)
    test = app("predict")
    widget(test, "selectbox", "true_class").set_value("Coat").run()
    widget(test, "button_group", "outcome").set_value("wrong").run()
    widget(test, "number_input", "test_index").set_value(5).run()
    assert address(test) == {"run": run, "test_index": "5", "outcome": "wrong", "true_class": "Coat"}
    before = indices(drawn)
    again = app("predict", **address(test))
    assert indices(drawn) == before
    assert "predictions[5]" in shown(again)


def test_mistakes_are_counted_and_set_beside_people(app, make_run, truth):
    make_run(truth)
    test = app("predict", view="mistakes")
    mistakes = len(range(0, 10_000, 7))
    assert f"**{mistakes:,} mistakes** in 10,000 images: **{1 - mistakes / 10_000:.1%}** right" in shown(test)
    assert "people without training: 83.5%" in shown(test)
    assert not test.exception


def test_the_view_of_mistakes_shows_wrong_images_only(app, make_run, truth, drawn):
    make_run(truth)
    app("predict", view="mistakes")
    assert indices(drawn) == list(range(0, 105, 7))


def test_the_matrix_switches_between_counts_and_shares(app, make_run, truth, drawn, dataset):
    make_run(truth)
    test = app("predict", view="mistakes")
    confused = int(np.sum((dataset.test_labels == SHIRT) & (truth == SHIRT + 1)))
    assert drawn["matrix"][-1]["cells"][SHIRT][SHIRT + 1]["text"] == str(confused)
    widget(test, "button_group", "cells").set_value("shares").run()
    assert drawn["matrix"][-1]["cells"][SHIRT][SHIRT + 1]["text"] == f"{confused / 10:.0f}%"


def test_the_selectboxes_mark_the_cell_and_show_its_images(app, make_run, truth, drawn, dataset):
    make_run(truth)
    test = app("predict", view="mistakes")
    widget(test, "selectbox", "true_class").set_value("Shirt").run()
    widget(test, "selectbox", "predicted_class").set_value("Sneaker").run()
    fits = np.flatnonzero((dataset.test_labels == SHIRT) & (truth == SHIRT + 1))
    assert indices(drawn) == fits[:15].tolist()
    assert drawn["matrix"][-1]["chosen"] == (SHIRT, SHIRT + 1)
    widget(test, "button", "all_mistakes").click().run()
    assert indices(drawn) == list(range(0, 105, 7))
    assert drawn["matrix"][-1]["chosen"] is None


def test_a_cell_without_images_says_so_once(app, make_run, truth, drawn, dataset):
    make_run(truth)
    drawn["gallery"].clear()
    test = app("predict", view="mistakes", true_class="Shirt", predicted_class="Bag")
    text = shown(test)
    assert "**none** of 10,000 images" in text
    assert "Click one to see why" not in text and "Certain and wrong" not in text
    assert "Why? Test image" not in text and "no image to explain" in told(test)
    assert not drawn["gallery"]


def test_the_most_confused_pair_shows_exactly_its_images(app, make_run, truth, drawn, dataset):
    make_run(truth)
    test = app("predict", view="mistakes")
    wrong = dataset.test_labels[::7]
    counts = np.bincount(wrong, minlength=10)
    first = drawn["pairs"][-1]["pairs"][0]
    worst = int(counts.argmax())
    pair = f"{CLASS_NAMES[worst]} taken for {CLASS_NAMES[(worst + 1) % 10]}"
    assert first["words"] == f"{pair}: {counts[worst]} ({percent(counts[worst] / 1_000)})"
    test.session_state["true_class"], test.session_state["predicted_class"] = (
        CLASS_NAMES[label] for label in first["cell"]
    )
    test.run()
    assert indices(drawn) == [i for i in range(0, 10_000, 7) if dataset.test_labels[i] == worst][:15]


def test_the_scores_of_each_class_are_in_a_table(app, make_run, truth, dataset):
    make_run(truth)
    test = app("predict", view="mistakes")
    table = tables(test)[0]
    assert table["Class"] == list(CLASS_NAMES)
    hits = np.sum((dataset.test_labels == BAG) & (truth == BAG))
    assert table["Recall"][BAG] == f"{hits / 1_000:.1%}"
    assert table["Precision"][BAG] == f"{hits / np.sum(truth == BAG):.1%}"


def test_why_shows_similar_training_images_evidence_and_averages(app, make_run, truth, dataset):
    make_run(truth)
    test = app("predict", view="mistakes", test_index="7")
    text = shown(test)
    assert "Why? Test image 7" in text
    pictures = small_pictures(test)
    for number in (3, 1, 2):
        name = CLASS_NAMES[dataset.train_labels[number]]
        assert any(words.startswith(f"{name}<br>distance") for words in pictures)
    for label in (truth[7], dataset.test_labels[7]):
        assert {CLASS_NAMES[label], f"for {CLASS_NAMES[label]}"} <= set(pictures)


def test_trouble_with_the_model_is_a_sentence_beside_everything_else(
    app, make_run, truth, monkeypatch, drawn
):
    from fmnist.workers.queue import WorkerError

    def refuse(*_):
        raise WorkerError("The model in model.keras cannot be read: the file is damaged.")

    monkeypatch.setattr(Judge, "evidence", refuse)
    make_run(truth)
    test = app("predict", view="mistakes")
    assert "cannot be read" in told(test)
    assert not test.exception
    assert indices(drawn)


def test_two_runs_judge_one_image_side_by_side_and_the_gallery_shows_where_they_disagree(
    app, make_run, truth, drawn, dataset
):
    other = make_run(dataset.test_labels.astype(int), name="Perfect")
    run = make_run(truth, name="Seventh")
    test = app("predict", run=run, compare=other)
    text = shown(test)
    assert "**Seventh**" in text and "**Perfect**" in text
    assert f"✓ **Right: predicted {CLASS_NAMES[dataset.test_labels[0]]}, 82% sure.**" in text
    assert "82% sure.** The true class is number 1" not in text  # "right" has said so
    widget(test, "toggle", "disagree").set_value(True).run()
    assert indices(drawn) == list(range(0, 105, 7))
    assert address(test)["disagree"] == "yes"


def test_of_several_companions_the_one_that_is_compared_is_named(app, make_run, truth, dataset):
    long = "A name that is too long for the tag of a chosen run, by far"
    others = [make_run(truth, name="Second"), make_run(truth, name=long)]
    test = app("predict", view="mistakes", run=make_run(truth, name="Mine"), compare=",".join(others))
    text = shown(test)
    assert "than **Second**" in text and "the first of the 2 runs compared with" in text
    assert long in " ".join(each.value for each in test.caption)


def test_the_difference_of_two_matrices_is_a_table(app, make_run, truth, dataset):
    other = make_run(dataset.test_labels.astype(int), name="Perfect")
    run = make_run(truth, name="Seventh")
    test = app("predict", view="mistakes", run=run, compare=other)
    difference = tables(test)[-1]
    lost = int(np.sum(dataset.test_labels[::7] == SHIRT))
    assert difference["Shirt"][SHIRT] == f"−{lost}"
    assert difference["Sneaker"][SHIRT] == f"+{lost}"
    assert difference["Bag"][SHIRT] == "·"


def test_comparing_two_runs_says_whether_their_difference_is_real(app, make_run, truth, dataset):
    perfect = dataset.test_labels.astype(int)
    nearly = perfect.copy()
    nearly[:2] = (nearly[:2] + 1) % 10
    run = make_run(truth, name="Seventh")
    others = [make_run(perfect, name="Perfect"), make_run(nearly, name="Nearly")]
    text = shown(app("predict", view="mistakes", run=others[0], compare=f"{run},{others[1]}"))
    assert "The difference is real" in text and "correctly than **Seventh**" in text
    assert "This may be chance" in text and "**Perfect** names 2 more" in text


def test_a_run_on_other_images_is_judged_anew_and_says_so(app, make_run, truth, monkeypatch, drawn):
    monkeypatch.setattr(Judge, "predict", lambda self, run, images: certain(np.full(len(images), BAG)))
    make_run(truth, fingerprint="another")
    test = app("predict")
    assert "This run was trained on look-alikes" in told(test)
    assert {tile["predicted"] for tile in drawn["gallery"][-1]["tiles"]} == {BAG}


@pytest.mark.parametrize("run_id", ["20200101-000000-000000-0000", "../../etc/passwd", "%00"])
def test_a_run_that_does_not_exist_is_told_and_the_newest_shown(app, make_run, truth, run_id, drawn):
    newest = make_run(truth)
    test = app("predict", run=run_id)
    assert "no run" in told(test) or "not the id of a run" in told(test)
    assert address(test)["run"] == newest
    assert indices(drawn)


@pytest.mark.parametrize(
    ("state", "sentence"), [("stopped", "ended before its first epoch"), ("failed", "ended")]
)
def test_a_run_without_predictions_is_told_and_another_shown(app, make_run, truth, state, sentence, drawn):
    with_predictions = make_run(truth)
    without = make_run(None, state=state)
    test = app("predict", run=without)
    assert sentence in told(test) and "Shown here instead" in told(test)
    assert address(test)["run"] == with_predictions
    assert indices(drawn)


def test_the_lost_predictions_of_a_finished_run_are_told(app, make_run, truth, runs_dir):
    make_run(truth)
    run = make_run(truth)
    (runs_dir / run / "predictions.npz").unlink()
    assert "predictions of this run are missing" in told(app("predict", run=run))


def test_an_empty_setting_in_the_address_is_no_mistake(app, make_run, truth):
    make_run(truth)
    assert "There is no" not in told(app("predict", page="", order="", outcome="", confidence=""))


def test_a_run_that_is_only_starting_is_watched_until_it_has_predictions(app, make_run, runs_dir):
    run = Store(runs_dir).create(RunConfig(), info={}, hold=True)
    run.write_progress(Progress("running", epoch=0, epochs=5, step=10, steps=100, heartbeat=time.time()))
    test = app("predict")
    assert "after the first epoch" in shown(test)
    assert not test.exception
    run.release()


def test_damaged_predictions_are_a_sentence(app, make_run, truth, runs_dir):
    run = make_run(truth)
    (runs_dir / run / "predictions.npz").write_bytes(b"PK\x03\x04 nothing")
    test = app("predict", run=run)
    assert told(test) or "No trained network yet" in shown(test)
    assert not test.exception


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"test_index": "10000"}, "nearest: 9,999"),
        ({"test_index": "boot"}, "not a whole number"),
        ({"true_class": "Shrt"}, "this is “Shirt”"),
        ({"view": "mistake"}, "this is “mistakes”"),
        ({"confidence": "sure"}, "no range of percent"),
        ({"disagree": "perhaps"}, "neither “yes” nor “no”, so this is “no”"),
    ],
)
def test_a_value_that_does_not_exist_is_mended_and_mentioned(app, make_run, truth, query, sentence, drawn):
    make_run(truth)
    test = app("predict", **query)
    assert sentence in told(test)
    assert not test.exception
    assert drawn["gallery"]


def test_a_page_beyond_the_last_is_the_last(app, make_run, truth, drawn):
    make_run(truth)
    test = app("predict", outcome="wrong", true_class="Shirt", page="600")
    assert indices(drawn)
    assert re.search(r"\*\*Gallery: page\.\*\* 600 is outside 1 to \d+", told(test))
    assert told(test).count("600") == 1


def test_a_model_for_other_images_is_named(app, make_run, truth, monkeypatch):
    def refuse(*_):
        raise WorkerError("This model takes (None, 32, 32).")

    monkeypatch.setattr(Judge, "predict", refuse)
    make_run(truth, fingerprint="another")
    test = app("predict")
    assert "This model takes (None, 32, 32)." in told(test)
    assert not test.exception


def test_of_very_many_runs_the_newest_are_offered_and_an_older_one_that_is_asked_for(
    app, make_run, truth, monkeypatch
):
    monkeypatch.setattr("pages.parts.predict.run_choice.MOST_OFFERED", 2)
    ids = [make_run(truth, name) for name in "ABCD"]
    test = app("predict", view="test", run=ids[0])
    assert not test.exception
    (chosen,) = (box for box in test.selectbox if box.key == "run")
    assert chosen.value == ids[0]
    assert [option[0] for option in chosen.options] == ["D", "C", "A"]


def test_the_page_opens_with_the_last_run_that_no_experiment_has_crippled(app, make_run, truth):
    older = make_run(truth, name="older")
    ordinary = make_run(truth, name="mine")
    make_run(truth, name="Unscaled pixels: 0–255", scale_pixels=False, epochs=3)
    make_run(truth, name="renamed", shuffle_labels=True, epochs=9)
    test = app("predict")
    assert address(test)["run"] == ordinary
    assert "Your last run that was no experiment judges here." in shown(test)
    widget(test, "selectbox", "run").set_value(older).run()
    assert address(test)["run"] == older and "judges here." not in shown(test)


def test_an_experiments_run_that_is_asked_for_judges(app, make_run, truth):
    crippled = make_run(truth, name="Learning rate: 0.1", learning_rate=0.1, epochs=3)
    make_run(truth, name="mine")
    test = app("predict", run=crippled)
    assert address(test)["run"] == crippled and "judges here." not in shown(test)


def test_a_link_to_a_run_that_trains_waits_for_it_and_shows_it_when_it_is_there(
    app, make_run, truth, runs_dir
):
    make_run(truth)
    run = Store(runs_dir).create(RunConfig(), info={}, hold=True, name="Ours")
    run.write_progress(Progress("running", epoch=0, epochs=5, step=10, steps=100, heartbeat=time.time()))
    test = app("predict", run=run.id)
    assert not test.exception and not test.warning
    assert "Ours is still training" in " ".join(each.value for each in test.subheader)
    assert widget(test, "selectbox", "run").value == run.id == address(test)["run"]
    run.append_epoch(EpochRow(1, 0.5, 0.8, seconds=1.0, test_loss=0.45, test_accuracy=0.84))
    run.write_predictions(certain(truth))
    test.run()
    assert "predictions[0]" in shown(test) and "still training" not in shown(test)
    assert address(test)["run"] == run.id


@pytest.mark.parametrize(("typed", "becomes"), [(10_000, 9_999), (-3, 0)])
def test_an_image_that_there_is_not_becomes_the_nearest_and_is_told(app, make_run, truth, typed, becomes):
    make_run(truth)
    test = app("predict")
    widget(test, "number_input", "test_index").set_value(typed).run()
    assert not test.exception
    assert widget(test, "number_input", "test_index").value == becomes
    assert "outside 0 to 9,999" in told_below(test)


def told_below(test):
    return " ".join(each.value.replace("\\", "") for each in test.caption)
