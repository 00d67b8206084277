"""Streamlit's insides are where this program looks for them; a version that moves one fails here by name."""

import gc
import subprocess
import sys
from types import SimpleNamespace

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from pages.parts.shell import streamlit_internals
from tests.conftest import REPOSITORY

SERVER_WITH_A_VISITOR_WHO_LEFT = """
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from types import SimpleNamespace
from pages.parts.shell import streamlit_internals

assert not streamlit_internals.forget_visitors(), "before the server runs"
storage = MemorySessionStorage(ttl_seconds=0)
files = MemoryUploadedFileManager("/upload")
Runtime(RuntimeConfig("app.py", MemoryMediaFileStorage("/media"), files, session_storage=storage))
storage._cache["gone"] = SimpleNamespace(session=SimpleNamespace(shutdown=lambda: print("shut down")))
print(streamlit_internals.forget_visitors(), streamlit_internals.forget_visitors())
"""


AT_THE_START = """
import gc
from pages.parts.shell import streamlit_internals

print(streamlit_internals.share_heaps(), streamlit_internals.give_memory_back())
streamlit_internals.spare_the_collector()
print(gc.get_freeze_count() > 10_000, len(gc.get_objects()) < 1_000)
"""


@pytest.fixture(autouse=True)
def nothing_said_yet():
    streamlit_internals._missed.cache_clear()


def run(program):
    """What another Python says on standard output, and in its log."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, timeout=120)
    assert done.returncode == 0, done.stderr
    return done


def test_streamlit_keeps_those_who_left_where_they_are_forgotten_from():
    done = run(SERVER_WITH_A_VISITOR_WHO_LEFT)
    assert done.stdout.split() == ["shut", "down", "True", "False"]
    assert "has changed inside" not in done.stderr


def test_streamlit_knows_of_the_older_kind_of_multipage_app_that_is_switched_off():
    from streamlit.runtime.pages_manager import PagesManager

    assert streamlit_internals.ignore_pages_folder()
    assert PagesManager.uses_pages_directory is False


def test_streamlit_says_whose_script_runs_and_whether_back_brought_the_visitor():
    def page():
        import streamlit as st
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        from pages.parts.shell import streamlit_internals

        seen = [streamlit_internals.has_visitor(), streamlit_internals.came_by_history()]
        get_script_run_ctx().is_history_navigation = True
        st.session_state.seen = [*seen, streamlit_internals.came_by_history()]

    assert AppTest.from_function(page).run().session_state.seen == [True, False, True]
    assert not streamlit_internals.has_visitor()
    from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

    assert "is_history_navigation" in ScriptRunContext.__dataclass_fields__


def test_streamlits_files_are_in_the_folder_from_which_they_are_sent():
    assert {file.suffix for file in streamlit_internals.static_files().glob("*/*")} >= {
        ".js",
        ".css",
        ".woff2",
    }


def test_a_browser_is_known_by_its_cookie_however_streamlit_masks_it():
    from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
    from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

    def browser(secret):
        return streamlit_internals.browser_of({XSRF_COOKIE_NAME: generate_xsrf_token_string(secret)})

    assert browser(b"a" * 16) == browser(b"a" * 16) != browser(b"b" * 16) != ""
    assert (
        streamlit_internals.browser_of({}) == streamlit_internals.browser_of({XSRF_COOKIE_NAME: "2|x"}) == ""
    )


def test_streamlit_says_which_browser_is_connected_with_a_session(monkeypatch):
    from streamlit.runtime import Runtime
    from streamlit.runtime.session_manager import ClientContext
    from streamlit.web.server.starlette.starlette_websocket import StarletteSessionClient

    assert callable(Runtime.get_client)
    assert isinstance(ClientContext.cookies, property)
    assert isinstance(StarletteSessionClient.client_context, property)
    assert streamlit_internals.browser_behind("nobody") is None, "before the server runs"
    context = SimpleNamespace(cookies={"_streamlit_xsrf": "2|00000000|6161|1"})
    runtime = SimpleNamespace(get_client={"known": SimpleNamespace(client_context=context)}.get)
    monkeypatch.setattr(streamlit_internals.runtime, "get_instance", lambda: runtime)
    assert (
        streamlit_internals.browser_behind("known") == streamlit_internals.browser_of(context.cookies) != ""
    )
    assert streamlit_internals.browser_behind("nobody") is None


def test_streamlits_readers_of_what_browsers_send_are_known_by_name():
    from streamlit.elements.widgets.number_input import NumberInputSerde
    from streamlit.proto.NumberInput_pb2 import NumberInput
    from streamlit.runtime.state import session_state

    def error_of(call):
        try:
            call()
        except (TypeError, ValueError) as error:
            return error

    forged = error_of(lambda: NumberInputSerde(0, NumberInput.INT, 0, 9).deserialize("x"))
    assert forged is not None
    assert streamlit_internals.could_not_read(forged)
    assert hasattr(session_state.WStates, "get_serialized")
    assert not streamlit_internals.could_not_read(error_of(lambda: int("x")))


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_heaps_are_shared_memory_goes_back_and_what_stays_is_not_collected_again():
    assert run(AT_THE_START).stdout.split() == ["True"] * 4


@pytest.mark.parametrize(
    ("broken", "hook", "answer"),
    [
        ("streamlit.runtime.get_instance", "forget_visitors", False),
        ("streamlit.runtime.scriptrunner.get_script_run_ctx", "has_visitor", False),
        ("streamlit.runtime.scriptrunner.get_script_run_ctx", "came_by_history", False),
        ("streamlit.runtime.pages_manager.PagesManager", "ignore_pages_folder", False),
        ("streamlit.runtime.get_instance", "browser_behind", None),
        ("streamlit.web.server.starlette.starlette_app_utils.decode_xsrf_token_string", "browser_of", ""),
    ],
)
def test_another_streamlit_costs_one_line_in_the_log_and_nothing_else(
    broken, hook, answer, monkeypatch, caplog
):
    module, _, name = broken.rpartition(".")
    other = SimpleNamespace()  # has none of the names that are asked for, and cannot be called
    monkeypatch.setattr(sys.modules[module], name, (lambda: other) if name == "get_instance" else other)
    given = {"browser_behind": ["a session"], "browser_of": [{}]}.get(hook, [])
    assert [getattr(streamlit_internals, hook)(*given) for _ in range(3)] == [answer] * 3
    (line,) = caplog.messages
    assert line.startswith(f"Streamlit {streamlit.__version__} has changed inside: ")


def test_without_glibc_nothing_is_asked_of_the_allocator(monkeypatch):
    monkeypatch.setattr(streamlit_internals.ctypes, "CDLL", lambda name: SimpleNamespace())
    monkeypatch.setattr(gc, "collect", lambda: 0)
    assert not streamlit_internals.share_heaps()
    assert not streamlit_internals.give_memory_back()
