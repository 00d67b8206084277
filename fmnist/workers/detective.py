"""The child that asks about labels: networks for three folds, one work at a time, kept in a folder."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fmnist.data import sources
from fmnist.language import N_, Words, say, words_of
from fmnist.networks.config import RunConfig
from fmnist.runs.held_out import HeldOut
from fmnist.runs.store import reason
from fmnist.workers.children import Nursery, OneChild, WorkerError
from fmnist.workers.training_child import give_way_to_the_pages

SEARCH = "fmnist.workers.detective:search"


@dataclass(frozen=True)
class Status:
    """How a work stands.

    Attributes
    ----------
    share : float
        How far it is, 0 to 1.
    is_running : bool
    problem : Words
        Why it ended without a result, or "".
    probabilities : numpy.ndarray (n, 10) float32, or None
        The result.
    """

    share: float
    is_running: bool
    problem: Words
    probabilities: np.ndarray | None


class Detective(OneChild):
    """Starts the child and tells how far it is. Methods may be called from any thread.

    Parameters
    ----------
    nursery : Nursery
        What starts children.
    root : Path
        The runs folder.
    """

    def __init__(self, nursery: Nursery, root: Path) -> None:
        super().__init__(nursery)
        self._root = root
        self._work: HeldOut | None = None
        self._results: dict[HeldOut, np.ndarray] = {}

    def status(self, config: RunConfig, dataset: sources.Dataset) -> Status:
        """How the work with these settings stands."""
        work = HeldOut.of(self._root, config, dataset.fingerprint)
        with self._lock:
            is_running = self._is_running() and self._work == work
            found = self._results.get(work)
        if found is None and not is_running:
            found = work.probabilities(len(dataset.train_labels))
        if found is not None:
            with self._lock:
                self._results = {work: found}
            return Status(1.0, False, "", found)
        return Status(work.share(), is_running, "" if is_running else work.problem(), None)

    def start(self, config: RunConfig, dataset: sources.Dataset) -> None:
        """Begin the work; when it is already being done nothing happens.

        Raises
        ------
        WorkerError
            If another work is being done, or this one cannot be begun.
        """
        work = HeldOut.of(self._root, config, dataset.fingerprint)
        with self._lock:
            if self._is_running():
                if self._work == work:
                    return
                raise WorkerError(N_("Another search for doubtful labels is going on: wait for its end."))
            try:
                work.begin(config)
                self._child = self._nursery.start(SEARCH, [os.fspath(work.path.resolve())])
            except OSError as error:
                message = N_("The search could not be started: {reason}.")
                raise WorkerError(message, reason=reason(error)) from error
            self._work = work

    def stop(self) -> None:
        """End the work that is being done; what is not finished is lost."""
        with self._lock:
            if self._child is not None:
                self._child.kill()


def search(folder: str) -> int:
    """What the child does: train, predict, and keep the result in `folder`, or why there is none."""
    give_way_to_the_pages()
    work = HeldOut(Path(folder))
    try:
        _search(work)
    except OSError as error:
        _note(work, say(N_("The search could not go on: {reason}."), reason=reason(error)))
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        message = N_("The search ended with an error ({kind}: {error}).")
        _note(work, say(message, kind=type(error).__name__, error=words_of(error)))
    return 0


def _search(work: HeldOut) -> None:
    from fmnist.training.held_out import held_out_probabilities

    dataset = sources.load(allow_download=False)
    last = 0.0

    def report(share: float) -> None:
        nonlocal last
        if share - last >= 0.01:
            last = share
            work.write_share(share)

    work.write_probabilities(
        held_out_probabilities(work.config(), dataset.train_images, dataset.train_labels, report)
    )


def _note(work: HeldOut, problem: Words) -> None:
    with suppress(OSError):
        work.write_problem(problem)
