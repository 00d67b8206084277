"""Streamlit's own scripts, styles and fonts, from memory: a first visit needs a hundred of them.

Streamlit reads each in other threads, for which a browser that starts waits ten milliseconds a file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

import streamlit

FOLDER = Path(streamlit.__file__).parent / "static" / "static"
KINDS = {
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".woff2": b"font/woff2",
}
LARGEST = 1_000_000  # bytes of a file that is kept; those of a first visit are smaller
FOR_EVER = b"public, immutable, max-age=31536000"  # their names change with what is in them

Answer = Callable[..., Awaitable[None]]


class Assets:
    """Answers what asks for such a file; everything else goes on to `app`."""

    def __init__(self, app: Answer) -> None:
        self._app = app
        self._files = _files()

    async def __call__(self, scope: dict, receive: Answer, send: Answer) -> None:
        """Answer one request, as ASGI says."""
        file = (
            self._files.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        )
        if file is None:
            await self._app(scope, receive, send)
            return
        body = _content(file)
        headers = [
            (b"content-type", KINDS[file.suffix]),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", FOR_EVER),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _files() -> dict[str, Path]:
    """The files there are, by their address: nothing else is ever read."""
    return {
        f"/static/{file.relative_to(FOLDER).as_posix()}": file
        for file in FOLDER.glob("*/*")
        if file.suffix in KINDS and file.stat().st_size <= LARGEST
    }


@cache
def _content(file: Path) -> bytes:
    return file.read_bytes()
