"""What a server knows of its class while it runs, and what the teacher has switched: in memory alone."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterable

MOST_KNOWN = 10_000  # runs of which the address is remembered


class Classroom:
    """One for all visitors. Nothing of it is written anywhere; its methods may be called from any thread."""

    def __init__(self) -> None:
        self.counts_addresses = True  # the teacher's switch: a class behind one address needs it off
        self._lock = threading.Lock()
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
