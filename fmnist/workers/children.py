"""Start child processes that have TensorFlow loaded, from a process that has not, and hear how they end."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol

from fmnist import environment
from fmnist.language import SaidError
from fmnist.workers.forkserver import REPORT, run_target

ANSWERS_WITHIN = 30.0  # seconds in which a fork server that has loaded answers, or it hangs
LOADS_WITHIN = 120.0  # seconds in which it answers the first time: on a busy machine TensorFlow takes 40
PACKAGE_PARENT = Path(__file__).resolve().parents[2]
PRELOAD = (
    "fmnist.training",  # brings in TensorFlow, whatever other projects have set for it
    "fmnist.training.fit",
    "fmnist.training.prediction",
    "fmnist.workers.training_child",
    "fmnist.workers.predictor",
)
log = logging.getLogger("fmnist")


class WorkerError(SaidError):
    """What a child process could not do, as a sentence for a person."""


class Child(Protocol):
    """A child process, however it was started."""

    pid: int | None  # None while it is not yet forked
    sentinel: Any  # ready for multiprocessing.connection.wait when there is news
    exitcode: int | None  # as known at the last `ended()`; minus the signal's number for a signal

    def ended(self) -> bool:
        """Whether it has ended; then `exitcode` says how."""

    def wait(self, timeout: float) -> bool:
        """Whether it has ended after at most so many seconds."""

    def kill(self) -> None:
        """End it at once."""

    def close(self) -> None:
        """Free what this process holds of one that has ended."""


class Nursery(Protocol):
    """Starts children."""

    def warm(self) -> None:
        """Make the first child quicker to start."""

    def start(self, target: str, arguments: Sequence[Any]) -> Child:
        """Start a child that calls `target` ("module:function") with `arguments` (JSON values)."""

    def start_talking(self, target: str, arguments: Sequence[Any]) -> tuple[Child, Connection]:
        """As `start`, with a connection to the child, which gets its end as the last argument."""

    def replace(self) -> None:
        """End whatever forks, and so every child; the next child is started by another."""

    def replace_if_hung(self) -> bool:
        """Do that if it has not answered for too long; whether it was so."""

    def close(self) -> None:
        """End every child."""


def make_nursery() -> Nursery:
    """A fork server with TensorFlow loaded, or, on Windows, which cannot fork, new interpreters."""
    return SpawnNursery() if os.name == "nt" else ForkNursery()


class ForkNursery:
    """The client of `fmnist.workers.forkserver`, which starts at the first need, and again if it was killed.

    Parameters
    ----------
    preload : sequence of str
        Modules it loads before its first child.
    answers_within, loads_within : float
        Seconds after which a server that does not answer is taken to hang: one that has answered, one that
        may still load.
    """

    def __init__(
        self,
        preload: Sequence[str] = PRELOAD,
        answers_within: float = ANSWERS_WITHIN,
        loads_within: float = LOADS_WITHIN,
    ) -> None:
        self._preload = tuple(preload)
        self._answers_within, self._loads_within = answers_within, loads_within
        self._asked: list[tuple[float, ForkedChild]] = []  # when, and what for, that is not yet answered
        self._has_answered = False
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Start the server and return at once; it loads TensorFlow meanwhile."""
        with self._lock:
            self._ensure_server()

    def start(self, target: str, arguments: Sequence[Any]) -> ForkedChild:
        """Fork a child that calls `target` ("module:function") with `arguments` (JSON values).

        Raises
        ------
        OSError
            If the operating system gives no process or descriptor.
        """
        return self._fork(target, arguments, [])

    def start_talking(self, target: str, arguments: Sequence[Any]) -> tuple[ForkedChild, Connection]:
        """As `start`, with a connection to the child, which gets its end as the last argument."""
        ours, theirs = multiprocessing.Pipe()
        try:
            return self._fork(target, arguments, [theirs.fileno()]), ours
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()  # the child's death must close the last one

    def replace(self) -> None:
        """End the server, and so every child of it; the next request starts another one."""
        with self._lock:
            self._replace()

    def replace_if_hung(self) -> bool:
        """Do that if it owes an answer for too long; whether it was so.

        A process that was stopped (SIGSTOP), or that waits for a disk that does not come back, neither forks
        nor tells how children end, and no signal says so.
        """
        with self._lock:
            answered = [asked for asked in self._asked if asked[1].is_answered()]
            self._has_answered |= bool(answered)
            self._asked = [asked for asked in self._asked if asked not in answered]
            limit = self._answers_within if self._has_answered else self._loads_within
            if not self._asked or time.monotonic() - self._asked[0][0] <= limit:
                return False
            self._replace()
            return True

    def close(self) -> None:
        """End the server and, through it, every child."""
        with self._lock:
            server, self._server = self._server, None
            if self._control is not None:
                self._control.close()
                self._control = None
        if server is not None:
            with suppress(subprocess.TimeoutExpired):
                server.wait(2)
            server.kill()
            server.wait()

    def _fork(self, target: str, arguments: Sequence[Any], descriptors: list[int]) -> ForkedChild:
        self.replace_if_hung()
        request = json.dumps({"target": target, "arguments": list(arguments)}).encode()
        reading, writing = os.pipe()
        try:
            with self._lock:
                self._send(request, [writing, *descriptors])
                child = ForkedChild(reading)
                self._asked.append((time.monotonic(), child))
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        return child

    def _replace(self) -> None:
        if self._server is None:
            return
        log.error("The fork server did not answer and was replaced; what it had started ends with it.")
        self._server.kill()
        self._server.wait()
        self._asked.clear()

    def _send(self, request: bytes, descriptors: list[int]) -> None:
        try:
            socket.send_fds(self._ensure_server(), [request], descriptors)
        except ConnectionError:  # killed a moment ago
            if self._server is not None:
                self._server.kill()
                self._server.wait()
            socket.send_fds(self._ensure_server(), [request], descriptors)

    def _ensure_server(self) -> socket.socket:
        if self._control is not None:
            if self._server is not None and self._server.poll() is None:
                return self._control
            self._control.close()
        self._has_answered = False
        self._asked.clear()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._server = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "fmnist.workers.forkserver",
                    str(theirs.fileno()),
                    *self._preload,
                ],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # the command line's standard output is for its results
                env=_environment(),
                start_new_session=True,  # Ctrl-C in the terminal is the web process's business
            )
        return self._control


class ForkedChild:
    """A child of the fork server, known by what the server reports about it."""

    def __init__(self, reports: int) -> None:
        os.set_blocking(reports, False)
        self.sentinel = reports
        self.pid: int | None = None  # unknown until the server has forked
        self.exitcode: int | None = None
        self._unwanted = False
        self._is_closed = False
        self._lock = threading.RLock()  # reports count in the order in which they come

    def ended(self) -> bool:
        """Take in what was reported, without waiting; True when the child is no more."""
        with self._lock:
            while self.exitcode is None:
                try:
                    report = os.read(self.sentinel, REPORT.size)
                except BlockingIOError:
                    return False
                self._take_in(report)
            return True

    def is_answered(self) -> bool:
        """Whether the server has said what became of the request, or nobody waits for that any more."""
        with self._lock:
            return self._is_closed or self.ended() or self.pid is not None

    def _take_in(self, report: bytes) -> None:
        if not report:
            self._lost()
        elif self.pid is None:
            self.pid = REPORT.unpack(report)[0]
            if self._unwanted:
                self.kill()
        else:
            self.exitcode = REPORT.unpack(report)[0]

    def wait(self, timeout: float) -> bool:
        """Wait until the child has ended, at most `timeout` seconds; True if it has."""
        deadline = time.monotonic() + timeout
        while not self.ended():
            left = deadline - time.monotonic()
            if left <= 0 or not wait([self.sentinel], left):
                return self.ended()
        return True

    def kill(self) -> None:
        """End the child at once; one that is not yet forked, as soon as it is."""
        self._unwanted = True
        if not self.ended() and self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Free the descriptor; call once, after the end."""
        with self._lock:
            self._is_closed = True
            os.close(self.sentinel)

    def _lost(self) -> None:
        """The server ended without a report: so must its children."""
        self.exitcode = -signal.SIGKILL
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


class SpawnNursery:
    """Starts a new interpreter for every child: slow, but it works on Windows."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")

    def warm(self) -> None:
        """Nothing can be prepared without a fork server."""

    def start(self, target: str, arguments: Sequence[Any]) -> SpawnedChild:
        """As `ForkNursery.start`."""
        return self._spawn(target, arguments, None)

    def start_talking(self, target: str, arguments: Sequence[Any]) -> tuple[SpawnedChild, Connection]:
        """As `ForkNursery.start_talking`."""
        ours, theirs = self._context.Pipe()
        with theirs:
            return self._spawn(target, arguments, theirs), ours

    def replace(self) -> None:
        """Nothing forks, so nothing can hang."""

    def replace_if_hung(self) -> bool:
        """As `replace`."""
        return False

    def close(self) -> None:
        """Nothing is kept: the children are ended by who started them, and at exit."""

    def _spawn(self, target: str, arguments: Sequence[Any], connection: Connection | None) -> SpawnedChild:
        process = self._context.Process(
            target=_exit_with_target, args=(target, list(arguments), connection), daemon=True
        )
        process.start()
        return SpawnedChild(process)


class SpawnedChild:
    """A `multiprocessing` process behind the interface of `Child`."""

    def __init__(self, process: multiprocessing.process.BaseProcess) -> None:
        self._process = process
        self.pid = process.pid
        self.sentinel = process.sentinel
        self.exitcode: int | None = None

    def ended(self) -> bool:
        """As `Child.ended`."""
        self.exitcode = self._process.exitcode
        return self.exitcode is not None

    def wait(self, timeout: float) -> bool:
        """As `Child.wait`."""
        self._process.join(timeout)
        return self.ended()

    def kill(self) -> None:
        """As `Child.kill`."""
        self._process.kill()

    def close(self) -> None:
        """As `Child.close`."""
        self._process.close()


def _exit_with_target(target: str, arguments: list[Any], connection: Connection | None) -> None:
    threading.Thread(target=_exit_after_parent, daemon=True).start()
    os._exit(run_target(target, arguments, connection))


def _exit_after_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _environment() -> dict[str, str]:
    """The environment of the fork server: it finds this package wherever the web process was started.

    What other projects have set for TensorFlow does not reach it.
    """
    path = os.pathsep.join(filter(None, [str(PACKAGE_PARENT), os.environ.get("PYTHONPATH", "")]))
    inherited = {**os.environ, "PYTHONPATH": path}
    environment.pin(inherited)
    return inherited


class OneChild:
    """For who has at most one child at a time. Methods may be called from any thread.

    Parameters
    ----------
    nursery : Nursery
        What starts children.
    """

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self._lock = threading.Lock()
        self._child: Child | None = None

    def close(self) -> None:
        """End the child within seconds."""
        with self._lock:
            if self._child is not None:
                self._child.kill()
                self._child.wait(2)
                self._child.close()
                self._child = None

    def _is_running(self) -> bool:
        """Whether there is a child that lives; with the lock held. One that has ended is put away."""
        if self._child is None:
            return False
        if not self._child.ended():
            return True
        self._child.close()
        self._child = None
        return False
