"""Runs of one sweep: one child trains them after each other, and its end costs one run at most."""

import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.workers.children import ForkNursery
from fmnist.workers.queue import Workers
from tests.unit.workers.test_queue import JOBS, PRELOAD, child_of, ended, training_epoch_two, until


@pytest.fixture(scope="module")
def nursery():
    shared = ForkNursery(PRELOAD)
    close, shared.close = shared.close, lambda: None  # it outlives the Workers of one test
    yield shared
    close()


@pytest.fixture
def store(runs_dir):
    return Store(runs_dir)


@pytest.fixture
def make_workers(nursery, store):
    made = []

    def make(job="names_its_process"):
        made.append(Workers(store, 1, job=f"{JOBS}:{job}", nursery=nursery))
        return made[-1]

    yield make
    for workers in made:
        workers.close()


def submitted(workers, *configs, sweep="sweep-1"):
    return [workers.submit(config, sweep=sweep) for config in configs]


def processes(store, ids):
    """Which process has trained each of these runs."""
    return [str(ended(store, id).progress.message) for id in ids]


def test_runs_of_a_sweep_that_share_a_graph_are_trained_by_one_child(store, make_workers):
    alike = [RunConfig(epochs=1, seed=seed, learning_rate=0.1 / (seed + 1)) for seed in range(4)]
    ids = submitted(make_workers(), *alike, RunConfig(epochs=1, hidden_units=16))
    found = processes(store, ids)
    assert len(set(found[:4])) == 1 and found[4] != found[0]
    assert [store.open(id).sweep for id in ids] == ["sweep-1"] * 5
    assert all("Epoch 1/1" in store.open(id).log for id in ids)  # each in its own log


def test_runs_of_other_sweeps_and_of_none_have_children_of_their_own(store, make_workers):
    workers = make_workers()
    ids = submitted(workers, RunConfig(epochs=1, seed=1), RunConfig(epochs=1, seed=2))
    ids += submitted(workers, RunConfig(epochs=1, seed=3), sweep="sweep-2")
    ids += [workers.submit(RunConfig(epochs=1, seed=4))]
    first, second, other, single = processes(store, ids)
    assert first == second and len({first, other, single}) == 3


def test_the_child_ends_when_no_run_needs_it(store, make_workers):
    workers = make_workers()
    ids = submitted(workers, RunConfig(epochs=1), RunConfig(epochs=100, seed=1))
    training_epoch_two(store, ids[1])
    process = child_of(workers, ids[1])
    workers.stop(ids[1])
    until(lambda: not process.is_running())
    assert store.open(ids[1]).state == "stopped" and workers._series == {}


def test_a_child_that_is_killed_takes_one_run_with_it_and_the_others_go_on(store, make_workers):
    workers = make_workers("killed_with_seed_1")
    ids = submitted(workers, *(RunConfig(epochs=2, seed=seed) for seed in range(4)))
    runs = [ended(store, id) for id in ids]
    assert [run.state for run in runs] == ["finished", "failed", "finished", "finished"]
    assert "was killed" in str(runs[1].progress.message) and len(runs[1].history) == 1
    before, _, after, last = (str(run.progress.message) for run in runs)
    assert before != after == last


def test_stopping_one_run_lets_the_same_child_go_on_with_the_next(store, make_workers):
    workers = make_workers("patient")
    ids = submitted(workers, RunConfig(epochs=100), RunConfig(epochs=100, seed=1))
    training_epoch_two(store, ids[0])
    process = child_of(workers, ids[0])
    workers.stop(ids[0])
    assert ended(store, ids[0]).state == "stopped"
    training_epoch_two(store, ids[1])
    assert child_of(workers, ids[1]) == process


def test_a_child_that_does_not_listen_is_ended_and_the_next_run_gets_another(store, make_workers):
    workers = make_workers("deaf")
    ids = submitted(workers, RunConfig(epochs=2), RunConfig(epochs=2, seed=1))
    training_epoch_two(store, ids[0])
    process = child_of(workers, ids[0])
    workers.stop(ids[0])
    assert ended(store, ids[0]).state == "stopped" and len(store.open(ids[0]).history) == 1
    training_epoch_two(store, ids[1])
    assert child_of(workers, ids[1]) != process
    until(lambda: not process.is_running())


def test_a_run_of_its_own_is_trained_before_the_rest_of_a_sweep_which_then_goes_on(store, make_workers):
    workers = make_workers()
    ids = submitted(workers, *(RunConfig(epochs=3, seed=seed) for seed in range(4)))
    until(lambda: workers.running() == ids[:1])
    single = workers.submit(RunConfig(epochs=1))
    assert workers.place(single) == 1
    first, *others = processes(store, ids)
    assert set(others) == {first}  # the child has waited for its turn
    times = [store.open(id).progress for id in (ids[0], single, ids[1])]
    assert [each.started for each in times] == sorted(each.started for each in times)


def test_closing_interrupts_the_run_and_what_waits_is_taken_up_again_as_a_sweep(store, make_workers):
    workers = make_workers("deaf")
    ids = submitted(workers, *(RunConfig(epochs=2, seed=seed) for seed in range(3)))
    training_epoch_two(store, ids[0])
    workers.close()
    assert [store.open(id).state for id in ids] == ["interrupted"] * 3
    again = make_workers("names_its_process")
    again.start()
    assert len(set(processes(store, ids[1:]))) == 1
    assert store.open(ids[0]).state == "interrupted"
