"""How far a visitor has come is told by what they did and by the runs on disk."""

from types import SimpleNamespace

from fmnist.lesson import path

MINE, THEIRS = SimpleNamespace(state="finished", owner="a"), SimpleNamespace(state="finished", owner="b")


def done(marks=(), runs=()):
    return path.steps_done(marks, runs, lambda run: run.owner == "a")


def test_nothing_is_done_before_anything_was_done():
    assert done() == set()
    assert path.next_step(done()).key == "look"


def test_training_is_done_by_a_finished_run_of_ones_own_alone():
    running = SimpleNamespace(state="running", owner="a")
    assert done(runs=[THEIRS, running]) == set()
    assert done(runs=[THEIRS, MINE]) == {"train"}
    assert done(marks={"train"}) == set()


def test_the_next_step_is_the_first_that_is_not_done():
    assert path.next_step(done({"look", "draw"})).key == "train"
    assert path.next_step(done({"draw"}, [MINE])).key == "look"
    assert path.next_step(done({"look", "draw"}, [MINE])) is None
