"""The child that makes a run's model into SavedModel and TFLite: one run at a time, in its folder."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fmnist.data import sources
from fmnist.language import N_, SaidError, Words, say
from fmnist.runs import files, take_home
from fmnist.runs.store import Run, Snapshot, reason
from fmnist.runs.take_home import TakeHome
from fmnist.workers.children import Nursery, OneChild, WorkerError
from fmnist.workers.training_child import give_way_to_the_pages

EXPORT = "fmnist.workers.take_home:export"


@dataclass(frozen=True)
class Status:
    """How the files of a run stand: being made, or what there is of them, or None."""

    is_running: bool
    found: TakeHome | None


class Exporter(OneChild):
    """Starts the child and tells how it is. Methods may be called from any thread."""

    def __init__(self, nursery: Nursery) -> None:
        super().__init__(nursery)
        self._run = ""

    def status(self, run: Snapshot) -> Status:
        """How the files of a run stand."""
        with self._lock:
            is_running = self._is_running() and self._run == run.id
        return Status(is_running, None if is_running else take_home.read(run.path, run.model_path))

    def start(self, run: Snapshot) -> None:
        """Begin to make them; when they are being made already nothing happens.

        Raises
        ------
        WorkerError
            If those of another run are being made, or the child cannot be started.
        """
        with self._lock:
            if self._is_running():
                if self._run == run.id:
                    return
                raise WorkerError(N_("The files of another run are being made: try again in a moment."))
            try:
                take_home.forget(run.path)
                self._child = self._nursery.start(EXPORT, [os.fspath(run.path.resolve())])
            except OSError as error:
                raise WorkerError(
                    N_("The files could not be made: {reason}."), reason=reason(error)
                ) from error
            self._run = run.id


def export(folder: str) -> int:
    """What the child does: make the files in `folder`, and note what they are, or why there are none."""
    give_way_to_the_pages()
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # the converters print much that says nothing
        os.dup2(nothing, stream)
    os.close(nothing)
    run = Run(Path(folder))
    try:
        _export(run)
    except SaidError as error:
        _note(run, error.sentence)
    except OSError as error:
        _note(run, say(N_("The files could not be made: {reason}."), reason=reason(error)))
    except Exception as error:
        message = N_("The files could not be made ({kind}: {error}).")
        _note(run, say(message, kind=type(error).__name__, error=f"{error!s:.200}"))
    return 0


def _export(run: Run) -> None:
    from fmnist.training import model_files
    from fmnist.training.scoring import pixel_divisor
    from fmnist.training.take_home import make

    dataset = sources.load(allow_download=False)
    network = model_files.load(run.model_path, compile=False)
    pixels = (dataset.test_images / np.float32(pixel_divisor(run.config.scale_pixels))).astype(np.float32)
    found = make(
        network,
        pixels,
        dataset.test_labels,
        lambda name, content: files.write_bytes(run.path / name, content),
    )
    take_home.write(run.path, run.model_path, found)


def _note(run: Run, problem: Words) -> None:
    with suppress(OSError):
        take_home.write(run.path, run.model_path, TakeHome(0.0, {}, problem))
