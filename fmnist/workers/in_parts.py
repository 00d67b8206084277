"""Work over all test images in a thread, a few at a time, while somebody looks: nobody has to wait for it.

Tens of thousands of predictions are asked of the one child that serves all visitors. Between two parts it
answers others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np

from fmnist.language import Words
from fmnist.workers.children import WorkerError

FEWEST, MOST = 20, 2_000  # images in a part
FIRST = 100
PART = 0.06  # seconds that a part should take: what another visitor may have to wait for
ALMOST = 0.999  # of the work: its last number may not have been kept yet
LOOKS = 10.0  # seconds without a look after which it rests: it would work for nobody


class _NobodyLooks(Exception):
    """The page that asked is no longer open."""


class InParts:
    """One such work; pages read what it has found while the thread goes on.

    Attributes
    ----------
    share_done : float
        0 to 1.
    trouble : sentence, or None
    """

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._part = FIRST
        self._asked = 0.0
        self.share_done = 0.0
        self.trouble: Words | None = None

    @property
    def is_done(self) -> bool:
        """Whether all of it is found."""
        return self.share_done == 1

    def start(self) -> None:
        """Begin in the background, or go on; to be called while somebody looks at it."""
        with self._lock:
            self._asked = time.monotonic()
            if self.is_done or (self._thread and self._thread.is_alive()):
                return
            self.trouble = None
            self._thread = threading.Thread(target=self._run, name="in parts", daemon=True)
            self._thread.start()

    def work(self) -> None:
        """Find everything that is not found yet; `share_done` grows on the way. To be overridden."""
        raise NotImplementedError

    def parts(self, count: int) -> Iterator[tuple[int, int]]:
        """From where to before where each part of `count` images goes; larger if the last were fast."""
        start = 0
        while start < count:
            if time.monotonic() - self._asked > LOOKS:
                raise _NobodyLooks
            end = min(start + self._part, count)
            began = time.monotonic()
            yield start, end
            wanted = self._part * PART / max(time.monotonic() - began, 1e-4)
            self._part = int(np.clip(wanted, max(FEWEST, self._part / 2), min(MOST, self._part * 2)))
            start = end

    def _run(self) -> None:
        try:
            self.work()
            self.share_done = 1.0
        except WorkerError as error:
            self.trouble = error.sentence
        except _NobodyLooks:
            return
