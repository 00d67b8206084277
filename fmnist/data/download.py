"""Getting official files over the network: addresses in turn, every byte checked, no endless waiting."""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import filelock

from fmnist import environment
from fmnist.data import cache, failures, idx
from fmnist.data.idx import DataError, OfficialFile
from fmnist.language import N_, Sentence, Words, in_english, row, say

ADDRESSES = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets",  # Keras
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",  # its makers
)
TIMEOUT = (3, 5)  # seconds to connect, seconds between two packets
SILENCE = 11.0  # seconds without NEWS bytes, or a whole file, after which a download is given up
NEWS = 64 * 1024
LOCK_POLL = 0.5  # seconds

Progress = Callable[[Words, float], None]


@dataclass
class Download:
    """What came of a download: checked files by name, and sentences about what went wrong."""

    contents: dict[str, bytes] = field(default_factory=dict)
    problems: list[Words] = field(default_factory=list)


class _GivenUp(Exception):
    """The download is no longer wanted."""


def fetch(files: Sequence[OfficialFile], progress: Progress) -> Download:
    """Download files and keep them in the cache folder.

    Only one process at a time downloads to a cache folder; the others wait and read what it got. Returns
    within `SILENCE` seconds when nothing comes, whatever the network does.

    Parameters
    ----------
    files
        The files wanted.
    progress
        Called, from another thread, with a message and the share of all wanted bytes that is here (0 to 1).

    Returns
    -------
    Download
        Not all of `files`, if some could not be had; then with problems.
    """
    job = _Job(files, progress)
    # In a thread because looking up a host name cannot be given a time-out.
    threading.Thread(target=job.run, daemon=True, name="download").start()
    while not job.finished.wait(timeout=0.2) and not job.is_silent():
        pass
    return job.result()


class _Job:
    """One download: runs in its own thread, and can be abandoned from another."""

    def __init__(self, files: Sequence[OfficialFile], progress: Progress) -> None:
        self.finished = threading.Event()
        self._abandoned = threading.Event()
        self._files = files
        self._progress = progress
        self._contents: dict[str, bytes] = {}
        self._failures: dict[Words, list[str]] = {}  # reason → hosts
        self._not_kept: Words = ""
        self._host = "the network"
        self._last_news = time.monotonic()
        self._unreported = 0  # bytes received since the last news

    def run(self) -> None:
        try:
            with contextlib.suppress(_GivenUp), self._alone():
                self._contents.update(cache.find(self._files)[0])  # what another process got meanwhile
                for address in _addresses():
                    self._fetch_missing(address)
        finally:
            self.finished.set()

    def is_silent(self) -> bool:
        return time.monotonic() - self._last_news > SILENCE

    def result(self) -> Download:
        """What there is now. A download still under way stops at its next byte."""
        self._abandoned.set()
        contents, failures = dict(self._contents), dict(self._failures)
        problems = [self._not_kept] if self._not_kept else []
        if len(contents) < len(self._files):
            if not self.finished.is_set():
                silence = say(N_("nothing more came for {seconds:.0f} seconds"), seconds=SILENCE)
                failures[silence] = [self._host]
            problems.append(_failed(failures))
        return Download(contents, problems)

    def _fetch_missing(self, address: str) -> None:
        """Get what is still missing from one address; leave the address at its first failure."""
        self._host = _host(address)
        for file in self._files:
            if file.name in self._contents:
                continue
            self._receive(file, 0, 0)
            try:
                packed = self._fetch_one(address, file)
            except _GivenUp:
                raise
            except Exception as error:  # a server can answer anything, and the libraries raise many kinds
                self._failures.setdefault(failures.reason(error), []).append(self._host)
                return
            self._contents[file.name] = packed
            self._not_kept = cache.keep(packed, file) or self._not_kept
            self._tell_news()

    def _fetch_one(self, address: str, file: OfficialFile) -> bytes:
        import pooch  # brings in requests: too slow for a start that needs no network

        # Packed once more on the way, the file would be unpacked by requests, and the checksum differ.
        downloader = pooch.HTTPDownloader(
            chunk_size=16 * 1024, timeout=TIMEOUT, headers={"Accept-Encoding": "identity"}
        )
        received = _Received(file, self._receive)
        downloader(f"{address}/{file.name}", received, None)
        idx.check(received.getvalue(), file)
        return received.getvalue()

    def _receive(self, file: OfficialFile, count: int, new: int) -> None:
        """Note that `count` bytes of a file are here, `new` of them just now."""
        self._stop_if_abandoned()
        self._unreported += new
        if self._unreported >= NEWS:
            self._tell_news()
        whole = sum(one.size for one in self._files)
        here = count + sum(one.size for one in self._files if one.name in self._contents)
        percent = min(100, 100 * count // file.size)  # packed in another way, it may be larger
        message = say(N_("Downloading {file}, {percent}%"), file=file.name, percent=percent)
        self._progress(message, min(1.0, here / whole))

    def _stop_if_abandoned(self) -> None:
        if self._abandoned.is_set():
            raise _GivenUp

    def _tell_news(self) -> None:
        """Something came: start the silence anew, also for processes that wait for this one."""
        self._unreported = 0
        self._last_news = time.monotonic()
        with contextlib.suppress(OSError):
            os.utime(_lock_path())

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock of the cache folder."""
        lock = filelock.FileLock(_lock_path())
        try:
            _lock_path().parent.mkdir(parents=True, exist_ok=True)
            self._wait_for(lock)
        except (OSError, NotImplementedError):
            pass  # a folder that cannot be written needs no protection
        try:
            yield
        finally:
            lock.release()

    def _wait_for(self, lock: filelock.BaseFileLock) -> None:
        seen = None
        while not lock.is_locked:
            self._stop_if_abandoned()
            try:
                lock.acquire(timeout=LOCK_POLL)
            except filelock.Timeout:
                self._progress(say(N_("Another window of this program is downloading the images")), 0.0)
                touched = _lock_path().stat().st_mtime_ns
                if touched != seen:
                    seen, self._last_news = touched, time.monotonic()


class _Received(io.BytesIO):
    """The bytes of a file as they come in; refuses what cannot be the file at the first sign."""

    def __init__(self, file: OfficialFile, tell: Callable[[OfficialFile, int, int], None]) -> None:
        super().__init__()
        self._file = file
        self._tell = tell

    def write(self, chunk: bytes) -> int:  # type: ignore[override]  # pooch writes nothing but bytes
        if self.tell() == 0 and chunk.lstrip()[:1] == b"<":
            raise DataError(
                N_("the answer was a web page instead of the file (a log-in page or a firewall?)")
            )
        if self.tell() + len(chunk) > self._file.largest:
            message = N_("more came than the {size:,} bytes of {file}")
            raise DataError(message, size=self._file.size, file=self._file.name)
        super().write(chunk)
        self._tell(self._file, self.tell(), len(chunk))
        return len(chunk)


def _failed(failures: dict[Words, list[str]]) -> Words:
    """That it failed, and a sentence for each reason, after its hosts."""
    return row(say(N_("The download failed.")), *(_told(", ".join(failures[why]), why) for why in failures))


def _told(hosts: str, why: Words) -> Sentence:
    ends = in_english(why).endswith(".")
    return say(N_("{hosts}: {error}") if ends else N_("{hosts}: {error}."), hosts=hosts, error=why)


def _lock_path() -> Path:
    return cache.folder() / "download.lock"


def _addresses() -> list[str]:
    mirror = environment.text("FMNIST_MIRROR")
    return [address.rstrip("/") for address in ((mirror, *ADDRESSES) if mirror else ADDRESSES)]


def _host(address: str) -> str:
    """The part of an address a person knows a site by (without a user's name and password)."""
    with contextlib.suppress(ValueError):
        return urlsplit(address).netloc.rpartition("@")[2] or address
    return address
