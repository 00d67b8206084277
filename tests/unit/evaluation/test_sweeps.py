"""Runs of a sweep put together: axes, cells with mean and spread, the best, and what seeds say."""

from datetime import UTC, datetime
from pathlib import Path
from statistics import stdev

import pytest

from fmnist.evaluation.sweeps import Cell, Sweep, as_csv, of_seeds_in_words, sweeps_of
from fmnist.networks.config import RunConfig
from fmnist.runs.store import EpochRow, Progress, Snapshot


def run(name, accuracy=None, state="finished", sweep="s", **settings):
    history = (
        ()
        if accuracy is None
        else (EpochRow(1, 0.5, 0.9, seconds=2.0, test_loss=0.4, test_accuracy=accuracy),)
    )
    return Snapshot(
        id=name,
        name="",
        note="",
        config=RunConfig(**settings),
        info={"sweep": sweep} if sweep else {},
        progress=Progress(state),
        history=history,
        has_model=True,
        has_predictions=True,
        problem="",
        created=datetime.now(UTC),
        path=Path(),
        signature={},
    )


@pytest.fixture
def sweep():
    return Sweep(
        "s",
        (
            run("a", 0.80, hidden_units=16, seed=1),
            run("b", 0.84, hidden_units=16, seed=2),
            run("c", 0.87, hidden_units=128, seed=1),
            run("d", None, "running", hidden_units=128, seed=2),
        ),
    )


def test_the_axes_are_what_varies_without_the_seed_unless_it_alone_does(sweep):
    assert sweep.varied == ("hidden_units", "seed") and sweep.axes == ("hidden_units",)
    assert sweep.values("hidden_units") == [16, 128] and sweep.values("seed") == [1, 2]
    assert Sweep("s", sweep.runs[:2]).axes == ("seed",)
    rates = [
        run(f"r{rate}", hidden_units=units, learning_rate=rate)
        for rate in (0.1, 0.2, 0.3)
        for units in (1, 2)
    ]
    assert Sweep("s", tuple(rates)).axes == ("hidden_units", "learning_rate")
    turned = [
        run(f"u{units}", hidden_units=units, learning_rate=rate) for rate in (0.1, 0.2) for units in (1, 2, 3)
    ]
    assert Sweep("s", tuple(turned)).axes == ("learning_rate", "hidden_units")
    networks = Sweep("s", (run("a", network="tutorial"), run("b", network="softmax")))
    assert networks.values("network") == ["tutorial", "softmax"]


def test_a_cell_has_the_mean_and_the_spread_of_its_seeds(sweep):
    narrow, wide = sweep.cells
    assert narrow.values == (16,) and narrow.mean == pytest.approx(0.82)
    assert narrow.spread == pytest.approx(stdev([0.80, 0.84]))
    assert wide.mean == 0.87 and wide.spread is None
    assert Cell((1,), (sweep.runs[3],)).mean is None


def test_the_best_run_and_the_ranking_come_from_what_is_known_so_far(sweep):
    assert sweep.best.id == "c" and sweep.is_active
    assert [cell.values for cell in sweep.ranked] == [(128,), (16,)]
    assert Sweep("s", sweep.runs[3:]).best is None


def test_runs_are_put_together_by_sweep_in_the_order_they_were_made():
    runs = [
        run("new", sweep="two"),
        run("alone", sweep=""),
        run("second", sweep="one"),
        run("first", sweep="one"),
    ]
    found = sweeps_of(runs)
    assert {id: [each.id for each in sweep.runs] for id, sweep in found.items()} == {
        "two": ["new"],
        "one": ["first", "second"],
    }


def test_the_table_has_a_row_per_run_and_a_column_per_setting_that_varies(sweep):
    head, first, *_, last = as_csv(sweep).decode().splitlines()
    assert head.startswith("run,state,hidden_units,seed,epochs_done,train_accuracy")
    assert first == "a,finished,16,1,1,0.9,,0.8,0.4,2.0"
    assert last == "d,running,128,2,0,,,,,0"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ((0.87, 0.872, 0.868), (0.82, 0.818, 0.822), "differ by more than the seeds do"),
        ((0.87, 0.86, 0.88), (0.868, 0.858, 0.878), "remains open"),
        ((0.87, 0.88), (0.85, 0.84), "remains open"),  # two seeds prove little
        ((0.87,), (0.82,), "vary the seed too"),
    ],
)
def test_seeds_decide_whether_settings_differ(first, second, words):
    cells = [
        Cell((), tuple(run(f"{place}", accuracy, seed=place) for place, accuracy in enumerate(each)))
        for each in (first, second)
    ]
    assert words in of_seeds_in_words(*cells)
