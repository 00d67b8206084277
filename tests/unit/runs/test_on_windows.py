"""Runs where there is no fcntl and an open file stays where it is, as on Windows: all promises hold."""

import os
import subprocess
import sys
import threading

import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs import files, state
from fmnist.runs import store as store_module
from fmnist.runs.store import Store
from tests.conftest import REPOSITORY
from tests.unit.windows import WindowsOs

OWNER = """
import sys
from pathlib import Path
from fmnist.runs.store import Run

run = Run(Path(sys.argv[1]))
print(run.hold(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Runs in a program that takes this computer for Windows."""
    monkeypatch.setattr(state, "fcntl", None)
    monkeypatch.setattr(files, "os", WindowsOs())
    monkeypatch.setattr(store_module, "os", WindowsOs())
    return Store(tmp_path / "runs")


def test_a_run_is_owned_until_its_owner_lets_go(store):
    run = store.create(RunConfig(), info={}, hold=True)
    reader = store.open(run.id)
    assert (run.state, reader.state, store.list()[0].state) == ("queued", "queued", "queued")
    assert not reader.hold(timeout=0)
    run.release()
    assert (reader.state, store.list()[0].state) == ("interrupted", "interrupted")
    assert reader.hold()
    reader.release()


def test_a_run_whose_owner_is_killed_is_interrupted_at_once(store):
    run = store.create(RunConfig(), info={})
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, run.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    with owner:
        assert owner.stdout.readline() == "True\n"
        assert run.state == "queued"
        owner.kill()
    assert run.state == "interrupted"


def test_readers_do_not_keep_an_owner_from_its_run(store):
    run = store.create(RunConfig(), info={})
    done = threading.Event()

    def read():
        while not done.is_set():
            state.is_locked(run.path / files.LOCK)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(30):
        owner = store.open(run.id)
        assert owner.hold(timeout=5)
        owner.release()
    done.set()
    reader.join()


def test_nobody_holds_a_lock_that_is_not_there_or_cannot_be_opened(store, tmp_path):
    assert not state.is_locked(tmp_path / "none")
    assert not state.is_locked(tmp_path)
    assert not (tmp_path / "none").exists()


def test_a_file_that_a_reader_has_open_for_a_moment_is_replaced_after_it(store, tmp_path, monkeypatch):
    refused = []

    def replace(source, target):
        if len(refused) < 3:
            refused.append(source)
            raise PermissionError(13, "The process cannot access the file")
        os.rename(source, target)

    monkeypatch.setattr(WindowsOs, "replace", staticmethod(replace), raising=False)
    files.write_bytes(tmp_path / "progress.json", b"{}")
    assert len(refused) == 3
    assert (tmp_path / "progress.json").read_bytes() == b"{}"


def test_a_file_that_stays_open_is_an_error_in_the_end(store, tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError(13, "The process cannot access the file")

    monkeypatch.setattr(WindowsOs, "replace", staticmethod(refuse), raising=False)
    with pytest.raises(PermissionError):
        files.write_bytes(tmp_path / "progress.json", b"{}")


def test_elsewhere_a_file_that_cannot_be_replaced_is_an_error_at_once(tmp_path, monkeypatch):
    calls = []

    def refuse(source, target):
        calls.append(source)
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError):
        files.write_bytes(tmp_path / "progress.json", b"{}")
    assert len(calls) == 1


def test_the_folder_of_a_new_run_is_moved_with_its_lock_file_closed(store, monkeypatch):
    """As on Windows, where a folder with an open file in it stays where it is."""
    open_while_moved = []
    rename = type(store.root).rename

    def watched(path, target):
        held = {entry.resolve() for entry in map(_target, os.scandir("/proc/self/fd")) if entry}
        open_while_moved.extend(held & {file.resolve() for file in path.rglob("*")})
        return rename(path, target)

    monkeypatch.setattr(type(store.root), "rename", watched)
    run = store.create(RunConfig(), info={}, hold=True)
    assert open_while_moved == []
    assert run.is_held() and run.path.name == run.id and run.state == "queued"
    run.release()


def _target(entry):
    try:
        return type(REPOSITORY)(os.readlink(entry.path))
    except OSError:
        return None


def test_the_program_starts_where_fcntl_cannot_be_imported():
    code = (
        "import sys; sys.modules['fcntl'] = None\n"
        "from fmnist.runs import state, store\n"
        "from fmnist.workers import queue\n"
        "print(state.fcntl)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY)
    assert shown.stdout == "None\n", shown.stderr
