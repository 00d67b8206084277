"""Training: the fast loop computes what the plain one does; runs survive stops, kills and bad settings."""

import re
import shutil
import zipfile
from dataclasses import asdict, replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from fmnist.networks import architectures
from fmnist.networks.config import RunConfig
from fmnist.networks.training_set import training_set
from fmnist.runs.store import Store
from fmnist.training import fit
from fmnist.training.build import build
from fmnist.training.callbacks import lost_patience
from fmnist.training.engine import Engine, Plan, losses_of
from fmnist.training.fit import TrainingError
from fmnist.training.scoring import Scorer

IMAGES = 1_270  # 39 batches of 32, and one of 22
# Rounding stays small with it; with 3, a hidden unit's gradient nearly vanishes, and Adam divides by it.
SEED = 4


@pytest.fixture
def start(tmp_path, few, monkeypatch):
    """Trains the first images with some settings; gives the run back."""
    store = Store(tmp_path / "runs")
    monkeypatch.setattr(fit, "_bench", None)  # what an earlier test has compiled

    def train(run=None, **settings):
        config = RunConfig(**{"training_images": IMAGES, "epochs": 1} | settings)
        run = run or store.create(config, info={}, hold=True)
        run.outcome = fit.train(config, few, run)
        return run

    return train


def weights(run):
    return keras.models.load_model(run.model_path, safe_mode=True).get_weights()


def assert_close(found, expected, tolerance=1e-4):
    """Every array of `found` differs from the expected one by less than `tolerance` of its length."""
    for one, other in zip(found, expected, strict=True):
        difference = np.asarray(one, float) - np.asarray(other, float)
        assert np.linalg.norm(difference) <= tolerance * max(np.linalg.norm(other), 1e-12)


# ----------------------------------------------------------------- an independent implementation, NumPy only


class ByHand:
    """The tutorial's network in float64: forward, backward, Adam (Kingma and Ba 2015, end of section 2)."""

    def __init__(self, weights):
        self.weights = [np.array(one, np.float64) for one in weights]
        self.means = [np.zeros_like(one) for one in self.weights]
        self.squares = [np.zeros_like(one) for one in self.weights]
        self.steps = 0

    def forward(self, images):
        """Pixels, hidden values and log probabilities."""
        pixels = images.reshape(len(images), 784) / 255.0
        into_hidden, hidden_bias, into_output, output_bias = self.weights
        hidden = np.maximum(pixels @ into_hidden + hidden_bias, 0)
        logits = hidden @ into_output + output_bias
        logits -= logits.max(axis=1, keepdims=True)
        return pixels, hidden, logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))

    def step(self, images, labels, learning_rate):
        """One update; the sum of the losses and the right answers before it."""
        pixels, hidden, log_probabilities = self.forward(images)
        rows = np.arange(len(labels))
        at_logits = np.exp(log_probabilities)
        at_logits[rows, labels] -= 1
        at_logits /= len(labels)
        at_hidden = (at_logits @ self.weights[2].T) * (hidden > 0)
        gradients = pixels.T @ at_hidden, at_hidden.sum(0), hidden.T @ at_logits, at_logits.sum(0)
        self.steps += 1
        for weight, mean, square, gradient in zip(
            self.weights, self.means, self.squares, gradients, strict=True
        ):
            mean += (1 - 0.9) * (gradient - mean)
            square += (1 - 0.999) * (gradient**2 - square)
            rate = learning_rate * np.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps)
            weight -= rate * mean / (np.sqrt(square) + 1e-7)
        right = log_probabilities.argmax(axis=1) == labels
        return -log_probabilities[rows, labels].sum(), right.sum()

    def scores(self, images, labels):
        """Mean loss, accuracy and probabilities."""
        log_probabilities = self.forward(images)[2]
        loss = -log_probabilities[np.arange(len(labels)), labels].mean()
        return loss, (log_probabilities.argmax(axis=1) == labels).mean(), np.exp(log_probabilities)


def order_of_fit(config, count):
    """The order in which Keras's `fit` is seen to show the images of an epoch."""
    keras.utils.set_random_seed(config.seed)
    network = Looker()
    network.compile(run_eagerly=True)
    numbers = np.arange(count)
    network.fit(numbers, numbers, batch_size=config.batch_size, epochs=2, verbose=0)
    first, second = np.split(np.concatenate(network.seen), 2)
    assert (first == second).all() and sorted(first) == list(range(count))
    return first


class Looker(keras.Model):
    """Remembers what it is shown."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def train_step(self, batch):
        self.seen.append(batch[0].numpy().ravel())
        return {"loss": 0.0}


def train_by_hand(config, images, labels):
    """The network after one epoch in the order of `fit`, and the epoch's mean loss and accuracy."""
    network = ByHand(build(config).get_weights())
    order = order_of_fit(config, len(images))
    sums = np.zeros(2)
    for first in range(0, len(images), config.batch_size):
        batch = order[first : first + config.batch_size]
        sums += network.step(images[batch], labels[batch], config.learning_rate)
    return network, *(sums / len(images))


@pytest.mark.parametrize(
    "images, batch_size, jit_compile, largest_part",
    [
        (IMAGES, 32, True, 4096),
        (IMAGES, 32, False, 512),
        (40, 1, True, 4096),
        (IMAGES, 500, True, 150),  # in parts that do not divide the batch, the last batch smaller
        (IMAGES, 60_000, False, 512),  # all at once, in parts
    ],
)
def test_an_epoch_is_what_numpy_computes_by_hand(
    start, few, monkeypatch, images, batch_size, jit_compile, largest_part
):
    way = {"jit_compile": jit_compile, "largest_part": largest_part}
    monkeypatch.setattr(fit, "_way_to_compute", lambda config: way)
    run = start(training_images=images, batch_size=batch_size, seed=SEED)
    config = RunConfig(training_images=images, batch_size=batch_size, seed=SEED)
    expected, loss, accuracy = train_by_hand(config, few.train_images[:images], few.train_labels[:images])

    assert_close(weights(run), expected.weights)
    (row,) = run.history
    assert row.loss == pytest.approx(loss, rel=1e-4) and row.accuracy == pytest.approx(accuracy, abs=1e-9)
    test_loss, test_accuracy, probabilities = expected.scores(few.test_images, few.test_labels)
    assert row.test_loss == pytest.approx(test_loss, rel=1e-4)
    assert row.test_accuracy == pytest.approx(test_accuracy, abs=1e-9)
    np.testing.assert_allclose(run.predictions, probabilities, atol=1e-4)


@pytest.mark.parametrize("network", ["softmax", "tutorial", "dense"])
def test_a_run_is_what_a_plain_program_with_its_seed_computes(start, few, network):
    config = RunConfig(network=network, training_images=IMAGES, epochs=3, seed=SEED)
    run = start(network=network, epochs=3, seed=SEED)
    plain = build(config)
    plain.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = plain.fit(
        few.train_images[:IMAGES] / 255.0, few.train_labels[:IMAGES], batch_size=32, epochs=3, verbose=0
    ).history
    assert_close(weights(run), plain.get_weights(), 1e-3)
    assert [row.loss for row in run.history] == pytest.approx(history["loss"], rel=1e-4)
    assert [row.accuracy for row in run.history] == pytest.approx(history["accuracy"], abs=1e-6)


def test_the_last_images_are_held_back_and_scored_exactly(start, few):
    run = start(validation_share=0.3, seed=SEED)
    kept = 889  # floor(1270 * 0.7)
    config = RunConfig(training_images=kept, seed=SEED)
    expected, *_ = train_by_hand(config, few.train_images[:kept], few.train_labels[:kept])
    held_back = few.train_images[kept:IMAGES], few.train_labels[kept:IMAGES]
    (row,) = run.history
    assert (row.val_loss, row.val_accuracy) == pytest.approx(expected.scores(*held_back)[:2], rel=1e-4)


@pytest.mark.parametrize(
    "count, batch_size, largest_part", [(10, 4, 3), (10, 1, 3), (10, 10, 4), (7, 99, 99)]
)
def test_a_plan_shows_every_image_once_in_batches_as_fit_makes_them(count, batch_size, largest_part):
    plan = Plan.make(count, batch_size, largest_part)
    shown = plan.positions[plan.positions >= 0]
    assert shown.tolist() == list(range(count))
    batches, images = [], 0
    for row, size, ends in zip(plan.positions, plan.batch_sizes, plan.ends_batch, strict=True):
        images += (row >= 0).sum()
        if ends:
            assert images == size
            batches.append(images)
            images = 0
    assert batches == [len(range(count)[first : first + batch_size]) for first in range(0, count, batch_size)]


def test_labels_can_be_shuffled_so_that_they_mean_nothing(few):
    true = few.train_labels[:IMAGES]
    config = RunConfig(training_images=IMAGES, shuffle_labels=True)
    shuffled = training_set(config, few.train_images, few.train_labels).labels
    assert sorted(shuffled) == sorted(true)
    assert (shuffled == true).mean() < 0.2


def test_pixels_can_be_left_unscaled_and_confident_mistakes_cost_what_they_should(start, few):
    run = start(training_images=40, batch_size=40, scale_pixels=False, optimizer="sgd", learning_rate=1e-6)
    expected = ByHand(weights(run))
    expected.weights[0] = expected.weights[0] * 255  # undoes the scaling in ByHand
    loss, accuracy, _ = expected.scores(few.test_images, few.test_labels)
    assert loss > 50  # far above what probabilities that are no smaller than 1e-7 could give
    assert (run.history[0].test_loss, run.history[0].test_accuracy) == pytest.approx(
        (loss, accuracy), rel=1e-3
    )


# ------------------------------------------------------------------------------- ready before there is a run


@pytest.mark.parametrize(
    "asked",
    [
        {"seed": 5, "learning_rate": 0.003},  # what was compiled serves it
        {"batch_size": 50},  # it does not
    ],
)
def test_a_process_that_got_ready_computes_what_another_does(start, few, asked):
    expected = start(epochs=2, **asked)
    fit.get_ready(RunConfig(training_images=IMAGES), few)
    run = start(epochs=2, **asked)
    assert [asdict(row) | {"seconds": 0} for row in run.history] == [
        asdict(row) | {"seconds": 0} for row in expected.history
    ]
    for one, other in zip(weights(run), weights(expected), strict=True):
        assert np.array_equal(one, other)


def test_a_run_after_others_in_one_process_computes_what_it_does_alone(start, monkeypatch):
    asked = {"seed": 5, "learning_rate": 0.003, "epochs": 2, "network": "dense", "dropout": 0.2}
    alone = start(**asked)
    made = []
    monkeypatch.setattr(fit, "_bench", None)
    monkeypatch.setattr(fit, "Engine", lambda *given, **named: made.append(1) or Engine(*given, **named))
    start(**asked | {"seed": 6, "learning_rate": 0.01, "epochs": 1})
    start(**asked | {"seed": 7})
    run = start(**asked)
    assert len(made) == 1
    for one, other in zip(weights(run), weights(alone), strict=True):
        assert np.array_equal(one, other)


def test_what_a_run_that_was_broken_off_has_left_serves_no_other(start, monkeypatch):
    monkeypatch.setattr(architectures, "learning_rate", lambda config, epoch: 1e30)
    with pytest.raises(TrainingError):
        start(optimizer="sgd", scale_pixels=False)
    assert fit._bench is None


def test_a_process_that_got_ready_goes_on_with_a_run_of_another(start, few):
    expected = start(start(epochs=1), epochs=2)
    run = start(epochs=1)
    fit.get_ready(RunConfig(training_images=IMAGES), few)
    start(run, epochs=2)
    for one, other in zip(weights(run), weights(expected), strict=True):
        assert np.array_equal(one, other)


# ----------------------------------------------------------------------------------- going on where it ended


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"network": "dense", "hidden_layers": 2, "dropout": 0.4, "optimizer": "momentum"},
        {"network": "strong-cnn", "training_images": 70},
        {"schedule": "one-cycle", "cycle_epochs": 5, "optimizer": "adamw", "label_smoothing": 0.1},
    ],
    ids=["tutorial", "dropout", "augmentation", "one cycle"],
)
def test_two_epochs_and_three_more_are_five(start, settings):
    continued = start(epochs=2, **settings)
    start(continued, epochs=5, **settings)
    straight = start(epochs=5, **settings)
    assert_close(weights(continued), weights(straight), 1e-5)
    assert [row.epoch for row in continued.history] == [1, 2, 3, 4, 5]
    for one, other in zip(continued.history, straight.history, strict=True):
        assert (one.loss, one.test_loss) == pytest.approx((other.loss, other.test_loss), rel=1e-5)


def test_a_run_killed_between_its_history_and_its_model_repeats_that_epoch(start, tmp_path):
    run = start()
    shutil.copy(run.model_path, tmp_path / "first.keras")
    start(run, epochs=2)
    second = weights(run)
    shutil.copy(tmp_path / "first.keras", run.model_path)
    start(run, epochs=2)
    assert [row.epoch for row in run.history] == [1, 2]
    assert_close(weights(run), second, 1e-6)


def test_a_stopped_run_keeps_its_last_whole_epoch(start, few, monkeypatch):
    whole = start(seed=5)
    append = type(whole).append_epoch
    monkeypatch.setattr(type(whole), "append_epoch", lambda run, row: (append(run, row), run.request_stop()))
    run = start(seed=5, epochs=3)
    assert run.outcome.state == "stopped" and "1 of 3 epochs" in str(run.outcome.message)
    assert [row.epoch for row in run.history] == [1]
    assert_close(weights(run), weights(whole), 1e-6)
    network = keras.models.load_model(run.model_path)
    judged = Scorer(network, scale_pixels=True)(few.test_images, few.test_labels)
    np.testing.assert_allclose(run.predictions, judged.probabilities, atol=1e-6)


def test_a_run_stopped_before_its_first_epoch_says_that_there_is_no_model(start, monkeypatch):
    monkeypatch.setattr("fmnist.runs.store.Run.stop_requested", lambda run: True)
    run = start()
    assert run.outcome.state == "stopped" and "no model" in str(run.outcome.message)
    assert not run.history and not run.model_path.exists()


def test_a_run_with_all_its_epochs_is_finished_at_once(start):
    run = start()
    before = run.model_path.read_bytes()
    assert start(run).outcome.state == "finished"
    assert run.model_path.read_bytes() == before


def test_a_model_that_cannot_be_read_is_a_sentence(start):
    run = start()
    run.model_path.write_bytes(b"not a model")
    with pytest.raises(TrainingError, match="cannot be read. Start a new run"):
        start(run, epochs=2)


def test_the_learning_rate_falls_by_epoch_also_when_continued(start, monkeypatch):
    monkeypatch.setitem(
        architectures.NETWORKS, "tutorial", replace(architectures.NETWORKS["tutorial"], slowing=0.5)
    )
    run = start(epochs=1, learning_rate=0.004)
    start(run, epochs=3, learning_rate=0.004)
    rate = keras.models.load_model(run.model_path, safe_mode=True).optimizer.learning_rate
    assert float(rate) == pytest.approx(0.001)


def test_a_cycle_stopped_and_gone_on_with_ends_as_if_it_had_not_been(start, few, monkeypatch):
    settings = {"schedule": "one-cycle", "learning_rate": 0.004, "training_images": 320}
    straight = start(epochs=4, **settings)
    append = type(straight).append_epoch
    with monkeypatch.context() as stopping:
        stopping.setattr(
            type(straight), "append_epoch", lambda run, row: (append(run, row), run.request_stop())
        )
        run = start(epochs=4, **settings)
    assert len(run.history) == 1
    run.clear_stop()
    run.set_epochs(4)
    fit.train(run.config, few, run)
    assert_close(weights(run), weights(straight), 1e-6)


def test_beyond_its_cycle_a_run_goes_on_at_the_last_rate(start, few):
    run = start(schedule="one-cycle", learning_rate=0.004, epochs=2, training_images=320)
    run.set_epochs(3)
    assert (run.config.epochs, run.config.planned_epochs) == (3, 2)
    fit.train(run.config, few, run)
    optimizer = keras.models.load_model(run.model_path, safe_mode=True).optimizer
    assert int(optimizer.iterations) == 30
    assert float(optimizer.learning_rate) == pytest.approx(0.004 / 1000)


def test_a_rate_that_grows_leaves_many_points_and_ends_at_the_chosen_one(start, few):
    run = start(schedule="growing", learning_rate=0.5, training_images=3_000, batch_size=10)
    assert 90 <= len(run.batches) <= 100
    optimizer = keras.models.load_model(run.model_path, safe_mode=True).optimizer
    assert float(optimizer.learning_rate) == pytest.approx(0.5, rel=1e-3)
    assert len(start(training_images=3_000, batch_size=10).batches) <= 20


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_loss_of_smoothed_labels_is_that_of_keras(smoothing):
    scores = np.random.default_rng(0).normal(size=(6, 10)).astype(np.float32)
    probabilities = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    labels = np.array([0, 3, 9, 1, 1, 5])
    plain = keras.losses.CategoricalCrossentropy(label_smoothing=smoothing, reduction="none")
    expected = plain(np.eye(10, dtype=np.float32)[labels], probabilities)
    found = losses_of(tf.constant(labels, tf.int32), tf.constant(probabilities), smoothing)
    np.testing.assert_allclose(found, expected, atol=1e-6)


# ----------------------------------------------------------------------------------------- ends that are due


def test_a_loss_that_is_not_finite_ends_the_run_and_keeps_the_last_good_epoch(start, monkeypatch):
    run = start()
    monkeypatch.setattr(architectures, "learning_rate", lambda config, epoch: 1e30)
    before = run.model_path.read_bytes(), run.predictions.copy()
    with pytest.raises(TrainingError, match="epoch 2.* Choose a learning rate below"):
        start(run, epochs=3)
    assert len(run.history) == 1
    assert run.model_path.read_bytes() == before[0] and (run.predictions == before[1]).all()


@pytest.mark.parametrize("patience", [1, 2, 4])
def test_early_stopping_decides_as_keras_does(patience):
    random = np.random.default_rng(patience)
    for _ in range(30):
        losses = random.random(25).round(1).tolist()  # rounded, so that there are ties
        ours = next((n for n in range(1, 26) if lost_patience(losses[:n], patience)), None)
        assert ours == epochs_until_keras_stops(losses, patience)


def epochs_until_keras_stops(losses, patience):
    callback = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)
    callback.set_model(keras.Sequential())
    callback.model.stop_training = False
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if callback.model.stop_training:
            return epoch + 1
    return None


def test_patience_starts_anew_when_a_person_goes_on():
    assert lost_patience([1, 2, 2], 2)
    assert not lost_patience([1, 2, 2, 2], 2)
    assert lost_patience([1, 2, 2, 2, 2], 2)


def test_a_run_that_gets_no_better_ends_early(start):
    settings = {"learning_rate": 0.03, "validation_share": 0.1, "early_stopping": 1, "epochs": 50}
    run = start(training_images=200, shuffle_labels=True, **settings)
    losses = [row.val_loss for row in run.history]
    assert run.outcome.state == "finished" and "Ended early" in str(run.outcome.message)
    assert losses[-1] >= min(losses[:-1])
    assert all(later < earlier for earlier, later in zip(losses[:-2], losses[1:-1], strict=True))


# ------------------------------------------------------------------------------------------- what is written


def test_a_run_leaves_a_plain_keras_file_with_its_optimizer(start):
    run = start()
    with zipfile.ZipFile(run.model_path) as archive:
        assert "fmnist" not in archive.read("config.json").decode()
    model = keras.models.load_model(run.model_path, safe_mode=True)
    assert int(model.optimizer.iterations) == 40
    assert model.input_shape == (None, 28, 28) and model.output_shape == (None, 10)


def test_the_log_reads_like_keras(start, capsys):
    start(epochs=2, validation_share=0.2)
    values = r"accuracy: 0\.\d{4} - loss: \d\.\d{4} - val_accuracy: 0\.\d{4} - val_loss: \d\.\d{4}"
    line = rf"32/32 - \d+s - \d+(us|ms|s)/step - {values}"
    assert re.fullmatch(
        rf"Epoch 1/2\n{line}\nEpoch 2/2\n{line}\nTest accuracy: 0\.\d{{4}}\n", capsys.readouterr().out
    )


def test_progress_and_points_within_an_epoch_are_written(start):
    run = start(network="small-cnn", training_images=640, epochs=2)
    progress = run.progress
    assert (progress.epoch, progress.epochs, progress.step, progress.steps) == (2, 2, 20, 20)
    assert progress.test_accuracy == run.history[-1].test_accuracy
    epochs, losses, _ = np.array(run.batches).T
    assert (np.diff(epochs) > 0).all() and epochs[-1] == 2 and 4 <= len(epochs) <= 40
    in_first = np.diff(epochs[epochs <= 1], prepend=0)
    assert (losses[epochs <= 1] * in_first).sum() == pytest.approx(run.history[0].loss, rel=1e-6)


def test_logits_with_a_softmax_after_them_learn_what_a_softmax_layer_learns(start):
    both = [start(last_layer=kind) for kind in ("softmax", "logits")]
    softmax, logits = (keras.models.load_model(run.model_path, safe_mode=True) for run in both)
    assert [type(layer).__name__ for layer in logits.layers][-2:] == ["Dense", "Softmax"]
    assert logits.layers[-2].activation.__name__ == "linear"
    assert_close(logits.get_weights(), softmax.get_weights())
    assert both[1].history[0].loss == pytest.approx(both[0].history[0].loss, rel=1e-5)
    assert both[1].history[0].test_loss == pytest.approx(both[0].history[0].test_loss, rel=1e-5)
