"""The real server as a person starts it, and a browser to visit it: for browser tests and benchmarks."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
START_LIMIT = 120  # seconds, far above what a start takes, for busy machines
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Server:
    """`streamlit run app.py` on a free port, with its own runs folder. Use it in a with statement."""

    def __init__(self, runs_dir: Path, **environment: str) -> None:
        self.runs_dir = runs_dir
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = os.environ | {"FMNIST_RUNS_DIR": str(runs_dir)} | environment
        self.command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        self.process: subprocess.Popen | None = None
        self.log = runs_dir.parent / f"server-{self.port}.log"

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and return once it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=REPOSITORY,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self.answers, START_LIMIT, f"no answer from the server, see {self.log}")

    def answers(self) -> bool:
        """Whether the server says it is healthy."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """Kill the web process alone with signal 9, as the system does when memory runs out."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End the server and everything it started."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    """A port nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds: float, otherwise: str):
    """The first true value of `condition()`, or an AssertionError saying `otherwise` after `seconds`."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(otherwise)


def browser_path() -> str | None:
    """Where the system's Chromium is, if it has one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextlib.contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        try:
            yield browser
        finally:
            browser.close()
