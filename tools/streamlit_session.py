"""A visitor without a browser: speaks Streamlit's own protocol to a running server, for load and fault tests.

    async with Session("http://localhost:8501", "train?epochs=1") as visitor:
        await visitor.click("train")
        print(visitor.text())

Like a browser it follows page loads, keeps what its widgets were set to, asks again for fragments that
refresh themselves, and fetches the pictures. Written for the Streamlit version in requirements.txt.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 60.0  # seconds for a script to finish, for busy machines
COOKIE = "_streamlit_xsrf"
FIELDS = {  # what a widget of each kind sends
    "button": "trigger_value",
    "checkbox": "bool_value",
    "number_input": "double_value",
    "pagination": "int_value",
    "selectbox": "string_value",
    "radio": "string_value",
    "text_input": "string_value",
    "text_area": "string_value",
    "slider": "double_array_value",
    "button_group": "string_array_value",
    "tab_container": "string_value",
    "dataframe": "string_value",
    "bidi_component": "json_value",
}
WORDS = ("body", "label", "text", "error_message")  # fields of elements that a person reads


class SessionError(Exception):
    """The server did not do what it should: the message says what."""


@dataclass(frozen=True)
class Shown:
    """An element or block on the page."""

    kind: str  # "button", "markdown", …
    content: Message
    fragment: str  # the fragment that drew it, "" for the page itself


class Session:
    """One visitor, in one tab of one browser. Use it in an `async with` statement.

    Parameters
    ----------
    url : str
        The server, "http://localhost:8501".
    page : str
        The address of the first page, with its query: "predict?view=draw".
    cookie : str, optional
        The browser's cookie, as another session's `cookie`; a new browser when not given.
    more_cookies : str
        Cookies that scripts in the page have set: "name=value; name=value".
    pictures : bool
        Whether to fetch the pictures, which then belong to a finished page.
    address : str, optional
        Of this computer, from which to connect: "127.0.0.2".
    """

    def __init__(
        self,
        url: str,
        page: str = "",
        *,
        cookie: str = "",
        more_cookies: str = "",
        pictures: bool = False,
        address: str = "",
    ) -> None:
        self.url, self.page, self.cookie, self.pictures = url, page, cookie, pictures
        self.more_cookies, self.address = more_cookies, address
        self.query = ""
        self.id = ""
        self.shown: dict[tuple[int, ...], Shown] = {}
        self.exceptions: list[str] = []
        self.values: dict[str, tuple[str, Any]] = {}
        self._addresses: dict[str, str] = {}
        self._page_hash = ""
        self._fragments: tuple[str, ...] = ()  # what runs now; none when it is the whole page
        self._drawn: set[tuple[int, ...]] = set()  # by what runs now
        self._unstarted: list[tuple[str, asyncio.Future]] = []  # requests: (fragment, done once it was run)
        self._started: list[tuple[str, asyncio.Future]] = []
        self._refreshing: dict[str, asyncio.Task] = {}
        self._fetched: set[str] = set()
        self._socket: ClientConnection | None = None
        self._listener: asyncio.Task | None = None

    async def __aenter__(self) -> Session:
        if not self.cookie:
            self.cookie = await asyncio.to_thread(new_cookie, self.url)
        await self.connect()
        await self.visit(self.page)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.disconnect()

    async def connect(self) -> None:
        """Open the socket; after `disconnect` it takes up the same session, as a browser does."""
        self._socket = await connect(
            f"{self.url.replace('http', 'ws', 1)}/_stcore/stream",
            origin=self.url,
            additional_headers={"Cookie": f"{COOKIE}={self.cookie}; {self.more_cookies}"},
            subprotocols=["streamlit", self.cookie, *filter(None, [self.id])],
            max_size=None,
            open_timeout=PATIENCE,
            local_addr=(self.address, 0) if self.address else None,
        )
        self._listener = asyncio.create_task(self._listen())

    async def disconnect(self) -> None:
        """Cut the connection."""
        for task in (*self._refreshing.values(), self._listener):
            task.cancel()
        self._refreshing.clear()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listener
        await self._socket.close()

    # ------------------------------------------------------------------------------ what a visitor does

    async def visit(self, page: str) -> None:
        """Open a page of the app by its address, and return once it is complete."""
        address = urlsplit(page)
        self.page, self.query = address.path.strip("/"), address.query
        await self._request("", page_name=self.page)

    async def follow(self, page: str) -> None:
        """Choose another page in the navigation."""
        self.page, self.query, self.values = page, "", {}
        await self._request("", page_script_hash=self._addresses[page])

    async def click(self, key: str) -> None:
        """Click the button with this key."""
        button = self.find(key)
        if button.content.disabled:
            raise SessionError(f"The button {key} is grey.")
        await self._send_value(button, "trigger_value", True)

    async def set(self, key: str, value: Any) -> None:
        """Give the widget with this key a value: number, text, truth value, or what a component sends."""
        widget = self.find(key)
        await self._send_value(widget, FIELDS[widget.kind], value)

    async def rerun(self) -> None:
        """Run the whole page again."""
        await self._request("")

    # ------------------------------------------------------------------------------ what a visitor sees

    def has(self, key: str) -> bool:
        """Whether a widget with this key is on the page."""
        return any(_is_called(shown, key) for shown in self.shown.values())

    def find(self, key: str) -> Shown:
        """The widget with this key. Raises SessionError when it is not on the page."""
        for shown in self.shown.values():
            if _is_called(shown, key):
                return shown
        raise SessionError(f"There is no widget {key} on {self.page}; the page says: {self.text()[:2000]}")

    def of_kind(self, kind: str) -> list[Message]:
        """All elements of a kind, for instance "alert", from top to bottom."""
        return [shown.content for _, shown in sorted(self.shown.items()) if shown.kind == kind]

    def text(self) -> str:
        """The words on the page, one element a line, as a reader sees what is escaped for Markdown."""
        shown_words = "\n".join(
            str(words)
            for _, shown in sorted(self.shown.items())
            for name in WORDS
            if isinstance(words := getattr(shown.content, name, ""), str) and words
        )
        return re.sub(r"\\([^\w\s])", r"\1", shown_words)

    def picture_addresses(self) -> set[str]:
        """Where the pictures on the page are to be had."""
        return {image.url for images in self.of_kind("imgs") for image in images.imgs}

    async def until(self, condition, seconds: float, otherwise: str) -> None:
        """Wait for `condition()`, looking after every message. Raises SessionError saying `otherwise`."""
        limit = asyncio.get_running_loop().time() + seconds
        while not condition():
            if asyncio.get_running_loop().time() > limit:
                raise SessionError(f"{otherwise}; the page says: {self.text()[:2000]}")
            self._raise_if_cut()
            await asyncio.sleep(0.05)

    # -------------------------------------------------------------------------------------- requests

    async def _send_value(self, widget: Shown, name: str, value: Any) -> None:
        if name == "trigger_value":
            await self._request(widget.fragment, trigger=widget.content.id)
            return
        self.values[widget.content.id] = (name, json.dumps(value) if name == "json_value" else value)
        if bound := getattr(widget.content, "query_param_key", ""):  # the browser keeps it in the address
            self.query = urlencode(dict(parse_qsl(self.query)) | {bound: value})
        await self._request(widget.fragment)

    async def _request(
        self, fragment: str, *, page_name: str = "", page_script_hash: str = "", trigger: str = ""
    ) -> None:
        """Ask for a run of the script, or of one fragment, and wait for its end and its pictures."""
        done = asyncio.get_running_loop().create_future()
        self._unstarted.append((fragment, done))
        await self._socket.send(self._message(fragment, page_name, page_script_hash, trigger))
        try:
            await asyncio.wait_for(done, PATIENCE)
        except TimeoutError as error:
            raise SessionError(f"{self.page} was not finished within {PATIENCE:g} s.") from error
        if self.pictures:
            await self._fetch_pictures()

    def _message(
        self,
        fragment: str = "",
        page_name: str = "",
        page_script_hash: str = "",
        trigger: str = "",
        by_itself: bool = False,
    ) -> bytes:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_name, rerun.fragment_id = self.query, page_name, fragment
        rerun.page_script_hash = page_script_hash or ("" if page_name else self._page_hash)
        rerun.is_auto_rerun = by_itself
        rerun.context_info.timezone, rerun.context_info.locale = "UTC", "en-GB"
        rerun.context_info.url, rerun.context_info.color_scheme = f"{self.url}/{self.page}", "light"
        for id, (name, value) in self.values.items():
            _set(rerun.widget_states.widgets.add(id=id), name, value)
        if trigger:
            rerun.widget_states.widgets.add(id=trigger, trigger_value=True)
        return message.SerializeToString()

    async def _fetch_pictures(self) -> None:
        to_fetch = {address for address in self.picture_addresses() if not address.startswith("data:")}
        new = to_fetch - self._fetched
        self._fetched |= new
        await asyncio.gather(*(asyncio.to_thread(self._fetch, address) for address in new))

    def _fetch(self, address: str) -> None:
        with urlopen(self.url + address, timeout=PATIENCE) as answer:
            answer.read()

    # -------------------------------------------------------------------------------------- messages

    async def _listen(self) -> None:
        try:
            async for data in self._socket:
                message = ForwardMsg()
                message.ParseFromString(data)
                self._take(message)
        except ConnectionClosed:
            pass
        for _, done in [*self._unstarted, *self._started]:
            if not done.done():
                done.set_exception(SessionError("The connection was cut."))

    def _raise_if_cut(self) -> None:
        if self._listener.done():
            raise SessionError("The connection was cut.")

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        handle = getattr(self, f"_on_{kind}", None)
        if handle is not None:
            handle(message)

    def _on_new_session(self, message: ForwardMsg) -> None:
        self.id = message.new_session.initialize.session_id
        self._page_hash = message.new_session.page_script_hash
        self._fragments = tuple(message.metadata.run.fragment_ids)
        self._drawn = set()
        if not self._fragments:
            self._stop_refreshing(list(self._refreshing))
        served = [wait for wait in self._unstarted if not self._fragments or wait[0] in self._fragments]
        self._unstarted = [wait for wait in self._unstarted if wait not in served]
        self._started.extend(served)

    def _on_navigation(self, message: ForwardMsg) -> None:
        pages = message.navigation.app_pages
        self._addresses = {page.url_pathname: page.page_script_hash for page in pages}
        self._page_hash = message.navigation.page_script_hash

    def _on_page_info_changed(self, message: ForwardMsg) -> None:
        self.query = message.page_info_changed.query_string

    def _on_delta(self, message: ForwardMsg) -> None:
        path, delta = tuple(message.metadata.delta_path), message.delta
        part = {"new_element": delta.new_element, "add_block": delta.add_block}.get(delta.WhichOneof("type"))
        if part is None:
            return
        kind = part.WhichOneof("type") or "empty"
        content = getattr(part, kind, part)
        self.shown[path] = Shown(kind, content, delta.fragment_id)
        self._drawn.add(path)
        if kind == "exception":
            self.exceptions.append(f"{content.type}: {content.message}")
        if getattr(content, "set_value", False):  # the server changed it: what this side knew is past
            self.values.pop(content.id, None)

    def _on_auto_rerun(self, message: ForwardMsg) -> None:
        fragment, interval = message.auto_rerun.fragment_id, message.auto_rerun.interval
        self._stop_refreshing([fragment])
        self._refreshing[fragment] = asyncio.create_task(self._refresh(fragment, interval))

    def _on_stop_auto_rerun(self, message: ForwardMsg) -> None:
        self._stop_refreshing(message.stop_auto_rerun.fragment_ids)

    def _stop_refreshing(self, fragments) -> None:
        for fragment in fragments:
            if task := self._refreshing.pop(fragment, None):
                task.cancel()

    async def _refresh(self, fragment: str, interval: float) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(interval)
                await self._socket.send(self._message(fragment, by_itself=True))

    def _on_script_finished(self, message: ForwardMsg) -> None:
        started, self._started = self._started, []
        if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self._unstarted.extend(started)
            return
        gone = [
            path
            for path, shown in self.shown.items()
            if path not in self._drawn and (not self._fragments or shown.fragment in self._fragments)
        ]
        for path in gone:
            del self.shown[path]
        for _, done in started:
            if not done.done():
                done.set_result(None)


def new_cookie(url: str) -> str:
    """The cookie a server gives to a browser it has not seen before."""
    with urlopen(f"{url}/_stcore/health", timeout=PATIENCE) as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
    for cookie in cookies:
        name, _, value = cookie.partition(";")[0].partition("=")
        if name == COOKIE:
            return value
    raise SessionError(
        "The server protects nothing: it gives no cookie against requests forged across sites."
    )


def _is_called(shown: Shown, key: str) -> bool:
    return getattr(shown.content, "id", "").endswith(f"-{key}")


def _set(state: WidgetState, name: str, value: Any) -> None:
    if name in ("double_array_value", "string_array_value"):
        getattr(state, name).data.extend(value if isinstance(value, list | tuple) else [value])
    else:
        setattr(state, name, value)
