"""Connections never take the last file descriptors, and whoever comes too late is told."""

import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY

pytest.importorskip("resource", reason="Windows has no such limit")

WITH_FEW = """
import os, resource, socket
resource.setrlimit(resource.RLIMIT_NOFILE, (60, 100))
from pages.parts.shell import descriptors
descriptors.prepare()
descriptors.prepare()
assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 100, "not raised"
listening = socket.create_server(("127.0.0.1", 0))
listening.setblocking(False)
early = socket.create_connection(listening.getsockname())
connection, address = listening.accept()
assert address == early.getsockname()
while os.dup(0) < 100 - descriptors.KEPT_BACK:
    pass
late = [socket.create_connection(listening.getsockname()) for _ in range(5)]
late[0].sendall(b"GET / HTTP/1.1\\r\\n\\r\\n")
try:
    listening.accept()
except BlockingIOError:
    print("nobody was let in")
for client in late:
    answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert answer == descriptors.ANSWER, answer
open("/dev/null").close()
print("a file can be opened")
"""


def test_too_many_connections_are_refused_with_a_sentence_and_files_can_still_be_opened():
    done = subprocess.run(
        [sys.executable, "-c", WITH_FEW], capture_output=True, text=True, cwd=REPOSITORY, timeout=60
    )
    assert done.stdout.splitlines() == ["nobody was let in", "a file can be opened"], done.stderr
    assert done.stderr.count("Connections are refused") == 1
