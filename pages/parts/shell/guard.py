"""What no request gets past: the server's name, whose session it is, and how much visitors upload.

A page of another site that makes its own name point to this computer (DNS rebinding) sends that name as the
host: only names of this server are answered. A session belongs to the browser that began it, whoever else
knows its id. Uploads wait in memory until the page takes them: there is a limit for each visitor and for all
together.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from streamlit import config, runtime

from fmnist import environment
from fmnist.language import N_, in_english, say
from pages.parts.shell import streamlit_internals

OF_THIS_COMPUTER = ("localhost", "127.0.0.1", "[::1]", "::1")
HEADERS = (
    (b"content-security-policy", b"frame-ancestors 'self'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
BROWSER = (
    b"x-fmnist-browser"  # named in .streamlit/config.toml: what a session that is taken up again must match
)
PRIVATE = "/_stcore/metrics"  # says how many visitors there are, and what they hold
UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+$")
MOST_OF_ONE, MOST_OF_ALL = 30 * 2**20, 200 * 2**20  # bytes that wait at once
TOO_MUCH_OF_ONE = N_("You have uploaded as much as one visitor may. Remove a file, or reload the page.")
TOO_MUCH_OF_ALL = N_("The visitors of this server have uploaded as much as it holds. Try again in a minute.")

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]


class Guard:
    """Answers what may be answered; everything else goes on to `app`."""

    def __init__(self, app: App) -> None:
        self._app = app
        names = [*OF_THIS_COMPUTER, *environment.text("FMNIST_HOSTS").replace(",", " ").lower().split()]
        self._by_name = TrustedHostMiddleware(self._limited, names, www_redirect=False)
        self._under_way: Counter[str] = Counter()  # bytes of uploads that have not arrived, by session

    async def __call__(self, scope: Message, receive: App, send: Send) -> None:
        """Answer one request, or one connection, as an ASGI application."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif _calls_by_address(Headers(scope=scope).get("host", "")):
            await self._limited(scope, receive, _with_headers(send))
        else:
            await self._by_name(scope, receive, _with_headers(send))

    async def _limited(self, scope: Message, receive: App, send: Send) -> None:
        browser = streamlit_internals.browser_of(HTTPConnection(scope).cookies)
        if scope["path"].endswith(PRIVATE):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(_with_browser(scope, browser), receive, send)
        elif scope["method"] in ("PUT", "DELETE") and (found := UPLOAD.search(scope["path"])):
            if streamlit_internals.browser_behind(found[1]) not in (browser, None):
                await PlainTextResponse("Forbidden", 403)(scope, receive, send)
            elif scope["method"] == "PUT":
                await self._upload(found[1], scope, receive, send)
            else:
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _upload(self, session: str, scope: Message, receive: App, send: Send) -> None:
        """Let a file in, if there is room for it; what does not say its length may be as large as any."""
        told = Headers(scope=scope).get("content-length", "")
        size = int(told) if told.isdecimal() else config.get_option("server.maxUploadSize") * 2**20
        if why := self._too_much(session, size):
            await PlainTextResponse(in_english(say(why)), 413)(scope, receive, send)
            return
        self._under_way[session] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= Counter({session: size})

    def _too_much(self, session: str, size: int) -> str:
        held = _held()
        if held.get(session, 0) + self._under_way[session] + size > MOST_OF_ONE:
            return TOO_MUCH_OF_ONE
        if sum(held.values()) + self._under_way.total() + size > MOST_OF_ALL:
            return TOO_MUCH_OF_ALL
        return ""


def _with_browser(scope: Message, browser: str) -> Message:
    """The connection with the header that says which browser it is from, whatever came under that name."""
    others = [header for header in scope["headers"] if header[0].lower() != BROWSER]
    return {**scope, "headers": [*others, (BROWSER, browser.encode())]}


def _held() -> dict[str, int]:
    """Bytes of the uploaded files that each session holds."""
    storage = runtime.get_instance().uploaded_file_mgr.file_storage
    return {
        session: sum(len(file.data) for file in list(files.values()))
        for session, files in list(storage.items())
    }


def _calls_by_address(host: str) -> bool:
    """Whether the server is open to others and called by a number, or by this computer's own name.

    No other site has that as its own: a number cannot be made to point elsewhere.
    """
    if config.get_option("server.address") in OF_THIS_COMPUTER:
        return False
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    own = socket.gethostname().lower()
    if name.lower() in {own, own.partition(".")[0], f"{own.partition('.')[0]}.local"}:
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _with_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name for name, _ in message.get("headers", ())}
            message["headers"] = [
                *message.get("headers", ()),
                *(each for each in HEADERS if each[0] not in there),
            ]
        await send(message)

    return with_headers
