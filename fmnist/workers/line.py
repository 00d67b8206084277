"""Who trains next: runs of their own first come, first served, then those of sweeps, sweep by turns."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import count

from fmnist.networks.sweep import graph_of
from fmnist.runs.store import Run, RunError


@dataclass(order=True)
class _Waiting:
    is_of_a_sweep: bool
    number: int  # of the runs of its sweep that have come before
    arrival: int
    run: Run = field(compare=False)
    sweep: str = field(compare=False)
    trains: Hashable = field(compare=False)


class Line:
    """The waiting runs, next one first. Not for several threads at once."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._arrivals = count()
        self._come: Counter[str] = Counter()  # runs of each sweep

    def __iter__(self) -> Iterator[Run]:
        return (each.run for each in self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, run: Run) -> None:
        """Take a run in, at the place that is its."""
        sweep = run.sweep
        number = self._come[sweep] if sweep else 0
        if sweep:
            self._come[sweep] += 1
        arrival = next(self._arrivals)
        insort(self._waiting, _Waiting(bool(sweep), number, arrival, run, sweep, trained_with(run)))

    def next(self) -> Run:
        """The first run, which leaves the line. Raises IndexError when nobody waits."""
        return self._left(0)

    def leave(self, id: str) -> Run | None:
        """The run with this id, which leaves the line; None when it does not wait."""
        places = (place for place, each in enumerate(self._waiting) if each.run.id == id)
        place = next(places, None)
        return None if place is None else self._left(place)

    def has(self, trains: Hashable) -> bool:
        """Whether a run waits that `trained_with` says this of."""
        return any(each.trains == trains for each in self._waiting)

    def _left(self, place: int) -> Run:
        gone = self._waiting.pop(place)
        if gone.sweep and not any(each.sweep == gone.sweep for each in self._waiting):
            del self._come[gone.sweep]
        return gone.run


def trained_with(run: Run) -> Hashable | None:
    """Equal for runs that one child may train after each other: of one sweep, with one compiled graph."""
    if not run.sweep:
        return None
    try:
        return run.sweep, graph_of(run.config)
    except RunError:  # its settings are damaged, which whoever trains it will say
        return None
