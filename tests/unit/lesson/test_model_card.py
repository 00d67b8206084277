"""The model card: its numbers are those of the run, its tables are whole, and a person's words stay words."""

import re
import shlex

import numpy as np
import pytest
from scipy.stats import binomtest

from fmnist import language
from fmnist.__main__ import _config, _parser
from fmnist.evaluation.scores import Evaluation, reliability
from fmnist.lesson.model_card import model_card
from fmnist.networks.architectures import parameter_count
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from tests.pages.made_runs import finished_run

HEADS = [
    "Network",
    "Settings",
    "Data",
    "Results",
    "Calibration",
    "Confusions",
    "Limits",
    "How to reproduce it",
]


@pytest.fixture
def judged():
    """Of 1,000 images 870 named rightly, with varying certainty."""
    random = np.random.default_rng(3)
    labels = np.repeat(np.arange(10), 100)
    predicted = labels.copy()
    wrong = random.choice(1000, 130, replace=False)
    predicted[wrong] = (predicted[wrong] + 1) % 10
    sure = random.uniform(0.4, 1.0, 1000)
    probabilities = np.repeat((1 - sure)[:, None] / 9, 10, axis=1)
    probabilities[np.arange(1000), predicted] = sure
    return Evaluation(labels, probabilities)


def card(tmp_path, judged=None, config=None, name=""):
    store = Store(tmp_path)
    run = finished_run(store, config, name=name)
    run.update_info(data={"is_real": True, "checksums": {"a.gz": "0123456789abcdef"}})
    return model_card(store.snapshot(run.id), judged)


def test_every_part_is_there_and_every_table_has_as_many_cells_in_each_row(tmp_path, judged):
    text = card(tmp_path, judged)
    assert re.findall("^## (.*)$", text, re.MULTILINE) == HEADS
    for block in re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE):
        counts = {len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}
        assert len(counts) == 1


def test_the_accuracy_of_all_and_of_each_class_comes_with_its_interval(tmp_path, judged):
    text = card(tmp_path, judged)
    low, high = binomtest(870, 1000).proportion_ci(0.95, method="wilson")
    assert f"87.0% ({100 * low:.1f} to {100 * high:.1f})" in text
    right = int(judged.right[judged.labels == 9].sum())
    low, high = binomtest(right, 100).proportion_ci(0.95, method="wilson")
    assert f"| Ankle boot | 100 | {right / 100:.1%} ({100 * low:.1f} to {100 * high:.1f}) |" in text


def test_calibration_and_confusions_are_those_of_the_evaluation(tmp_path, judged):
    text = card(tmp_path, judged)
    assert f"{reliability(judged.labels, judged.probabilities).expected_calibration_error:.3f}" in text
    worst = int(np.argmax(judged.confusion[np.arange(10), (np.arange(10) + 1) % 10]))
    count = judged.confusion[worst, (worst + 1) % 10]
    first = text.split("## Confusions")[1].splitlines()[4]
    assert f"| {count} | {count / 100:.1%} |" in first


def test_without_predictions_it_says_so_and_leaves_the_tables_out(tmp_path):
    text = card(tmp_path)
    assert "are not at hand" in text and "## Calibration" not in text and "## Limits" in text


def test_settings_that_differ_stand_beside_the_tutorials_and_the_command_repeats_the_run(tmp_path):
    config = RunConfig(
        hidden_units=16, scale_pixels=False, learn_drawings=True, seed=4, changed_labels="3 7:2"
    )
    text = card(tmp_path, config=config)
    assert "| Hidden units | 16 | 128 |" in text and "| Batch size | 32 |  |" in text
    assert f"| Parameters | {parameter_count(config):,} |" in text
    assert "Learned from 59,999 training images." in text
    typed = re.search(r"python -m fmnist train .*", text)[0]
    for flag in ("--hidden-units 16", "--no-scale-pixels", "--learn-drawings", "--seed 4"):
        assert flag in typed
    assert "--changed-labels '3 7:2'" in typed and "--epochs" not in typed


def test_the_command_is_one_that_the_command_line_understands(tmp_path):
    config = RunConfig(network="small-cnn", learning_rate=3e-4, shifts=2, changed_labels="3 7:2", dropout=0.1)
    typed = re.search(r"python -m fmnist (train .*)", card(tmp_path, config=config))[1]
    assert _config(_parser().parse_args(shlex.split(typed))) == config


def test_a_name_is_shown_as_it_was_typed(tmp_path):
    assert r"Model card: \*\*best\*\* \<b\>\|x" in card(tmp_path, name="**best** <b>|x")


def test_look_alikes_are_called_so(tmp_path):
    store = Store(tmp_path)
    run = finished_run(store)
    run.update_info(data={"is_real": False})
    text = model_card(store.snapshot(run.id), None)
    assert "not Fashion-MNIST" in text and "say nothing of photos of garments" in text


def test_it_is_written_in_chinese(tmp_path, judged):
    language.use("zh")
    try:
        text = card(tmp_path, judged)
    finally:
        language.use("en")
    for head in HEADS:
        assert f"## {head}\n" not in text
    assert "卡" in text.splitlines()[0]
