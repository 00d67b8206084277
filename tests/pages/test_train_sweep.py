"""Try many on Train without a browser: the count before the click, the heat map, the best, stopping."""

import pytest

from fmnist.networks.config import RunConfig
from fmnist.networks.sweep import plan
from fmnist.runs.store import Store
from fmnist.workers.sharing import Rules, Visitor
from pages.parts.shell import visitor
from pages.parts.train import everybody, heat_map
from tests.pages.made_runs import finished_run
from tests.pages.predict_page import certain
from tests.pages.test_train import shown, widget

SWEEP = "20260101-000000-000000-abcd"


@pytest.fixture
def waiting(monkeypatch, processes):
    """Runs that are started wait for ever."""
    monkeypatch.setattr(processes, "max_running", 0)


@pytest.fixture
def drawn(monkeypatch):
    """What the heat map was given: its data, newest last, and how to click it."""
    given = []
    monkeypatch.setattr(heat_map, "_heat_map", lambda **named: given.append(named["data"]))
    return given


@pytest.fixture
def made(runs_dir, dataset):
    """A sweep of two rates, two widths and two seeds, whose best is rate 0.01 with 64 units."""
    store, labels = Store(runs_dir), dataset.test_labels.astype(int)
    values = {"learning_rate": [0.001, 0.01], "hidden_units": [16, 64], "seed": [1, 2]}
    for place, config in enumerate(plan(RunConfig(epochs=1), values).configs):
        wrong = 3_000 - 1_000 * (config.learning_rate > 0.001) - 1_000 * (config.hidden_units > 16) + place
        named = labels.copy()
        named[:wrong] = (named[:wrong] + 1) % 10
        run = finished_run(store, config, test_accuracy=1 - wrong / len(labels))
        run.write_predictions(certain(named))
        run.update_info(sweep=SWEEP)
    return store


def form(app, **query):
    """The page with the form of Try many open."""
    test = app("train", **query)
    test.session_state["try_many"] = True
    return test.run()


def test_the_form_says_how_many_runs_and_how_long_before_the_click(app):
    test = form(app)
    assert not test.exception
    assert "12 runs, about" in shown(test)
    widget(test, "number_input", "sweep_seeds").set_value(2).run()
    assert "24 runs, about" in shown(test)
    assert widget(test, "button", "start_sweep").label == "Train 24 runs"


def test_one_click_queues_every_combination_beside_the_form_and_opens_the_sweep(
    app, runs_dir, waiting, drawn
):
    test = form(app, epochs="1", seed="7")
    widget(test, "selectbox", "sweep_setting_1").set_value("optimizer").run()
    widget(test, "multiselect", "sweep_values_learning_rate").set_value([0.001, 0.01]).run()
    widget(test, "multiselect", "sweep_values_optimizer").set_value(["adam", "sgd"]).run()
    widget(test, "number_input", "sweep_seeds").set_value(2).run()
    widget(test, "button", "start_sweep").click().run()
    assert not test.exception
    runs = Store(runs_dir).list()
    assert {(run.config.learning_rate, run.config.optimizer, run.config.seed) for run in runs} == {
        (rate, optimizer, seed) for rate in (0.001, 0.01) for optimizer in ("adam", "sgd") for seed in (7, 8)
    }
    assert len(runs) == 8 and {run.config.epochs for run in runs} == {1}
    (sweep,) = {run.sweep for run in runs}
    assert test.query_params["sweep"] in (sweep, [sweep])
    assert drawn[-1]["columns"] == ["0.001", "0.01"] and drawn[-1]["rows"] == ["Adam", "SGD"]
    assert {cell["text"] for cell in drawn[-1]["cells"]} == {"…"}


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (Rules(sweep_runs=5), "a sweep may have 5"),
        (Rules(shared=True, runs_per_visitor=4), "12 runs are too many"),
    ],
)
def test_more_runs_than_allowed_are_refused_with_a_sentence_and_none_starts(
    app, runs_dir, waiting, monkeypatch, rules, said
):
    monkeypatch.setattr(visitor, "rules", lambda: rules)
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    test = form(app)
    if not widget(test, "button", "start_sweep").disabled:
        widget(test, "button", "start_sweep").click().run()
    assert said in " ".join(each.value for each in [*test.warning, *test.error])
    assert Store(runs_dir).list() == []


def test_a_setting_without_values_says_so_and_offers_no_start(app):
    test = form(app)
    widget(test, "multiselect", "sweep_values_hidden_units").set_value([]).run()
    assert "at least one value" in " ".join(each.value for each in test.info)
    assert not [each for each in test.button if each.key == "start_sweep"]


def test_an_address_shows_a_sweep_with_means_spreads_and_the_question(app, made, drawn):
    test = app("train", sweep=SWEEP)
    assert not test.exception
    (cells,) = [data["cells"] for data in drawn[-1:]]
    assert len(cells) == 4 and all(cell["more"].startswith("±") for cell in cells)
    assert max(cells, key=lambda cell: cell["shade"])["words"].startswith("64 units, rate 0.01: ")
    text = shown(test)
    assert "Best: 64 units, rate 0\\.01" in text and "Is it really better than the second?" in text
    assert "The difference is real" in text and "differ by more than the seeds do" in text


def test_two_cells_are_compared_and_one_opens_its_runs(app, made, drawn):
    test = app("train", sweep=SWEEP)
    test.session_state["sweep_cells"] = [(16, 0.001)]
    test.run()
    assert "Click another cell to compare" in shown(test)
    test.session_state["sweep_cells"] = [(16, 0.001), (64, 0.01)]
    test.run()
    assert "**64 units, rate 0\\.01** names 1,994 more" in shown(test)
    run = next(
        run for run in made.list() if run.config.hidden_units == 16 and run.config.learning_rate < 0.01
    )
    widget(test, "button", f"open_{run.id}").click().run()
    assert test.session_state["watched"] == run.id and not test.query_params.get("sweep")


def test_a_click_that_no_heat_map_sends_changes_nothing(made, monkeypatch):
    chosen = []
    for sent in (-1, 4, "0", None, True, [1], 2):
        state = type("State", (), {"chosen": {"place": sent}})
        monkeypatch.setattr(heat_map.st, "session_state", {heat_map.KEY: state})
        heat_map._pass_on([(1,), (2,), (3,), (4,)], chosen.append)
    assert chosen == [(3,)]


def test_a_sweep_can_be_stopped_as_a_whole_continued_and_deleted(app, runs_dir, waiting, drawn):
    test = form(app, epochs="1")
    widget(test, "button", "start_sweep").click().run()
    widget(test, "button", "stop_sweep").click().run()
    store = Store(runs_dir)
    assert {run.state for run in store.list()} == {"stopped"}
    widget(test, "button", "continue_sweep").click().run()
    assert not test.error and {run.state for run in store.list()} == {"queued"}
    widget(test, "button", "stop_sweep").click().run()
    widget(test, "button", "delete_for_good").click().run()
    assert store.list() == []
    assert "have been deleted" in " ".join(each.value for each in test.info)


@pytest.mark.parametrize("asked", ["nothing", "../../etc", "20200101-000000-000000-0000"])
def test_a_sweep_that_does_not_exist_is_told_and_the_page_is_as_ever(app, asked):
    test = app("train", sweep=asked)
    assert not test.exception
    assert "have been deleted" in " ".join(each.value for each in test.info)
    assert widget(test, "button", "train")


def test_a_sweep_is_one_row_of_the_table_that_unfolds(app, made, drawn):
    store_rows = app("train")
    (table,) = store_rows.dataframe
    assert list(table.value["Name"]) == ["▸ Hidden units × Learning rate (8 runs)"]
    assert table.value["Test accuracy"][0] == pytest.approx(100 * made.list()[1].test_accuracy)
    store_rows.session_state["unfolded_sweeps"] = {SWEEP}
    store_rows.run()
    (table,) = store_rows.dataframe
    assert len(table.value) == 9 and table.value["Name"][0].startswith("▾")


def test_a_run_that_is_started_takes_the_place_of_the_sweep(app, made, drawn, waiting):
    test = app("train", sweep=SWEEP)
    widget(test, "button", "train").click().run()
    assert not test.query_params.get("sweep")
    assert "Waiting: place 1" in " ".join(each.proto.text for each in test.get("progress"))


def test_in_many_user_mode_everybodys_runs_are_rows_by_setting_with_a_point_per_seed(
    app, runs_dir, monkeypatch
):
    store = Store(runs_dir)
    for seed, owner in ((1, "me"), (2, "them"), (3, "them")):
        finished_run(store, RunConfig(seed=seed), test_accuracy=0.86 + seed / 1000, owner=owner)
    finished_run(store, RunConfig(hidden_units=16), test_accuracy=0.84, owner="them")
    store.create(RunConfig(seed=9), info={}, owner="them")  # is not finished
    assert "Everybody's runs" not in [each.label for each in app("train").expander]
    monkeypatch.setattr(visitor, "rules", lambda: Rules(shared=True))
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    test = app("train")
    test.session_state["everybody"] = True
    test.run()
    assert not test.exception
    assert "4 runs of everybody here" in shown(test)
    rows = everybody.rows_of(store.list())
    assert {row[0] for row in rows} == {
        "The tutorial's network, 5 epochs",
        "The tutorial's network, 16 units, 5 epochs",
    }
    assert sorted((row[1], row[3]) for row in rows if "16" not in row[0]) == [
        ("1", True),
        ("2", False),
        ("3", False),
    ]
