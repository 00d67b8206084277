"""The map of hidden activations: its places, its colours, and its sentences where a moment cannot tell."""

import numpy as np
import pytest

from fmnist.data.statistics import map_sample, principal_axes
from fmnist.evaluation import at_moment
from fmnist.evaluation.dense import DenseLayer, DenseNetwork
from fmnist.runs.store import Store
from fmnist.workers.predictor import Judge
from tests.pages.made_runs import filmed_run
from tests.pages.predict_page import address, shown, widget

EPOCHS = (0.0, 0.15, 1.0, 2.0)


@pytest.fixture(autouse=True)
def maps(monkeypatch):
    """What the page hands to the map, last one last."""
    sent = []
    monkeypatch.setattr("pages.parts.predict.arrangement._map", lambda **given: sent.append(given["data"]))
    return sent


@pytest.fixture
def run(runs_dir, dataset, monkeypatch):
    """A run whose weights grow from moment to moment; of the images, it learns one half late, one never."""
    labels = dataset.test_labels.astype(int)
    wrong = (labels + 1) % 10
    late = np.where(np.arange(10_000) % 2, labels, wrong)
    store = Store(runs_dir)
    classes = dict(zip(EPOCHS, (wrong, wrong, wrong, late), strict=True))
    made = filmed_run(store, dataset, classes)
    weights = list(store.snapshot(made.id).moment(2).weights)
    moment = store.snapshot(made.id).moment(0.15)
    made.write_moment(0.15, 15, weights=[0.5 * each for each in weights], probabilities=moment.probabilities)
    last = store.snapshot(made.id)
    network = at_moment.network_at(last.settings, last.moment(2))
    monkeypatch.setattr(Judge, "dense_network", lambda self, run: network)
    return made.id


def by_hand(hidden, last):
    """Places from 0 to 1,000 between the outermost of the last moment, along its axes."""
    axes = principal_axes(last)
    low, high = axes.points(last).min(axis=0), axes.points(last).max(axis=0)
    shares = np.clip((axes.points(hidden) - low) / (high - low), 0, 1)
    return np.rint(1_000 * np.stack([shares[:, 0], 1 - shares[:, 1]], axis=1))


def test_at_every_moment_the_images_lie_along_the_axes_of_the_last(app, run, runs_dir, dataset, maps):
    images = dataset.test_images[map_sample(dataset.test_labels, 1_000)].reshape(1_000, -1) / 255
    first, bias = Store(runs_dir).snapshot(run).moment(2).weights[:2]
    last, early = (np.maximum(images @ (share * first) + share * bias, 0) for share in (1, 0.5))
    for epoch, hidden in (("last", last), ("0.15", early)):
        test = app("predict", view="inside", run=run, epoch=epoch)
        assert not test.exception
        found = np.reshape(maps[-1]["places"], (-1, 2))
        assert np.abs(found - by_hand(hidden, last)).max() <= 1
        assert "the same at every moment" in shown(test)
    assert maps[0]["places"] != maps[-1]["places"]


@pytest.mark.parametrize(
    ("by", "names"),
    [("right", ["right", "wrong"]), ("story", ["Learned at once", "Learned late"])],
)
def test_colours_tell_what_is_right_at_the_moment_and_the_life_story(app, run, dataset, maps, by, names):
    test = app("predict", view="inside", run=run, epoch="1", arranged_by=by)
    assert not test.exception and address(test)["arranged_by"] == by
    assert [each["name"] for each in maps[-1]["legend"]][:2] == names
    groups = np.array(maps[-1]["groups"])
    indices = map_sample(dataset.test_labels, 1_000)
    if by == "right":
        assert (groups == 1).all()  # at epoch 1 none is right
    else:
        np.testing.assert_array_equal(groups, np.where(indices % 2, 1, 3))
    test = widget(test, "button_group", "arranged_by").set_value("class").run()
    np.testing.assert_array_equal(maps[-1]["groups"], dataset.test_labels[indices])


def test_a_run_without_moments_has_no_colours_by_life_story_and_says_so(app, run, runs_dir, dataset, maps):
    for path in Store(runs_dir).open(run).path.joinpath("moments").iterdir():
        path.unlink()
    test = app("predict", view="inside", run=run, arranged_by="story")
    assert not test.exception
    assert "too few moments of its training for colours by life story" in shown(test)
    np.testing.assert_array_equal(
        maps[-1]["groups"], dataset.test_labels[map_sample(dataset.test_labels, 1_000)]
    )


def test_a_network_without_hidden_layer_has_a_sentence(app, make_run, truth, monkeypatch, maps):
    layer = DenseLayer(np.zeros((784, 10), np.float32), np.zeros(10, np.float32), "softmax")
    monkeypatch.setattr(Judge, "dense_network", lambda self, run: DenseNetwork((layer,), 255.0))
    test = app("predict", view="inside", run=make_run(truth, network="softmax"))
    assert "This network has no hidden layer" in shown(test)
    assert not maps and not test.exception
