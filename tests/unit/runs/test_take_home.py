"""What was made of a run's model: read as it was written, and not taken for that of a model that went on."""

import json

import pytest

from fmnist.language import say
from fmnist.runs import take_home
from fmnist.runs.take_home import FACTS, TFLITE, Made, TakeHome

FOUND = TakeHome(0.86, {TFLITE: Made(4, 100, 1e-7, 0.85)}, say("{file} is missing.", file="x"))


@pytest.fixture
def model(tmp_path):
    (tmp_path / TFLITE).write_bytes(b"four")
    path = tmp_path / "model.keras"
    path.write_bytes(b"model")
    take_home.write(tmp_path, path, FOUND)
    return path


def test_what_was_written_is_read(tmp_path, model):
    assert take_home.read(tmp_path, model) == FOUND
    take_home.forget(tmp_path)
    assert take_home.read(tmp_path, model) is None


def test_of_a_model_that_has_gone_on_there_is_nothing(tmp_path, model):
    model.write_bytes(b"other model")
    assert take_home.read(tmp_path, model) is None


def test_a_file_of_another_size_is_not_what_was_checked(tmp_path, model):
    (tmp_path / TFLITE).write_bytes(b"fives")
    assert take_home.read(tmp_path, model) is None


@pytest.mark.parametrize(
    "change",
    [
        {"accuracy": 2},
        {"accuracy": "x"},
        {"made": 3},
        {"made": {TFLITE: {"size": 4, "alike": 101, "apart": 0, "accuracy": 0.5}}},
        {"made": {TFLITE: {"size": "4", "alike": 1, "apart": 0, "accuracy": 0.5}}},
        {"made": {TFLITE: {"size": 4, "alike": 1, "apart": float("nan"), "accuracy": 0.5}}},
        {"made": {TFLITE: 3}},
        {"model": None},
    ],
)
def test_damaged_facts_count_as_none(tmp_path, model, change):
    facts = json.loads((tmp_path / FACTS).read_text())
    (tmp_path / FACTS).write_text(json.dumps(facts | change))
    assert take_home.read(tmp_path, model) is None


def test_no_json_is_nothing(tmp_path, model):
    (tmp_path / FACTS).write_text("[" * 100_000)
    assert take_home.read(tmp_path, model) is None
