"""What the client of the prediction child promises: an answer or a sentence, whatever befalls the child."""

import os
import signal
import threading
import time

import numpy as np
import psutil
import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.workers.children import ForkNursery
from fmnist.workers.predictor import Judge
from fmnist.workers.queue import WorkerError

MODELS = "tests.unit.fake_jobs:Models"
DIES, HANGS, BREAKS, DIES_ONCE = 66, 67, 68, 69  # what the stand-in does at images of this grey


@pytest.fixture(scope="module")
def nursery():
    nursery = ForkNursery(("tests.unit.fake_jobs", "fmnist.workers.predictor"))
    yield nursery
    nursery.close()


@pytest.fixture
def store(runs_dir):
    return Store(runs_dir)


@pytest.fixture
def judge(nursery, store):
    judge = Judge(nursery, store, MODELS, answer_limit=20)
    yield judge
    judge.close()


@pytest.fixture
def run(store):
    """The id of a run that has a model."""
    run = store.create(RunConfig(), info={})
    run.model_path.write_bytes(b"")
    return run.id


def grey(value, count=2):
    return np.full((count, 28, 28), value, np.uint8)


def test_each_question_is_answered(judge, run):
    assert judge.predict(run, grey(3)).tolist() == [[3.0] * 10] * 2
    assert judge.hidden(run, grey(3)).shape == (2, 1)
    assert judge.evidence(run, grey(5)[0], [0, 2])[1, 0, 0] == 10
    assert judge.neighbours(run, grey(5)[0], 4)[0].tolist() == [0, 1, 2, 3]


@pytest.fixture
def another(store):
    """The path of a second run's model."""
    path = store.create(RunConfig(), info={}).model_path
    path.write_bytes(b"")
    return path


def test_several_networks_answer_in_one_trip(judge, run, another, monkeypatch):
    judge.predict(run, grey(0))
    trips = []
    send = judge._connection.send
    monkeypatch.setattr(judge._connection, "send", lambda request: trips.append(request) or send(request))
    found = judge.judgements([run, another.parent.name], grey(3))
    assert [len(questions) for questions in trips] == [2]
    assert list(found) == [run, another.parent.name]
    for judgement in found.values():
        assert judgement.probabilities.tolist() == [[3.0] * 10] * 2
        assert judgement.hidden.shape == (2, 1)


def test_a_network_that_fails_has_a_sentence_and_the_other_its_answer(judge, run, another, store):
    another.with_name(f"{another.name}.broken").touch()
    untrained = store.create(RunConfig(), info={}).id
    found = judge.judgements([another.parent.name, run, untrained, "no-such-run"], grey(3))
    assert found[run].probabilities[0, 0] == 3
    assert "a broken file" in str(found[another.parent.name])
    assert "no finished epoch yet" in str(found[untrained])
    assert isinstance(found["no-such-run"], WorkerError)


def test_networks_that_kill_the_child_have_a_sentence_each(judge, run, another):
    found = judge.judgements([run, another.parent.name], grey(DIES))
    assert ["ended twice" in str(error) for error in found.values()] == [True, True]


def test_the_weights_of_a_dense_network_are_kept_until_its_model_changes(judge, run, store):
    first = judge.dense_network(run)
    assert first.divisor == 255 and first.layers[0].kernel.shape == (784, 10)
    assert judge.dense_network(run) is first
    path = store.open(run).model_path
    path.write_bytes(b"another")
    os.utime(path, ns=(1, 1))
    assert judge.dense_network(run).layers[0].kernel[0, 0] == len("another")


def test_weights_that_are_no_dense_network_are_a_sentence(judge, run, store):
    path = store.open(run).model_path
    path.with_name(f"{path.name}.conv").touch()
    with pytest.raises(WorkerError, match="784 pixels"):
        judge.dense_network(run)


def test_one_child_answers_all_questions(judge, run):
    assert len({float(judge.hidden(run, grey(n))[0, 0]) for n in range(5)}) == 1


@pytest.mark.parametrize("model", ["../secret", "/etc/passwd", "", "no-such-run", None, 3])
def test_only_runs_that_exist_are_models(judge, model):
    with pytest.raises(WorkerError, match="run"):
        judge.predict(model, grey(1))


def test_a_run_without_a_finished_epoch_is_told_in_a_sentence(judge, store):
    with pytest.raises(WorkerError, match="no finished epoch yet"):
        judge.predict(store.create(RunConfig(), info={}).id, grey(1))


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((1, 28, 28)),
        np.zeros((28, 28), np.uint8),
        np.zeros((0, 28, 28), np.uint8),
        np.zeros((1, 27, 28), np.uint8),
        np.zeros((10_001, 28, 28), np.uint8),
        "pictures",
    ],
)
def test_what_are_no_images_is_refused(judge, run, images):
    with pytest.raises(WorkerError, match="predict"):
        judge.predict(run, images)


def test_a_killed_child_is_replaced_unseen(judge, run):
    first = float(judge.hidden(run, grey(1))[0, 0])
    os.kill(int(first), signal.SIGKILL)
    assert float(judge.hidden(run, grey(1))[0, 0]) != first


def test_a_fork_server_that_hangs_is_replaced_and_the_question_answered(store, run):
    own = ForkNursery(("tests.unit.fake_jobs", "fmnist.workers.predictor"), answers_within=0.5)
    judge = Judge(own, store, MODELS)
    try:
        assert judge.predict(run, grey(1))[0, 0] == 1
        judge._child.kill()
        judge._child.wait(10)
        own.replace_if_hung()  # hears that it has answered
        hung = own._server.pid
        os.kill(hung, signal.SIGSTOP)
        assert judge.predict(run, grey(2))[0, 0] == 2
        assert own._server.pid != hung
    finally:
        judge.close()
        own.close()


def test_a_child_killed_while_it_answers_is_asked_again(judge, run):
    assert judge.predict(run, grey(DIES_ONCE)).tolist() == [[float(DIES_ONCE)] * 10] * 2


def test_a_question_that_kills_the_child_twice_gets_a_sentence_and_others_go_on(judge, run):
    with pytest.raises(WorkerError, match="ended twice"):
        judge.predict(run, grey(DIES))
    assert judge.predict(run, grey(4))[0, 0] == 4


def test_an_answer_that_takes_too_long_is_given_up(nursery, store, run):
    judge = Judge(nursery, store, MODELS, answer_limit=0.3)
    with pytest.raises(WorkerError, match="longer than 0.3 seconds"):
        judge.predict(run, grey(HANGS))
    assert judge.predict(run, grey(4))[0, 0] == 4
    judge.close()


def test_an_error_in_the_child_is_told_in_a_sentence_and_others_go_on(judge, run):
    with pytest.raises(WorkerError, match="no such layer"):
        judge.predict(run, grey(BREAKS))
    assert judge.predict(run, grey(4))[0, 0] == 4


def test_thirty_people_ask_at_once_and_each_gets_their_own_answer(judge, run):
    answers = {}

    def ask(number):
        answers[number] = [float(judge.predict(run, grey(number))[0, 0]) for _ in range(5)]

    people = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    assert answers == {number: [float(number)] * 5 for number in range(30)}


def test_the_child_is_warmed_in_the_background(judge, nursery, monkeypatch):
    loaded, start = threading.Event(), nursery.start_talking
    monkeypatch.setattr(nursery, "start_talking", lambda *what: loaded.wait(60) and start(*what))
    judge.warm()
    assert judge._connection is None
    loaded.set()
    deadline = time.monotonic() + 60
    while judge._connection is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_closing_ends_the_child_even_while_it_hangs(nursery, store, run):
    judge = Judge(nursery, store, MODELS, answer_limit=600)
    child = psutil.Process(int(judge.hidden(run, grey(1))[0, 0]))
    errors = []

    def ask():
        try:
            judge.predict(run, grey(HANGS))
        except WorkerError as error:
            errors.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    judge.close()
    asking.join(30)
    psutil.wait_procs([child], timeout=60)
    assert not child.is_running() and errors == ["The program is closing."]
    with pytest.raises(WorkerError, match="closing"):
        judge.predict(run, grey(1))
