"""Windows, as far as Linux can play it: nothing forks, no fcntl, and no name that Unix alone has."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

from fmnist.workers.children import SpawnNursery

UNIX_ALONE = {
    os: (
        "fork",
        "getpgid",
        "killpg",
        "nice",
        "setsid",
        "sched_getaffinity",
        "sched_setscheduler",
        "sched_param",
        "SCHED_BATCH",
    ),
    signal: ("SIGKILL", "SIGCHLD"),
    socket: ("send_fds", "recv_fds"),
}
UNIX_MODULES = ("fcntl", "grp", "pwd", "resource", "termios")


class WindowsOs:
    """The module `os` for one module of the program, which then takes the computer for Windows."""

    name = "nt"

    def __getattr__(self, name: str) -> Any:
        if name in UNIX_ALONE[os] or name == "SCHED_IDLE":
            raise AttributeError(name)
        return getattr(os, name)


class WindowsNursery(SpawnNursery):
    """What starts children on Windows; each loses what Unix alone has before it imports what it runs."""

    def start(self, target: str, arguments: Sequence[Any]):
        return super().start("tests.unit.windows:run", [target, list(arguments)])

    def start_talking(self, target: str, arguments: Sequence[Any]):
        return super().start_talking("tests.unit.windows:run", [target, list(arguments)])


def run(target: str, arguments: list[Any], *connection: Any) -> int | None:
    """Call a child's function in this process, as if this were Windows."""
    for module, names in UNIX_ALONE.items():
        for name in names:
            delattr(module, name)
    del os.SCHED_IDLE
    sys.modules.update(dict.fromkeys(UNIX_MODULES))  # importing them fails from now on
    from fmnist.workers.forkserver import resolve

    return resolve(target)(*arguments, *connection)
