"""What a server knows of its class while it runs, and what the teacher has switched: in memory alone."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

MOST_KNOWN = 10_000  # runs of which the address is remembered
MOST_VISITORS = 500  # browsers that the teacher sees: those seen last
LONGEST_NAME, LONGEST_WORDS = 40, 200  # letters


@dataclass(frozen=True)
class Visit:
    """What the teacher sees of a browser, beside its runs."""

    number: int  # in the order in which they came
    name: str = ""  # that was typed there; "" for none
    steps: frozenset[str] = frozenset()  # of the path, which the pages have seen done
    page: str = ""  # opened last
    last: float = 0.0  # time.time() of the last action


@dataclass(frozen=True)
class Invitation:
    """A page that everybody is asked to open."""

    number: int  # another one for each
    page: str  # "explore", "train" or "predict"
    query: Mapping[str, str] = field(default_factory=dict)
    words: str = ""  # what the teacher says to it


class Classroom:
    """One for all visitors. Nothing of it is written anywhere; its methods may be called from any thread."""

    def __init__(self) -> None:
        self.counts_addresses = True  # the teacher's switch: a class behind one address needs it off
        self.is_paused = False  # the teacher's switch: nobody else starts a training
        self.invitation: Invitation | None = None
        self._lock = threading.Lock()
        self._visits: dict[str, Visit] = {}  # by owner
        self._come = self._invited = 0
        self._origins: dict[str, str] = {}  # the id of a run → the network it was started from

    def note_origin(self, id: str, address: str) -> None:
        """Remember from which address a run was started; "" for one that is not known."""
        if not address:
            return
        with self._lock:
            self._origins[id] = network_of(address)
            while len(self._origins) > MOST_KNOWN:
                del self._origins[next(iter(self._origins))]

    def count_from(self, address: str, ids: Iterable[str]) -> int:
        """How many of these runs were started from there; 0 for an address that is not known."""
        if not address:
            return 0
        there = network_of(address)
        with self._lock:
            return sum(self._origins.get(id) == there for id in ids)

    def note_visit(self, owner: str, now: float, *, page: str = "", step: str = "") -> None:
        """A browser has opened a page, or done a step of the path."""
        with self._lock:
            visit = self._visit_of(owner)
            steps = visit.steps | {step} if step else visit.steps
            self._visits[owner] = replace(visit, page=page or visit.page, steps=steps, last=now)
            if len(self._visits) > MOST_VISITORS:
                del self._visits[min(self._visits, key=lambda each: self._visits[each].last)]

    def call(self, owner: str, name: str) -> None:
        """Give a browser the name that was typed there; "" takes it back."""
        name = "".join(letter if letter.isprintable() else " " for letter in name)
        with self._lock:
            visit = self._visit_of(owner)
            self._visits[owner] = replace(visit, name=" ".join(name.split())[:LONGEST_NAME])

    def name_of(self, owner: str) -> str:
        """The name that was typed in a browser; "" for none."""
        with self._lock:
            visit = self._visits.get(owner)
        return visit.name if visit else ""

    def visits(self) -> dict[str, Visit]:
        """By owner, those that came first first."""
        with self._lock:
            return dict(sorted(self._visits.items(), key=lambda each: each[1].number))

    def forget(self, owner: str) -> None:
        """Leave a browser out: it is the teacher's."""
        with self._lock:
            self._visits.pop(owner, None)

    def invite(self, page: str, query: Mapping[str, str], words: str = "") -> None:
        """Ask everybody to open a page, in the place of what they were asked to open before."""
        with self._lock:
            self._invited += 1
            self.invitation = Invitation(self._invited, page, dict(query), words[:LONGEST_WORDS])

    def _visit_of(self, owner: str) -> Visit:
        if owner not in self._visits:
            self._come += 1
            self._visits[owner] = Visit(self._come)
        return self._visits[owner]


def network_of(address: str) -> str:
    """What one person has of addresses: one of version 4, or 2⁶⁴ of version 6, any of which they may take."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
