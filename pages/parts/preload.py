"""Tells browsers at once which of Streamlit's scripts the first page needs, not one after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"
NEEDED = (
    "StreamlitMarkdown",
    "Button",
    "BaseButton",
    "ImageList",
    "Html",
    "BidiComponent",
    "NumberInput",
    "Radio",
    "Selectbox",
    "PageLink",
)  # the names of files before what changes from one Streamlit to the next


class Preload:
    """Adds to each page's answer the header that has those scripts fetched while the page starts."""

    def __init__(self, app: Callable) -> None:
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        async def with_header(message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                message = message | {"headers": [*message["headers"], (b"link", header())]}
            await send(message)

        await self._app(scope, receive, with_header if scope["type"] == "http" else send)


@cache
def header() -> bytes:
    """The value of the Link header."""
    found = [file for name in NEEDED for file in sorted(SCRIPTS.glob(f"{name}.*.js"))]
    return ", ".join(f"<./static/js/{file.name}>; rel=modulepreload" for file in found).encode()


def _is_page(message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/html")
        for name, value in message["headers"]
    )
