"""Who owns a run, and what its files say of it: asked of the operating system, and put into sentences."""

import errno
import os

import pytest
from filelock import FileLock

from fmnist.networks.config import RunConfig
from fmnist.runs import files, state
from fmnist.runs.files import Label, Progress, Settings
from fmnist.runs.state import Stored, is_locked, look, signature_of, time_of_change, true_progress


def stored(progress=None, rows=(), problem="", config=None):
    return Stored(config, Label(), progress, tuple(rows), False, False, problem)


def test_a_lock_is_held_while_its_owner_lives(tmp_path):
    path = tmp_path / "lock"
    assert is_locked(path) is False  # there is none
    lock = FileLock(path, thread_local=False)
    with lock:
        assert is_locked(path) is True
    path.touch()
    assert is_locked(path) is False


@pytest.mark.parametrize(
    ("number", "held"), [(errno.EMFILE, True), (errno.ENFILE, True), (errno.EACCES, False)]
)
def test_where_no_file_can_be_opened_no_run_is_called_interrupted(tmp_path, monkeypatch, number, held):
    def refuse(*_):
        raise OSError(number, "no")

    monkeypatch.setattr(os, "open", refuse)
    assert is_locked(tmp_path / "lock") is held


def test_a_file_system_without_locks_owns_nothing(tmp_path, monkeypatch):
    (tmp_path / "lock").touch()

    def refuse(*_):
        raise OSError(errno.ENOLCK, "no")

    monkeypatch.setattr(state.fcntl, "flock", refuse)
    assert is_locked(tmp_path / "lock") is False


def test_a_folder_that_is_gone_has_no_files_and_no_time(tmp_path):
    assert signature_of(tmp_path / "gone") == {}
    assert time_of_change(tmp_path / "gone") == 0
    assert time_of_change(tmp_path) > 10**18


def test_a_signature_names_the_files_asked_for(tmp_path):
    for name in (files.MODEL, files.LOG, files.CONFIG):
        (tmp_path / name).write_text(name)
    assert set(signature_of(tmp_path)) == {files.MODEL, files.CONFIG}
    changed, size, _ = signature_of(tmp_path, (files.LOG,))[files.LOG]
    assert (changed, size) == (os.stat(tmp_path / files.LOG).st_mtime_ns, len(files.LOG))


def test_a_run_that_says_the_same_twice_without_an_owner_has_none():
    said = stored(Progress("running"))
    asked = []
    assert look(lambda: said, lambda: asked.append(1)) == (said, False)
    assert len(asked) == 1


def test_a_run_that_ends_between_two_looks_was_not_interrupted():
    said = iter([stored(Progress("running")), stored(Progress("finished"))])
    assert look(lambda: next(said), lambda: False) == (stored(Progress("finished")), False)


def test_a_run_with_an_owner_is_not_read_twice():
    said = iter([stored(Progress("queued"))])
    assert look(lambda: next(said), lambda: True)[1] is True


@pytest.mark.parametrize("says", ["queued", "running"])
def test_an_active_run_without_an_owner_is_interrupted_and_says_what_is_kept(says):
    for rows, words in [((), "No epoch"), ((1,), "Its finished epoch is"), ((1, 2), "Its 2 finished epochs")]:
        progress = true_progress(stored(Progress(says, epoch=9, epochs=9), rows), held=False)
        assert (progress.state, progress.epoch, progress.epochs) == ("interrupted", len(rows), 9)
        assert str(progress.message).startswith(f"The program ended before this run did. {words}")
    assert true_progress(stored(Progress(says)), held=True).state == says


@pytest.mark.parametrize("says", ["finished", "stopped", "failed"])
def test_a_run_that_has_ended_needs_no_owner(says):
    assert true_progress(stored(Progress(says, message="Because.")), held=False).message == "Because."


def test_a_damaged_run_says_what_is_damaged_and_keeps_what_is_known():
    config = Settings(RunConfig(epochs=7), {})
    assert true_progress(stored(problem="Gone.", config=config), False) == Progress(
        "damaged", epochs=7, message="Gone."
    )
    assert true_progress(stored(), False) == Progress("damaged")
    known = true_progress(stored(Progress("running", 1, 5, step=3), (1, 2), problem="Gone."), True)
    assert known == Progress("damaged", 2, 5, step=3, message="Gone.")
