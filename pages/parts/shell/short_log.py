"""What Streamlit writes into the log, kept short: one line for what a visitor sent that cannot be read.

Whoever forges the values of widgets would otherwise fill the disk with tracebacks, and an id of a session in
the log is one that others can read.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from pages.parts.shell import streamlit_internals

OF_THE_SERVER = ("streamlit", "uvicorn", "websockets")  # whose loggers are kept short
LINES, WINDOW = 10, 60.0  # at most so many lines from one place in so many seconds
LONGEST = 300  # letters of a line
_SESSION = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


def begin() -> None:
    """Keep short what the server's loggers say from now on, also those that do not exist yet."""
    make = logging.getLogRecordFactory()
    if isinstance(make, _Factory):
        return
    logging.setLogRecordFactory(_Factory(make))


class ShortLog(logging.Filter):
    """Lets a record through, shortened, or not at all.

    Of an error at one place the first in a minute keeps its traceback, unless it is about a message that a
    visitor sent and that Streamlit could not read: then it never has one. Of ten lines from one place in a
    minute the eleventh is left out; the next one after that minute says how many were.

    Parameters
    ----------
    clock : callable
        Seconds, as of `time.monotonic`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._places: dict[tuple[str, int, str], _Place] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a record; whether it is written."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        where = _where(error.__traceback__) if error is not None else ""
        place = self._places.setdefault((record.pathname, record.lineno, where), _Place(self._clock()))
        left_out = place.begin_anew(self._clock())
        place.lines += 1
        if place.lines > LINES:
            return False
        said = record.getMessage()
        is_refusal = error is not None and streamlit_internals.could_not_read(error)
        if is_refusal:
            said = "A message from a visitor was refused"
        if error is not None and (is_refusal or place.lines > 1):
            said += f": {type(error).__name__}: {error} ({where})"
            record.exc_info = None
        elif error is not None:
            record.exc_text = _without_sessions("".join(traceback.format_exception(error)).rstrip())
        said = _one_line(said) + (f" ({left_out:,} more like this were left out)" if left_out else "")
        record.msg, record.args = said, None
        return True


@dataclass
class _Place:
    """Where a line of the log comes from."""

    since: float
    lines: int = 0  # since then

    def begin_anew(self, now: float) -> int:
        """When the time is over, count from nothing; returns how many lines had been left out."""
        if now - self.since < WINDOW:
            return 0
        left_out = max(0, self.lines - LINES)
        self.since, self.lines = now, 0
        return left_out


class _Factory:
    """Makes the records of the log, and sees to it that the server's loggers have the filter."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make, self._filter = make, ShortLog()

    def __call__(self, name: str, *details: object, **more: object) -> logging.LogRecord:
        if name.partition(".")[0] in OF_THE_SERVER:
            logging.getLogger(name).addFilter(self._filter)  # once, however often it is called
        return self._make(name, *details, **more)


def _where(end: TracebackType | None) -> str:
    """The innermost function of a traceback, "file.py, function"."""
    frames = traceback.extract_tb(end)
    return f"{frames[-1].filename.rpartition('/')[2]}, {frames[-1].name}" if frames else ""


def _one_line(text: str) -> str:
    text = "".join(
        letter if letter.isprintable() else " " for letter in _without_sessions(text[: 4 * LONGEST])
    )
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"


def _without_sessions(text: str) -> str:
    return _SESSION.sub(r"\1…", text)
