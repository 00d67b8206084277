"""The server's log stays short and names no session, whatever visitors send."""

import io
import json
import logging
import subprocess
import sys

import pytest
from streamlit.elements.widgets.number_input import NumberInputSerde
from streamlit.proto.NumberInput_pb2 import NumberInput

from pages.parts.shell import short_log
from tests.conftest import REPOSITORY

SESSION = "6f1c2f5e-8d2b-4c06-9d0a-0f7a2a6f9b11"


@pytest.fixture
def written():
    """A logger as Streamlit's, what it has written, and the hands of its clock."""
    text, hands = io.StringIO(), [0.0]
    log = logging.Logger("streamlit.somewhere")
    log.addHandler(logging.StreamHandler(text))
    log.addFilter(short_log.ShortLog(lambda: hands[0]))
    return log, text, hands


def a_forged_number():
    """The error over a number that a browser sent as a text, as Streamlit raises it."""
    try:
        NumberInputSerde(0, NumberInput.INT, 0, 9).deserialize("no\nnumber")
    except ValueError as error:
        return error


def an_error_of_ours(which=ZeroDivisionError):
    try:
        raise which(f"in the session {SESSION}")
    except which as error:
        return error


def test_a_refused_message_is_one_line_without_a_traceback(written):
    log, text, _hands = written
    log.error("Uncaught app execution", exc_info=a_forged_number())
    (line,) = text.getvalue().splitlines()
    assert line.startswith("A message from a visitor was refused: ValueError: invalid literal")
    assert line.endswith("(number_input.py, deserialize)")


def test_of_the_same_line_ten_a_minute_are_written_and_then_how_many_were_not(written):
    log, text, hands = written

    def flood():
        for _ in range(1000):
            log.error("Uncaught app execution", exc_info=a_forged_number())

    flood()
    assert len(text.getvalue().splitlines()) == 10
    hands[0] += 61
    flood()
    lines = text.getvalue().splitlines()
    assert len(lines) == 20
    assert lines[10].endswith("(990 more like this were left out)")
    assert "left out" not in lines[9] + lines[11]


def test_an_error_of_the_program_keeps_its_traceback_once_a_minute_also_in_a_flood(written):
    log, text, hands = written
    for _ in range(100):
        log.error("Uncaught app execution", exc_info=a_forged_number())
        log.error("Uncaught app execution", exc_info=an_error_of_ours())
    assert text.getvalue().count("Traceback") == 1
    assert 'raise which(f"in the session {SESSION}")' in text.getvalue()
    assert text.getvalue().count("ZeroDivisionError: in the session 6f1c2f5e… (test_short_log.py, ") == 9
    hands[0] += 61
    log.error("Uncaught app execution", exc_info=an_error_of_ours())
    assert text.getvalue().count("Traceback") == 2


def test_no_line_names_a_session_nor_breaks_in_two_nor_is_endless(written):
    log, text, _hands = written
    log.warning("Session with id %s is already connected!\n2026-11-27 forged\x1b[31m", SESSION)
    log.error("Uncaught app execution", exc_info=an_error_of_ours())
    log.warning("x" * 100_000)
    assert SESSION not in text.getvalue()
    first, *_, last = text.getvalue().splitlines()
    assert first == "Session with id 6f1c2f5e… is already connected! 2026-11-27 forged [31m"
    assert len(last) < 350


BEGUN_TWICE = """
import logging, sys
from pages.parts.shell import short_log
short_log.begin(); short_log.begin()
for name in ("streamlit.web.later", "uvicorn.error", "fmnist"):
    log = logging.getLogger(name)
    log.addHandler(logging.StreamHandler(sys.stdout))
    log.propagate = False
    log.warning("id %s", "6f1c2f5e-8d2b-4c06-9d0a-0f7a2a6f9b11")
print([len(logging.getLogger(name).filters) for name in ("streamlit.web.later", "uvicorn.error", "fmnist")])
"""


def test_loggers_that_appear_later_are_kept_short_too_and_others_are_left_alone():
    done = subprocess.run(
        [sys.executable, "-c", BEGUN_TWICE], capture_output=True, text=True, cwd=REPOSITORY, timeout=120
    )
    *said, filters = done.stdout.splitlines()
    assert said == ["id 6f1c2f5e…", "id 6f1c2f5e…", f"id {SESSION}"], done.stderr
    assert json.loads(filters) == [1, 1, 0]
