"""SavedModel and TFLite of each network: they answer as Keras does, and one that does not is not offered."""

import io
import zipfile

import numpy as np
import pytest
import tensorflow as tf

from fmnist.networks.config import RunConfig
from fmnist.runs.take_home import CHECKED, FORMATS, SAVED_MODEL, TFLITE, TFLITE_INT8
from fmnist.training import take_home
from fmnist.training.build import build

CHANCE = np.random.default_rng(4)
PIXELS = CHANCE.random((120, 28, 28), dtype=np.float32)
LABELS = CHANCE.integers(0, 10, 120)
SETTINGS = [
    {"hidden_units": 16},
    {"last_layer": "logits", "hidden_units": 8},
    {"network": "small-cnn"},
    {"network": "strong-cnn"},
]


def made(network):
    """What is kept, and what is known of it."""
    kept = {}
    return kept, take_home.make(network, PIXELS, LABELS, kept.__setitem__)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(map(str, settings.values())))
def test_each_format_names_the_images_as_keras_does(settings):
    network = build(RunConfig(**settings))
    kept, found = made(network)
    assert not found.problem and list(kept) == list(FORMATS) == list(found.made)
    expected = np.asarray(network(PIXELS, training=False))
    interpreter = take_home._interpreter(kept[TFLITE])  # one image at a time, as a phone asks
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], PIXELS[7:8])
    interpreter.invoke()
    answer = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(answer, expected[7:8], atol=1e-5)
    assert found.accuracy == np.mean(expected.argmax(axis=1) == LABELS)
    assert {found.made[name].alike for name in (SAVED_MODEL, TFLITE)} == {CHECKED}
    assert found.made[TFLITE_INT8].size < found.made[TFLITE].size / 2
    assert all(found.made[name].size == len(kept[name]) for name in FORMATS)


def test_the_archive_unpacks_to_one_folder_that_tensorflow_loads(tmp_path):
    network = build(RunConfig(hidden_units=4))
    kept, _found = made(network)
    with zipfile.ZipFile(io.BytesIO(kept[SAVED_MODEL])) as archive:
        archive.extractall(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["saved_model"]
    loaded = tf.saved_model.load(str(tmp_path / "saved_model"))
    answer = loaded.serve(PIXELS[:3])
    np.testing.assert_allclose(answer, np.asarray(network(PIXELS[:3], training=False)), atol=1e-6)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda part: 1 - np.eye(10, dtype=np.float32)[part[:, 0, 0].astype(int)], "it names only"),
        (lambda part: np.nan * np.ones((len(part), 10), np.float32), "it names only"),
    ],
)
def test_a_file_that_answers_otherwise_is_not_offered_and_a_sentence_says_why(monkeypatch, wrong, words):
    right = take_home._reader
    monkeypatch.setattr(
        take_home, "_reader", lambda name, content: wrong if name == TFLITE else right(name, content)
    )
    network = build(RunConfig(hidden_units=4))
    kept, found = made(network)
    assert TFLITE not in kept and TFLITE not in found.made and TFLITE_INT8 in kept
    assert words in str(found.problem) and "model.tflite is not offered" in str(found.problem)


def test_probabilities_that_are_off_are_noticed_though_the_classes_agree(monkeypatch):
    right = take_home._reader
    monkeypatch.setattr(
        take_home, "_reader", lambda name, content: lambda part: right(name, content)(part) + np.float32(0.01)
    )
    kept, found = made(build(RunConfig(hidden_units=4)))
    assert list(kept) == [TFLITE_INT8]
    assert "its probabilities are not those of Keras" in str(found.problem)
