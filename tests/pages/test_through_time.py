"""Through time: views at the moment that is chosen, life stories, and honest words where there is none."""

import threading

import numpy as np
import pytest

from fmnist.evaluation import at_moment
from fmnist.networks.config import RunConfig
from fmnist.plots import maps as plain_maps
from fmnist.runs import moments
from fmnist.runs.files import EpochRow
from fmnist.runs.store import Store
from fmnist.workers.predictor import Judge
from pages.parts.predict import through_time
from tests.pages.made_network import made_network
from tests.pages.made_runs import filmed_run
from tests.pages.predict_page import address, certain, shown, told, widget

EPOCHS = (0.0, 0.15, 1.0, 2.0, 3.0)
WRONG = {0.0: 9_000, 0.15: 4_000, 1.0: 2_000, 2.0: 1_500, 3.0: 1_000}
"""How many of the first test images are named wrongly at each moment."""


@pytest.fixture
def classes(dataset):
    """What the test images are taken for at each moment: of the first ones, the class after the true one."""
    labels = dataset.test_labels.astype(int)
    places = np.arange(len(labels))
    return {epoch: np.where(places < WRONG[epoch], (labels + 1) % 10, labels) for epoch in EPOCHS}


@pytest.fixture
def filmed(runs_dir, dataset, classes):
    """The id of a run with these moments."""
    return filmed_run(Store(runs_dir), dataset, classes).id


@pytest.mark.parametrize("epoch", ["0", "0.15", "1", "2", "3", "last"])
def test_the_mistakes_are_those_of_the_moment_in_the_address(app, filmed, epoch):
    test = app("predict", view="mistakes", run=filmed, epoch=epoch)
    assert not test.exception
    mistakes = WRONG[3.0 if epoch == "last" else float(epoch)]
    assert f"{mistakes:,} mistakes" in shown(test)
    assert address(test).get("epoch") == (None if epoch in ("3", "last") else epoch)


def test_a_test_image_at_a_moment_and_its_story_below(app, filmed, dataset):
    test = app("predict", run=filmed, epoch="0.15", test_index="1700")
    assert not test.exception
    assert ":red[✗" in shown(test)
    assert "First right at epoch 2. Right ever since. Changed its class once." in shown(test)
    last = app("predict", run=filmed, test_index="1700")
    assert ":blue[✓" in shown(last)


@pytest.mark.parametrize("order", ["index", "learned"])
def test_while_the_moments_are_read_the_page_says_so_and_goes_on(app, filmed, monkeypatch, order):
    """The reading thread is held up; the image and the gallery do not wait for it."""
    may_go_on = threading.Event()
    read = at_moment.stories_of

    def held_up(*place):
        assert may_go_on.wait(120)
        return read(*place)

    monkeypatch.setattr(at_moment, "stories_of", held_up)
    monkeypatch.setattr(through_time, "PATIENCE", 0.01)
    try:
        test = app("predict", run=filmed, order=order, test_index="1700")
        assert not test.exception
        assert "The kept moments of this run are being read …" in shown(test)
        assert "**10,000 of 10,000** test images" in shown(test)
        assert "When it learned which image" not in shown(test)
    finally:
        may_go_on.set()
    monkeypatch.setattr(through_time, "PATIENCE", 120)
    test.run()
    assert "being read" not in shown(test) and "First right at epoch 2." in shown(test)


def test_the_lists_lead_to_their_images(app, filmed):
    test = app("predict", run=filmed)
    words = shown(test)
    assert "**Learned at once**, right from the first epoch on: 8,000" in words
    assert "**Learned late**, right for good only after the first epoch: 1,000" in words
    assert "**Never learned**, wrong at every moment: 1,000" in words
    widget(test, "button", "story_late_all").click().run()
    assert not test.exception
    assert "**1,000 of 10,000** test images" in shown(test)
    assert address(test)["story"] == "late"


def test_images_can_be_ordered_by_when_they_were_learned(app, filmed):
    test = app("predict", run=filmed, order="learned", outcome="right")
    assert not test.exception and "**9,000 of 10,000** test images" in shown(test)


@pytest.mark.parametrize(
    ("asked", "words", "found"),
    [
        ("2.4", "This run has kept no moment at epoch 2.4: here is epoch 2, the nearest.", "2"),
        ("7", "This run has no epoch 7: here is its last one, epoch 3.", None),
        ("soon", "“soon” is no moment of a training, so this is its last one.", None),
    ],
)
def test_a_moment_that_is_not_kept_becomes_the_nearest_with_a_sentence(app, filmed, asked, words, found):
    test = app("predict", view="mistakes", run=filmed, epoch=asked)
    assert not test.exception
    assert words in told(test)
    assert address(test).get("epoch") == found


def test_a_run_of_an_earlier_version_has_its_last_moment_and_says_so(app, make_run, truth):
    run = make_run(truth)
    test = app("predict", run=run, epoch="1")
    assert not test.exception
    assert "from before moments were kept" in told(test)
    assert "Its life story is not known" in shown(test)


def test_a_damaged_moment_has_a_sentence(app, runs_dir, filmed):
    Store(runs_dir).open(filmed).path.joinpath("moments", "1.npz").write_bytes(b"PK")
    test = app("predict", view="mistakes", run=filmed, epoch="1")
    assert not test.exception and "moments/1.npz is damaged" in told(test)


def test_a_damaged_moment_leaves_no_story_and_its_sentence(app, runs_dir, filmed):
    Store(runs_dir).open(filmed).path.joinpath("moments", "1.npz").write_bytes(b"PK")
    test = app("predict", run=filmed)
    assert not test.exception
    assert "moments/1.npz is damaged" in shown(test).replace("\\", "")
    assert "First right" not in shown(test) and "When it learned which image" not in shown(test)


def test_of_moments_that_were_thinned_out_the_nearest_kept_one_is_shown(app, runs_dir, filmed):
    for gone in ("0.15", "2"):
        Store(runs_dir).open(filmed).path.joinpath("moments", f"{gone}.npz").unlink()
    test = app("predict", view="mistakes", run=filmed, epoch="2")
    assert not test.exception
    assert "This run has kept no moment at epoch 2: here is epoch 1, the nearest." in told(test)
    assert f"{WRONG[1.0]:,} mistakes" in shown(test)


def test_a_run_stopped_in_its_first_epoch_has_no_moment_to_show_and_says_so(app, runs_dir, dataset, filmed):
    """It has kept moments, but nothing of it is finished: another run is shown, with its own numbers."""
    store = Store(runs_dir)
    kept = store.snapshot(filmed).moment(0.15)
    run = store.create(store.snapshot(filmed).config, info={"data": store.snapshot(filmed).data})
    run.write_moment(0.15, 15, weights=list(kept.weights), probabilities=kept.probabilities)
    run.end("stopped", "Stopped.")
    test = app("predict", view="mistakes", run=run.id, epoch="0.15")
    assert not test.exception
    assert "This run ended before its first epoch was done, so it has no predictions." in told(test)
    assert "Shown here instead" in told(test)
    assert f"{WRONG[0.15]:,} mistakes" in shown(test)


def test_a_run_of_other_images_is_shown_at_its_last_moment_alone_and_says_so(
    app, runs_dir, dataset, filmed, processes, monkeypatch, truth
):
    """Trained on look-alikes, looked at with the real images: its moments are of other test images."""
    Store(runs_dir).open(filmed).update_info(data={"source": "look-alikes", "fingerprint": "another"})
    monkeypatch.setattr(processes.judge, "predict", lambda model, images: certain(truth))
    test = app("predict", view="test", run=filmed, epoch="1")
    assert not test.exception
    words = told(test)
    assert "This run was trained on other images, so only its last moment can be shown here." in words
    assert "trained on look-alikes" in words
    assert "Its life story is not known" in shown(test)
    assert address(test).get("epoch") is None


def test_units_are_those_of_the_moment(app, filmed):
    test = app("predict", view="inside", run=filmed, epoch="1", test_index="7")
    assert not test.exception and not test.error
    widget(test, "button", "next").click().run()
    assert not test.exception and address(test)["test_index"] == "8"


def convolutional(runs_dir, dataset, filmed, weights):
    """A run of a convolutional network with one moment of these weights, and a last one."""
    store = Store(runs_dir)
    kept = store.snapshot(filmed)
    run = store.create(RunConfig(network="small-cnn"), info={"data": kept.data})
    run.write_moment(0, 0, weights=weights, probabilities=kept.moment(0.15).probabilities)
    run.append_epoch(EpochRow(1, 0.5, 0.8, seconds=1.0, test_loss=0.5, test_accuracy=0.8))
    run.write_predictions(kept.predictions())
    run.end("finished", "Finished.")
    return run.id


def test_a_small_convolutional_network_is_followed_whole_at_a_moment(
    app, runs_dir, dataset, filmed, monkeypatch
):
    network = made_network()
    weights = [0.5 * array for layer in network.layers for array in layer.weights.values()]
    monkeypatch.setattr(Judge, "layered_network", lambda self, run: network)
    strips = []
    monkeypatch.setattr("pages.parts.predict.maps._maps", lambda **given: strips.append(given["data"]))
    monkeypatch.setattr("pages.parts.predict.cell._cell", lambda **given: None)
    run = convolutional(runs_dir, dataset, filmed, weights)
    test = app("predict", view="inside", run=run, epoch="0", test_index="7")
    assert not test.exception
    moment = at_moment.layered_at(network, Store(runs_dir).snapshot(run).moment(0))
    expected = plain_maps.strip(moment, moment.walk(dataset.test_images[7:8]), False)
    assert strips[-1]["columns"] == expected["columns"]
    assert (
        strips[-1]["columns"]
        != plain_maps.strip(network, network.walk(dataset.test_images[7:8]), False)["columns"]
    )
    assert "Where it looked, and what excites a map, are shown of the last moment alone." in shown(test)
    widget(test, "button", "next").click().run()
    assert not test.exception
    expected = plain_maps.strip(moment, moment.walk(dataset.test_images[8:9]), False)
    assert strips[-1]["columns"] == expected["columns"]


def test_of_a_large_convolutional_network_the_first_filters_are_shown_and_why_no_more(
    app, runs_dir, dataset, filmed
):
    random = np.random.default_rng(0)
    weights = [random.normal(size=(5, 5, 1, 32)).astype(np.float32), np.zeros(moments.WHOLE, np.float32)]
    run = convolutional(runs_dir, dataset, filmed, weights)
    test = app("predict", view="inside", run=run, epoch="0")
    assert not test.exception
    assert "too large to be kept whole at each moment, these are the first filters then" in told(test)
    assert sum(each.value.count("<figure") for each in test.get("html")) == 32


def test_beside_another_run_each_is_shown_at_the_moment(app, runs_dir, dataset, classes, filmed):
    other = filmed_run(Store(runs_dir), dataset, dict.fromkeys(EPOCHS, classes[0.0]), name="Other").id
    test = app("predict", view="mistakes", run=filmed, compare=other, epoch="1")
    assert not test.exception
    assert (
        "They begin to differ at epoch 0.15: 60.0% and 10.0% of the test images are named correctly."
        in shown(test)
    )


def test_train_shows_nine_images_at_the_newest_moment(app, runs_dir, dataset, classes, filmed):
    test = app("train", watched=filmed)
    assert not test.exception
    strip = " ".join(each.value for each in test.get("html") if 'class="learning"' in each.value)
    assert strip.count("<figure") == 9 and strip.count("✗") == 9
    run = Store(runs_dir).open(filmed)
    moment = Store(runs_dir).snapshot(filmed).moment(3)
    right = np.zeros((10_000, 10), np.float32)
    right[np.arange(10_000), dataset.test_labels] = 1
    run.write_moment(3, 300, weights=list(moment.weights), probabilities=right)
    test.run()
    strip = " ".join(each.value for each in test.get("html") if 'class="learning"' in each.value)
    assert strip.count("✓") == 9
