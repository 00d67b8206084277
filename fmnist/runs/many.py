"""The list of very many runs, kept at hand: a page is to be there at once, and asks for it several times."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fmnist.runs.snapshot import Snapshot
from fmnist.runs.state import ACTIVE, time_of_change

REST = 0.01  # seconds for each run, in which one that has ended is not looked into again
PAUSE = 0.0001  # seconds for each run, in which its folder is not even looked at
PATIENCE = 0.3  # seconds: a page is to be there within two, on a busy computer too
AGAIN = 0.1  # share of the patience in which runs that have rested are looked into again
BREATH = 0.002  # seconds between two runs that are read in the background: pages go first


@dataclass(frozen=True)
class _Seen:
    """A run that has ended, as it was when somebody looked into its folder."""

    run: Snapshot
    changed: int  # when the folder did, in ns: what is replaced in it changes that
    at: float  # time.monotonic() of the look

    def is_at_rest(self, since: float) -> bool:
        """Whether it was looked into after `since`, and nothing in its folder was replaced after that."""
        return self.at > since and self.changed == time_of_change(self.run.path)


class ManyRuns:
    """What a store remembers of very many runs, so that it does not look into each folder for each list.

    Its methods may be called from any thread.

    Parameters
    ----------
    root : Path
        The folder that holds all runs.
    look : callable
        Looks into one run's folder, by its id; None when the run has gone.
    """

    def __init__(self, root: Path, look: Callable[[str], Snapshot | None]) -> None:
        self.unread = 0  # runs that the last list has left out for the time being
        self._root, self._look = root, look
        self._seen: dict[str, _Seen] = {}
        self._active: set[str] = set()
        self._touched: set[str] = set()  # runs that somebody in this process may have changed
        self._names: Collection[str] = ()
        self._listed: Sequence[Snapshot] = ()
        self._looked_round = -math.inf  # time.monotonic() of the last look at every folder
        self._turn = threading.Lock()
        self._reader: threading.Thread | None = None

    def touch(self, name: str) -> None:
        """Look into this run for the next list: somebody has opened it, and may change it."""
        self._touched.add(name)

    def list(self, names: Collection[str], patience: float = PATIENCE) -> list[Snapshot]:
        """These runs, newest first.

        Parameters
        ----------
        names : collection of str
            The ids of all runs.
        patience : float
            Seconds after which runs never read before are left out, the oldest; `unread` says how many, and
            they are read in the background. `math.inf` reads all.
        """
        if not self._turn.acquire(timeout=max(0.0, patience) if math.isfinite(patience) else -1):
            return list(self._listed)  # another page has been looking round for all this time
        try:
            if self._is_fresh(names):
                self._look_at_what_moves()
            else:
                self._look_round(sorted(names, reverse=True), patience)  # an id begins with its time
            return list(self._listed)
        finally:
            self._turn.release()

    def _is_fresh(self, names: Collection[str]) -> bool:
        """Whether all folders have been looked at a moment ago."""
        is_recent = time.monotonic() - self._looked_round < len(names) * PAUSE
        return is_recent and not self.unread and len(names) == len(self._names) and set(names) == self._names

    def _look_at_what_moves(self) -> None:
        """Look into the runs that train or wait, and those that this process may have changed."""
        again, self._touched = self._active | (self._touched & set(self._names)), set()
        if not again:
            return
        looked = {name: self._see(name) for name in again}
        known = {run.id for run in self._listed}
        kept = [looked.get(run.id, run) for run in self._listed]
        self._listed = [run for run in kept if run is not None]
        if new := [run for name, run in looked.items() if run is not None and name not in known]:
            self._listed = _newest_first([*self._listed, *new])

    def _look_round(self, names: Sequence[str], patience: float) -> None:
        now, touched, self._touched = time.monotonic(), self._touched, set()
        self._forget_all_but(names)
        rest, limit, limit_again = now - len(names) * REST, now + patience, now + patience * AGAIN
        if self._is_reading() and patience <= PATIENCE:
            limit = -math.inf  # what is unread comes by itself
        found, unread = [], 0
        for name in names:
            seen = self._seen.get(name)
            if name in self._active or name in touched:
                found.append(self._see(name))
            elif seen is not None and (seen.is_at_rest(rest) or time.monotonic() > limit_again):
                found.append(seen.run)
            elif seen is not None or time.monotonic() <= limit:
                found.append(self._see(name))
            else:
                unread += 1
        self._listed = _newest_first(filter(None, found))
        self.unread, self._names, self._looked_round = unread, set(names), time.monotonic()
        if unread:
            self._read_later(names)

    def _see(self, name: str) -> Snapshot | None:
        changed = time_of_change(self._root / name)
        run = self._look(name)
        if run is None or run.state in ACTIVE:
            self._seen.pop(name, None)
        else:
            self._seen[name] = _Seen(run, changed, time.monotonic())
        (self._active.add if run is not None and run.state in ACTIVE else self._active.discard)(name)
        return run

    def _forget_all_but(self, names: Collection[str]) -> None:
        there = set(names)
        for gone in list(self._seen.keys() - there):
            self._seen.pop(gone, None)
        self._active &= there

    def _is_reading(self) -> bool:
        return self._reader is not None and self._reader.is_alive()

    def _read_later(self, names: Sequence[str]) -> None:
        """Read in the background what has been left out, the newest first."""
        if not self._is_reading():
            self._reader = threading.Thread(target=self._read, args=[names], name="runs", daemon=True)
            self._reader.start()

    def _read(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self._seen and name not in self._active:
                self._see(name)
                time.sleep(BREATH)


def _newest_first(runs: Iterable[Snapshot]) -> list[Snapshot]:
    return sorted(runs, key=lambda run: (run.created, run.id), reverse=True)
