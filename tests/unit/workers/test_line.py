"""Who trains next: runs of their own before those of sweeps, sweeps by turns."""

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.workers.line import Line, trained_with


def names(line):
    return [run.name for run in line]


def joined(store, line, *given):
    for name, sweep in given:
        line.join(store.create(RunConfig(), info={"sweep": sweep} if sweep else {}, name=name))


def test_runs_of_their_own_come_first_and_sweeps_take_turns(tmp_path):
    line, store = Line(), Store(tmp_path)
    joined(
        store, line, ("a0", "a"), ("a1", "a"), ("a2", "a"), ("b0", "b"), ("one", ""), ("b1", "b"), ("two", "")
    )
    assert names(line) == ["one", "two", "a0", "b0", "a1", "b1", "a2"]
    assert [line.next().name for _ in range(4)] == ["one", "two", "a0", "b0"]
    joined(store, line, ("b2", "b"), ("three", ""))
    assert names(line) == ["three", "a1", "b1", "a2", "b2"]
    assert len(line) == 5


def test_a_run_can_leave_and_a_sweep_that_has_gone_begins_anew(tmp_path):
    line, store = Line(), Store(tmp_path)
    joined(store, line, ("a0", "a"), ("a1", "a"), ("b0", "b"))
    ids = [run.id for run in line]
    assert line.leave(ids[0]).name == "a0" and line.leave(ids[0]) is None
    assert line.leave(ids[2]).name == "a1"
    joined(store, line, ("b1", "b"), ("a2", "a"))
    assert names(line) == ["b0", "a2", "b1"]


def test_only_runs_of_one_sweep_and_one_graph_share_a_child(tmp_path):
    store = Store(tmp_path)
    usual, rate, units, other = (
        store.create(RunConfig(**settings), info={"sweep": sweep})
        for settings, sweep in [
            ({}, "a"),
            ({"learning_rate": 0.1, "seed": 3, "epochs": 9}, "a"),
            ({"hidden_units": 4}, "a"),
            ({}, "b"),
        ]
    )
    assert trained_with(usual) == trained_with(rate)
    assert len({trained_with(usual), trained_with(units), trained_with(other)}) == 3
    assert trained_with(store.create(RunConfig(), info={"sweep": "../etc"})) is None
    (usual.path / "config.json").write_text('{"config": {"network": 5}, "info": {"sweep": "a"}}')
    assert trained_with(usual) is None
