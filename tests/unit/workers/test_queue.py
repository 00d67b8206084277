"""What the queue of runs promises, with real processes and signals; training is a stand-in but once."""

import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs.store import RunError, Store
from fmnist.workers.children import ForkNursery
from fmnist.workers.endings import died
from fmnist.workers.queue import STOP_PATIENCE, WorkerError, Workers
from tests.unit import small_disk

REPOSITORY = Path(__file__).resolve().parents[3]
JOBS, PRELOAD = (
    "tests.unit.fake_jobs",
    ("tests.unit.fake_jobs", "fmnist.workers.training_child", "fmnist.workers.predictor"),
)
ENDED = ("finished", "stopped", "failed", "interrupted")
PATIENCE = 60  # seconds a condition may take on a busy machine before a test gives up
BUSY = 10  # seconds a busy machine may add to what is promised


class SharedNursery(ForkNursery):
    """A fork server that outlives the Workers of one test."""

    def close(self):
        pass


@pytest.fixture(scope="module")
def nursery():
    shared = SharedNursery(PRELOAD)
    yield shared
    ForkNursery.close(shared)


@pytest.fixture
def store(runs_dir):
    return Store(runs_dir)


@pytest.fixture
def disk(tmp_path):
    yield from small_disk.mounted(tmp_path / "disk")


@pytest.fixture
def make_workers(nursery):
    made = []

    def make(store, job="quick", **options):
        options.setdefault("nursery", nursery)
        workers = Workers(store, options.pop("max_running", 1), job=f"{JOBS}:{job}", **options)
        made.append(workers)
        return workers

    yield make
    for workers in made:
        workers.close()


def until(condition, seconds=PATIENCE):
    """Wait until `condition()` is true, and return what it gave."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
    return value


def ended(store, id):
    """The run `id` once it has ended."""
    run = store.open(id)
    until(lambda: run.state in ENDED)
    return run


def training_epoch_two(store, id):
    """The run `id` once its first epoch is on disk."""
    run = store.open(id)
    until(lambda: run.state == "running" and len(run.history) >= 1)
    return run


def child_of(workers, id):
    """The process that trains the run `id`."""
    return psutil.Process(until(lambda: workers._training[id].child.pid))


# --------------------------------------------------------------------------------------- a run's course


def test_a_run_is_trained_in_a_polite_process_of_its_own(store, make_workers, nursery):
    run = ended(store, make_workers(store, "reports").submit(RunConfig(epochs=3), name="mine", owner="me"))
    assert (run.state, run.name, run.owner, len(run.history)) == ("finished", "mine", "me", 3)
    assert (run.progress.epoch, run.progress.test_accuracy) == (3, 0.8)
    assert run.progress.started <= run.progress.finished
    assert f"nice {min(19, os.nice(0) + 5)}\ngroup True\nfork server {nursery._server.pid}\n" in run.log
    assert "starved when others are busy True" not in run.log
    assert (
        "main fmnist.workers.forkserver" in run.log
    )  # the child has not imported pytest's, or a page's, main module


def test_runs_are_trained_one_at_a_time_in_the_order_they_came(store, make_workers):
    workers = make_workers(store, "patient")
    ids = [workers.submit(RunConfig(epochs=2)) for _ in range(3)]
    most = 0
    while any(store.open(id).state not in ENDED for id in ids):
        most = max(most, len(workers.running()))
        queue = workers.queue()
        assert queue == ids[len(ids) - len(queue) :]
        time.sleep(0.005)
    assert most == 1
    runs = [store.open(id).progress for id in ids]
    assert all(before.finished <= after.started for before, after in zip(runs, runs[1:], strict=False))


def test_as_many_runs_train_at_once_as_asked(store, make_workers):
    workers = make_workers(store, "deaf", max_running=2)
    ids = [workers.submit(RunConfig()) for _ in range(3)]
    until(lambda: workers.running() == ids[:2])
    assert workers.queue() == ids[2:]
    assert Workers(store, nursery=SharedNursery(())).max_running == max(1, len(os.sched_getaffinity(0)) // 2)


def test_a_waiting_run_knows_its_place_and_can_leave(store, make_workers):
    workers = make_workers(store, "deaf")
    first, second, third = (workers.submit(RunConfig()) for _ in range(3))
    training_epoch_two(store, first)
    assert [workers.place(id) for id in (first, second, third)] == [None, 1, 2]
    workers.stop(second)
    assert [workers.place(id) for id in (first, second, third)] == [None, None, 1]
    run = store.open(second)
    assert run.state == "stopped" and "left the queue" in str(run.progress.message)
    store.delete(second)


def test_all_waiting_runs_of_an_owner_leave_at_once_and_no_others(store, make_workers):
    workers = make_workers(store, "deaf")
    runs = [(owner, workers.submit(RunConfig(), owner=owner)) for owner in ("anna", "anna", "ben", "anna")]
    until(lambda: workers.running() == [runs[0][1]])
    assert workers.withdraw("anna") == 2
    assert workers.queue() == [runs[2][1]]
    assert [store.open(id).state for _, id in runs] == ["running", "stopped", "queued", "stopped"]
    assert not store.open(runs[1][1]).is_held()


def test_a_run_that_listens_is_stopped_and_keeps_its_epochs(store, make_workers):
    workers = make_workers(store, "patient")
    run = training_epoch_two(store, workers.submit(RunConfig(epochs=100)))
    workers.stop(run.id)
    ended(store, run.id)
    assert run.state == "stopped" and 1 <= len(run.history) < 100 and run.problem == ""


@pytest.mark.parametrize("job", ["deaf", "busy"])
def test_a_run_that_does_not_listen_is_ended_within_a_second_and_keeps_its_last_epoch(
    store, make_workers, job
):
    workers = make_workers(store, job)
    run = training_epoch_two(store, workers.submit(RunConfig()))
    process = child_of(workers, run.id)
    asked = time.monotonic()
    workers.stop(run.id)
    ended(store, run.id)
    assert STOP_PATIENCE < 1
    assert time.monotonic() - asked < 1 + BUSY
    assert (run.state, len(run.history), run.problem) == ("stopped", 1, "")
    assert "epoch (1) is kept" in str(run.progress.message)
    until(lambda: not process.is_running())


def test_what_is_not_active_cannot_be_stopped(store, make_workers):
    workers = make_workers(store)
    run = ended(store, workers.submit(RunConfig(epochs=1)))
    until(lambda: not run.is_held())
    with pytest.raises(WorkerError, match="nothing to stop"):
        workers.stop(run.id)
    with pytest.raises(RunError, match="not the id"):
        workers.stop("../runs")


# ----------------------------------------------------------------------------------------- ways to die


@pytest.mark.parametrize(
    ("job", "words", "logged"),
    [
        ("killed", "was killed, for instance because the memory", "Epoch 1"),
        ("crash", r"crashed \(SIGABRT\)", "malloc(): corrupted top size"),
        ("leaves", r"without a word \(exit status 7\)", "Epoch 1"),
        ("full_disk", "The disk is full. Make room", "No space left on device"),
        ("wrong", "an error nobody foresaw", "Traceback"),
    ],
)
def test_a_run_whose_training_dies_is_failed_with_a_sentence_and_keeps_its_epochs(
    store, make_workers, job, words, logged
):
    workers = make_workers(store, job)
    run = ended(store, workers.submit(RunConfig(epochs=3)))
    assert run.state == "failed" and re.search(words, str(run.progress.message)) and logged in run.log
    assert len(run.history) == (0 if job == "wrong" else 1) and run.problem == ""
    workers._job = f"{JOBS}:quick"
    assert ended(store, workers.submit(RunConfig(epochs=1))).state == "finished"


def test_a_training_child_killed_from_outside_is_noticed_within_two_seconds(store, make_workers):
    workers = make_workers(store, "deaf")
    run = training_epoch_two(store, workers.submit(RunConfig()))
    process = child_of(workers, run.id)
    process.kill()
    killed = time.monotonic()
    ended(store, run.id)
    assert time.monotonic() - killed < 2 + BUSY
    assert run.state == "failed" and len(run.history) == 1


def test_a_training_child_asked_to_end_is_interrupted_and_can_go_on(store, make_workers):
    workers = make_workers(store, "deaf")
    run = training_epoch_two(store, workers.submit(RunConfig(epochs=3)))
    child_of(workers, run.id).terminate()
    ended(store, run.id)
    assert run.state == "interrupted" and "can be continued" in str(run.progress.message)
    workers._job = f"{JOBS}:quick"
    workers.resume(run.id, 2)
    assert (ended(store, run.id).state, len(run.history)) == ("finished", 3)


def test_a_spare_child_trains_the_next_run_and_a_killed_one_is_not_missed(store, make_workers, monkeypatch):
    monkeypatch.setattr("fmnist.workers.queue.TRAINING", f"{JOBS}:quick")
    workers = make_workers(store)
    workers.start()
    spare = until(lambda: workers._spare)
    assert ended(store, workers.submit(RunConfig(epochs=1))).state == "finished"
    assert until(spare.child.ended) and spare.child.exitcode == 0
    spare = until(lambda: workers._spare)
    spare.child.kill()
    until(spare.child.ended)
    assert ended(store, workers.submit(RunConfig(epochs=1))).state == "finished"


def test_a_killed_fork_server_takes_its_children_along_and_is_replaced(store, make_workers):
    own = ForkNursery(PRELOAD)
    workers = make_workers(store, "busy", nursery=own)
    run = training_epoch_two(store, workers.submit(RunConfig()))
    server, process = own._server.pid, child_of(workers, run.id)
    os.kill(server, signal.SIGKILL)
    ended(store, run.id)
    assert run.state == "failed" and len(run.history) == 1
    until(lambda: not process.is_running())
    workers._job = f"{JOBS}:quick"
    assert ended(store, workers.submit(RunConfig(epochs=1))).state == "finished"
    assert own._server.pid != server


def stopped_process(process):
    """Have a process do nothing from now on, as Ctrl-Z does; its end cannot be waited for by itself."""
    os.kill(process, signal.SIGSTOP)
    until(lambda: psutil.Process(process).status() == psutil.STATUS_STOPPED)


def test_a_training_child_that_hangs_is_ended_by_stop_and_keeps_its_epochs(store, make_workers):
    workers = make_workers(store, "patient")
    run = training_epoch_two(store, workers.submit(RunConfig(epochs=100)))
    hung = child_of(workers, run.id)
    stopped_process(hung.pid)
    workers.stop(run.id)
    begin = time.monotonic()
    assert ended(store, run.id).state == "stopped" and len(run.history) >= 1
    assert time.monotonic() - begin < STOP_PATIENCE + BUSY
    until(lambda: not hung.is_running())
    workers._job = f"{JOBS}:quick"
    assert ended(store, workers.submit(RunConfig(epochs=1))).state == "finished"


def test_a_fork_server_that_hangs_is_replaced_and_the_run_that_waits_for_it_is_trained(store, make_workers):
    own = ForkNursery(PRELOAD, answers_within=0.3)
    workers = make_workers(store, nursery=own, reported_within=0.2)
    assert ended(store, workers.submit(RunConfig(epochs=1))).state == "finished"
    until(lambda: not workers.running())
    hung = own._server.pid
    stopped_process(hung)
    assert ended(store, workers.submit(RunConfig(epochs=2))).state == "finished"
    assert own._server.pid != hung and not psutil.pid_exists(hung)


def test_a_fork_server_that_hangs_while_a_run_trains_is_replaced_at_its_end(store, make_workers, caplog):
    own = ForkNursery(PRELOAD)
    workers = make_workers(store, "patient", nursery=own, reported_within=0.2)
    run = training_epoch_two(store, workers.submit(RunConfig(epochs=4)))
    hung = own._server.pid
    stopped_process(hung)
    assert ended(store, run.id).state == "finished" and len(run.history) == 4
    assert ended(store, workers.submit(RunConfig(epochs=1))).state == "finished"
    assert own._server.pid != hung
    assert "The fork server did not answer and was replaced" in caplog.text


def test_stop_ends_a_run_although_its_child_and_the_fork_server_hang(store, make_workers):
    own = ForkNursery(PRELOAD)
    workers = make_workers(store, "deaf", nursery=own, reported_within=0.2)
    run = training_epoch_two(store, workers.submit(RunConfig()))
    for process in (child_of(workers, run.id).pid, own._server.pid):
        stopped_process(process)
    workers.stop(run.id)
    assert ended(store, run.id).state == "stopped" and len(run.history) == 1
    until(lambda: not workers.running())


def test_a_fork_server_that_takes_long_to_load_is_not_taken_to_hang(store, make_workers):
    own = ForkNursery(PRELOAD, answers_within=0.0)
    workers = make_workers(store, nursery=own, reported_within=0.0)
    workers._warm()
    loading = own._server.pid
    assert ended(store, workers.submit(RunConfig(epochs=1))).state == "finished"
    assert own._server.pid == loading


def test_a_folder_removed_during_training_ends_that_run_only(store, make_workers):
    workers = make_workers(store, "patient")
    run = training_epoch_two(store, workers.submit(RunConfig(epochs=100)))
    while store.root.exists():  # the run may write a file into the folder that is just being removed
        shutil.rmtree(store.root, ignore_errors=True)
    until(lambda: run.id not in workers.running())
    assert "its folder is gone" in str(workers.last_words(run.id))
    assert store.list() == []
    assert ended(store, workers.submit(RunConfig(epochs=1))).state == "finished"


def test_a_folder_made_read_only_during_training_ends_the_run_in_a_sentence(store):
    code = """
import json, os, sys, time
from pathlib import Path
from fmnist.networks.config import RunConfig
from fmnist.runs.store import RunError, Store
from fmnist.workers.queue import Workers
from tests.unit.workers.test_queue import JOBS, PRELOAD, ForkNursery, training_epoch_two, until

store = Store(Path(sys.argv[1]))
workers = Workers(store, 1, job=f"{JOBS}:patient", nursery=ForkNursery(PRELOAD))
run = training_epoch_two(store, workers.submit(RunConfig(epochs=100)))
for folder in (run.path, store.root):
    folder.chmod(0o555)
until(lambda: run.id not in workers.running())
try:
    workers.submit(RunConfig())
except RunError as error:
    refused = str(error)
said = [str(words) for words in (workers.last_words(run.id), store.problem(), run.problem)]
found = [*said, refused, run.state, len(run.history)]
for folder in (store.root, run.path):
    folder.chmod(0o755)
workers._job = f"{JOBS}:quick"
workers.resume(run.id, 1)
until(lambda: run.state == "finished")
workers.close()
print(json.dumps(found))
"""
    said, problem, damage, refused, state, epochs = json.loads(_output(code, store.root, obey=True).stdout)
    assert "could not write into its folder" in said and "cannot be written by this user" in said
    assert "No run could be made" in refused and "cannot be written" in problem
    assert (state, damage) == ("interrupted", "") and epochs >= 1


def _output(code, *arguments, obey=False):
    """What another Python process, rooted in this repository, printed; `obey` makes even root heed modes."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    if obey and os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may write everywhere; needs setpriv to give that up")
        rights = "-dac_override,-dac_read_search"
        command = ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}", *command]
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=REPOSITORY, env=environment, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done


def test_a_disk_that_fills_up_ends_the_run_in_a_sentence_and_keeps_its_epochs(disk, make_workers):
    store = Store(disk)
    workers = make_workers(store, "fills_disk")
    run = ended(store, workers.submit(RunConfig(epochs=3)))
    assert run.state == "failed" and "The disk is full" in str(run.progress.message)
    assert len(run.history) == 1 and run.problem == ""
    (disk / "filling").unlink()
    workers._job = f"{JOBS}:quick"
    until(lambda: not run.is_held())
    workers.resume(run.id, 2)
    assert (ended(store, run.id).state, len(run.history)) == ("finished", 3)


def test_a_run_damaged_during_training_hides_nothing_and_ends_well(store, make_workers):
    workers = make_workers(store, "patient")
    run = training_epoch_two(store, workers.submit(RunConfig(epochs=10)))
    for name in ("history.csv", "progress.json", "model.keras"):
        (run.path / name).write_bytes(b"\x00")
    until(lambda: run.id not in workers.running())
    assert (run.state, len(run.history), run.problem) == ("finished", 10, "")


# -------------------------------------------------------------------------------------------- going on


def test_a_stopped_and_a_finished_run_are_trained_further(store, make_workers):
    workers = make_workers(store, "patient")
    run = training_epoch_two(store, workers.submit(RunConfig(epochs=100)))
    workers.stop(run.id)
    done = len(ended(store, run.id).history)
    for total in (done + 2, done + 3):
        until(lambda: not run.is_held())
        workers.resume(run.id, total - len(run.history))
        assert ended(store, run.id).state == "finished"
        assert (len(run.history), run.config.epochs, run.progress.epochs) == (total, total, total)


def test_a_run_in_the_queue_or_in_training_is_not_continued_twice(store, make_workers):
    workers = make_workers(store, "deaf")
    ids = [workers.submit(RunConfig()), workers.submit(RunConfig())]
    training_epoch_two(store, ids[0])
    for id in ids:
        with pytest.raises(WorkerError, match="already waiting or being trained"):
            workers.resume(id, 1)


def test_a_run_whose_child_is_still_leaving_is_continued_once_it_has_left(store, make_workers):
    workers = make_workers(store)
    run = ended(store, workers.submit(RunConfig(epochs=1)))
    assert run.hold()
    leaving = threading.Timer(1, run.release)  # longer than anything else would be waited for
    leaving.start()
    workers.resume(run.id, 1)
    assert (ended(store, run.id).state, len(run.history)) == ("finished", 2)
    leaving.join()


@pytest.mark.parametrize("more", [0, -1, 99, 10**9, True, 1.5, "3"])
def test_absurd_numbers_of_epochs_are_refused_in_a_sentence(store, make_workers, more):
    workers = make_workers(store)
    run = ended(store, workers.submit(RunConfig(epochs=2)))
    until(lambda: not run.is_held())
    with pytest.raises(WorkerError, match="epoch"):
        workers.resume(run.id, more)
    assert (run.state, run.config.epochs, run.is_held()) == ("finished", 2, False)


def test_what_has_nothing_to_continue_from_is_refused(store, make_workers):
    workers = make_workers(store, "wrong")
    failed = ended(store, workers.submit(RunConfig()))
    until(lambda: not failed.is_held())
    with pytest.raises(WorkerError, match="no finished epoch"):
        workers.resume(failed.id, 1)
    workers._job = f"{JOBS}:quick"
    for name in ("config.json", "history.csv", "model.keras"):
        run = ended(store, workers.submit(RunConfig(epochs=1)))
        until(lambda run=run: not run.is_held())
        (run.path / name).write_bytes(b"\x00")
        with pytest.raises(WorkerError, match=name):
            workers.resume(run.id, 1)


# --------------------------------------------------------------------------- other and earlier processes


WEB_PROCESS = """
import sys, time
from pathlib import Path
from fmnist.workers.children import ForkNursery
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.workers.queue import Workers

root, job, count, *preload = sys.argv[1:]
nursery = ForkNursery(preload)
workers = Workers(Store(Path(root)), 1, job=job, nursery=nursery)
ids = [workers.submit(RunConfig(epochs=2)) for _ in range(int(count))]
print(nursery._server.pid, *ids, flush=True)
time.sleep(600)
"""


@pytest.fixture
def start_web_process():
    started = []

    def start(store, job, count, *preload):
        """Another process with Workers: the Popen object, its fork server and the ids of its runs."""
        process = subprocess.Popen(
            [sys.executable, "-c", WEB_PROCESS, str(store.root), f"{JOBS}:{job}", str(count), *preload],
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        started.append(process)
        server, *ids = process.stdout.readline().split()
        return process, psutil.Process(int(server)), ids

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_killed_web_process_leaves_no_orphan_and_its_runs_can_go_on(store, make_workers, start_web_process):
    web, server, (running, *waiting) = start_web_process(store, "busy", 3, *PRELOAD)
    run = training_epoch_two(store, running)
    orphans = [server, *server.children(recursive=True)]
    assert len(orphans) == 2
    web.kill()
    psutil.wait_procs(orphans, timeout=PATIENCE)
    assert not [process for process in orphans if process.is_running()]
    assert {summary.id: summary.state for summary in store.list()} == dict.fromkeys(
        [running, *waiting], "interrupted"
    )

    workers = make_workers(store)
    workers.start()
    finished = [ended_in_order(store, id) for id in waiting]
    assert finished == sorted(finished)
    assert run.state == "interrupted" and "can be continued" in str(run.progress.message)
    workers.resume(running, 1)
    assert (ended(store, running).state, len(run.history)) == ("finished", 2)


def ended_in_order(store, id):
    """When the run `id`, which was waiting, has finished."""
    run = store.open(id)
    until(lambda: run.state == "finished")
    return run.progress.finished


def test_a_web_process_killed_together_with_its_fork_server_leaves_no_orphan(store, start_web_process):
    web, server, (running,) = start_web_process(store, "busy", 1, *PRELOAD)
    training_epoch_two(store, running)
    children = server.children()
    assert children
    web.send_signal(signal.SIGSTOP)  # too busy to clean up after its fork server
    server.kill()
    web.kill()
    psutil.wait_procs(children, timeout=PATIENCE)
    assert not [process for process in children if process.is_running()]


def test_a_web_process_killed_while_the_fork_server_loads_leaves_no_orphan(store, start_web_process):
    web, server, _ = start_web_process(store, "quick", 1, "tests.unit.slow_to_load")
    web.kill()
    psutil.wait_procs([server], timeout=PATIENCE)
    assert not server.is_running()


def test_two_web_processes_on_one_folder_leave_each_others_runs_alone(store, make_workers, start_web_process):
    _, _, (running, waiting) = start_web_process(store, "patient", 2, *PRELOAD)
    theirs = start_web_process(store, "deaf", 2, *PRELOAD)[2]
    run = training_epoch_two(store, theirs[0])
    workers = make_workers(store)
    workers.start()
    assert workers.queue() == [] and workers.running() == []
    assert [store.open(id).state for id in theirs] == ["running", "queued"]
    for id in theirs:
        with pytest.raises(WorkerError, match="already waiting or being trained"):
            workers.resume(id, 1)
        with pytest.raises(RunError, match="stop it before"):
            store.delete(id)
    assert ended(store, workers.submit(RunConfig(epochs=1))).state == "finished"
    assert [ended(store, id).state for id in (running, waiting)] == ["finished", "finished"]
    assert run.state == "running"


def test_a_run_of_another_process_can_be_stopped(store, make_workers, start_web_process):
    _, _, (running, waiting) = start_web_process(store, "patient_and_long", 2, *PRELOAD)
    training_epoch_two(store, running)
    workers = make_workers(store)
    workers.stop(waiting)
    workers.stop(running)
    assert ended(store, running).state == "stopped"
    assert ended(store, waiting).state == "stopped"


def test_closing_ends_everything_in_time_and_interrupts_the_runs(store, make_workers):
    own = ForkNursery(PRELOAD)
    workers = make_workers(store, "busy", nursery=own)
    ids = [workers.submit(RunConfig(epochs=2)), workers.submit(RunConfig(epochs=2))]
    training_epoch_two(store, ids[0])
    processes = [psutil.Process(own._server.pid), child_of(workers, ids[0])]
    began = time.monotonic()
    workers.close()
    assert time.monotonic() - began < 5 + BUSY
    assert not [process for process in processes if process.is_running()]
    assert [store.open(id).state for id in ids] == ["interrupted", "interrupted"]
    with pytest.raises(WorkerError, match="closing"):
        workers.submit(RunConfig())
    again = make_workers(store)
    again.resume(ids[0], 1)
    assert [ended_in_order(store, id) > 0 for id in ids] == [True, True]


# --------------------------------------------------------------------------------------- log, leftovers


def test_the_log_has_a_line_for_each_start_and_end_and_no_names(store, make_workers, caplog):
    with caplog.at_level(logging.INFO, "fmnist"):
        workers = make_workers(store)
        good = ended(store, workers.submit(RunConfig(epochs=1), name="Ada", owner="browser-7")).id
        workers._job = f"{JOBS}:killed"
        bad = ended(store, workers.submit(RunConfig(epochs=2))).id
        until(lambda: not workers.running())
    lines = [record.getMessage() for record in caplog.records]
    assert [line.split(":")[0] for line in lines] == [
        f"run {good} started",
        f"run {good} finished",
        f"run {bad} started",
        f"run {bad} failed",
    ]
    assert "was killed" in lines[-1] and not re.search("Ada|browser-7", " ".join(lines))


def test_runs_leave_no_process_thread_or_descriptor_behind(store, make_workers):
    workers = make_workers(store)
    this = psutil.Process()

    def train(count):
        for _ in range(count):
            ended(store, workers.submit(RunConfig(epochs=1)))
        until(lambda: not workers.running())
        return threading.active_count(), this.num_fds(), len(this.children(recursive=True))

    assert train(1) == train(8)


def test_training_and_predicting_for_real_never_load_tensorflow_here(store):
    code = """
import json, sys, time
from pathlib import Path
import numpy as np
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.workers.queue import Workers

workers = Workers(Store(Path(sys.argv[1])))
workers.start()
id = workers.submit(RunConfig(epochs=2, training_images=500, batch_size=100))
run = workers.store.open(id)
while run.state in ("queued", "running"):
    time.sleep(0.02)
probabilities = workers.judge.predict(id, np.zeros((3, 28, 28), np.uint8))
state, message = run.state, str(run.progress.message)
workers.close()
print(json.dumps({
    "state": state, "message": message, "epochs": len(run.history), "problem": str(run.problem),
    "tested": run.predictions.shape, "sums": probabilities.sum(axis=1).tolist(),
    "data": sorted(run.info["data"]), "tensorflow": "tensorflow" in sys.modules,
}))
"""
    done = _output(code, store.root)
    found = json.loads(done.stdout)
    assert found.pop("sums") == pytest.approx([1, 1, 1], abs=1e-5)
    assert found.pop("state") == "finished", found
    found.pop("message")
    assert found == {
        "epochs": 2,
        "problem": "",
        "tested": [10_000, 10],
        "data": ["checksums", "fingerprint", "is_real", "source", "verified"],
        "tensorflow": False,
    }
    assert "cuda" not in done.stderr.lower()  # remarks on missing graphics cards are nobody's business


@pytest.mark.parametrize(
    ("done", "words"), [(0, "No epoch was finished"), (2, "Its finished epochs are kept")]
)
def test_a_killed_run_promises_only_epochs_that_there_are(done, words):
    assert words in str(died(-9, done))
