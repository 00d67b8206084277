"""What the running server answers to whom: names, headers, uploads in all, memory after the last visitor."""

import asyncio
import http.client
import re
import uuid
from contextlib import closing

import psutil
import pytest
import websockets

from tests.live.visits import LIMIT, visitor_on
from tools.server import Server, wait_until
from tools.streamlit_session import COOKIE

pytestmark = pytest.mark.anyio
MEGABYTE = 2**20


def asked(server, path, host, method="GET", body=None, **headers):
    """Status, headers and body of an answer to a request that calls the server `host`."""
    with closing(http.client.HTTPConnection("localhost", server.port, timeout=30)) as connection:
        connection.request(method, path, body, {"Host": host, **headers})
        with connection.getresponse() as answer:
            return answer.status, dict(answer.getheaders()), answer.read()


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config"])
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.0.0.1", "evil.example:8501", ""]
)
def test_a_server_of_this_computer_answers_to_no_other_name(server, path, host):
    assert asked(server, path, host)[0] == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_it_answers_to_the_names_of_this_computer(server, host):
    assert asked(server, "/_stcore/health", f"{host}:{server.port}")[0] == 200


async def test_another_sites_name_that_points_here_opens_no_connection(server):
    address = f"ws://evil.example:{server.port}/_stcore/stream"
    origin = f"http://evil.example:{server.port}"
    with pytest.raises(websockets.exceptions.InvalidStatus) as refused:
        await websockets.connect(address, host="localhost", port=server.port, origin=origin)
    assert refused.value.response.status_code in (400, 403)


def test_answers_forbid_frames_of_others_guessed_kinds_and_referrers(server):
    for path in ("/", "/_stcore/health", "/no/such/page"):
        headers = {name.lower(): value for name, value in asked(server, path, "localhost")[1].items()}
        assert headers["content-security-policy"] == "frame-ancestors 'self'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_nobody_reads_how_many_visitors_there_are_and_what_they_hold(server):
    assert asked(server, "/_stcore/metrics", "localhost")[0] == 404


@pytest.fixture
def forgetful(tmp_path):
    """A server that forgets a visitor within seconds, open under a name of its own."""
    (tmp_path / "runs").mkdir()
    settings = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "1", "FMNIST_HOSTS": "lesson.example.org"}
    with Server(tmp_path / "runs", **settings) as running:
        yield running


async def test_uploads_have_a_limit_with_a_sentence_and_leave_nothing_behind_with_the_last_visitor(forgetful):
    assert asked(forgetful, "/_stcore/health", "lesson.example.org")[0] == 200
    async with visitor_on(forgetful, "predict?view=draw") as visitor:
        answers = [await asyncio.to_thread(upload, forgetful, visitor, 9 * MEGABYTE) for _ in range(8)]
        assert [status for status, _ in answers] == [204] * 3 + [413] * 5
        assert re.search("as much as one visitor may", answers[-1][1].decode())
        with_uploads = memory(forgetful)
    freed = 0.7 * 3 * 9
    wait_until(lambda: memory(forgetful) < with_uploads - freed, LIMIT, "the last visitor's memory is kept")


def upload(server, visitor, size):
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="x.png"\r\n\r\n'
    body += bytes(size) + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b", "X-Xsrftoken": visitor.cookie}
    headers |= {"Cookie": f"{COOKIE}={visitor.cookie}", "Origin": server.url}
    path = f"/_stcore/upload_file/{visitor.id}/{uuid.uuid4()}"
    status, _, said = asked(server, path, f"localhost:{server.port}", "PUT", body, **headers)
    return status, said


def memory(server):
    """Megabytes of the web process."""
    return psutil.Process(server.process.pid).memory_info().rss / 1e6
