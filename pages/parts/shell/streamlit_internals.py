"""All that this program touches of Streamlit's insides, and of the allocator and collector beneath it.

None of it is promised to stay. Each function says why it is there, what it brings, and what happens without
it; where a new version has changed, it says so in one line of the log, and the dashboard goes on.
`tests/pages/test_streamlit_internals.py` tells which of them a version of Streamlit breaks.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import streamlit
from streamlit import runtime

MMAP_THRESHOLD, ARENA_MAX = -3, -8  # M_MMAP_THRESHOLD and M_ARENA_MAX of glibc's malloc.h
LARGE = 256 * 1024  # bytes of an array that gets memory of its own, which goes back as soon as it is free
BROWSER_COOKIE = "_streamlit_xsrf"  # the server gives it to each browser before the first connection
READERS = ("deserialize", "get_serialized", "unpack_widget_state_value", "handle_backmsg", "ParseFromString")
log = logging.getLogger("fmnist")


def ignore_pages_folder() -> bool:
    """Keep the first visitor of /train from getting pages/train.py without app.py around it.

    Until st.navigation has been called once, Streamlit takes a folder named pages/ for its older kind of
    multipage app. Brings: a whole page instead of half of one, once after each start. Whether it worked.
    """
    try:
        from streamlit.runtime.pages_manager import PagesManager
    except ImportError:
        PagesManager = None
    if not hasattr(PagesManager, "uses_pages_directory"):
        return _missed("the first page after a start may come without its frame")
    PagesManager.uses_pages_directory = False
    return True


def has_visitor() -> bool:
    """Whether a visitor's script runs in this thread.

    Its absence is the one thing that `st.context` and `st.session_state` do not tell without a warning.
    """
    context = _context()
    return context is not None


def came_by_history() -> bool:
    """Whether the browser's Back or Forward has brought the visitor here.

    Brings: that Back to a bare address shows what stood there then. Without it a bare address keeps what was
    chosen last.
    """
    return bool(getattr(_context(), "is_history_navigation", False))


def forget_visitors() -> bool:
    """Drop the sessions that nobody can come back to; whether there were any.

    Streamlit forgets a visitor some time after the connection ended, but looks for such only when the next
    one leaves. Brings, with `give_memory_back`, without which it brings nothing: 1.3 MB for each visitor of a
    class, 39 MB of 299 for thirty; after 32 short visits 299 MB instead of 307. Without it they come back
    with the next visitor who leaves.
    """
    try:
        manager = runtime.get_instance()._session_mgr
        gone = manager._session_storage._cache.expire()
        for _id, info in gone or ():
            # It drops the uploads. Who came before `spare_the_collector` would never be collected.
            info.session.shutdown()
        return bool(gone)
    except RuntimeError:  # none runs
        return False
    except AttributeError:
        return _missed("visitors who have left are forgotten when the next one leaves")


def browser_of(cookies: Mapping[str, str]) -> str:
    """A digest of the secret that Streamlit keeps in each browser against forged requests; "" without one.

    The cookie is masked anew at each answer, so that two of its values are one secret. Brings: see `Guard`,
    which has a session belong to the browser that began it. Without it whoever knows its id can take it over.
    """
    try:
        from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string

        secret, _time = decode_xsrf_token_string(cookies.get(BROWSER_COOKIE, ""))
        return sha256(secret).hexdigest()[:32] if secret else ""
    except (ImportError, TypeError):
        _missed("a session belongs to whoever knows its id")
        return ""


def browser_behind(session: str) -> str | None:
    """`browser_of` the visitor with this session's id; None when nobody is connected with it.

    Brings: that nobody puts files into the session of another, or takes them from there. Without it whoever
    knows its id can.
    """
    try:
        client = runtime.get_instance().get_client(session)
        return None if client is None else browser_of(client.client_context.cookies)
    except RuntimeError:  # none runs
        return None
    except AttributeError:
        _missed("files can be put into the session of another by whoever knows its id")
        return None


def could_not_read(error: BaseException) -> bool:
    """Whether Streamlit raised this over a value, or a message, that a browser sent.

    Brings: one line in the log for it (see `short_log`). Without it a traceback a minute from each place.
    """
    ours = str(Path(__file__).parents[3])
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if frame.filename.startswith(str(Path(streamlit.__file__).parent))]
    is_ours = (
        bool(frames) and frames[-1].filename.startswith(ours) and "site-packages" not in frames[-1].filename
    )
    return not is_ours and any(frame.name in READERS for frame in theirs)


def static_files() -> Path:
    """The folder of Streamlit's own scripts, styles and fonts.

    Brings: see `assets`, which passes on to Streamlit what it does not find here.
    """
    folder = Path(streamlit.__file__).parent / "static" / "static"
    if not folder.is_dir():
        _missed("its files come from the disk")
    return folder


def share_heaps() -> bool:
    """Let threads share two heaps, with no large arrays in them; whether the system's allocator can do that.

    Each visitor's script runs in a thread of its own. With a heap for each, as glibc likes it, large arrays
    among small things leave holes. Brings: 299 MB instead of 385 with sixteen visitors, and after them.
    """
    adjust = _of_libc("mallopt")
    return adjust is not None and bool(adjust(ARENA_MAX, 2)) and bool(adjust(MMAP_THRESHOLD, LARGE))


def give_memory_back() -> bool:
    """Hand what was freed back to the system; whether its allocator can do that. See `forget_visitors`."""
    gc.collect()
    trim = _of_libc("malloc_trim")
    if trim is None:
        return False
    trim(0)
    return True


def spare_the_collector() -> None:
    """Take what lives as long as the server out of garbage collection.

    Streamlit collects after every script it runs, with all other visitors waiting. Brings: 52 ms of
    processor for a click on Explore instead of 192.
    """
    gc.collect()
    gc.freeze()


def _context() -> object | None:
    try:
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        return get_script_run_ctx(suppress_warning=True)
    except (ImportError, TypeError):
        _missed("each visit begins in English, and Back keeps what was chosen")
        return None


def _of_libc(name: str) -> Callable[..., int] | None:
    """A function of glibc's, which musl, macOS and Windows do not have."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


@cache
def _missed(consequence: str) -> bool:
    """Say once that Streamlit has changed; False."""
    log.warning("Streamlit %s has changed inside: %s.", streamlit.__version__, consequence)
    return False
