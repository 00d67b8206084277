"""What whoever runs the server relies on: the log, a quick end, its health page, two folders to write to."""

import os
import signal
import subprocess

import pytest

from fmnist.runs.store import Store
from tests.live.processes import kill, training_child
from tests.live.visits import LIMIT, LONG, begins, sees, trains, visitor_on, watching_a_long_run
from tools.server import Server, wait_until

pytestmark = pytest.mark.anyio
BUSY = 5  # seconds a busy machine may add to what is promised


async def test_the_log_says_of_each_run_that_it_started_and_how_it_ended_and_nothing_about_people(server):
    before = len(server.log.read_text())
    finished = await trains(server)
    Store(server.runs_dir).open(finished.id).rename("Ada Lovelace")
    async with watching_a_long_run(server) as (visitor, failed):
        kill(training_child(server, failed.id))
        await sees(visitor, "was killed")
    said = server.log.read_text()[before:]
    lines = [line for line in said.splitlines() if " run 2" in line]
    for run, words in (
        (finished, "started: tutorial"),
        (finished, "finished: "),
        (failed, "started: tutorial"),
        (failed, "failed: The process that trained this run was killed"),
    ):
        assert sum(f"run {run.id} {words}" in line for line in lines) == 1
    assert len(lines) == 4
    for personal in ("Ada", "127.0.0.1", visitor.cookie):
        assert personal not in said


async def test_sigterm_ends_the_server_in_five_seconds_and_its_runs_are_continued_after_a_restart(own_server):
    async with visitor_on(own_server, LONG) as visitor:
        run = await begins(visitor, own_server)
        child = training_child(own_server, run.id)
        assert own_server.answers()
        own_server.process.send_signal(signal.SIGTERM)
        own_server.process.wait(5 + BUSY)
    assert not own_server.answers()
    wait_until(lambda: not child.is_running(), LIMIT, "the training outlives the server")
    done = len(run.history)
    assert run.state == "interrupted"
    assert f"run {run.id} interrupted" in own_server.log.read_text()
    own_server.start()
    assert own_server.answers()
    async with visitor_on(own_server, "train") as visitor:
        await sees(visitor, "The program ended before this run did.")
        await visitor.set("more_epochs", 1)
        await visitor.click("continue")
        await visitor.until(lambda: run.state == "finished", LIMIT, "the run was not continued")
    assert len(run.history) == done + 1


READ_ONLY = """
set -e
for folder in "$FMNIST_RUNS_DIR" "$FMNIST_CACHE_DIR"; do mount --bind "$folder" "$folder"; done
mount -o remount,ro,bind /
! touch /tmp/should-fail "$HOME/should-fail" 2>/dev/null
exec "$@"
"""


async def test_the_server_writes_nowhere_but_into_the_runs_and_the_cache_folder(tmp_path):
    if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode:
        pytest.skip("needs the right to make a read-only view of the file system")
    runs, cache = tmp_path / "runs", tmp_path / "cache"
    runs.mkdir()
    cache.mkdir()
    uncounted = {"COVERAGE_PROCESS_CONFIG": ""}  # coverage would write beside the repository
    confined = Server(runs, FMNIST_CACHE_DIR=str(cache), TMPDIR=str(cache), **uncounted)
    confined.command = ["unshare", "--mount", "sh", "-c", READ_ONLY, "sh", *confined.command]
    with confined:
        run = await trains(confined)
        async with visitor_on(confined, f"predict?view=test&run={run.id}") as visitor:
            await visitor.visit("predict?view=draw")
            await visitor.visit("explore")
    assert "Read-only file system" not in confined.log.read_text()
