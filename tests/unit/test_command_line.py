"""Claims about python -m fmnist: what each command prints, and a sentence for what cannot be done."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fmnist.__main__ import main
from fmnist.networks.config import RunConfig
from fmnist.runs.held_out import HeldOut
from fmnist.runs.store import Store
from fmnist.workers.queue import WorkerError, Workers
from tests.pages.made_runs import WHOLE_ARCHIVE, finished_run


def last_line(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.fixture
def trained(runs_dir, capsys):
    """A run of one epoch on 2,000 images, and what `train --json` printed last."""
    assert main(["train", "--epochs", "1", "--training-images", "2000", "--seed", "3", "--json"]) == 0
    return last_line(capsys)


def test_data_tells_shapes_and_whether_the_files_are_the_official_ones(dataset, capsys):
    assert main(["data", "--json"]) == 0
    told = last_line(capsys)
    assert told["train_shape"] == [60000, 28, 28] and told["test_shape"] == [10000, 28, 28]
    assert told["verified"] is dataset.verified and told["source"] == dataset.source


def test_train_leaves_out_what_a_kept_search_doubts_most(runs_dir, dataset, capsys):
    probabilities = np.full((60_000, 10), 0.01, np.float32)
    taken_for = dataset.train_labels.astype(int)
    taken_for[[3, 11, 30]] = (taken_for[[3, 11, 30]] + 1) % 10
    probabilities[np.arange(60_000), taken_for] = 0.91
    probabilities[11, taken_for[11] - 1] = 0.0  # the most doubtful
    work = HeldOut.of(runs_dir, RunConfig(), dataset.fingerprint)
    work.begin(RunConfig())
    work.write_probabilities(probabilities)
    asked = ["train", "--epochs", "1", "--training-images", "500", "--changed-labels", "7:2"]
    assert main([*asked, "--without-doubtful", "2", "--json"]) == 0
    run = Store(runs_dir).open(last_line(capsys)["run"])
    assert run.config.changed_labels == "3 7:2 11" and run.config.left_out == 2
    assert main([*asked, "--without-doubtful", "-1"]) == 2


def test_train_then_evaluate_then_predict(trained, tmp_path, capsys, dataset):
    assert trained["parameters"] == 101_770
    assert len(trained["epoch_seconds"]) == 1 and trained["fit_seconds"] > 0
    assert 0.5 < trained["test_accuracy"] < 0.95

    assert main(["evaluate", "--run", trained["run"], "--json"]) == 0
    judged = last_line(capsys)
    confusion = np.array(judged["confusion"])
    assert confusion.sum() == 10_000 and (confusion.sum(axis=1) == np.bincount(dataset.test_labels)).all()
    assert judged["test_accuracy"] == pytest.approx(trained["test_accuracy"], abs=1e-4)
    assert judged["per_class"][9]["class_name"] == "Ankle boot"

    assert main(["card", "--run", trained["run"], "--json"]) == 0
    card = last_line(capsys)
    assert card["run"] == trained["run"]
    assert f"{judged['test_accuracy']:.1%} (" in card["card"] and "--training-images 2000" in card["card"]

    picture = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(picture).rectangle((60, 20, 140, 180), fill="black")
    picture.save(tmp_path / "dress.png")
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    files = [str(tmp_path / "broken.png"), str(tmp_path / "dress.png")]
    assert main(["predict", *files, "--run", trained["run"], "--json"]) == 1  # one of the two failed
    told = capsys.readouterr()
    answer = json.loads(told.out)
    assert answer["file"].endswith("dress.png") and "broken.png" in told.err
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert answer["label"] == int(np.argmax(answer["probabilities"]))


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "--epochs", "0"],
        ["train", "--learning-rate", "nan"],
        ["train", "--batch-size", "-1"],
        ["train", "--early-stopping", "2"],
    ],
)
def test_absurd_settings_get_a_sentence_and_make_no_run(arguments, runs_dir, capsys):
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert told.strip().endswith(".") and "Traceback" not in told
    assert Store(runs_dir).list() == []


@pytest.mark.parametrize("run", ["20200101-000000-000000-abcd", "../../etc", ""])
def test_a_run_that_does_not_exist_gets_a_sentence(run, runs_dir, capsys):
    assert main(["evaluate", "--run", run]) == 1
    assert capsys.readouterr().err.strip().endswith(".")


# ---------------------------------------------------------------- many trainings


def test_a_sweep_trains_all_combinations_and_names_the_best(runs_dir, capsys):
    small = ["--epochs", "1", "--training-images", "1000", "--json"]
    assert main(["sweep", "--learning-rate", "0.001,0.01", "--seed", "1,2", *small]) == 0
    *each, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert {(run["learning_rate"], run["seed"]) for run in last["runs"]} == {
        (rate, seed) for rate in (0.001, 0.01) for seed in (1, 2)
    }
    accuracies = {run["run"]: run["test_accuracy"] for run in last["runs"]}
    assert last["best"] == max(accuracies, key=accuracies.get)
    assert {run["run"]: run["test_accuracy"] for run in each} == accuracies
    assert {run.sweep for run in Store(runs_dir).list()} == {last["sweep"]}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seed", "1,two"], "whole numbers, with commas"),
        (["--learning-rate", "99"], "learning_rate must lie between"),
        (["--seed", ",".join(map(str, range(61)))], "a sweep may have 60"),
    ],
)
def test_a_sweep_that_cannot_be_trained_gets_a_sentence_and_makes_no_run(arguments, words, runs_dir, capsys):
    try:
        assert main(["sweep", *arguments]) in (1, 2)
    except SystemExit as stopped:  # argparse has refused
        assert stopped.code == 2
    assert words in capsys.readouterr().err
    assert Store(runs_dir).list() == []


# ---------------------------------------------------------------- all runs


def test_runs_are_listed_newest_first_one_object_a_line(runs_dir, capsys):
    store = Store(runs_dir)
    waiting = store.create(RunConfig(network="softmax"), info={}, name="Mine")
    done = finished_run(store, test_accuracy=0.84)
    assert main(["runs", "--json"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {
            "run": done.id,
            "name": "",
            "state": "finished",
            "network": "tutorial",
            "test_accuracy": 0.84,
        },
        {
            "run": waiting.id,
            "name": "Mine",
            "state": waiting.state,
            "network": "softmax",
            "test_accuracy": None,
        },
    ]
    assert main(["runs"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(done.id) and "84.0%" in first and second.endswith("Mine")


def test_evaluate_takes_the_newest_run_with_a_model_where_none_is_named(runs_dir, dataset, capsys):
    store = Store(runs_dir)
    facts = {"data": {"fingerprint": dataset.fingerprint}}
    for _ in range(2):
        run = store.create(RunConfig(), info=facts)
        run.save_model(lambda path: path.write_bytes(WHOLE_ARCHIVE))
        run.write_predictions(np.eye(10, dtype=np.float32)[dataset.test_labels])
        run.end("finished", "Finished.")
    store.create(RunConfig(), info=facts)  # has no model yet
    assert main(["evaluate", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["run"] == run.id and json.loads(told.out)["test_accuracy"] == 1
    assert f"Run {run.id}, the newest with a model." in told.err


def test_without_any_run_evaluate_says_how_to_get_one(runs_dir, capsys):
    assert main(["evaluate"]) == 1
    assert capsys.readouterr().err == (
        "There is no run with a model yet. Train one: python -m fmnist train.\n"
    )


def test_what_a_library_says_while_it_loads_reaches_nobody(folder):
    command = [sys.executable, "-m", "fmnist", "predict", str(folder / "dress.png")]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stderr == "" and len(told.stdout.splitlines()) == 1


# ---------------------------------------------------------------- picture files


@pytest.fixture
def folder(tmp_path):
    """Files that can be judged, and others."""
    picture = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(picture).rectangle((60, 20, 140, 180), fill="black")
    picture.save(tmp_path / "dress.png")
    picture.save(tmp_path / "phone.jpg", "MPO", save_all=True, append_images=[picture.resize((50, 50))])
    picture.save(os.fsencode(tmp_path / "caf") + b"\xe9.png")
    Image.new("L", (300, 300), 250).save(tmp_path / "empty.png")
    (tmp_path / "broken.png").write_bytes((tmp_path / "dress.png").read_bytes()[:200])
    (tmp_path / "folder.png").mkdir()
    return tmp_path


def test_files_that_cannot_be_judged_get_a_sentence_each_and_do_not_stop_the_others(folder, capsys):
    bad = ["missing.png", "broken.png", "folder.png", "empty.png", "nul\0.png"]
    good = ["dress.png", "phone.jpg", os.fsdecode(b"caf\xe9.png")]
    mixed = [bad[0], good[0], *bad[1:], *good[1:]]
    assert main(["predict", *(str(folder / name) for name in mixed), "--json"]) == 1
    told = capsys.readouterr()
    assert [json.loads(line)["file"] for line in told.out.splitlines()] == [
        str(folder / name) for name in good
    ]
    sentences = told.err.strip().splitlines()
    assert len(sentences) == len(bad)
    for name, sentence in zip(bad, sentences, strict=True):
        assert name in sentence and sentence.endswith(".")
    assert "No garment found" in sentences[3] and "drawn" not in sentences[3]


def test_a_console_without_unicode_and_a_name_that_is_no_text_get_a_line_each(folder):
    names = ["衫.png", os.fsdecode(b"ill\xe9gible.png")]
    command = [sys.executable, "-m", "fmnist", "predict", *names]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, env=environment, timeout=120)
    lines = done.stderr.decode("ascii").splitlines()
    assert done.returncode == 1 and "Traceback" not in done.stderr.decode("ascii")
    assert lines[0].startswith(r"\u886b.png: ") and lines[1].startswith(r"ill\xe9gible.png: ")


# ---------------------------------------------------------------- what is recommended


@pytest.mark.parametrize(
    ("arguments", "epochs"),
    [
        (["--network", "small-cnn"], 5),
        (["--network", "small-cnn", "--recommended"], 8),
        (["--network", "strong-cnn", "--recommended"], 10),
        (["--network", "strong-cnn", "--recommended", "--epochs", "2"], 2),
    ],
)
def test_recommended_gives_a_network_the_epochs_it_needs_unless_told_otherwise(
    arguments, epochs, runs_dir, dataset, monkeypatch
):
    asked = []

    def submit(self, config, **_):
        asked.append(config.epochs)
        raise WorkerError("Enough.")

    monkeypatch.setattr(Workers, "submit", submit)
    monkeypatch.setattr(Workers, "stop", lambda *_: None)
    main(["train", *arguments])
    assert asked == [epochs]


def test_recommended_also_says_how_the_network_learns_unless_told_otherwise(runs_dir, dataset, monkeypatch):
    asked = []

    def submit(self, config, **_):
        asked.append(config)
        raise WorkerError("Enough.")

    monkeypatch.setattr(Workers, "submit", submit)
    monkeypatch.setattr(Workers, "stop", lambda *_: None)
    main(["train", "--network", "strong-cnn", "--recommended", "--batch-size", "64"])
    (config,) = asked
    assert (config.schedule, config.optimizer, config.batch_size) == ("one-cycle", "adamw", 64)
