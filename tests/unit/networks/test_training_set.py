"""The code to take home trains what the run trains: arrays, order and settings, whatever is chosen.

The script is run as far as its training, with `fit` replaced by a recorder.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fmnist.data.facts import TRAIN_IMAGES
from fmnist.drawing import made_drawings
from fmnist.networks import architectures
from fmnist.networks.changed_labels import written
from fmnist.networks.config import CHOICES, RANGES, ConfigError, RunConfig
from fmnist.networks.export import script
from fmnist.networks.training_set import training_set
from fmnist.training import fit
from fmnist.training.build import build
from fmnist.training.engine import _Recorder, fit_order

CHANCE = np.random.default_rng(0)
SMALL = (2, 2)  # pixels: what is compared is which image is where, and that takes no 28
IMAGES = CHANCE.integers(0, 256, (TRAIN_IMAGES, *SMALL), dtype=np.uint8)
LABELS = CHANCE.integers(0, 10, TRAIN_IMAGES, dtype=np.uint8)
TEST_IMAGES, TEST_LABELS = IMAGES[:100, ::-1], LABELS[:100]
WIDEST = 64  # hidden units, so that hundreds of networks are made in seconds


@dataclass
class Recorded:
    """What `fit` was called with."""

    model: keras.Model
    images: np.ndarray
    labels: np.ndarray
    options: dict[str, Any]
    test_images: np.ndarray


def drawings_in_short(images, labels, count, seed):
    """In place of `make_drawings`, which takes minutes for 60,000: tells apart whatever it is called with."""
    assert len(images) == len(labels)
    order = np.random.default_rng([seed, count, len(images)]).integers(0, len(images), count)
    return 255 - images[order], labels[order]


def run_script(config, monkeypatch, fitted=None):
    """Run the script of a run as far as its training; what is fitted, and how."""
    found = []

    def record(model, images, labels, **options):
        found.append((model, images, labels, options))
        if fitted:
            fitted(model, len(images), options)

    with monkeypatch.context() as patch:
        patch.setattr(keras.Model, "fit", record)
        patch.setattr(keras.Model, "summary", lambda model: None)
        patch.setattr(made_drawings, "make_drawings", drawings_in_short)
        patch.setattr(
            keras.datasets.fashion_mnist,
            "load_data",
            lambda: ((IMAGES.copy(), LABELS.copy()), (TEST_IMAGES.copy(), TEST_LABELS.copy())),
        )
        names = {"print": lambda *_: None}
        exec(script(config).split("# %% The test")[0], names)
    ((model, images, labels, options),) = found
    return Recorded(model, images, labels, options, names["test_images"])


def taken_by_the_run(config, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(made_drawings, "make_drawings", drawings_in_short)
        return training_set(config, IMAGES, LABELS)


def made(**chosen):
    """The settings, or, where they cannot go together, those without early stopping or changed labels."""
    try:
        return RunConfig(**chosen)
    except ConfigError:
        return RunConfig(**chosen | {"early_stopping": 0, "changed_labels": ""})


def any_of(name):
    """Every value that a setting can have."""
    if name in CHOICES:
        return st.sampled_from(CHOICES[name])
    if name == "changed_labels":
        changes = st.dictionaries(st.integers(0, TRAIN_IMAGES - 1), st.none() | st.integers(0, 9), max_size=9)
        return changes.map(written)
    if name not in RANGES:
        return st.booleans()
    low, high, _step = RANGES[name]
    if isinstance(getattr(RunConfig(), name), int):
        return st.integers(int(low), WIDEST if name == "hidden_units" else int(high))
    return st.floats(low, high)


CONFIGS = st.fixed_dictionaries({name: any_of(name) for name in RunConfig().as_dict()})
SWITCHES = {
    "learn_drawings": (False, True),
    "validation_share": (0.0, 0.1),
    "early_stopping": (0, 2),
    "shuffle_labels": (False, True),
    "scale_pixels": (False, True),
    "training_images": (997, TRAIN_IMAGES),
    "shifts": (0, 1),
    "turns": (0, 20),
}


def assert_alike(config, monkeypatch):
    """The script fits the same network, in the same way, to the same arrays as the run."""
    recorded, taken = run_script(config, monkeypatch), taken_by_the_run(config, monkeypatch)
    divisor = 255.0 if config.scale_pixels else 1.0
    np.testing.assert_array_equal(recorded.images, taken.images / divisor)
    np.testing.assert_array_equal(as_numbers(recorded.labels, config), taken.labels)
    np.testing.assert_array_equal(recorded.test_images, TEST_IMAGES / divisor)
    options = dict(recorded.options)
    if config.validation_share:
        images, labels = options.pop("validation_data")
        np.testing.assert_array_equal(images, taken.validation_images / divisor)
        np.testing.assert_array_equal(as_numbers(labels, config), taken.validation_labels)
    assert_called_alike(config, options)
    assert_same_network(config, recorded.model)


def as_numbers(labels, config):
    """Labels as the data set has them: a loss that smooths them is given ten numbers each."""
    if not config.label_smoothing:
        return labels
    labels = np.asarray(labels)
    assert labels.shape[1:] == (10,) and (labels.sum(axis=1) == 1).all()
    return labels.argmax(axis=1)


def assert_loss(loss, config):
    """The loss takes what the last layer gives, and smooths as much as the run does."""
    if isinstance(loss, str):
        assert loss == "sparse_categorical_crossentropy"
        assert not config.label_smoothing and config.last_layer == "softmax"
        return
    settings = loss.get_config()
    assert settings["from_logits"] == (config.last_layer == "logits")
    assert settings.get("label_smoothing", 0.0) == config.label_smoothing
    assert loss.name == ("categorical" if config.label_smoothing else "sparse_categorical") + "_crossentropy"


def assert_called_alike(config, options):
    callbacks = {type(callback): callback for callback in options.pop("callbacks", [])}
    stopping = callbacks.pop(keras.callbacks.EarlyStopping, None)
    assert (stopping.patience if stopping else 0) == config.early_stopping
    if stopping:
        assert (stopping.monitor, stopping.min_delta, stopping.restore_best_weights) == ("val_loss", 0, False)
    schedule = callbacks.pop(keras.callbacks.LearningRateScheduler, None)
    for epoch in range(3):
        rate = schedule.schedule(epoch) if schedule else config.learning_rate
        assert rate == architectures.learning_rate(config, epoch)
    assert callbacks == {}
    assert options == {"epochs": config.epochs, "batch_size": config.batch_size}


def assert_same_network(config, model):
    ours, theirs = fit._optimizer(config).get_config(), model.optimizer.get_config()
    assert type(model.optimizer) is type(fit._optimizer(config))
    assert {**theirs, "name": ""} == {**ours, "name": ""}
    assert_loss(model.loss, config)
    starting = build(config)
    kinds = [type(layer) for layer in starting.layers]
    if config.last_layer == "logits":
        assert kinds.pop() is keras.layers.Softmax  # the script puts it on top when training is over
    assert [type(layer) for layer in model.layers] == kinds
    for found, expected in zip(model.get_weights(), starting.get_weights(), strict=True):
        if np.issubdtype(found.dtype, np.floating):  # not the states of random generators
            np.testing.assert_array_equal(found, expected)


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(chosen=CONFIGS)
@example(chosen={"learning_rate": 0.0012345678901234567, "training_images": 10, "validation_share": 0.05})
@example(
    chosen={"network": "strong-cnn", "learning_rate": 1e-6, "validation_share": 0.29999, "seed": 2**31 - 1}
)
@example(
    chosen={"batch_size": 60_000, "training_images": 11, "validation_share": 0.3, "learn_drawings": True}
)
def test_whatever_is_chosen_the_script_trains_what_the_run_does(chosen, monkeypatch):
    assert_alike(made(**chosen), monkeypatch)


@pytest.mark.parametrize("chosen", list(product(*SWITCHES.values())))
def test_in_every_combination_of_what_changes_the_images(chosen, monkeypatch):
    assert_alike(made(network="softmax", seed=3, **dict(zip(SWITCHES, chosen, strict=True))), monkeypatch)


@pytest.mark.parametrize("more", [{}, {"shuffle_labels": True}, {"validation_share": 0.1, "shifts": 1}])
@pytest.mark.parametrize("images", [997, TRAIN_IMAGES])
def test_labels_left_out_and_corrected(images, more, monkeypatch):
    changed = "0 5:1 6:9 7 990 996:3 59999"
    config = RunConfig(network="softmax", seed=3, training_images=images, changed_labels=changed, **more)
    assert_alike(config, monkeypatch)


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"training_images": 1_000, "batch_size": 7},
        {"training_images": 1_000, "batch_size": 5_000, "validation_share": 0.2},
        {"training_images": 1_000, "learn_drawings": True, "validation_share": 0.1, "shuffle_labels": True},
        {"network": "small-cnn", "training_images": 500},
    ],
)
def test_the_images_come_in_the_order_of_the_run(chosen, monkeypatch):
    config = RunConfig(seed=5, **chosen)
    orders = []
    plain_fit = keras.Model.fit

    def note_order(_, count, options):
        recorder = _Recorder(count)
        recorder.compile()
        shuffle = options.get("shuffle", True)
        plain_fit(recorder, np.arange(count, dtype=np.int32), batch_size=count, verbose=0, shuffle=shuffle)
        orders.append(recorder.order.numpy())

    count = len(run_script(config, monkeypatch, note_order).images)
    np.testing.assert_array_equal(orders[0], fit_order(config.seed, count))
