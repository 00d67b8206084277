"""Train in another language: nothing but names and code is left in English, whatever state a run is in."""

import itertools
import time

import numpy as np
import pytest

from fmnist import language
from fmnist.evaluation.scores import Evaluation
from fmnist.language import in_english, say
from fmnist.lesson import experiments, glossary, run_text
from fmnist.lesson.experiments import EXPERIMENTS, NOTE, Measured
from fmnist.lesson.views import PAGES
from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import NETWORK_KEYS, OPTIMIZERS, RunConfig
from fmnist.plots.charts import train as charts
from fmnist.runs.files import MODEL, PREDICTIONS, EpochRow
from fmnist.runs.store import Progress, Store
from fmnist.training.fit import _finished_message, _not_finite_message, _stopped_message
from fmnist.workers.endings import died, stopped
from fmnist.workers.robustness import Robustness
from fmnist.workers.sharing import Rules, Space, Visitor, obstacle
from pages.parts.shell import languages, visitor
from pages.parts.train import experiments as train_experiments
from pages.parts.train import runs
from tests.pages.made_runs import finished_run
from tests.pages.predict_page import certain
from tests.pages.test_train import shown, widget
from tests.pages.test_train_experiments import finished, stop_training
from tests.pages.words_shown import english_words, texts, untranslated
from tools.server import wait_until

OTHERS = [code for code in language.LANGUAGES if code != language.ENGLISH]
DENSE = RunConfig(
    network="dense", hidden_units=512, hidden_layers=2, activation="tanh", dropout=0.25, optimizer="momentum",
    learning_rate=0.01, batch_size=64, validation_share=0.1, early_stopping=3, seed=5, training_images=6000,
    scale_pixels=False, shuffle_labels=True, learn_drawings=True,
    shifts=2, turns=10, attacked=8,
)  # fmt: skip
pytestmark = pytest.mark.parametrize("code", OTHERS)


@pytest.fixture(autouse=True)
def spoken(code):
    """This thread speaks the language, too: AppTest finds what is chosen by its words."""
    language.use(code)
    yield
    language.use(language.ENGLISH)


def all_shown(test):
    """Everything that the page shows, after a check that nothing of it is in English."""
    assert not test.exception
    assert untranslated(test) == []
    return " ".join(texts(test))


# ---- the form


@pytest.mark.parametrize("network", NETWORK_KEYS)
def test_the_form_of_each_network(app, code, network):
    test = app("train", lang=code, network=network, epochs="7")
    all_shown(test)
    assert widget(test, "selectbox", "network").value == network


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer(app, code, optimizer):
    all_shown(app("train", lang=code, optimizer=optimizer))


def test_the_words_of_the_page(app, code, runs_dir):
    finished_run(Store(runs_dir))
    test = app("train", lang=code)
    test.session_state["words"] = True
    test.run()
    assert glossary.TERMS["epoch"].title not in all_shown(test)


def test_what_an_address_got_wrong(app, code):
    test = app("train", lang=code, epochs="500", learning_rate="0.0009", batch_size="-3", dropout="nan")
    assert len(test.info) == 4
    assert [each.value for each in test.info if english_words(each.value.replace("nan", ""))] == []


def test_the_settings_stay_when_the_language_changes(app, code):
    language.use(language.ENGLISH)
    test = app("train", network="dense", epochs="9")
    widget(test, "slider", "hidden_layers").set_value(3).run()
    test.query_params[languages.ADDRESS] = code
    test.run()
    language.use(code)
    all_shown(test)
    assert widget(test, "selectbox", "network").value == "dense"
    assert widget(test, "slider", "hidden_layers").value == 3
    assert widget(test, "number_input", "epochs").value == 9


# ---- one run


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("finished", _finished_message(RunConfig(), 5)),
        ("stopped", _stopped_message(1, 5)),
        ("failed", say("The run could not go on: {reason}.", reason=say("the disk is full"))),
        ("failed", died(-9, 1)),
        ("running", ""),  # nobody owns it: interrupted
    ],
)
def test_a_run_in_each_state(app, code, runs_dir, state, message):
    run = finished_run(Store(runs_dir), DENSE)
    run.write_predictions(certain([0] * 10_000))
    run.write_progress(Progress(state, 1, 5, message=message, heartbeat=time.time(), started=time.time() - 9))
    test = app("train", lang=code)
    for opened in ("code", "log"):
        test.session_state[opened] = True
    test.run()
    words = all_shown(test)
    assert not message or in_english(message) not in words
    assert PAGES["train"].next.words not in words


@pytest.mark.parametrize("file", ["config.json", "progress.json", "history.csv", MODEL, PREDICTIONS])
def test_a_damaged_run(app, code, runs_dir, file):
    run = finished_run(Store(runs_dir))
    (run.path / file).write_text("{}")
    test = app("train", lang=code)
    all_shown(test)
    assert any(file in each.value.replace("\\", "") for each in test.warning)


def test_a_run_that_waits_and_one_that_trains(app, code, runs_dir, processes, monkeypatch):
    stop_training(monkeypatch, processes)
    test = app("train", lang=code)
    widget(test, "button", "train").click().run()
    all_shown(test)
    run = Store(runs_dir).open(Store(runs_dir).list()[0].id)
    for message in (say("Getting ready: loading TensorFlow and the images."), ""):
        run.write_progress(
            Progress("running", 1, 5, 2, 4, message=message, heartbeat=time.time(), started=time.time() - 9)
        )
        all_shown(test.run())
    widget(test, "button", "stop").click().run()
    all_shown(test)
    assert run.state == "stopped" and in_english(run.progress.message).startswith("The run left the queue")


# ---- the table


@pytest.mark.parametrize("rows", [[0], [1], [0, 1]])
def test_what_can_be_done_with_runs_in_the_table(app, code, runs_dir, monkeypatch, rows):
    store = Store(runs_dir)
    finished_run(store, DENSE)
    finished(store, EXPERIMENTS["drawings"], 0, 0.8, 0.8).write_predictions(certain([0] * 10_000))
    monkeypatch.setattr(runs, "_table", lambda summaries: [summaries[row] for row in rows])
    test = app("train", lang=code)
    assert EXPERIMENTS["drawings"].title not in all_shown(test)


def test_the_rows_and_columns_of_the_table(runs_dir):
    store = Store(runs_dir)
    finished_run(store, DENSE)
    finished(store, EXPERIMENTS["drawings"], 0, 0.8, 0.8)
    damaged = finished_run(store)
    (damaged.path / "config.json").unlink()
    for row in map(runs._row, store.list()):
        words = [*row, *(str(value) for value in row.values() if value is not None)]
        assert [word for word in words if english_words(word)] == []


# ---- experiments


@pytest.mark.parametrize("key", EXPERIMENTS)
def test_an_experiment_is_asked_and_started(app, code, key, processes, monkeypatch, runs_dir, request):
    stop_training(monkeypatch, processes)
    experiment = EXPERIMENTS[key]
    if experiment.asks_about_labels:
        request.getfixturevalue("searched")
    test = app("train", lang=code, experiment=key)
    all_shown(test)
    widget(test, "radio", f"guess_{key}").set_value(experiment.options[0]).run()
    widget(test, "button", "start_experiment").click().run()
    all_shown(test)
    summaries = Store(runs_dir).list()
    assert {run.name for run in summaries} == {experiment.name(arm) for arm in experiment.arms}
    assert {run.note for run in summaries} == {f"{NOTE}{experiment.options[0]}"}


@pytest.mark.parametrize("key", EXPERIMENTS)
@pytest.mark.parametrize("guess", [None, 0])
def test_an_experiment_is_answered(app, code, key, guess, runs_dir, monkeypatch):
    monkeypatch.setattr("fmnist.lesson.experiments.drawing_share", lambda *_: 0.3)
    monkeypatch.setattr(Robustness, "_measure", lambda *_: 0.3)
    experiment = EXPERIMENTS[key]
    note = "" if guess is None else f"{NOTE}{experiment.options[guess]}"
    for place in range(len(experiment.arms)):
        finished(Store(runs_dir), experiment, place, 0.88, 0.8, note=note)
    test = app("train", lang=code, experiment=key)
    all_shown(test)
    going_on = language._(train_experiments._what_goes_on(experiment)).split("{")[0]
    told = lambda: [each.proto.text for each in test.run().get("progress")]  # noqa: E731
    wait_until(lambda: not any(going_on in each for each in told()), 60, "it computes for ever")
    all_shown(test)


@pytest.mark.parametrize("state", ["stopped", "failed", "running"])
def test_an_experiment_that_ended_early(app, code, state, runs_dir):
    scaling = EXPERIMENTS["scaling"]
    run = finished(Store(runs_dir), scaling, 0, 0.88, 0.8)
    gone = say("The run could not go on: {reason}.", reason=say("its folder is gone"))
    run.write_progress(Progress(state, 1, 3, message=gone))
    all_shown(app("train", lang=code, experiment="scaling"))


@pytest.mark.parametrize("key", EXPERIMENTS)
def test_every_answer_of_an_experiment(key):
    experiment = EXPERIMENTS[key]
    arms = len(experiment.arms) + experiment.judges_drawings
    for trained, first, last in itertools.product((0.1, 0.45, 0.865, 1.0), repeat=3):
        changed = (trained, last)[: len(experiment.changes)]
        measured = [
            Measured(trained, first if place < arms / 2 else last, last, changed=changed, doubted=trained)
            for place in range(arms)
        ]
        assert english_words(experiment.decide(measured).words) == []


# ---- what is said without a page


def test_every_word_is_explained():
    history = [EpochRow(1, 0.6, 0.7, 0.6, 0.7, 1.0, 0.55, 0.71)]
    labels = np.array([0, 0, 1, 1])
    for config in [*(RunConfig(network=key) for key in NETWORKS), DENSE]:
        for judged in (None, Evaluation(labels, certain([1] * 4))):
            known = glossary.numbers(config, history, judged)
            for key, term in glossary.TERMS.items():
                assert english_words(language._(term.title)) == []
                assert english_words(glossary.explain(key, known)) == [], key


def test_how_a_run_ended():
    stopping = RunConfig(epochs=9, validation_share=0.1, early_stopping=2)
    for message in (
        *(_finished_message(RunConfig(epochs=epochs), epochs) for epochs in (1, 5)),
        _finished_message(stopping, 4),
        *(_stopped_message(*done) for done in ((0, 5), (1, 5), (1, 1))),
        *(_not_finite_message(config, 1) for config in (RunConfig(), DENSE)),
        *map(stopped, (0, 3)),
        *(died(code, 0) for code in (-9, -11, 1, 3, 4)),
    ):
        assert english_words(str(message).replace("SIGSEGV", "11")) == []


@pytest.mark.parametrize("metric", charts.METRICS)
def test_the_words_in_a_chart(metric):
    history = [EpochRow(1, 0.6, 0.7, 0.6, 0.7, 1.0, 0.55, 0.71)]
    one = charts.curves_of_one_run(history, [(0.5, 0.7, 0.6)], 5, metric, validated=True)
    several = charts.curves_of_runs({"1": history, "2": history}, metric)
    for chart in (one, several):
        assert [name for name in chart.table["set"] if english_words(name)] == []
        assert [title for title in _titles(chart.spec) if english_words(title)] == []
        assert len(set(_titles(chart.spec))) >= 3
    assert english_words(charts.in_words({"1": history}, metric)) == []


def _titles(part):
    values = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
    for value in values:
        yield from _titles(value)
    if isinstance(part, dict):
        found = [part.get(name) for name in ("title", "label")]
        yield from (title for title in found if isinstance(title, str))


def test_names_and_times_of_runs():
    for seconds in (0.4, 12, 200, 3900):
        assert english_words(run_text.duration(seconds)) == []
    for config in [*(RunConfig(network=key) for key in NETWORKS), DENSE]:
        assert english_words(run_text.title("", config)) == []
    for experiment in EXPERIMENTS.values():
        for arm in experiment.arms:
            assert english_words(experiments.name_shown(experiment.name(arm))) == []
    assert run_text.title("Drawings: mine", RunConfig()) == "Drawings: mine"


# ---- many users


def test_the_teachers_field(app, code, monkeypatch):
    monkeypatch.setattr(visitor, "rules", lambda: Rules(shared=True, passphrase="open"))
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    monkeypatch.setattr(visitor, "_secret", lambda: "0" * 32)  # there is no browser with a cookie
    test = app("train", lang=code)
    all_shown(test)
    widget(test, "text_input", "passphrase").set_value("wrong").run()
    widget(test, "button", "unlock").click().run()
    all_shown(test)
    test.session_state["is_teacher"] = True
    all_shown(test.run())


def test_why_no_run_may_be_started():
    me = Visitor("me")
    for rules, space in (
        (Rules(shared=True, disk_megabytes=1), Space(10**9, 10**12)),
        (Rules(shared=True), Space(0, 0)),
        (Rules(shared=True, waiting_runs=0), Space(0, 10**12)),
        (Rules(shared=True, runs_per_visitor=0), Space(0, 10**12)),
    ):
        assert obstacle(rules, me, [], space)
        assert english_words(str(obstacle(rules, me, [], space))) == []


def test_a_refused_run_says_why(app, code, monkeypatch):
    monkeypatch.setattr(visitor, "rules", lambda: Rules(shared=True, runs_per_visitor=0))
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    test = app("train", lang=code)
    widget(test, "button", "train").click().run()
    assert test.error
    all_shown(test)
    assert shown(test)
