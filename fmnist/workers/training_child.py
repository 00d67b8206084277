"""What runs inside a training child: train one run, and write down how it ended, whatever happens."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from fmnist.data import sources
from fmnist.language import N_, SaidError, Words, say
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Run, reason
from fmnist.workers.forkserver import resolve

TRAINING = "fmnist.workers.training_child:train_on_data"
NICENESS = 5  # pages go first; beside a busy program it still gets a quarter of a core
FULL_DISK = 1_000_000  # bytes: with less left, an error while writing is taken to be a full disk
WRITER_LOCK = "writer-lock"
WRITER_PATIENCE = 10  # seconds to wait for the last breath of a child whose web process was killed

SAID_HOW_IT_ENDED, CANNOT_WRITE, BUSY = 0, 3, 4  # exit statuses

# What was loaded last, and the state its files had.
_at_hand: tuple[tuple[Any, ...], sources.Dataset] | None = None


def train(folder: str, job: str) -> int:
    """Run `job` on the run in `folder`. The whole life of a training child.

    Parameters
    ----------
    folder : str
        The run folder; the parent owns the run and keeps its lock.
    job : str
        "module:function", called with the `Run`; returns an object with `state` and `message`.

    Returns
    -------
    int
        The exit status: one of the constants above.
    """
    give_way_to_the_pages()
    return _train(folder, job)


def train_when_told(job: str, connection: Connection) -> int:
    """Get ready for a run of the tutorial, then wait for the folder of a run, whatever its settings: `train`.

    Parameters
    ----------
    job : str
        As for `train`.
    connection : Connection
        Brings the folder; closed without one when no run is to come.
    """
    give_way_to_the_pages()
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)  # TensorFlow says there of which graphics cards it found none
    os.close(nothing)
    with suppress(Exception):  # the run will meet the same fault, and has a log to tell it in
        get_ready()
    _remove_generated_sources()
    try:
        folder = connection.recv()
    except EOFError:
        return SAID_HOW_IT_ENDED
    connection.close()
    return _train(folder, job)


def train_series(job: str, connection: Connection) -> int:
    """Train run after run: `train`, with images and compiled graph kept from one to the next that needs them.

    Parameters
    ----------
    job : str
        As for `train`.
    connection : Connection
        Brings the folders, and is told of each what `train` would have returned; closed when none is to come.
    """
    give_way_to_the_pages()
    with suppress(EOFError, OSError):
        while True:
            connection.send(_train(connection.recv(), job))
    return SAID_HOW_IT_ENDED


def _be_silent() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)  # TensorFlow says there of which graphics cards it found none
    os.close(nothing)


def _train(folder: str, job: str) -> int:
    run = Run(Path(folder))
    try:
        _print_into(run.path / "log.txt")
        with FileLock(run.path / WRITER_LOCK).acquire(timeout=WRITER_PATIENCE, poll_interval=0.02):
            run.remove_leftovers()
            perform(run, job)
            _remove_generated_sources()
    except Timeout:
        return BUSY
    except OSError:
        return CANNOT_WRITE
    return SAID_HOW_IT_ENDED


def give_way_to_the_pages() -> None:
    """For a child that computes for long: let the pages, and predictions, go first."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # Linux shares time between sessions first (sched(7), autogroups), and this child has a session of its
    # own: without this the niceness would count against nobody.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICENESS))
    if hasattr(os, "SCHED_BATCH"):  # its threads take the processor from nobody when they wake up
        with suppress(OSError):
            # Not SCHED_IDLE: while other programs keep all cores busy, that gets nothing for minutes.
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def perform(run: Run, job: str) -> None:
    """Call `job` with `run` and write how it ended. Raises OSError when that cannot be written."""
    try:
        outcome = resolve(job)(run)
        state, message = outcome.state, outcome.message
    except Exception as error:
        with suppress(Exception):
            traceback.print_exc()
        state, message = "failed", sentence(error, run.path)
    run.end(state, message)


def get_ready() -> None:
    """Load the images and have the tutorial's training compiled, before it is known what will be trained."""
    dataset = _load()
    from fmnist.training import fit

    fit.get_ready(RunConfig(), dataset)


def train_on_data(run: Run) -> Any:
    """Train `run` on the images at hand; the default job.

    Returns
    -------
    fmnist.training.fit.Outcome
        "stopped", with nothing changed, when earlier epochs saw other images than there are now.
    """
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(_load)
        from fmnist.training import fit  # while the images load, TensorFlow starts up

        dataset = loading.result()
    before = run.info.get("data")
    if run.history and not (isinstance(before, dict) and before.get("fingerprint") == dataset.fingerprint):
        message = N_(
            "This run was not continued: its earlier epochs were trained on other images than those now at "
            "hand ({source}). Bring those back, or start a new run."
        )
        return fit.Outcome("stopped", say(message, source=dataset.source))
    run.update_info(
        data={
            "source": dataset.source,
            "verified": dataset.verified,
            "is_real": dataset.is_real,
            "fingerprint": dataset.fingerprint,
            "checksums": dataset.checksums,
        }
    )
    return fit.train(run.config, dataset, run)


def _load() -> sources.Dataset:
    global _at_hand
    now = sources.state_of_files()
    if _at_hand is None or _at_hand[0] != now:
        _at_hand = now, sources.load(allow_download=False)
    return _at_hand[1]


def _remove_generated_sources() -> None:
    """Remove the files into which TensorFlow wrote what it translated: it does so only at a slow farewell."""
    for name, module in list(sys.modules.items()):
        if name.startswith("__autograph_generated_file") and module.__file__:
            with suppress(OSError):
                os.unlink(module.__file__)


def sentence(error: Exception, folder: Path) -> Words:
    """Why training ended, for a person: our own errors as they are, others explained."""
    if isinstance(error, SaidError):
        return error.sentence
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return say(N_("The memory of this computer ran out. Try a smaller network or smaller batches."))
    if _is_disk_full(error, folder):
        return say(N_("The disk is full. Make room, then continue the run: its finished epochs are kept."))
    if isinstance(error, OSError):
        return say(N_("The run could not go on: {reason}."), reason=reason(error))
    message = N_("Training ended with an error ({kind}: {error}). The log below has the details.")
    return say(message, kind=type(error).__name__, error=error)


def _is_disk_full(error: Exception, folder: Path) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    if "No space left on device" in str(error):  # as Keras's file formats put it, not always as an OSError
        return True
    with suppress(OSError):
        return isinstance(error, OSError) and shutil.disk_usage(folder).free < FULL_DISK
    return False


def _print_into(path: Path) -> None:
    """Send all output there, also what native code says when it crashes."""
    not_followed = getattr(os, "O_NOFOLLOW", 0)  # a link would have it write into another file
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | not_followed, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="replace")
