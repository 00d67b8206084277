"""Training runs as folders on disk: make, open, write, list and delete them."""

from __future__ import annotations

import errno
import importlib.metadata
import os
import platform
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from fmnist import environment
from fmnist.language import N_, Words, one_line, row, say
from fmnist.networks.config import RunConfig
from fmnist.runs import files, moments
from fmnist.runs.files import STATES, EpochRow, Label, Progress, Settings
from fmnist.runs.many import PATIENCE, ManyRuns
from fmnist.runs.snapshot import ID, NO_SETTINGS, RunChanged, Snapshot, owner_in, sweep_in
from fmnist.runs.state import (
    RunError,
    Stored,
    is_locked,
    look,
    read_folder,
    signature_of,
    time_of_change,
    true_progress,
)

__all__ = [
    "STATES",
    "EpochRow",
    "Progress",
    "Run",
    "RunChanged",
    "RunError",
    "Snapshot",
    "Store",
    "default_root",
    "new_id",
]

_TIME_FORMAT = "%Y%m%d-%H%M%S-%f"
_NEW, _TRASH = ".new-", ".deleted-"  # no ids, so never listed
_STILL_CHANGING = (
    100_000_000  # nanoseconds: two writes within one tick of the file system's clock can look the same
)
_TOKEN = re.compile(rf"[0-9a-f]{{8}}-{ID.pattern}")
KEPT_ASIDE = 600.0  # seconds for which a deleted run can be brought back
_GONE = N_("There is no run {id}: it may have been deleted.")
MANY = 1_000  # runs: with more, not all are looked into each time
_LOOKS = 5  # at a run that changes while it is read, until it is taken as it is


class Run:
    """A run folder for whoever writes it. Reading never fails on damaged content except where it says so.

    Each property reads the disk as it is just then; for a picture of one moment there is `Store.snapshot`.

    Every file is replaced as a whole, so readers never see half of one. Only the process that holds the
    run (see `hold`) or was told to train it writes progress, history, model and predictions.

    Parameters
    ----------
    path : Path
        An existing run folder; the folder's name is the run's id. Pages get runs from `Store.open`.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.id = self.path.name
        self._lock: FileLock | None = None
        self._rows: list[EpochRow] | None = None
        self._points: list[tuple[float, float, float]] | None = None

    def __repr__(self) -> str:
        return f"Run({self.id!r}, {self.state})"

    # ---------------------------------------------------------------------------------- what is on disk

    @property
    def config(self) -> RunConfig:
        """The settings. Raises RunError when config.json is missing or damaged."""
        return self._settings().config

    @property
    def info(self) -> dict[str, Any]:
        """Facts beside the settings: "data" (source, fingerprint, …), "versions", "owner"; else {}."""
        settings = files.read_settings(self.path)[0]
        return settings.info if settings else {}

    @property
    def owner(self) -> str:
        """The token of the browser that started the run, "" when nobody in particular."""
        return owner_in(self.info)

    @property
    def sweep(self) -> str:
        """The sweep that the run is one of, "" when of none."""
        return sweep_in(self.info)

    @property
    def name(self) -> str:
        """What a person calls the run: plain text, "" when nobody named it."""
        return files.read_label(self.path)[0].name

    @property
    def note(self) -> str:
        """What a person wrote about the run: plain text."""
        return files.read_label(self.path)[0].note

    @property
    def progress(self) -> Progress:
        """How far the run has come, with the derived state and a message that fits it."""
        return true_progress(*look(lambda: read_folder(self.path), self.is_held))

    @property
    def state(self) -> str:
        """One of STATES, "interrupted" or "damaged"."""
        return self.progress.state

    @property
    def history(self) -> list[EpochRow]:
        """The finished epochs, up to the first row that is damaged."""
        return files.read_history(self.path)[0]

    @property
    def batches(self) -> list[tuple[float, float, float]]:
        """Points within epochs: (epoch as a fraction, loss, accuracy)."""
        return files.read_batches(self.path)[0]

    @property
    def log(self) -> str:
        """The end of what the child printed, without control characters."""
        return files.read_log(self.path)

    @property
    def predictions(self) -> np.ndarray | None:
        """Probabilities of all test images, read-only float32 (10000, 10), or None."""
        return files.read_predictions(self.path)[0]

    @property
    def model_path(self) -> Path:
        """Where the model of the last finished epoch lies, if there is one."""
        return self.path / files.MODEL

    @property
    def history_path(self) -> Path:
        """Where the table of finished epochs lies, if there is one."""
        return self.path / files.HISTORY

    @property
    def problem(self) -> Words:
        """Sentences saying which files are missing or damaged, or ""."""
        stored = read_folder(self.path)
        predictions = files.read_predictions(self.path)[1] if stored.has_predictions else ""
        return row(stored.problem, files.read_batches(self.path)[1], predictions)

    def stop_requested(self) -> bool:
        """Whether someone asked this run to stop (one stat call)."""
        return os.path.exists(self.path / files.STOP)

    # ------------------------------------------------------------------------------------------ writing

    def write_progress(self, progress: Progress) -> None:
        """Replace the progress. Raises OSError, as all writers do, when the folder cannot be written."""
        files.write_progress(self.path, progress)

    def append_epoch(self, row: EpochRow) -> None:
        """Add a finished epoch. The rows already written by this object survive damage to the file."""
        if self._rows is None:
            self._rows = self.history
        self._rows.append(row)
        files.write_history(self.path, self._rows)

    def append_batches(self, points: list[tuple[float, float, float]]) -> None:
        """Add points (epoch as a fraction, loss, accuracy) within the present epoch.

        Those of an epoch that was broken off go: it is trained once more.
        """
        if self._points is None:
            finished = len(self.history)
            self._points = [point for point in self.batches if point[0] <= finished]
        self._points.extend(points)
        files.write_batches(self.path, self._points)

    def save_model(self, save: Callable[[Path], None]) -> None:
        """Let `save` write the model to the path it is given, then put it in the old one's place."""
        files.write_whole(self.model_path, save)

    def write_predictions(self, probabilities: np.ndarray) -> None:
        """Replace the probabilities of the test images, (10000, 10)."""
        files.write_predictions(self.path, probabilities)

    def write_moment(self, epoch: float, step: int, **content: Any) -> None:
        """Keep a moment of the training, with what `moments.write` takes. Raises OSError."""
        rows = self.history if self._rows is None else self._rows
        tested = {row.epoch: row.test_accuracy for row in rows if row.test_accuracy is not None}
        best = max(tested, key=tested.__getitem__, default=None)
        moments.write(self.path, epoch, step, best=best, **content)

    def update_info(self, **facts: Any) -> None:
        """Set facts in `info`, keeping the others. Raises RunError when config.json is damaged."""
        settings = self._settings()
        _write_settings(self.path, Settings(settings.config, settings.info | facts))

    def set_epochs(self, epochs: int) -> None:
        """Change how many epochs the run is to have in all. Raises ConfigError outside 1 to 100.

        Once an epoch is trained, a learning-rate schedule ends when it was to end before.
        """
        settings = self._settings()
        goes_on = settings.config.schedule != "constant" and bool(self.history)
        cycle = settings.config.planned_epochs if goes_on else settings.config.cycle_epochs
        config = replace(settings.config, epochs=epochs, cycle_epochs=cycle)
        _write_settings(self.path, replace(settings, config=config))

    def rename(self, name: str) -> None:
        """Give the run a name (one line, at most 100 characters; the rest is cut). Raises RunError."""
        self._write_label(replace(files.read_label(self.path)[0], name=name))

    def annotate(self, note: str) -> None:
        """Write a note about the run (at most 2,000 characters; the rest is cut). Raises RunError."""
        self._write_label(replace(files.read_label(self.path)[0], note=note))

    def request_stop(self) -> None:
        """Ask whoever trains this run to stop. Raises RunError when the folder cannot be written."""
        with _sentences(N_("The run {id} could not be asked to stop: {reason}."), id=self.id):
            (self.path / files.STOP).touch()

    def clear_stop(self) -> None:
        """Forget that someone asked the run to stop."""
        (self.path / files.STOP).unlink(missing_ok=True)

    def remove_leftovers(self) -> None:
        """Delete what a killed process was still writing. Only for the process that trains the run."""
        files.remove_leftovers(self.path)
        moments.remove_leftovers(self.path)

    def begin(self) -> None:
        """Put the run (back) into the queue. For its owner. Raises OSError when it cannot be written."""
        files.write_reserve(self.path)
        rows = self.history
        epochs = self.config.epochs
        self.write_progress(Progress("queued", epoch=len(rows), epochs=epochs, heartbeat=time.time()))

    def end(self, state: str, message: Words) -> None:
        """Write the last progress: "finished", "stopped" or "failed", and why.

        On a full disk the space that was reserved for this moment is used. Raises OSError when even that
        is not enough, or the folder is gone or read-only.
        """
        rows, now = self.history, time.time()
        progress = files.read_progress(self.path)[0] or Progress(state)
        tested = [row for row in rows if row.test_accuracy is not None]
        if tested:
            last = tested[-1]
            progress = replace(progress, test_loss=last.test_loss, test_accuracy=last.test_accuracy)
        progress = replace(
            progress, state=state, message=message, epoch=len(rows), heartbeat=now, finished=now
        )
        try:
            self.write_progress(progress)
        except OSError:
            files.free_reserve(self.path)
            self.write_progress(progress)

    # ---------------------------------------------------------------------------------------- ownership

    def hold(self, timeout: float = 0.5) -> bool:
        """Become the run's owner: until `release`, or the end of this process, however it comes.

        Returns
        -------
        bool
            False when another living process, or another object of this one, owns the run.

        Raises
        ------
        RunError
            If the folder is gone or cannot be written.
        """
        lock = FileLock(self.path / files.LOCK, thread_local=False)
        with _sentences(N_("The run {id} cannot be used: {reason}."), id=self.id):
            os.stat(self.path)  # for the lock file alone the folder would be made again
            try:
                lock.acquire(timeout=timeout, poll_interval=0.01)
            except Timeout:
                return False
        self._lock = lock
        return True

    def release(self) -> None:
        """Give up ownership; without any, nothing happens."""
        lock, self._lock = self._lock, None
        if lock is not None:
            with suppress(OSError):
                lock.release()

    def is_held(self) -> bool:
        """Whether a living process owns the run."""
        return self._lock is not None or is_locked(self.path / files.LOCK)

    # ----------------------------------------------------------------------------------------- internal

    def _settings(self) -> Settings:
        settings, problem = files.read_settings(self.path)
        if settings is None:
            raise RunError(NO_SETTINGS, id=self.id, problem=problem)
        return settings

    def _write_label(self, label: Label) -> None:
        with _sentences(N_("The name of run {id} could not be saved: {reason}."), id=self.id):
            _write_label(self.path, label)


class Store:
    """The folder that holds all runs.

    Parameters
    ----------
    root : Path
        Made when the first run is. Folders in it whose names are no run ids are left alone.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._many = ManyRuns(self.root, self._snapshot_of)
        self._names: tuple[int, list[str]] | None = None  # of very many runs, and when their folder changed
        self._parsed: dict[str, Stored] = {}
        self._parsed_lock = threading.Lock()
        self._is_tidying = False  # a timer runs that removes what has been deleted

    @property
    def unread(self) -> int:
        """How many runs the last `list` has left out for the time being."""
        return self._many.unread

    def create(
        self, config: RunConfig, *, info: dict[str, Any], name: str = "", owner: str = "", hold: bool = False
    ) -> Run:
        """Make a run in the state "queued".

        Parameters
        ----------
        info : dict
            JSON values to keep with the settings; package versions and the owner are added.
        name, owner : str
            What a person calls the run; the token of the browser that started it.
        hold : bool
            Keep the run owned by this process (see `Run.hold`): no other will take it from the queue.

        Raises
        ------
        RunError
            If the folder cannot be written.
        """
        with _sentences(N_("No run could be made in {folder}: {reason}."), folder=self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            run = Run(self.root / f"{_NEW}{new_id()}")
            run.path.mkdir()
            try:
                run.hold()
                _fill(
                    run.path, Settings(config, info | {"versions": _package_versions(), "owner": owner}), name
                )
                _move_held(run, self.root / run.id.removeprefix(_NEW))  # nobody ever sees it half made
            except BaseException:
                run.release()
                shutil.rmtree(run.path, ignore_errors=True)
                raise
        if not hold:
            run.release()
        return run

    def open(self, id: str) -> Run:
        """The run with this id.

        Raises
        ------
        RunError
            If `id` is not a well-formed id (never a path) or there is no such run.
        """
        if not isinstance(id, str) or not ID.fullmatch(id):
            raise RunError(N_("This is not the id of a run."))
        path = self.root / id
        if path.is_symlink() or not path.is_dir():
            raise RunError(_GONE, id=id)
        self._many.touch(id)
        return Run(path)

    def snapshot(self, id: str) -> Snapshot:
        """The run with this id as it is now, all of one moment, its points within epochs included.

        Raises
        ------
        RunError
            As `open`.
        """
        path = self.open(id).path
        for _attempt in range(_LOOKS):
            snapshot = self._snapshot(path)
            if snapshot is None:
                raise RunError(_GONE, id=id)
            whole = replace(snapshot, points=tuple(files.read_batches(path)[0]))
            if signature_of(path) == snapshot.signature:
                break
        return whole

    def list(self, *, patience: float = PATIENCE) -> list[Snapshot]:
        """All runs, newest first; damaged ones among them.

        Never raises: an unreadable folder is empty here, and `problem` says why.

        Among very many runs, one that has ended and whose folder has not changed is looked into again only
        now and then, and those that nobody has read since the start are left out when it takes too long.

        Parameters
        ----------
        patience : float
            Seconds after which runs never read before are left out, the oldest, if there are very many;
            `unread` says how many. `math.inf` reads all.
        """
        try:
            names = self._ids()
        except OSError:
            return []
        self._forget_all_but(names)
        if len(names) > MANY:
            return self._many.list(names, patience)
        found = [run for run in map(self._snapshot_of, names) if run is not None]
        return sorted(found, key=lambda run: (run.created, run.id), reverse=True)

    def waiting(self) -> Sequence[Run]:
        """The runs that say they wait for their training, whether or not a living process owns them.

        Reads one small file of each: of ten thousand runs within a second, where `list` takes ten.
        """
        try:
            runs = [Run(self.root / name) for name in self._ids()]
        except OSError:
            return []
        return [run for run in runs if files.says_queued(run.path)]

    def _ids(self) -> Sequence[str]:
        """Of all runs. Raises OSError when their folder cannot be read."""
        changed, now = time_of_change(self.root), time.time_ns()
        if self._names is not None and self._names[0] == changed:
            return self._names[1]
        with os.scandir(self.root) as entries:
            names = [e.name for e in entries if ID.fullmatch(e.name) and e.is_dir(follow_symlinks=False)]
        is_settled = len(names) > MANY and changed < now - _STILL_CHANGING
        self._names = (changed, names) if is_settled else None
        return names

    def _forget_all_but(self, names: Iterable[str]) -> None:
        with self._parsed_lock:
            for gone in self._parsed.keys() - set(names):
                self._parsed.pop(gone, None)

    def _snapshot_of(self, name: str) -> Snapshot | None:
        return self._snapshot(self.root / name)

    def delete(self, id: str) -> str:
        """Move a run aside: it is in no list any more, and after `KEPT_ASIDE` seconds its files are removed.

        Returns
        -------
        str
            The token with which `restore` brings it back until then.

        Raises
        ------
        RunError
            If there is no such run, it is queued or running, or its folder cannot be moved.
        """
        run = self.open(id)
        if not run.hold(timeout=0.2):
            raise RunError(N_("The run {id} is waiting or running: stop it before you delete it."), id=id)
        try:
            with _sentences(N_("The run {id} could not be deleted: {reason}."), id=id):
                os.utime(run.path)  # its time tells `purge` since when it lies there
                _move_held(run, self.root / f"{_TRASH}{secrets.token_hex(4)}-{id}")
        finally:
            run.release()
        self._tidy_later()
        return run.id.removeprefix(_TRASH)

    def deleted(self, token: str) -> Run:
        """A run that has been deleted and can still be restored.

        Parameters
        ----------
        token : str
            What `delete` has returned.

        Raises
        ------
        RunError
            If its files have been removed, or it has been restored.
        """
        path = self.root / f"{_TRASH}{token}"
        if not _TOKEN.fullmatch(token) or not path.is_dir():
            raise RunError(N_("This run has been removed for good: it cannot be brought back."))
        return Run(path)

    def restore(self, token: str) -> str:
        """Bring a deleted run back, with all its files and its id, which is returned.

        Raises
        ------
        RunError
            As `deleted`, and if its folder cannot be moved.
        """
        path, id = self.deleted(token).path, token.partition("-")[2]
        with _sentences(N_("The run {id} could not be brought back: {reason}."), id=id):
            path.rename(self.root / id)
        return id

    def purge(self, older_than: float = 0.0) -> None:
        """Remove the files of the runs that were deleted at least `older_than` seconds ago."""
        limit = time.time() - older_than
        for path in self.root.glob(f"{_TRASH}*"):
            with suppress(OSError):
                if path.stat().st_mtime <= limit and not is_locked(path / files.LOCK):
                    shutil.rmtree(path)

    def _tidy_later(self) -> None:
        with self._parsed_lock:
            if self._is_tidying:
                return
            self._is_tidying = True
        timer = threading.Timer(KEPT_ASIDE, self._tidy)
        timer.daemon = True
        timer.start()

    def _tidy(self) -> None:
        self.purge(KEPT_ASIDE)
        with self._parsed_lock:
            self._is_tidying = False
        if any(self.root.glob(f"{_TRASH}*")):  # deleted while the timer ran
            self._tidy_later()

    def sweep(self) -> None:
        """Remove what processes that were killed while making a run have left, and all deleted runs."""
        with suppress(OSError):
            for path in [*self.root.glob(f"{_NEW}*"), *self.root.glob(f"{_TRASH}*")]:
                if not is_locked(path / files.LOCK):
                    shutil.rmtree(path, ignore_errors=True)

    def problem(self) -> Words:
        """A sentence saying why runs cannot be kept here, or ""."""
        if not os.path.lexists(self.root):
            return ""  # made with the first run
        if not self.root.is_dir():
            return say(N_("Runs cannot be kept: {folder} is not a folder."), folder=self.root)
        if not os.access(self.root, os.R_OK | os.W_OK | os.X_OK):
            return say(N_("Runs cannot be kept: the folder {folder} cannot be written."), folder=self.root)
        return ""

    def _snapshot(self, path: Path) -> Snapshot | None:
        stored, held = look(lambda: self._stored(path), lambda: is_locked(path / files.LOCK))
        if stored.settings is None and not path.exists():  # deleted a moment ago
            return None
        return Snapshot.of(path, stored, held)

    def _stored(self, path: Path) -> Stored:
        signature = signature_of(path)
        with self._parsed_lock:
            known = self._parsed.get(path.name)
        if known is not None and known.signature == signature:
            return known
        stored = read_folder(path, signature)
        newest = max((part[0] for part in signature.values()), default=0)
        with self._parsed_lock:
            if newest < time.time_ns() - _STILL_CHANGING:
                self._parsed[path.name] = stored
            else:
                self._parsed.pop(path.name, None)
        return stored


def default_root() -> Path:
    """Where runs are kept: FMNIST_RUNS_DIR, or runs/ beside app.py."""
    return environment.folder("FMNIST_RUNS_DIR") or Path(__file__).resolve().parents[2] / "runs"


# --------------------------------------------------------------------------------------------- internal


def _fill(path: Path, settings: Settings, name: str) -> None:
    _write_settings(path, settings)
    _write_label(path, Label(name))
    Run(path).begin()


def _write_settings(path: Path, settings: Settings) -> None:
    files.write_json(path / files.CONFIG, {"config": settings.config.as_dict(), "info": settings.info})


def _write_label(path: Path, label: Label) -> None:
    name, note = one_line(label.name, files.MAX_NAME), files.many_lines(label.note)[: files.MAX_NOTE]
    files.write_json(path / files.LABEL, {"name": name, "note": note})


def _move_held(run: Run, target: Path) -> None:
    if os.name != "nt":
        run.path.rename(target)  # the lock is on the open file, which moves along
        run.path, run.id = target, target.name
        return
    run.release()  # Windows does not move a folder with an open file in it
    run.path.rename(target)
    run.path, run.id = target, target.name
    run.hold()


def new_id() -> str:
    """An id for a run, or for what else is numbered like runs: the time, and what makes it unique."""
    return f"{datetime.now(UTC):{_TIME_FORMAT}}-{secrets.token_hex(2)}"


@contextmanager
def _sentences(what_failed: str, **places: Any) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunError(what_failed, **places, reason=reason(error)) from error


def reason(error: OSError) -> Words:
    """Why the operating system refused, in words a first-week student knows."""
    words = {
        errno.ENOSPC: N_("the disk is full"),
        errno.EDQUOT: N_("your share of the disk is full"),
        errno.EROFS: N_("the folder is read-only"),
        errno.EACCES: N_("the folder cannot be written by this user"),
        errno.EPERM: N_("the folder cannot be written by this user"),
        errno.ENOENT: N_("its folder is gone"),
        errno.EMFILE: N_("too many files are open"),
    }
    if known := words.get(error.errno or 0):
        return say(known)
    return error.strerror or str(error) or type(error).__name__


@cache
def _package_versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in ("tensorflow", "keras", "numpy"):
        with suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    return versions
