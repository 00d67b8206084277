"""File descriptors: as many as this process may have, and some kept back from visitors' connections.

A server on which connections take the last descriptor cannot open a file any more: runs would be missing
from every list, and none could be started. A visitor too many is told so and can come again.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

try:
    import resource
except ImportError:  # Windows, where there is no such limit
    resource = None

ENOUGH = 65_536
KEPT_BACK = 32  # for files, children and waiting runs, each of which holds its lock
SENTENCE = (
    "This server has as many open connections as it can have. Close pages that you do not need, and try "
    "again in a minute."
)
ANSWER = (
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 60\r\n"
    f"Connection: close\r\nContent-Length: {len(SENTENCE)}\r\n\r\n{SENTENCE}"
).encode()
Accept = Callable[[socket.socket], tuple[socket.socket, Any]]
log = logging.getLogger("fmnist")


def prepare() -> None:
    """Take as many descriptors as the system allows, and refuse connections that would take the last ones."""
    if resource is None or getattr(socket.socket.accept, "keeps_back", False):
        return
    limit = _raise_limit()
    socket.socket.accept = _keeping_back(
        socket.socket.accept, limit - KEPT_BACK
    )  # asyncio has no hook for it


def _raise_limit() -> int:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return ENOUGH if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        return soft
    return wanted


def _keeping_back(accept: Accept, most: int) -> Accept:
    """As `accept`, but for connections with a descriptor from `most` on: the system gives the lowest free."""
    told = False

    def accept_if_there_is_room(listening: socket.socket) -> tuple[socket.socket, Any]:
        nonlocal told
        while True:
            connection, address = accept(listening)
            if connection.fileno() < most:
                return connection, address
            if not told:
                told = True
                log.warning(
                    "Connections are refused: this process may open no more files (see ulimit -n). "
                    "%d descriptors are kept back for runs.",
                    KEPT_BACK,
                )
            _refuse(connection)

    accept_if_there_is_room.keeps_back = True
    return accept_if_there_is_room


def _refuse(connection: socket.socket) -> None:
    with connection, suppress(OSError):
        connection.setblocking(False)
        connection.send(ANSWER)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65_536)  # closed with a request unread, the answer would be lost
