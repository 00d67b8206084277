"""Streamlit's own files from memory: exactly those there are, byte for byte; all else goes to Streamlit."""

import asyncio

import pytest

from pages.parts.shell import assets


def answer(path, method="GET", kind="http"):
    """What is sent for a request, or "passed on"."""
    sent = []

    async def app(scope, receive, send):
        sent.append("passed on")

    async def send(message):
        sent.append(message)

    asyncio.run(assets.Assets(app)({"type": kind, "method": method, "path": path}, None, send))
    return sent


def test_each_script_style_and_font_is_sent_as_it_is():
    kept = assets._files()
    assert {file.suffix for file in kept.values()} == {".js", ".css", ".woff2"}
    for path, file in sorted(kept.items())[::40]:
        head, body = answer(path)
        headers = dict(head["headers"])
        assert head["status"] == 200
        assert headers[b"content-type"] == assets.KINDS[file.suffix]
        assert b"immutable" in headers[b"cache-control"]
        assert body["body"] == file.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/train",
        "/static/js/../../index.html",
        "/static/js/%2e%2e/x.js",
        "/static/js/none.js",
        "/static/js/",
    ],
)
def test_what_is_no_such_file_goes_on_to_streamlit(path):
    assert answer(path) == ["passed on"]


@pytest.mark.parametrize(("method", "kind"), [("POST", "http"), ("HEAD", "http"), ("GET", "websocket")])
def test_what_does_not_ask_for_a_file_goes_on_to_streamlit(method, kind):
    path = next(iter(assets._files()))
    assert answer(path, method, kind) == ["passed on"]
