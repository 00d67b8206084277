"""Work over all test images in a thread, a few at a time, while somebody looks: nobody has to wait for it.

Tens of thousands of predictions are asked of the one child that serves all visitors. Between two parts it
answers others.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar, cast

import numpy as np

from fmnist.language import N_, SaidError, Words, say

FEWEST, MOST = 20, 2_000  # images in a part
FIRST = 100
PART = 0.06  # seconds that a part should take: what another visitor may have to wait for
ALMOST = 0.999  # of the work: its last number may not have been kept yet
RETRY = 5.0  # seconds after which it is tried again when it went wrong
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
        self._asked = self._failed = 0.0
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
            if self.trouble and self._asked - self._failed < RETRY:
                return
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
            self.trouble = None
            wanted = self._part * PART / max(time.monotonic() - began, 1e-4)
            self._part = int(np.clip(wanted, max(FEWEST, self._part / 2), min(MOST, self._part * 2)))
            start = end

    def _run(self) -> None:
        try:
            self.work()
        except _NobodyLooks:
            return
        except SaidError as error:
            self._failed, self.trouble = time.monotonic(), error.sentence
        except Exception as error:  # a fault of the program: told where it is looked for
            traceback.print_exc()
            message = N_("This could not be computed ({kind}: {error}).")
            self._failed = time.monotonic()
            self.trouble = say(message, kind=type(error).__name__, error=error)
        else:
            self.trouble, self.share_done = None, 1.0


Found = TypeVar("Found")


class Once(InParts, Generic[Found]):
    """Something that is computed in one go.

    Parameters
    ----------
    compute : callable
        May raise what has a sentence.
    """

    def __init__(self, compute: Callable[[], Found]) -> None:
        super().__init__()
        self._compute = compute
        self._found: Found | None = None

    @property
    def found(self) -> Found:
        """What came out; to be asked for once it is done."""
        return cast(Found, self._found)

    def work(self) -> None:
        """Compute it."""
        self._found = self._compute()
