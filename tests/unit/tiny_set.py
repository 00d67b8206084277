"""Four small files in the form of the official ones, and servers that hand them out well or badly."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from fmnist.data.idx import OFFICIAL_FILES, OfficialFile


def idx_bytes(array: np.ndarray) -> bytes:
    """An array in the IDX format, unpacked, as yann.lecun.com/exdb/mnist described it."""
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return head + array.astype(np.uint8).tobytes()


def make() -> dict[OfficialFile, bytes]:
    """Forty training and ten test images of noise under the official names, with their own checksums."""
    rng = np.random.default_rng(0)
    contents = {}
    for official, count in zip(OFFICIAL_FILES, (40, 40, 10, 10), strict=True):
        shape = (count, *official.shape[1:])
        values = rng.integers(0, 256 if len(shape) == 3 else 10, shape)
        raw = idx_bytes(values)
        packed = gzip.compress(raw, mtime=0)
        checksums = [hashlib.sha256(content).hexdigest() for content in (packed, raw)]
        file = OfficialFile(official.name, len(packed), checksums[0], shape, checksums[1])
        contents[file] = packed
    return contents


def fill(folder: Path, contents: dict[OfficialFile, bytes]) -> Path:
    """Write the files to a folder as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, packed in contents.items():
        (folder / file.name).write_bytes(packed)
    return folder


class Server(ThreadingHTTPServer):
    """A mirror on this computer that counts what it is asked for."""

    daemon_threads = True

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.requests: Counter[str] = Counter()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address) -> None:
        """Silence: a client that hangs up is part of these tests."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.requests[self.path.strip("/")] += 1
        self.server.answer(self)

    def log_message(self, *_) -> None:
        pass


@contextlib.contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[Server]:
    """A server that gives every request to `answer`."""
    server = Server(answer)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def send(
    handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, length: int | None = None
) -> None:
    """Answer with `body`, and perhaps an untrue length."""
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


def files(contents: dict[OfficialFile, bytes]) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer that hands out the right files."""
    by_name = {file.name: packed for file, packed in contents.items()}
    return lambda handler: send(handler, by_name[handler.path.strip("/")])
