"""Kept moments read for pages: what a run said at each, and life stories, in a thread of their own."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from fmnist.data.sources import Dataset
from fmnist.evaluation import at_moment
from fmnist.evaluation.scores import Evaluation
from fmnist.evaluation.stories import Stories
from fmnist.runs import moments
from fmnist.runs.store import Snapshot
from fmnist.workers.kept import Kept

MOST_BYTES = 48_000_000  # of probabilities: five runs with all their moments
MOST_STORIES = 16  # runs: a quarter of a megabyte each

Version: TypeAlias = tuple[float, int]


@dataclass(frozen=True)
class _Judgement:
    """An evaluation, and the memory it takes."""

    evaluation: Evaluation

    @property
    def bytes(self) -> int:
        return self.evaluation.probabilities.nbytes


class MomentReader:
    """Reads each moment of a run once for all visitors; methods may be called from any thread.

    A moment alone takes hundredths of a second, a whole run tenths: too much for the script of a page.
    """

    def __init__(self) -> None:
        self._judgements: Kept[_Judgement] = Kept(MOST_BYTES)
        self._stories: OrderedDict[Hashable, Future[Stories]] = OrderedDict()
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="moments")

    def evaluation(self, run: Snapshot, epoch: float, dataset: Dataset) -> Evaluation:
        """How a run judged the test images at a kept moment, read at once where it is not known yet.

        Raises RunError and ValueError as `at_moment.evaluation_at` does.
        """
        key = run.id, version_of(run, epoch), dataset.fingerprint
        kept = self._judgements.get(key, lambda: _Judgement(at_moment.evaluation_at(run, epoch, dataset)))
        return kept.evaluation

    def stories(self, run: Snapshot, dataset: Dataset) -> Future[Stories]:
        """The life stories of the test images, to be had once the thread has come to them.

        The result raises what `at_moment.stories_of` does.
        """
        versions = tuple(version_of(run, each) for each in run.moments())
        key = run.id, versions, run.epochs_done, dataset.fingerprint
        with self._lock:
            if key not in self._stories:
                self._stories[key] = self._thread.submit(self._read, run, dataset)
                while len(self._stories) > MOST_STORIES:
                    self._stories.popitem(last=False)
            self._stories.move_to_end(key)
            return self._stories[key]

    def close(self) -> None:
        """End the thread; what it has not begun is dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _read(self, run: Snapshot, dataset: Dataset) -> Stories:
        def predicted(epoch: float) -> np.ndarray:  # every slider step after this costs nothing
            return self.evaluation(run, epoch, dataset).predicted

        return at_moment.stories_of(run, dataset, predicted)


def version_of(run: Snapshot, epoch: float) -> Version:
    """What changes when a moment is written anew."""
    try:
        return epoch, moments.path_of(run.path, epoch).stat().st_mtime_ns
    except OSError:
        return epoch, 0
