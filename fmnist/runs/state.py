"""The truth about a run: what its folder says of itself, and whether a living process stands behind that."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from filelock import FileLock, Timeout

from fmnist.language import N_, SaidError, Words, counted, row, say
from fmnist.runs import files
from fmnist.runs.files import EpochRow, Label, Progress, Settings

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

INTERRUPTED = "interrupted"  # says queued or running, but no living process owns it
DAMAGED = "damaged"
ACTIVE = ("queued", "running")


class RunError(SaidError):
    """What cannot be done with a run or the runs folder, as a sentence for a person."""


_LISTED = (
    files.CONFIG,
    files.LABEL,
    files.PROGRESS,
    files.HISTORY,
    files.BATCHES,
    files.MODEL,
    files.PREDICTIONS,
)
Signature = dict[str, tuple[int, int, int]]  # file name → (time of change in ns, size, inode)


@dataclass(frozen=True)
class Stored:
    """What a run folder says about itself, ownership aside."""

    settings: Settings | None
    label: Label
    progress: Progress | None
    rows: tuple[EpochRow, ...]
    has_model: bool
    has_predictions: bool
    problem: Words
    signature: Signature = field(default_factory=dict, compare=False)  # of the files before they were read

    @property
    def says_active(self) -> bool:
        """Whether its files say that it waits or trains, whoever owns it."""
        return self.progress is not None and self.progress.state in ACTIVE


def read_folder(path: Path, signature: Signature | None = None) -> Stored:
    """Read all but the log and the numbers inside model, predictions and batches."""
    signature = signature_of(path) if signature is None else signature
    settings, settings_problem = files.read_settings(path)
    label, label_problem = files.read_label(path)
    progress, progress_problem = files.read_progress(path)
    rows, history_problem = files.read_history(path)
    model, predictions = (files.archive_problem(path, name) for name in (files.MODEL, files.PREDICTIONS))
    problems = [settings_problem, label_problem, progress_problem, history_problem, model, predictions]
    if rows and model is None and not (progress and progress.state in ACTIVE):
        problems.append(files.missing(files.MODEL))
    problem = row(*(each or "" for each in problems))
    return Stored(settings, label, progress, tuple(rows), model == "", predictions == "", problem, signature)


def signature_of(path: Path, names: Collection[str] = _LISTED) -> Signature:
    """What changes whenever one of these files does; all but the log when not given."""
    try:
        with os.scandir(path) as entries:
            stats = {
                entry.name: entry.stat(follow_symlinks=False) for entry in entries if entry.name in names
            }
    except OSError:
        return {}
    return {name: (found.st_mtime_ns, found.st_size, found.st_ino) for name, found in stats.items()}


def time_of_change(path: Path) -> int:
    """When a file or folder changed, in nanoseconds; 0 when that cannot be known."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def look(read: Callable[[], Stored], is_held: Callable[[], bool]) -> tuple[Stored, bool]:
    """What a run says about itself and whether it is owned, as they fit together.

    Between reading "running" and finding no owner the run may have ended, which is no interruption:
    it is read again, until twice in a row nobody owns it and it says the same.
    """
    stored = read()
    while stored.says_active and not is_held():
        before, stored = stored, read()
        if stored == before:
            return stored, False
    return stored, stored.says_active


def _true_state(stored: Stored, held: bool) -> str:
    if stored.problem or stored.progress is None:
        return DAMAGED
    if stored.says_active and not held:
        return INTERRUPTED
    return stored.progress.state


def true_progress(stored: Stored, held: bool) -> Progress:
    """The progress of a run, with the state as it is and a message that fits it."""
    state, done, progress = _true_state(stored, held), len(stored.rows), stored.progress
    if state == DAMAGED or progress is None:
        epochs = stored.settings.config.epochs if stored.settings else 0
        progress = progress or Progress(DAMAGED, epochs=epochs)
        return replace(progress, state=DAMAGED, epoch=done, message=stored.problem)
    if state == INTERRUPTED:
        return replace(progress, state=INTERRUPTED, epoch=done, message=_interrupted_sentence(done))
    return progress


def _interrupted_sentence(done: int) -> Words:
    kept = counted(
        "Its finished epoch is kept, and the run can be continued.",
        "Its {done} finished epochs are kept, and the run can be continued.",
        done,
        done=done,
    )
    if not done:
        kept = say(N_("No epoch was finished, and the run can be continued."))
    return row(say(N_("The program ended before this run did.")), kept)


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock file.

    Asked with a *shared* lock: readers never exclude each other, and an owner that tries at the same moment
    just tries again. It needs no right to write.
    """
    if fcntl is None:
        return _is_locked_on_windows(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError as error:
        return error.errno in (errno.EMFILE, errno.ENFILE)  # not known: no run is called interrupted for that
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _is_locked_on_windows(path: Path) -> bool:
    if not path.exists():
        return False
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False
