"""Whatever breaks, the page says so and goes on, and nothing finished is lost."""

import asyncio
import contextlib
import os
import random
import re
import shutil
import socket
import time
import urllib.error
import urllib.request
from dataclasses import replace

import pytest

from benchmarks.classroom import a_drawing, ground_of
from fmnist.runs import files
from fmnist.runs.store import Store
from tests.live.processes import kill, prediction_child, training_child
from tests.live.visits import (
    LIMIT,
    LONG,
    SHORT,
    begins,
    newest,
    sees,
    trains,
    visitor_on,
    watching_a_long_run,
)
from tests.unit import small_disk
from tools.server import Server, wait_until

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def small_server(tmp_path_factory):
    """A server whose runs are on a disk that holds those of this file, and is filled in a moment."""
    for folder in small_disk.mounted(tmp_path_factory.mktemp("small") / "runs", megabytes=64):
        with Server(folder) as running:
            yield running


@pytest.fixture
async def finished(server):
    """A run that has finished."""
    done = [run for run in Store(server.runs_dir).list() if run.state == "finished"]
    return Store(server.runs_dir).open(done[0].id) if done else await trains(server)


# ---------------------------------------------------------------------------------------- killed processes


async def test_a_killed_training_child_is_reported_keeps_its_epochs_and_the_next_run_trains(server):
    async with watching_a_long_run(server, epochs=2) as (visitor, run):
        kill(training_child(server, run.id))
        await sees(visitor, "was killed")
        assert run.state == "failed"
        assert len(run.history) >= 2
        assert run.predictions is not None
    await trains(server)


async def test_a_hung_training_child_is_told_of_and_stop_ends_it_and_the_next_run_trains(server):
    async with watching_a_long_run(server) as (visitor, run):
        child = training_child(server, run.id)
        child.suspend()
        progress, _problem = files.read_progress(run.path)
        run.write_progress(replace(progress, heartbeat=time.time() - 40))  # instead of waiting for it
        await sees(visitor, "nothing has been heard of the process that trains this run")
        await visitor.click("stop")
        await visitor.until(lambda: run.state == "stopped", LIMIT, "the run does not stop")
        assert len(run.history) >= 1
        wait_until(lambda: not child.is_running(), LIMIT, "the hung process lives on")
    await trains(server)


async def test_after_the_prediction_child_was_killed_the_next_prediction_just_works(server):
    run = await trains(server)
    async with visitor_on(server, f"predict?view=draw&run={run.id}") as visitor:
        await draw(visitor, 1)
        answers, troubles = len(visitor.of_kind("heading")), len(visitor.of_kind("alert"))
        first = prediction_child(server)
        kill(first)
        await draw(visitor, 2)
        assert len(visitor.of_kind("heading")) == answers > 1
        assert len(visitor.of_kind("alert")) == troubles
        assert prediction_child(server).pid != first.pid


async def draw(visitor, number):
    await visitor.set("canvas", a_drawing(random.Random(number), ground_of(visitor)))


async def test_a_run_outlives_the_web_process_as_interrupted_and_is_continued_after_a_restart(own_server):
    async with visitor_on(own_server, LONG) as visitor:
        run = await begins(visitor, own_server)
        child = training_child(own_server, run.id)
    own_server.kill()
    wait_until(lambda: not child.is_running(), LIMIT, "the training goes on without a web process")
    done = len(run.history)
    own_server.start()
    async with visitor_on(own_server, "train") as visitor:
        await sees(visitor, "The program ended before this run did.")
        assert run.state == "interrupted"
        await visitor.set("more_epochs", 1)
        await visitor.click("continue")
        await visitor.until(lambda: run.state == "finished", LIMIT, "the run was not continued")
        assert [row.epoch for row in run.history] == list(range(1, done + 2))


# -------------------------------------------------------------------------------- the disk and what is on it


async def test_when_the_runs_folder_is_removed_the_page_says_so_and_the_next_run_trains(server):
    async with watching_a_long_run(server) as (visitor, run):
        child = training_child(server, run.id)
        server.runs_dir.rename(server.runs_dir.with_name("removed"))
        shutil.rmtree(server.runs_dir.with_name("removed"), ignore_errors=True)  # a child still writes
        await sees(visitor, "it may have been deleted")
        wait_until(lambda: not child.is_running(), LIMIT, "the training goes on without a folder")
    await trains(server)


async def test_on_a_full_disk_the_page_says_so_and_the_run_is_continued_once_there_is_room(small_server):
    async with watching_a_long_run(small_server) as (visitor, run):
        filler = small_server.runs_dir / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        await sees(visitor, "disk is full")
        done = len(run.history)
        assert done >= 1
        assert run.predictions is not None
        filler.unlink()
        await visitor.until(lambda: not run.is_held(), LIMIT, "its process does not end")
        await visitor.rerun()
        await visitor.set("more_epochs", 1)
        await visitor.click("continue")
        await visitor.until(lambda: len(run.history) == done + 1, LIMIT, "the run was not continued")


async def test_in_a_read_only_folder_the_page_says_so_and_trains_again_when_it_can_be_written(small_server):
    async with watching_a_long_run(small_server) as (visitor, run):
        done = len(run.history)
        with small_disk.read_only(small_server.runs_dir):
            await sees(visitor, "read-only")
            await visitor.visit(SHORT)
            await visitor.click("train")
            await sees(visitor, "No run could be made")
        assert len(run.history) >= done
    await trains(small_server)


@pytest.mark.parametrize(
    "name", [files.CONFIG, files.PROGRESS, files.HISTORY, files.MODEL, files.PREDICTIONS]
)
async def test_a_run_with_a_damaged_file_is_shown_as_that_and_hides_no_other_run(server, finished, name):
    damaged = finished.path.with_name("20400101-000000-000000-abcd")  # the newest, so Train shows it
    shutil.copytree(finished.path, damaged)
    try:
        whole = (damaged / name).read_bytes()
        (damaged / name).write_bytes(whole[: len(whole) // 2])
        async with visitor_on(server, "train") as visitor:
            await sees(visitor, name)
            for view in ("test", "mistakes", "draw"):
                await visitor.visit(f"predict?view={view}&run={damaged.name}")
                await visitor.visit(f"predict?view={view}&run={finished.id}")
                assert visitor.find("run")
    finally:
        shutil.rmtree(damaged)


async def test_a_damaged_cache_is_reported_and_look_alikes_stand_in(tmp_path, real_dataset):
    cache = tmp_path / "cache"
    shutil.copytree(os.environ["FMNIST_DATA_DIR"], cache)
    surroundings = {
        "FMNIST_DATA_DIR": "",
        "FMNIST_CACHE_DIR": str(cache),
        "FMNIST_OFFLINE": "1",
        "KERAS_HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
    }
    (tmp_path / "runs").mkdir()
    own_server = Server(tmp_path / "runs", **surroundings)
    with own_server:
        async with visitor_on(own_server, "explore") as visitor:
            await sees(visitor, ":material/verified: Fashion-MNIST")
        own_server.kill()
        images = cache / "train-images-idx3-ubyte.gz"
        images.write_bytes(images.read_bytes()[:-1000])
        own_server.start()
        async with visitor_on(own_server, "explore") as visitor:
            await sees(visitor, "Look-alikes, not Fashion-MNIST")
            await sees(visitor, "is cut off")


# --------------------------------------------------------------------------------- the clock and the network


async def test_a_clock_set_back_by_a_day_during_training_disturbs_nothing(tmp_path):
    clock = tmp_path / "clock"
    clock.mkdir()
    (clock / "sitecustomize.py").write_text(A_CLOCK_TO_SET)
    (tmp_path / "runs").mkdir()
    with Server(tmp_path / "runs", PYTHONPATH=str(clock), CLOCK=str(clock / "offset")) as own_server:
        async with visitor_on(own_server, "train?epochs=5") as visitor:
            run = await begins(visitor, own_server)
            (clock / "offset").write_text("-86400")
            await visitor.until(lambda: run.state == "finished", LIMIT, "the run was not finished")
            await sees(visitor, "5 of 5 epochs in ")
            assert not re.search(r" -\d", visitor.text())  # no time below 0
        assert run.progress.finished < run.progress.started  # the clock was indeed set back
        second = await trains(own_server)
        assert {run.id for run in Store(own_server.runs_dir).list()} == {run.id, second.id}


async def test_a_clock_that_says_1970_disturbs_neither_training_nor_predictions(tmp_path):
    clock = tmp_path / "clock"
    clock.mkdir()
    (clock / "sitecustomize.py").write_text(A_CLOCK_TO_SET)
    (clock / "offset").write_text(str(3 * 86400 - time.time()))
    (tmp_path / "runs").mkdir()
    with Server(tmp_path / "runs", PYTHONPATH=str(clock), CLOCK=str(clock / "offset")) as own_server:
        run = await trains(own_server)
        assert run.progress.started < 366 * 86400  # the server's clock indeed says so
        assert run.problem == ""
        async with visitor_on(own_server, f"predict?view=test&run={run.id}") as visitor:
            await sees(visitor, "Predicted")
        async with visitor_on(own_server, "train") as visitor:
            assert visitor.exceptions == []


A_CLOCK_TO_SET = """
import os, time
true_time = time.time
def shifted():
    try:
        with open(os.environ["CLOCK"]) as file:
            return true_time() + float(file.read())
    except OSError:
        return true_time()
time.time = shifted
"""


async def test_a_connection_that_was_cut_finds_its_run_again_further_on(server):
    async with watching_a_long_run(server) as (visitor, run):
        session, seen = visitor.id, len(run.history)
        await visitor.disconnect()
        wait_until(lambda: len(run.history) > seen, LIMIT, "training waits for its watcher")
        await visitor.connect()
        await visitor.rerun()
        assert visitor.id == session
        await visitor.click("stop")
        await visitor.until(lambda: run.state == "stopped", LIMIT, "the run does not stop")
        await sees(visitor, f"{len(run.history)} of 100 epochs")


# --------------------------------------------------------------------------------- descriptors


async def test_with_more_connections_than_descriptors_runs_go_on_and_the_next_visitor_is_told(tmp_path):
    (tmp_path / "runs").mkdir()
    small = Server(tmp_path / "runs")
    small.command = ["sh", "-c", 'ulimit -n 128; exec "$@"', "sh", *small.command]
    with small, contextlib.ExitStack() as stack:
        async with visitor_on(small, SHORT) as visitor:
            for _ in range(120):
                stack.enter_context(socket.create_connection(("127.0.0.1", small.port), 5))
            with pytest.raises(urllib.error.HTTPError, match="503") as refused:
                await asyncio.to_thread(urllib.request.urlopen, f"{small.url}/_stcore/health", timeout=10)
            assert b"as many open connections as it can have" in refused.value.read()
            await visitor.click("train")
            run = newest(small)
            await visitor.until(lambda: run.state not in ("queued", "running"), LIMIT, "the run does not end")
            assert run.state == "finished"
            await sees(visitor, "%, test loss ")
        stack.close()
        wait_until(small.answers, LIMIT, "nobody gets in after the others have left")
        await trains(small)
    said = small.log.read_text()
    assert said.count("Connections are refused") == 1
    assert "Too many open files" not in said
    assert "out of system resource" not in said
