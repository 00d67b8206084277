"""What somebody who means no good can send to the running server, and that nothing comes of it."""

import asyncio
import json
import random
import re
import urllib.error
import urllib.parse
import urllib.request

import psutil
import pytest
import websockets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.classroom import a_drawing, ground_of
from fmnist.runs.store import Store
from fmnist.workers.sharing import owner_of
from pages.parts.shell.streamlit_internals import browser_of
from pages.parts.train.deleting import key_of
from tests.live.visits import LIMIT, LONG, newest, sees, trains, visitor_on
from tools.server import Server, wait_until
from tools.streamlit_session import COOKIE, Session, SessionError

pytestmark = pytest.mark.anyio
WORDS = "open sesame, please"
ADDRESS_KEYS = [
    "epochs",
    "batch_size",
    "learning_rate",
    "seed",
    "network",
    "optimizer",
    "hidden_units",
    "dropout",
    "validation_share",
    "scale_pixels",
    "explore_split",
    "explore_index",
    "explore_part",
    "grid_start",
    "grid_class",
    "view",
    "run",
    "compare",
    "test_index",
    "outcome",
]


@pytest.fixture
def shared_server(tmp_path):
    """A server in many-user mode, on which each visitor may keep one run."""
    (tmp_path / "runs").mkdir()
    rules = {"FMNIST_SHARED": "1", "FMNIST_TEACHER_PASSPHRASE": WORDS, "FMNIST_RUNS_PER_VISITOR": "1"}
    with Server(tmp_path / "runs", **rules) as running:
        yield running


# ------------------------------------------------------------------------------------- who gets in at all


def test_it_listens_on_this_computer_alone_unless_told_otherwise(server):
    listening = [c for c in psutil.Process(server.process.pid).net_connections() if c.status == "LISTEN"]
    assert {connection.laddr.port for connection in listening} == {server.port}
    assert {connection.laddr.ip for connection in listening} <= {"127.0.0.1", "::1"}


async def test_another_web_site_cannot_open_a_connection(server):
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    with pytest.raises(websockets.exceptions.InvalidStatus, match="403"):
        await websockets.connect(address, origin="http://stranger.example")


async def test_another_web_site_cannot_upload_a_file(server):
    async with visitor_on(server, "explore") as visitor:
        address = f"{server.url}/_stcore/upload_file/{visitor.id}/1"
        assert answer_to_put(address, b"x", visitor, token=False) == 403


# ------------------------------------------------------------------------------------- what the browser names


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..", "runs", "os.system", "a" * 5000, "\0"]
)
async def test_a_run_is_looked_up_by_an_id_that_exists_and_nothing_else(server, name):
    run = await finished_run(server)
    async with visitor_on(server, "predict") as visitor:
        await visitor.visit(f"predict?run={urllib.parse.quote(name)}")
        await visitor.visit(f"predict?run={run.id}")
        await visitor.set("run", name)
        await visitor.rerun()
        assert "root:" not in visitor.text()
        assert visitor.exceptions == []


@pytest.mark.parametrize("path", ["/media/../../../etc/passwd", "/app/static/%2e%2e/app.py", "/../app.py"])
def test_no_address_leads_to_a_file_of_the_server(server, path):
    try:
        with urllib.request.urlopen(server.url + path, timeout=10) as answer:
            body = answer.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    assert b"root:" not in body
    assert b"st.navigation" not in body


async def test_whatever_an_address_asks_for_the_page_appears(server):
    await finished_run(server)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(
        st.sampled_from(["explore", "train", "predict"]),
        st.dictionaries(
            st.sampled_from(ADDRESS_KEYS),
            st.one_of(st.integers().map(str), st.floats().map(str), st.text(max_size=30)),
            max_size=5,
        ),
    )
    def check(page, asked):
        asyncio.run(visit(page, urllib.parse.urlencode(asked, errors="replace")))

    async def visit(page, query):
        async with visitor_on(server, f"{page}?{query}") as visitor:
            assert visitor.of_kind("heading"), f"{page}?{query}"

    await asyncio.to_thread(check)


# ---------------------------------------------------------------------------------------- how much is taken


async def test_an_upload_above_ten_megabytes_is_refused_before_it_is_decoded(server):
    async with visitor_on(server, "predict?view=draw") as visitor:
        address = f"{server.url}/_stcore/upload_file/{visitor.id}/1"
        assert answer_to_put(address, bytes(11_000_000), visitor, token=True) in (413, None)


async def test_a_message_far_larger_than_a_drawing_ends_the_connection_and_not_the_server(server):
    async with visitor_on(server, "predict?view=draw") as visitor:
        drawing = {"drawing": {"raw": {"objects": []}, "data": "data:image/png;base64," + "A" * 5_000_000}}
        with pytest.raises((SessionError, websockets.exceptions.ConnectionClosed)):
            await visitor.set("canvas", drawing)
    assert server.answers()


FORGED = {
    "no object": [1, 2],
    "no drawing": {"drawing": 5},
    "no marks": {"drawing": {"raw": {"objects": "all"}, "data": "data:image/png;base64,AAAA"}},
    "no picture": {"drawing": {"raw": {"objects": [{"type": "Path", "path": []}]}, "data": 5}},
    "no file": {"drawing": {"raw": {"objects": [{"type": "Path", "path": []}]}, "data": ";base64,AAAA"}},
    "no fit": {"backgroundFit": {}},
    "many marks": {"drawing": {"raw": {"objects": [{}] * 500_000}, "data": ";base64,"}},
    "a large polygon": {"drawing": {"raw": {"objects": [{"type": "Polygon", "points": [{}] * 500_000}]}}},
    "kept": {"kept": {"token": "", "drawing": "[" * 1_000_000}},
}


@pytest.mark.parametrize("message", FORGED.values(), ids=FORGED)
async def test_what_is_no_drawing_gets_a_sentence_at_most_and_the_next_drawing_is_judged(server, message):
    async with visitor_on(server, "predict?view=draw") as visitor:
        await visitor.set("paper_memory" if "kept" in message else "canvas", message)
        assert visitor.has("paper_clear")
        await visitor.set("canvas", a_drawing(random.Random(1), ground_of(visitor)))
        await visitor.until(lambda: "says" in visitor.text(), LIMIT, "the drawing is not judged")


async def test_forged_values_of_widgets_leave_a_few_lines_in_the_log_and_no_sessions_id(server):
    async with visitor_on(server, "train") as visitor:
        before = len(server.log.read_bytes())
        epochs, seed = visitor.find("epochs"), visitor.find("seed")
        for _ in range(40):
            await visitor._send_value(epochs, "string_value", "many")
            await visitor._send_value(seed, "string_value", "")
        assert visitor.exceptions, "nothing was refused"
        visitor.exceptions.clear()
        id = visitor.id
    log = server.log.read_text()
    assert "A message from a visitor was refused: " in log[before:]
    assert "Traceback" not in log[before:]
    assert len(log) - before < 10_000
    assert id not in log


async def test_the_id_of_a_session_does_not_take_it_over_from_another_browser(server):
    async with visitor_on(server, "train?epochs=3") as anna:
        async with Session(server.url, "train") as ben:
            await ben.disconnect()
            taken, ben.id = ben.id, anna.id
            await ben.connect()
            await ben.visit("train")
            assert ben.id not in (anna.id, taken)
            path = f"{server.url}/_stcore/upload_file/{anna.id}/1"
            assert answer_to_put(path, b"x", ben, token=True) == 403
            assert answer_to_put(path, b"x", anna, token=True) == 204
        await anna.rerun()  # is not disturbed, and finds her session again after her connection broke
        id = anna.id
        await anna.disconnect()
        await anna.connect()
        await anna.rerun()
        assert anna.id == id
    assert id not in server.log.read_text()


async def test_a_browser_cannot_say_that_it_is_another(server):
    async with visitor_on(server, "train") as anna:
        known = browser_of({COOKIE: anna.cookie})
        address = server.url.replace("http", "ws") + "/_stcore/stream"
        socket = await websockets.connect(
            address,
            origin=server.url,
            subprotocols=["streamlit", "x", anna.id],
            additional_headers={"X-Fmnist-Browser": known},
        )
        message = BackMsg()
        message.rerun_script.page_name = "train"
        await socket.send(message.SerializeToString())
        answer = ForwardMsg()
        while answer.WhichOneof("type") != "new_session":
            answer.ParseFromString(await socket.recv())
        await socket.close()
        assert answer.new_session.initialize.session_id != anna.id


# --------------------------------------------------------------------------------------- many-user mode


async def test_in_many_user_mode_only_the_browser_that_started_a_run_or_the_teacher_stops_it(shared_server):
    async with visitor_on(shared_server, LONG) as anna:
        await anna.click("train")
        run = newest(shared_server)
        await anna.until(lambda: anna.has("stop"), LIMIT, "Anna cannot stop her run")
        stop = anna.find("stop")
        secret = secret_in(anna)
        assert run.owner == owner_of(secret)
        async with visitor_on(shared_server, "train") as ben:
            await choose_the_only_run(ben, run.id)
            await ben.until(lambda: "training" in ben.text() or "waiting" in ben.text(), LIMIT, "no run")
            assert not ben.has("stop")
            await ben._send_value(stop, "trigger_value", True)  # as Anna's page would, from Ben's connection
            await ben.rerun()
            assert not run.stop_requested()
            await unlock(ben, "open sesam")
            await sees(ben, "That is not the passphrase.")
            await unlock(ben, WORDS)
            await ben.until(lambda: ben.has("stop"), LIMIT, "the teacher cannot stop a run")
        async with Session(
            shared_server.url, "train", cookie=anna.cookie, more_cookies=f"fmnist_visitor={secret}"
        ) as later:
            await later.until(lambda: later.has("stop"), LIMIT, "Anna's browser has forgotten her")
            await later.click("stop")
            await later.until(lambda: run.state == "stopped", LIMIT, "the run does not stop")


async def test_the_teacher_gets_in_while_somebody_guesses_every_moment(shared_server):
    async with visitor_on(shared_server, "train") as guesser:
        guessing = asyncio.create_task(guess_for_ever(guesser))
        await sees(guesser, "That is not the passphrase.")
        for _ in range(3):
            async with visitor_on(shared_server, "train") as teacher:
                await unlock(teacher, WORDS)
                await sees(teacher, "You can stop, continue, rename and delete every run.", 5)
        guessing.cancel()
    assert "a wrong passphrase was typed" in shared_server.log.read_text()


async def guess_for_ever(visitor):
    while True:
        await unlock(visitor, "open sesam")


async def choose_the_only_run(visitor, id):
    """Tick it in the table and press "Show above": nobody is shown another's run unasked."""
    table = visitor.find(key_of("runs_of", [id]))
    ticks = {"selection": {"rows": [0], "columns": [], "cells": []}}
    await visitor._send_value(table, "string_value", json.dumps(ticks))
    await visitor.click("watch")


async def test_in_many_user_mode_a_visitor_with_too_many_runs_is_told_what_to_do(shared_server):
    async with visitor_on(shared_server, LONG) as visitor:
        await visitor.click("train")
        await visitor.set("seed", 1)  # the same settings within a second would be a double click
        await visitor.click("train")
        await sees(visitor, "You have 1 run, as many as each visitor may keep here. Delete one")
    assert len(Store(shared_server.runs_dir).list()) == 1


@pytest.fixture
def small_queue(tmp_path):
    """A server in many-user mode on which one run from each address may wait."""
    (tmp_path / "runs").mkdir()
    rules = {"FMNIST_SHARED": "1", "FMNIST_TEACHER_PASSPHRASE": WORDS, "FMNIST_WAITING_PER_ADDRESS": "1"}
    with Server(tmp_path / "runs", **rules) as running:
        yield running


async def test_who_keeps_no_cookie_does_not_fill_the_queue_unless_the_teacher_lets_the_address(small_queue):
    async def starts(address, seed, refused):
        async with visitor_on(small_queue, f"{LONG}&seed={seed}", address=address) as visitor:
            await visitor.click("train")
            assert ("runs started from your network address" in visitor.text()) == refused

    await starts("127.0.0.2", 1, refused=False)
    wait_until(lambda: newest(small_queue).state == "running", LIMIT, "no run begins")
    await starts("127.0.0.2", 2, refused=False)
    await starts("127.0.0.2", 3, refused=True)
    await starts("127.0.0.3", 4, refused=False)
    async with visitor_on(small_queue, "train") as teacher:
        await unlock(teacher, WORDS)
        await teacher.set("count_addresses", False)
        await starts("127.0.0.2", 5, refused=False)
    assert len(Store(small_queue.runs_dir).list()) == 4


async def test_all_waiting_runs_of_a_browser_leave_with_one_click_of_the_teachers(small_queue):
    async with visitor_on(small_queue, LONG) as visitor:
        for seed in (1, 2, 3, 4):
            await visitor.set("seed", seed)
            await visitor.click("train")
        store = Store(small_queue.runs_dir)
        await visitor.until(
            lambda: any(run.state == "running" for run in store.list()), LIMIT, "no run begins"
        )
        async with visitor_on(small_queue, "train") as teacher:
            await unlock(teacher, WORDS)
            table = teacher.find(key_of("runs_of", [run.id for run in store.list()]))
            ticks = {"selection": {"rows": [0], "columns": [], "cells": []}}
            await teacher._send_value(table, "string_value", json.dumps(ticks))
            await teacher.click("leave_all")
    assert [run.state for run in store.list()] == ["stopped"] * 3 + ["running"]


async def test_outside_many_user_mode_nothing_is_kept_in_the_browser(server):
    async with visitor_on(server, "train") as visitor:
        assert "document.cookie" not in everything_in(visitor)


# ------------------------------------------------------------------------------------------------ helpers


async def finished_run(server):
    done = [run for run in Store(server.runs_dir).list() if run.state == "finished"]
    return Store(server.runs_dir).open(done[0].id) if done else await trains(server)


async def unlock(visitor, words):
    await visitor.set("passphrase", words)
    await visitor.click("unlock")


def secret_in(visitor):
    """What the page's script keeps in the browser."""
    return re.search(r"fmnist_visitor=([0-9a-f]{32});", everything_in(visitor))[1]


def everything_in(visitor):
    return "\n".join(str(shown.content) for shown in visitor.shown.values())


def answer_to_put(address, body, visitor, *, token):
    """The status of an upload; None when the server hung up."""
    form = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="x.png"\r\n\r\n' + body + b"\r\n--b--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Cookie": f"{COOKIE}={visitor.cookie}"}
    headers |= {"X-Xsrftoken": visitor.cookie} if token else {}
    request = urllib.request.Request(address, form, headers, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError:
        return None
