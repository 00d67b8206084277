"""What a run can be taken home as: each file is offered in the table of runs, and is what it says."""

import pytest

from fmnist import language
from fmnist.language import N_, say
from fmnist.networks.config import RunConfig
from fmnist.runs import take_home as take_home_files
from fmnist.runs.store import Store
from fmnist.runs.take_home import FORMATS, Made, TakeHome
from fmnist.workers.children import WorkerError
from pages.parts.train import deleting, take_home
from tests.pages.made_runs import finished_run
from tests.pages.test_runs_table import tick
from tests.pages.test_train import widget
from tests.pages.words_shown import untranslated
from tools.server import wait_until


def opened(app, run, **query):
    """Train with this run ticked and its files shown."""
    test = app("train", **query)
    test.session_state[deleting.key_of("taking", [run.id])] = True
    return tick(test, 0)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_model_card_of_a_ticked_run_is_made_in_the_visitors_language(app, runs_dir, dataset, code):
    run = finished_run(Store(runs_dir), name="Mine")
    test = opened(app, run, lang=code)
    assert not test.exception
    (button,) = [each for each in test.get("download_button") if each.proto.id.endswith("download_card")]
    assert button.proto.label == {"en": "Model card", "zh": "模型卡"}[code]
    language.use(code)
    make = take_home._card(Store(runs_dir), run.id, dataset)
    language.use("en")
    text = make()
    language.use("en")
    assert text.splitlines()[0] == {"en": "# Model card: Mine", "zh": "# 模型卡：Mine"}[code]


def test_a_run_that_was_deleted_meanwhile_is_a_sentence(app, runs_dir, dataset):
    run = finished_run(Store(runs_dir))
    make = take_home._card(Store(runs_dir), run.id, dataset)
    Store(runs_dir).delete(run.id)
    assert make() == f"There is no run {run.id}: it may have been deleted."


# ---- SavedModel and TFLite


@pytest.fixture
def trained(app, runs_dir, processes):
    """A run that a child has trained, of few images."""
    run_id = processes.submit(RunConfig(epochs=1, training_images=500, hidden_units=8))
    run = Store(runs_dir).open(run_id)
    wait_until(lambda: run.state == "finished", 120, "the run did not finish")
    return run


def labels(test):
    return [each.proto.label for each in test.get("download_button")]


def test_one_click_makes_the_formats_in_a_child_and_offers_those_that_answer_as_keras(
    app, runs_dir, processes, trained
):
    test = opened(app, trained)
    assert "Make SavedModel and TFLite" in [each.label for each in test.button]
    widget(test, "button", "make_formats").click().run()
    assert not test.exception
    snapshot = Store(runs_dir).snapshot(trained.id)
    wait_until(lambda: not processes.exporter.status(snapshot).is_running, 120, "the files were not made")
    test.run()
    assert not test.exception and not test.warning and not test.error
    offered = [label.split(",")[0].strip("`") for label in labels(test)]
    assert [name for name in FORMATS if name in offered] == list(FORMATS)
    told = " ".join(each.value for each in test.caption)
    assert told.count("Names 100 of 100 as Keras does") >= 2 and "pixels divided by 255" in told
    found = take_home_files.read(trained.path, trained.model_path)
    assert found.accuracy == pytest.approx(trained.history[-1].test_accuracy, abs=1e-4)
    for name, made in found.made.items():
        assert (trained.path / name).stat().st_size == made.size


def test_in_chinese_every_word_of_it_is_translated(app, runs_dir, dataset):
    run = finished_run(Store(runs_dir))
    made = {name: Made(4, 99, 0.0, 0.5) for name in FORMATS}
    for name in made:
        (run.path / name).write_bytes(b"four")
    problem = say(N_("The files could not be made: {reason}."), reason="x")
    take_home_files.write(run.path, run.model_path, TakeHome(0.5, made, problem))
    test = opened(app, run, lang="zh")
    assert not test.exception and untranslated(test) == []


def test_when_no_child_can_be_started_a_sentence_says_so(app, runs_dir, processes, monkeypatch):
    run = finished_run(Store(runs_dir))

    def refuse(*_):
        raise WorkerError("No process can be started.")

    monkeypatch.setattr(processes.exporter, "start", refuse)
    test = opened(app, run)
    widget(test, "button", "make_formats").click().run()
    assert "No process can be started." in [each.value for each in test.error]


def test_a_model_that_cannot_be_read_ends_in_a_sentence_and_another_try(app, runs_dir, processes):
    run = finished_run(Store(runs_dir))  # its model is an empty archive
    snapshot = Store(runs_dir).snapshot(run.id)
    processes.exporter.start(snapshot)
    wait_until(lambda: not processes.exporter.status(snapshot).is_running, 120, "it did not end")
    test = opened(app, run)
    assert "The files could not be made" in " ".join(each.value for each in test.warning)
    assert "Make SavedModel and TFLite" in [each.label for each in test.button]
