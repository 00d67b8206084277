"""What starts children where nothing forks, as on Windows: they train and predict all the same."""

import os
import subprocess
import sys
from contextlib import suppress

import numpy as np
import psutil
import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.workers import children, queue
from fmnist.workers.children import ForkNursery, SpawnNursery, make_nursery
from fmnist.workers.queue import Workers
from tests.conftest import REPOSITORY
from tests.unit.windows import WindowsNursery, WindowsOs
from tools.server import wait_until

JOBS = "tests.unit.fake_jobs"


@pytest.fixture
def workers(runs_dir):
    made = []

    def make(job):
        made.append(
            Workers(
                Store(runs_dir), 1, job=f"{JOBS}:{job}", models=f"{JOBS}:Models", nursery=WindowsNursery()
            )
        )
        return made[-1]

    yield make
    for each in made:
        each.close()


def ended(workers, id):
    """The run `id` once it has ended."""
    run = workers.store.open(id)
    wait_until(lambda: run.state not in ("queued", "running"), 60, "the run did not end")
    return run


def has_ended(process):
    """Whether a process is no more, or only waits for somebody to hear of its end."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_windows_gets_new_interpreters_and_others_a_fork_server(monkeypatch):
    assert isinstance(make_nursery(), ForkNursery)
    monkeypatch.setattr(children, "os", WindowsOs())
    assert isinstance(make_nursery(), SpawnNursery)


def test_without_fork_a_run_is_trained_and_its_model_predicts(workers):
    windows = workers("quick")
    run = ended(windows, windows.submit(RunConfig(epochs=3)))
    assert (run.state, len(run.history), run.problem) == ("finished", 3, "")
    assert "Epoch 3/3" in run.log
    images = np.full((2, 28, 28), 7, np.uint8)
    assert windows.judge.predict(run.id, images).tolist() == [[7.0] * 10] * 2


def test_without_fork_a_run_that_does_not_listen_is_stopped_and_keeps_its_epoch(workers):
    windows = workers("deaf")
    run = windows.store.open(windows.submit(RunConfig(epochs=3)))
    wait_until(lambda: run.history, 60, "no epoch was trained")
    windows.stop(run.id)
    assert ended(windows, run.id).state == "stopped"
    assert len(run.history) == 1


@pytest.mark.parametrize(
    ("job", "words"),
    [("wrong", "an error nobody foresaw"), ("leaves", "ended without a word (exit status 7)")],
)
def test_without_fork_a_run_that_fails_says_why(workers, job, words):
    windows = workers(job)
    run = ended(windows, windows.submit(RunConfig(epochs=3)))
    assert run.state == "failed"
    assert words in str(run.progress.message)


def test_without_fork_a_child_that_dies_while_predicting_is_replaced(workers):
    windows = workers("quick")
    run = ended(windows, windows.submit(RunConfig(epochs=1)))
    dies_once = np.full((1, 28, 28), 69, np.uint8)
    assert windows.judge.predict(run.id, dies_once)[0, 0] == 69


def test_without_fork_closing_ends_every_child(workers):
    windows = workers("deaf")
    run = windows.store.open(windows.submit(RunConfig(epochs=3)))
    wait_until(lambda: run.history, 60, "no epoch was trained")
    child = psutil.Process(windows._training[run.id].child.pid)
    windows.close()
    assert has_ended(child)
    assert run.state == "interrupted"


WEB_PROCESS = """
import sys, time
from fmnist.workers.children import SpawnNursery

if __name__ == "__main__":
    child = SpawnNursery().start("time:sleep", [600])
    print(child.pid, flush=True)
    time.sleep(600)
"""


def test_without_fork_a_child_ends_when_the_web_process_is_killed(tmp_path):
    program = tmp_path / "web.py"
    program.write_text(WEB_PROCESS)
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    web = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True, env=environment)
    child = psutil.Process(int(web.stdout.readline()))
    web.kill()
    web.wait()
    web.stdout.close()
    try:
        wait_until(lambda: has_ended(child), 20, "the child lives on")
    finally:
        with suppress(psutil.NoSuchProcess):
            child.kill()


def test_cores_are_counted_where_a_process_cannot_tell_which_are_its_own(monkeypatch, runs_dir):
    monkeypatch.setattr(queue, "os", WindowsOs())
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert Workers(Store(runs_dir), nursery=WindowsNursery()).max_running == 4
