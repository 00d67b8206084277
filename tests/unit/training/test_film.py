"""The film of a run: its moments say what the network said then, whoever reads them; nothing else changes."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from fmnist.evaluation import at_moment
from fmnist.evaluation.layers import LayeredNetwork
from fmnist.networks.config import RunConfig
from fmnist.runs import moments
from fmnist.runs.store import Run, RunError, Store
from fmnist.training import callbacks, film, fit
from fmnist.training.build import build
from fmnist.training.inside import layers_of

IMAGES = 3_200  # a hundred batches


@pytest.fixture
def train(tmp_path, few):
    """Trains a small run, or goes on with one; gives its snapshot back."""
    store = Store(tmp_path / "runs")

    def start(run=None, **settings):
        config = RunConfig(**{"training_images": IMAGES, "epochs": 2, "hidden_units": 8} | settings)
        run = run or store.create(config, info={}, hold=True)
        fit.train(config, few, run)
        start.run = run
        return store.snapshot(run.id)

    return start


def test_moments_are_kept_before_training_four_times_in_the_first_epoch_and_after_each(train, few):
    run = train()
    assert run.moments() == (0, *moments.EARLY, 1, 2)
    steps = [run.moment(each).step for each in run.moments()]
    assert steps == [0, 1, 4, 15, 40, 100, 200]
    last = at_moment.probabilities_at(run, 2, few.test_images)
    np.testing.assert_allclose(last, run.predictions(), atol=3e-4)
    assert (last.argmax(axis=1) == run.predictions().argmax(axis=1)).all()
    start = at_moment.network_at(run.settings, run.moment(0))
    fresh = build(run.settings).get_weights()
    assert all((one == other.kernel).all() for one, other in zip(fresh[::2], start.layers, strict=True))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"network": "dense", "activation": "sigmoid", "hidden_layers": 2, "dropout": 0.2},
        {"network": "softmax", "scale_pixels": False, "learning_rate": 1e-5},
        {"last_layer": "logits"},
    ],
    ids=["tutorial", "dense", "softmax", "logits"],
)
def test_a_reader_computes_from_early_weights_what_keras_does(train, few, settings):
    run = train(epochs=1, **settings)
    moment = run.moment(0.15)
    assert moment.probabilities is None
    network = keras.models.load_model(run.model_path, safe_mode=True)
    network.set_weights(moment.weights)
    expected = network.predict(few.test_images / (255.0 if run.settings.scale_pixels else 1.0), verbose=0)
    found = at_moment.probabilities_at(run, 0.15, few.test_images)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_of_a_convolutional_network_early_moments_hold_probabilities(train, few):
    run = train(epochs=1, network="small-cnn", training_images=640)
    moment = run.moment(0.15)
    network = keras.models.load_model(run.model_path, safe_mode=True)
    network.set_weights(moment.weights)
    expected = network.predict(few.test_images / 255.0, verbose=0)
    np.testing.assert_allclose(moment.probabilities, expected, atol=3e-4)
    assert moment.kernel.shape == (5, 5, 1, 16)
    last = LayeredNetwork.of(layers_of(network), 255.0)
    walked = at_moment.layered_at(last, moment).walk(few.test_images[:20])
    np.testing.assert_allclose(walked.probabilities, expected[:20], atol=1e-5)
    with pytest.raises(RunError, match="not kept whole"):
        at_moment.layered_at(last, replace(moment, weights=moment.weights[1:]))


def test_before_a_network_judges_images_untrained_the_run_says_so_and_while_it_judges_it_lives(
    train, few, monkeypatch
):
    monkeypatch.setattr(callbacks, "SECONDS_BETWEEN_BEATS", 0.0)
    told = []
    write = Run.write_progress
    monkeypatch.setattr(
        Run, "write_progress", lambda self, progress: (told.append(progress), write(self, progress))
    )
    train(network="small-cnn", epochs=1)
    words = [str(each.message) for each in told if each.state == "running"]
    judging = words.count(callbacks.JUDGES_FIRST)
    assert judging > 1  # one more for each part of the images
    assert words == [callbacks.JUDGES_FIRST] * judging + [""] * (len(words) - judging)


def test_a_run_that_goes_on_does_not_say_that_it_has_learned_nothing(train, monkeypatch):
    train(epochs=1)
    run = train.run
    run.set_epochs(2)
    told = []
    monkeypatch.setattr(Run, "write_progress", lambda self, progress: told.append(str(progress.message)))
    train(run=run, epochs=2)
    assert set(told) == {""}


def test_a_continued_run_adds_its_epochs_and_keeps_its_beginning(train):
    train(epochs=1)
    start = train.run.path.joinpath("moments", "0.npz").read_bytes()
    run = train(train.run, epochs=2)
    assert run.moments() == (0, *moments.EARLY, 1, 2)
    assert train.run.path.joinpath("moments", "0.npz").read_bytes() == start


def test_a_moment_beyond_the_last_whole_epoch_is_not_shown(train):
    run = train(epochs=1)
    moments.write(run.path, 2, 200, weights=run.moment(1).weights, probabilities=None)
    assert run.moments()[-1] == 1


def test_a_disk_without_room_for_moments_ends_no_run(train, monkeypatch, capsys):
    def refuse(*place, **content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(film.Run, "write_moment", refuse)
    run = train(epochs=1)
    assert run.epochs_done == 1 and run.has_model and run.moments() == ()
    assert "could not be kept" in capsys.readouterr().out
