"""The fork server: a process that loads TensorFlow once and then forks children in milliseconds.

Started by `fmnist.workers.children` as `python -m fmnist.workers.forkserver CONTROL MODULE…`, where CONTROL
is the descriptor of a socket. Each request there is one line of JSON, {"target": "module:function",
"arguments": […]}, with descriptors attached: where to report, and, if the child is to talk, its connection.
Reported are the child's process id and, when it has ended, its exit code.

`multiprocessing` has a fork server too, but its children import the main module again (under `streamlit run`
that is the page, Streamlit included), and nothing ends them when both it and the web process are killed.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

REPORT = struct.Struct("!q")  # a process id, later an exit code (minus the signal's number for a signal)
MAX_REQUEST = 16_384
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15  # from <sys/prctl.h>


def main() -> None:
    """Load the modules named on the command line, then fork children until the control socket closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _load(sys.argv[2:], control)
    _Server(control).serve()
    os._exit(0)  # no slow farewell from TensorFlow


def resolve(name: str) -> Callable[..., Any]:
    """The function or class that "module:name" names."""
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return found


def run_target(target: str, arguments: list[Any], connection: Connection | None) -> int:
    """Call a child's function; its result, or 1 for an exception, is the exit status."""
    try:
        status = resolve(target)(*arguments, *([connection] if connection else []))
    except BaseException:
        with suppress(Exception):
            traceback.print_exc()
        status = 1
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    return status or 0


def _load(modules: list[str], control: socket.socket) -> None:
    """Import, which takes seconds, and meanwhile end at once if the web process does."""
    finished, watched = os.pipe()
    watcher = threading.Thread(target=_exit_on_hangup, args=(control, finished), daemon=True)
    watcher.start()
    with _silence():
        failures = [failure for module in modules if (failure := _import(module))]
    for failure in failures:  # a child that needs the module says so in its own log
        print(f"The fork server could not load {failure}", file=sys.stderr)
    os.close(watched)
    watcher.join()  # a process is forked safely only while it has one thread
    os.close(finished)
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every page that children share


def _import(module: str) -> str:
    try:
        importlib.import_module(module)
    except Exception as error:
        return f"{module}: {error!r}"
    return ""


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what TensorFlow says of missing graphics cards while it loads out of the person's terminal."""
    stderr, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nothing)


def _exit_on_hangup(control: socket.socket, finished: int) -> None:
    poll = select.poll()
    poll.register(control, 0)  # only "the other end has gone", which is always reported
    poll.register(finished, 0)
    if any(descriptor == control.fileno() for descriptor, _ in poll.poll()):
        os._exit(0)


class _Server:
    """The loop that forks and reaps."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.reports: dict[int, int] = {}  # process id → where to report its end
        self.awake, wake = os.pipe()
        self.descriptors = (control.fileno(), self.awake, wake)
        os.set_blocking(self.awake, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # any handler: only then is `wake` written
        signal.set_wakeup_fd(wake)

    def serve(self) -> None:
        sources: list[socket.socket | int] = [self.control, self.awake]
        while True:
            ready, _, _ = select.select(sources, [], [])
            with suppress(BlockingIOError):
                os.read(self.awake, 4096)
            self._reap()
            if self.control in ready and not self._answer():
                break
        for process in self.reports:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)

    def _reap(self) -> None:
        while self.reports:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            _tell(self.reports.pop(process), os.waitstatus_to_exitcode(status), last=True)

    def _answer(self) -> bool:
        """Fork what the next request asks for; False when the web process has gone."""
        try:
            line, descriptors, _, _ = socket.recv_fds(self.control, MAX_REQUEST, 2)
        except ConnectionError:
            return False
        if not line:
            return False
        report, *connection = descriptors
        try:
            process = os.fork()
        except OSError:  # too many processes: the report closes without a word
            process = -1
        if process == 0:
            self._become(json.loads(line), report, connection)
        for descriptor in connection:
            os.close(descriptor)
        if process > 0:
            self.reports[process] = report
            _tell(report, process)
        else:
            os.close(report)
        return True

    def _become(self, request: dict[str, Any], report: int, connection: list[int]) -> None:
        """What a new child does: it keeps nothing of the server's but the modules, and never returns."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for descriptor in (*self.descriptors, *self.reports.values(), report):
                os.close(descriptor)
            _die_with(os.getppid())
            _be_called(request["target"])
            os.setsid()
            pipe = Connection(connection[0]) if connection else None
            os._exit(run_target(request["target"], request["arguments"], pipe))
        finally:
            os._exit(1)


def _tell(report: int, value: int, last: bool = False) -> None:
    with suppress(OSError):  # the web process no longer listens
        os.write(report, REPORT.pack(value))
    if last:
        os.close(report)


def _die_with(parent: int) -> None:
    """Have the kernel end this process when the fork server ends, however busy it is (Linux)."""
    if not sys.platform.startswith("linux"):
        return  # there the web process ends the children of a dead fork server
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel knew
        os._exit(1)


def _be_called(target: str) -> None:
    """Name this process after what it does, "fmnist-train", for whoever looks at the process list (Linux)."""
    if sys.platform.startswith("linux"):
        name = "fmnist-" + target.partition(":")[2]
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode()[:15])


if __name__ == "__main__":
    main()
