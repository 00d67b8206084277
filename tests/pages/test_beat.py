"""The game against the network without a browser: what each answer, button and address does."""

import numpy as np
import pytest

from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.game import choose_images
from tests.pages.predict_page import address, shown, told, widget


@pytest.fixture(autouse=True)
def tiles(monkeypatch):
    """What the page hands to its gallery and what a click there calls, last one last."""
    sent = []
    monkeypatch.setattr("pages.parts.predict.tiles._tiles", lambda **given: sent.append(given))
    return sent


def progress(test):
    return test.get("progress")[0].proto.text


def answer(test, label):
    position = int(progress(test).split()[1]) - 1
    return widget(test, "button", f"answer_{position}_{label}").click().run()


def play(test, labels):
    for label in labels:
        answer(test, int(label))
    return test


def metrics(test):
    return {each.label: each.value for each in test.metric}


def test_a_right_answer_is_told_in_words_and_the_next_image_comes(app, make_run, truth, dataset):
    make_run(truth)
    test = app("predict", view="beat", game="3")
    assert progress(test).startswith("Image 1 of 20. So far: you ")
    index = choose_images(3, 10_000)[0]
    answer(test, int(dataset.test_labels[index]))
    name, said = CLASS_NAMES[dataset.test_labels[index]], CLASS_NAMES[truth[index]]
    assert f"✓ **Right: image 1 is of class {name}. The network said {said}" in shown(test)
    assert progress(test).startswith("Image 2 of 20. So far: you ")
    assert not test.exception


def test_a_wrong_answer_is_told_with_the_true_class_and_the_networks(app, make_run, truth, dataset):
    make_run(truth)
    test = app("predict", view="beat", game="3")
    index = choose_images(3, 10_000)[0]
    wrong = (int(dataset.test_labels[index]) + 3) % 10
    answer(test, wrong)
    true = CLASS_NAMES[dataset.test_labels[index]]
    assert f"✗ **Wrong: image 1 is of class {true}, not {CLASS_NAMES[wrong]}. The network" in shown(test)


def test_there_is_a_button_and_a_digit_for_each_class(app, make_run, truth):
    make_run(truth)
    test = app("predict", view="beat")
    buttons = [widget(test, "button", f"answer_0_{label}").proto for label in range(10)]
    assert [each.label for each in buttons] == [f"{label} {name}" for label, name in enumerate(CLASS_NAMES)]
    assert [each.shortcut for each in buttons] == list("0123456789")


def test_the_end_compares_player_network_and_people(app, make_run, truth, dataset, tiles):
    make_run(truth)
    test = app("predict", view="beat", game="8")
    indices = list(choose_images(8, 10_000))
    labels = dataset.test_labels[indices].astype(int)
    given = labels.copy()
    given[:3] = (given[:3] + 5) % 10
    play(test, given)
    networks = int(np.sum(truth[indices] == labels))
    assert metrics(test) == {
        "You": "17 of 20",
        "The network": f"{networks} of 20",
        "People, untrained": "16.7 of 20",
    }
    differing = [index for index, mine in zip(indices, given, strict=True) if truth[index] != mine]
    shown_tiles = tiles[-1]["data"]["tiles"]
    assert [tile["index"] for tile in shown_tiles] == differing
    first = indices[0]
    assert shown_tiles[0]["lines"] == [
        (f"True: {CLASS_NAMES[labels[0]]}", None),
        (f"You: {CLASS_NAMES[given[0]]}", False),
        (f"Network: {CLASS_NAMES[truth[first]]}", bool(truth[first] == labels[0])),
    ]
    assert "view" not in shown_tiles[0]["address"]  # test images are the first view
    assert f"test_index={first}" in shown_tiles[0]["address"]
    assert not test.exception


def test_the_same_answers_as_the_network_are_a_draw_without_disagreement(app, make_run, truth, tiles):
    make_run(truth)
    test = play(app("predict", view="beat"), truth[list(choose_images(0, 10_000))])
    assert "A draw" in shown(test)
    assert "the same twenty answers" in shown(test)
    assert not tiles


def test_new_twenty_images_are_others_and_their_seed_is_in_the_address(app, make_run, truth, monkeypatch):
    run = make_run(truth)
    test = answer(app("predict", view="beat"), 1)
    monkeypatch.setattr("pages.parts.predict.beat.random.randint", lambda low, high: 77)
    widget(test, "button", "new_game").click().run()
    assert progress(test).startswith("Image 1 of 20. So far: you ")
    assert address(test) == {"view": "beat", "run": run, "game": "77"}


def test_the_same_twenty_can_be_played_again(app, make_run, truth):
    make_run(truth)
    test = play(app("predict", view="beat", game="4"), [0] * 20)
    widget(test, "button", "same_game").click().run()
    assert progress(test).startswith("Image 1 of 20. So far: you ")
    assert address(test)["game"] == "4"


def test_another_run_keeps_the_answers_and_changes_the_network(app, make_run, truth, dataset):
    perfect = make_run(dataset.test_labels.astype(int), name="Perfect")
    run = make_run(truth)
    test = play(app("predict", view="beat", run=run), [0] * 20)
    mine = metrics(test)["You"]
    widget(test, "selectbox", "run").set_value(perfect).run()
    assert metrics(test)["You"] == mine
    assert metrics(test)["The network"] == "20 of 20"


@pytest.mark.parametrize("asked", ["10000", "-1", "chess"])
def test_a_game_that_does_not_exist_is_mended_and_mentioned(app, make_run, truth, asked):
    make_run(truth)
    test = app("predict", view="beat", game=asked)
    assert "so this is" in told(test)
    assert progress(test).startswith("Image 1 of 20. So far: you ")
    assert not test.exception


def test_before_any_run_training_is_offered(app):
    assert "No trained network yet" in shown(app("predict", view="beat"))
