"""Claims about why a download fails: each cause is provoked once, on this computer, and named."""

import contextlib
import errno
import os
import socket
import ssl
import struct
import threading
from pathlib import Path

import pytest

from fmnist.data import download, failures
from tests.unit import tiny_set
from tests.unit.tiny_set import send, serving

CERTIFICATES = Path(__file__).parent / "certificates"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def nothing_in_between(monkeypatch, tmp_path):
    """No proxy and no certificates but those of a test; quick time-outs, an empty cache."""
    for name in (*PROXIES, *map(str.lower, PROXIES), "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(download, "TIMEOUT", (0.3, 0.4))


def why(address, monkeypatch):
    """What is said of a download from an address, after the host."""
    monkeypatch.setattr(download, "ADDRESSES", (address,))
    file = next(iter(tiny_set.make()))
    problem = str(download.fetch([file], lambda message, share: None).problems[0])
    start = f"The download failed. {download._host(address)}: "
    assert problem.startswith(start)
    assert problem.endswith(".")
    return problem.removeprefix(start).removesuffix(".")


@contextlib.contextmanager
def listening(answer):
    """A port of this computer where `answer` gets each connection; its number."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection, contextlib.suppress(OSError):
                    answer(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()


def encrypted(name, answer=lambda connection: None):
    """An answer behind one of the certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")

    def serve(connection):
        with context.wrap_socket(connection, server_side=True) as safe:
            answer(safe)

    return serve


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return closed.getsockname()[1]


def reset(connection):
    connection.recv(100)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def says(text):
    """An answer that reads the request and sends `text`."""

    def answer(connection):
        connection.recv(4096)
        connection.sendall(text)

    return answer


# ------------------------------------------------------------------------------------- the network


def test_a_name_that_nobody_knows(monkeypatch):
    assert why("http://nowhere.invalid", monkeypatch) == failures.NO_NAME


def test_a_port_where_nobody_listens(monkeypatch):
    words = "it refused the connection (is it switched off, or does a firewall forbid it?)"
    assert why(f"http://127.0.0.1:{closed_port()}", monkeypatch) == words


def test_a_server_too_busy_to_take_the_connection(monkeypatch):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as stack:
        for _ in range(3):  # more than wait in line
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        assert why(f"http://127.0.0.1:{full.getsockname()[1]}", monkeypatch) == failures.NO_ANSWER


def test_a_network_that_this_computer_has_no_way_to(monkeypatch):
    for number, words in [
        (errno.ENETUNREACH, "there is no way to it from here (is this computer online?)"),
        (errno.EHOSTUNREACH, "there is no way to it from here (is this computer online?)"),
        (errno.EACCES, "this computer forbids the connection (a firewall on it?)"),
        (errno.EMFILE, "too many files are open"),
    ]:
        with monkeypatch.context() as patch:
            patch.setattr(socket.socket, "connect", _refusing(number))
            assert why("http://127.0.0.1:9", patch) == words


def _refusing(number):
    def connect(*_):
        raise OSError(number, os.strerror(number))

    return connect


def test_a_server_that_takes_the_request_and_is_silent(monkeypatch):
    with listening(lambda connection: connection.recv(4096) and connection.recv(4096)) as port:
        assert why(f"http://127.0.0.1:{port}", monkeypatch) == failures.SILENT


def test_a_server_that_begins_and_is_silent(monkeypatch):
    def answer(connection):
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx")(connection)
        connection.recv(4096)

    with listening(answer) as port:
        assert why(f"http://127.0.0.1:{port}", monkeypatch) == failures.SILENT


def test_a_connection_that_is_cut_or_closed(monkeypatch):
    with listening(reset) as port:
        assert why(f"http://127.0.0.1:{port}", monkeypatch) == "the connection broke off"
    with listening(lambda connection: connection.recv(4096)) as port:
        assert why(f"http://127.0.0.1:{port}", monkeypatch) == "it hung up without an answer"


# ------------------------------------------------------------------------------------- the answer


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", failures.NOT_A_WEB_SERVER),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", failures.NOT_A_WEB_SERVER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n", failures.NOT_A_WEB_SERVER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", "the connection broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n", "the connection broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nx", "the connection broke off"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + b"x" * 99,
            "what came could not be unpacked",
        ),
        (b"HTTP/1.1 302 Go\r\nLocation: /again\r\n\r\n", failures.LEADS_ROUND),
        (b"HTTP/1.1 302 Go\r\nLocation: ftp://a.example\r\n\r\n", failures.NO_ADDRESS),
        (b"HTTP/1.1 302 Go\r\nLocation: http://[\r\n\r\n", failures.NO_ADDRESS),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "the answer was 404 Not Found"),
        (b"HTTP/1.1 429 Too Many Requests\r\n\r\n", "the answer was 429 Too Many Requests"),
        (b"HTTP/1.1 407 Who\r\n\r\n", failures.PROXY_ASKS),
        (
            b"HTTP/1.1 200 OK\r\n\r\n<html>Sign in</html>",
            "the answer was a web page instead of the file (a log-in page or a firewall?)",
        ),
    ],
)
def test_an_answer_that_is_not_the_file(monkeypatch, answer, words):
    with listening(says(answer)) as port:
        assert why(f"http://127.0.0.1:{port}", monkeypatch) == words


@pytest.mark.parametrize("address", ["somewhere", "file:///etc", "http://", "http://["])
def test_an_address_that_is_none(monkeypatch, address):
    file = next(iter(tiny_set.make()))
    monkeypatch.setattr(download, "ADDRESSES", (address,))
    (problem,) = map(str, download.fetch([file], lambda message, share: None).problems)
    assert problem.endswith(f"{failures.NO_ADDRESS}.")


# ------------------------------------------------------------------------------------- encryption


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        ("late", "its certificate has expired (or is the clock of this computer fast?)"),
        ("early", "its certificate is not valid yet (is the clock of this computer slow?)"),
        ("other", "its certificate is another host's (a log-in page or a firewall?)"),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_that_is_not_valid_here_and_now(monkeypatch, certificate, words, host):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / f"{certificate}.pem"))
    with listening(encrypted(certificate)) as port:
        assert why(f"https://{host}:{port}", monkeypatch) == words


def test_a_certificate_that_nobody_known_has_signed(monkeypatch):
    words = "nobody whom this computer trusts has signed its certificate (a firewall that reads along?)"
    with listening(encrypted("good")) as port:
        assert why(f"https://127.0.0.1:{port}", monkeypatch) == words


def test_a_certificate_that_is_trusted_is_no_obstacle(monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / "good.pem"))
    with listening(encrypted("good", says(b"HTTP/1.1 404 Not Found\r\n\r\n"))) as port:
        assert why(f"https://127.0.0.1:{port}", monkeypatch) == "the answer was 404 Not Found"


def test_a_file_of_certificates_that_is_not_there_or_is_none(monkeypatch, tmp_path):
    words = "the file of certificates that REQUESTS_CA_BUNDLE names cannot be read"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nowhere.pem"))
    assert why("https://127.0.0.1:9", monkeypatch) == words
    (tmp_path / "empty.pem").touch()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "empty.pem"))
    with listening(encrypted("good")) as port:
        assert why(f"https://127.0.0.1:{port}", monkeypatch) == words


def test_a_server_that_does_not_encrypt(monkeypatch):
    with listening(says(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        words = "it does not encrypt what it sends (a log-in page, or http instead of https?)"
        assert why(f"https://127.0.0.1:{port}", monkeypatch) == words


def test_a_server_with_which_no_encryption_can_be_agreed_upon(monkeypatch):
    with listening(says(bytes.fromhex("15030300020228"))) as port:  # TLS alert 40, handshake failure
        words = "no safe connection could be agreed upon (sslv3 alert handshake failure)"
        assert why(f"https://127.0.0.1:{port}", monkeypatch).replace("ssl/tls", "sslv3") == words


def test_a_server_that_hangs_up_while_encryption_is_agreed_upon(monkeypatch):
    with listening(lambda connection: connection.recv(4096)) as port:
        assert why(f"https://127.0.0.1:{port}", monkeypatch) == "the connection broke off"


# ------------------------------------------------------------------------------------- a proxy


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", failures.PROXY_ASKS),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "the proxy in between refused: 403 Forbidden"),
    ],
)
def test_a_proxy_that_does_not_let_us_through(monkeypatch, answer, words):
    with listening(says(answer)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        assert why("https://a.example", monkeypatch) == words


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there(monkeypatch, scheme):
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://127.0.0.1:{closed_port()}")
    words = "the proxy in between does not answer (set in HTTPS_PROXY or HTTP_PROXY)"
    assert why(f"{scheme}://a.example", monkeypatch) == words


def test_a_proxy_whose_address_is_none(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://")
    assert why("http://a.example", monkeypatch) == failures.NO_ADDRESS


# ------------------------------------------------------------------------------------- all of them


def test_every_address_of_the_program_is_encrypted():
    assert all(address.startswith("https://") for address in download.ADDRESSES)


def test_what_nobody_has_thought_of_is_named_by_its_kind():
    class Surprise(Exception):
        pass

    assert str(failures.reason(Surprise("\x1b[31m"))) == "an answer that could not be read (Surprise)"


def test_an_error_that_contains_itself_comes_to_an_end():
    error = RuntimeError()
    error.args = (error,)
    error.__context__ = error
    assert str(failures.reason(error)) == "an answer that could not be read (RuntimeError)"


def test_a_mirror_may_have_packed_the_files_anew(monkeypatch):
    import gzip

    contents = tiny_set.make()
    file, packed = next(iter(contents.items()))
    larger = gzip.compress(gzip.decompress(packed), 0)
    assert larger != packed
    with serving(lambda handler: send(handler, larger)) as server:
        monkeypatch.setattr(download, "ADDRESSES", (server.address,))
        got = download.fetch([file], lambda message, share: None)
    assert (got.contents, got.problems) == ({file.name: larger}, [])
