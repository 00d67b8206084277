"""Things worth keeping in memory up to a limit of bytes: the one unused for longest goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """A thing that tells the memory it takes."""

    @property
    def bytes(self) -> int:
        """How many it takes."""


Thing = TypeVar("Thing", bound=Sized)


class Kept(Generic[Thing]):
    """A cache for all threads.

    Parameters
    ----------
    most_bytes : int
        Of all things together. A single thing that is larger is given back, but not kept.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing kept under `key`, made first if there is none. What `make` raises is passed on."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        made = make()  # without the lock: it may take seconds
        with self._lock:
            self._things[key] = made
            while sum(each.bytes for each in self._things.values()) > self._most_bytes:
                self._things.popitem(last=False)
        return made
