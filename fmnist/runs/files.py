"""The files of a run folder: what is in each, whole writes, and readers that survive any content."""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import os
import re
import secrets
import stat
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from fmnist.language import N_, SaidError, Words, as_data, from_data, one_line, say, without_colours, words_of
from fmnist.networks.config import ConfigError, RunConfig

CONFIG, LABEL, PROGRESS, HISTORY, BATCHES = (
    "config.json",
    "label.json",
    "progress.json",
    "history.csv",
    "batches.csv",
)
MODEL, PREDICTIONS, LOG, STOP, LOCK = "model.keras", "predictions.npz", "log.txt", "stop", "lock"
RESERVE = "reserve"  # given back on a full disk, so that the sentence saying so still finds room
RESERVE_BYTES = 16_384
TEMPORARY = "writing-"  # how the name of a file that is still being written begins

STATES = ("queued", "running", "finished", "stopped", "failed")

MAX_TEXT_BYTES = 1_000_000  # far above anything the program writes; keeps a broken file from filling memory
MAX_BATCH_BYTES = 1_000_000  # 100 epochs take 120,000
MAX_LOG_BYTES = 200_000
MAX_PREDICTION_BYTES = 2_000_000  # packed, and unpacked: 10,000 images take 400,128
MAX_NAME, MAX_NOTE = 100, 2_000  # characters
_Ranges = dict[str, tuple[float, float, bool]]
LARGEST = 1e12  # no time or count of this program comes near
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Progress:
    """How far a run has come; one per run, replaced as a whole."""

    state: str  # one of STATES on disk; "interrupted" and "damaged" are derived by the reader
    epoch: int = 0  # finished epochs
    epochs: int = 0  # epochs asked for
    step: int = 0  # finished steps of the present epoch
    steps: int = 0  # steps in an epoch
    loss: float | None = None  # running mean over the present epoch
    accuracy: float | None = None  # the same, 0 to 1
    message: Words = ""  # for a person; a plain text in the folders of earlier versions
    heartbeat: float = 0.0  # time.time() of this report
    started: float | None = None  # time.time() when training began
    finished: float | None = None  # time.time() when it ended
    test_loss: float | None = None
    test_accuracy: float | None = None  # 0 to 1


@dataclass(frozen=True)
class EpochRow:
    """One finished epoch; accuracies are shares from 0 to 1."""

    epoch: int  # counts from 1
    loss: float
    accuracy: float
    val_loss: float | None = None
    val_accuracy: float | None = None
    seconds: float = 0.0
    test_loss: float | None = None
    test_accuracy: float | None = None


@dataclass(frozen=True)
class Settings:
    """What config.json holds: the settings a person chose and facts about data, versions and owner."""

    config: RunConfig
    info: dict[str, Any]


@dataclass(frozen=True)
class Label:
    """What a person calls a run and has written down about it: plain text, never Markdown or HTML."""

    name: str = ""
    note: str = ""


# ---------------------------------------------------------------------------------------------- writing


def write_whole(path: Path, save: Callable[[Path], None]) -> None:
    """Let `save` write a file beside `path`, then move it there in one step: no reader sees half a file.

    Parameters
    ----------
    path : Path
        The final name; an older file there is replaced.
    save : callable
        Gets the temporary path, which ends like `path` (Keras wants ".keras"), and writes the file.

    Raises
    ------
    OSError
        If the folder is gone, read-only or the disk full; `path` then holds what it held before.
    """
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(4)}-{path.name}")
    try:
        save(temporary)
        _replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` as the whole file `path`; see `write_whole`."""
    write_whole(path, lambda temporary: _write(temporary, content))


def write_json(path: Path, value: Any) -> None:
    """Write `value` as JSON; see `write_whole`. Numbers that are not finite are refused with ValueError."""
    write_bytes(path, json.dumps(value, indent=1, allow_nan=False).encode())


def write_progress(folder: Path, progress: Progress) -> None:
    """Replace progress.json; numbers that are not finite become "not known"."""
    values = {field.name: getattr(progress, field.name) for field in fields(progress)}
    known = {name: as_data(_finite_or_none(value)) for name, value in values.items()}
    write_json(folder / PROGRESS, known)


def write_history(folder: Path, rows: Iterable[EpochRow]) -> None:
    """Replace history.csv."""
    write_bytes(folder / HISTORY, _csv(_ROW_RANGES, map(astuple, rows)))


def write_batches(folder: Path, points: Iterable[tuple[float, float, float]]) -> None:
    """Replace batches.csv."""
    write_bytes(folder / BATCHES, _csv(_BATCH_RANGES, points))


def write_predictions(folder: Path, probabilities: np.ndarray) -> None:
    """Replace predictions.npz."""
    buffer = io.BytesIO()
    np.savez(buffer, probabilities=np.asarray(probabilities, np.float32))
    write_bytes(folder / PREDICTIONS, buffer.getvalue())


def remove_leftovers(folder: Path) -> None:
    """Delete what a killed process was still writing. Only for the process that owns the run."""
    for path in folder.glob(f"{TEMPORARY}*"):
        path.unlink(missing_ok=True)


def write_reserve(folder: Path) -> None:
    """Set space aside for a last sentence on a full disk."""
    write_bytes(folder / RESERVE, bytes(RESERVE_BYTES))


def free_reserve(folder: Path) -> None:
    """Give that space back."""
    with suppress(OSError):
        (folder / RESERVE).unlink()


def _write(path: Path, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)


def _replace(source: Path, target: Path) -> None:
    for _ in range(20):
        try:
            return os.replace(source, target)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(
                0.01
            )  # Windows refuses while a reader has the target open, which it has for microseconds
    os.replace(source, target)


def _csv(names: Iterable[str], rows: Iterable[Iterable[float | None]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_finite_or_none(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _finite_or_none(value: Any) -> Any:
    return None if isinstance(value, float | np.floating) and not math.isfinite(value) else value


# ---------------------------------------------------------------------------------------------- reading
# Each reader returns (what is readable, problem): the problem is "" or a sentence that names the file.


class Damage(SaidError, ValueError):
    """What is wrong with the content of a file."""


class _NoFile(SaidError, OSError):
    """Something else than a file in its place."""


def read_settings(folder: Path) -> tuple[Settings | None, Words]:
    """config.json, or why it cannot be read."""
    try:
        values = _json_table(f"{folder}/{CONFIG}")
        info = values.get("info", {})
        if not isinstance(info, dict):
            raise Damage(N_("info must be a table."))
        return Settings(RunConfig.from_folder(values.get("config")), info), ""
    except FileNotFoundError:
        return None, missing(CONFIG)
    except (OSError, ValueError, RecursionError, ConfigError) as error:
        return None, damaged(CONFIG, error)


def read_label(folder: Path) -> tuple[Label, Words]:
    """label.json, which a run without a name need not have."""
    try:
        values = _json_table(f"{folder}/{LABEL}")
        name, note = values.get("name", ""), values.get("note", "")
        if not isinstance(name, str) or not isinstance(note, str):
            raise Damage(N_("name and note must be texts."))
        return Label(one_line(name, MAX_NAME), many_lines(note)[:MAX_NOTE]), ""
    except FileNotFoundError:
        return Label(), ""
    except (OSError, ValueError, RecursionError) as error:
        return Label(), damaged(LABEL, error)


def read_progress(folder: Path) -> tuple[Progress | None, Words]:
    """progress.json, or why it cannot be read."""
    try:
        values = _json_table(f"{folder}/{PROGRESS}")
        known = {
            name: check(name, values[name]) for name, check in _PROGRESS_CHECKS.items() if name in values
        }
        if "state" not in known:
            raise Damage(N_("it names no state."))
        return Progress(**known), ""
    except FileNotFoundError:
        return None, missing(PROGRESS)
    except (OSError, ValueError, RecursionError) as error:
        return None, damaged(PROGRESS, error)


def says_queued(folder: Path) -> bool:
    """Whether progress.json is whole and says that the run waits; much quicker than `read_progress`."""
    try:
        content = content_of(f"{folder}/{PROGRESS}", MAX_TEXT_BYTES)
    except (OSError, ValueError):
        return False
    if b'"queued"' not in content:
        return False
    progress = read_progress(folder)[0]
    return progress is not None and progress.state == "queued"


def read_history(folder: Path) -> tuple[list[EpochRow], Words]:
    """history.csv: its rows up to the first damaged one. A run without a finished epoch has no such file."""
    rows, problem = _read_table(folder, HISTORY, _ROW_RANGES, MAX_TEXT_BYTES)
    for place, row in enumerate(rows):
        if row[0] != place + 1:
            misplaced = Damage(N_("epoch {epoch} is not where it should be."), epoch=place + 1)
            before = [EpochRow(place + 1, *row[1:]) for place, row in enumerate(rows[:place])]
            return before, damaged(HISTORY, misplaced)
    return [EpochRow(place + 1, *row[1:]) for place, row in enumerate(rows)], problem


def read_batches(folder: Path) -> tuple[list[tuple[float, float, float]], Words]:
    """batches.csv: (epoch as a fraction, loss, accuracy) up to the first damaged row; it may be missing."""
    return _read_table(folder, BATCHES, _BATCH_RANGES, MAX_BATCH_BYTES)


def read_log(folder: Path) -> str:
    """The end of log.txt (at most 200,000 bytes) without control characters; "" when there is none."""
    try:
        with _opened(folder / LOG) as (descriptor, size):
            os.lseek(descriptor, max(0, size - MAX_LOG_BYTES), os.SEEK_SET)
            return many_lines(os.read(descriptor, MAX_LOG_BYTES).decode(errors="replace"))
    except OSError:
        return ""


def read_predictions(folder: Path) -> tuple[np.ndarray | None, Words]:
    """predictions.npz: read-only float32 (n, 10), rows from 0 to 1; None when missing or damaged."""
    try:
        content = content_of(folder / PREDICTIONS, MAX_PREDICTION_BYTES)
        probabilities = _probabilities(content)
        if not ((probabilities >= 0) & (probabilities <= 1.001)).all():
            raise Damage(N_("it holds values that are no probabilities."))
        probabilities.setflags(write=False)
        return probabilities, ""
    except FileNotFoundError:
        return None, ""
    except Exception as error:  # zip and npy readers raise whatever a broken file drives them to
        return None, damaged(PREDICTIONS, error)


def _probabilities(content: bytes) -> np.ndarray:
    """The array in predictions.npz. Its head is believed only where the bytes behind it are there."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("probabilities.npy") as member:
        raw = member.read(MAX_PREDICTION_BYTES + 1)
    if len(raw) > MAX_PREDICTION_BYTES:
        raise Damage(N_("it is larger than {limit:,} bytes."), limit=MAX_PREDICTION_BYTES)
    file = io.BytesIO(raw)
    version = np.lib.format.read_magic(file)
    read_head = (
        np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    )
    shape, _, dtype = read_head(file)
    if dtype != np.float32 or len(shape) != 2 or shape[1] != 10:
        raise Damage(N_("it does not hold ten probabilities per image."))
    if len(raw) - file.tell() != shape[0] * shape[1] * dtype.itemsize:
        raise Damage(N_("it is cut off."))
    probabilities: np.ndarray = np.load(io.BytesIO(raw), allow_pickle=False)
    return probabilities


def archive_problem(folder: Path, name: str) -> Words | None:
    """Whether a model or predictions file has the two ends of a zip archive: "" if so, None if it is missing.

    Two short reads tell a truncated or overwritten file without reading megabytes for every run of a list.
    """
    try:
        with _opened(f"{folder}/{name}") as (descriptor, size):
            start = os.read(descriptor, 4)
            os.lseek(
                descriptor, max(0, size - 22), os.SEEK_SET
            )  # an archive without a comment ends like this
            if start == b"PK\x03\x04" and os.read(descriptor, 4) == b"PK\x05\x06":
                return ""
        return damaged(name, Damage(N_("it is not a whole archive.")))
    except FileNotFoundError:
        return None
    except OSError as error:
        return damaged(name, error)


def many_lines(text: str) -> str:
    """`text` with its line ends and tabs, but without control and unencodable characters, nor colours."""
    return _CONTROLS.sub("", without_colours(text).replace("\r\n", "\n").replace("\r", "\n"))


def missing(name: str) -> Words:
    """The sentence that says so of a file."""
    return say(N_("{name} is missing."), name=name)


def damaged(name: str, error: Exception) -> Words:
    """The sentence that says so of a file, and why."""
    if isinstance(error, OSError):
        return say(
            N_("{name} cannot be read: {reason}."), name=name, reason=error.strerror or words_of(error)
        )
    return say(N_("{name} is damaged: {reason}"), name=name, reason=_fault(error))


def _fault(error: Exception) -> Words:
    if isinstance(error, SaidError):
        return error.sentence
    if isinstance(error, RecursionError):
        return say(N_("it is nested too deeply."))
    return f"{one_line(str(error), 200).rstrip('.') or type(error).__name__}."


_READING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_BINARY", "O_NOFOLLOW"))
_LINKED = (errno.ELOOP, errno.EMLINK)  # what Linux and BSD call a link that was not to be followed


@contextmanager
def _opened(path: str | Path) -> Iterator[tuple[int, int]]:
    """A file's descriptor and size, without waiting on a pipe that someone put in the file's place.

    Bare descriptors, because Python's file objects double the time of a list of 500 runs.
    """
    try:
        descriptor = os.open(path, _READING)
    except OSError as error:
        if error.errno in _LINKED:
            raise _NoFile(N_("it is a symbolic link, which is not followed")) from error
        raise
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise _NoFile(N_("it is not a file"))
        yield descriptor, found.st_size
    finally:
        os.close(descriptor)


def content_of(path: str | Path, limit: int) -> bytes:
    """The bytes of a file. Raises Damage if there are more than `limit`, OSError if it cannot be read."""
    with _opened(path) as (descriptor, size):
        if size > limit:
            raise Damage(N_("it is larger than {limit:,} bytes."), limit=limit)
        return os.read(descriptor, size)


def _json_table(path: str) -> dict[str, Any]:
    values = json.loads(content_of(path, MAX_TEXT_BYTES).decode())
    if not isinstance(values, dict):
        raise Damage(N_("it is not a table of names and values."))
    return values


def _read_table(folder: Path, name: str, ranges: _Ranges, limit: int) -> tuple[list[tuple[Any, ...]], Words]:
    """The rows of a table of numbers up to the first damaged one, and the problem with that one."""
    rows: list[tuple[Any, ...]] = []
    try:
        head, *lines = content_of(f"{folder}/{name}", limit).decode().split("\n")
        if head != ",".join(ranges):
            raise Damage(N_("its first line does not name the columns."))
        for line in lines[:-1]:
            rows.append(_row(line.split(","), ranges))
        if not lines or lines[-1]:
            raise Damage(N_("its last line is not whole."))
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        return rows, damaged(name, error)
    return rows, ""


def _row(cells: list[str], ranges: _Ranges) -> tuple[float | None, ...]:
    # Written for speed: a list of 500 runs reads tens of thousands of rows.
    if len(cells) != len(ranges):
        message = N_("a line has {found} values instead of {expected}.")
        raise Damage(message, found=len(cells), expected=len(ranges))
    values: list[float | None] = []
    for cell, (name, (low, high, optional)) in zip(cells, ranges.items(), strict=True):
        if cell:
            value = float(cell)
            if not low <= value <= high:
                raise _out_of_range(name, low, high)
            values.append(value)
        elif optional:
            values.append(None)
        else:
            raise Damage(N_("{name} is missing in a line."), name=name)
    return tuple(values)


def _out_of_range(name: str, low: float, high: float) -> ValueError:
    return Damage(N_("{name} must be a number from {low:g} to {high:g}."), name=name, low=low, high=high)


def _words(name: str, value: Any) -> Words:
    words = from_data(value)
    if words is None:
        raise Damage(N_("{name} must be a text."), name=name)
    return words


def _number(low: float, high: float) -> Callable[[str, Any], float]:
    def check(name: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise _out_of_range(name, low, high)
        return float(value)

    return check


def _whole(low: int, high: float) -> Callable[[str, Any], int]:
    number = _number(low, high)

    def check(name: str, value: Any) -> int:
        if not number(name, value).is_integer():
            raise Damage(N_("{name} must be a whole number."), name=name)
        return int(value)

    return check


def _maybe(check: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    return lambda name, value: None if value is None else check(name, value)


def _state(name: str, value: Any) -> str:
    if not isinstance(value, str) or value not in STATES:
        raise Damage(N_("{name} must be one of {choices}."), name=name, choices=", ".join(STATES))
    return value


_HIGHEST_SHARE = 1.001  # a mean of float32 ones may end just above 1
_HIGHEST_LOSS = sys.float_info.max  # a run that diverges may come far, but stays finite
_share, _loss = _number(0, _HIGHEST_SHARE), _number(-_HIGHEST_LOSS, _HIGHEST_LOSS)
_moment = _number(0, 4e9)  # up to the year 2096: what dates can be made of

_LOSS, _SHARE = (-_HIGHEST_LOSS, _HIGHEST_LOSS), (0.0, _HIGHEST_SHARE)
_ROW_RANGES: _Ranges = {  # column → lowest, highest value, whether it may be empty
    "epoch": (1, 1000, False),
    "loss": (*_LOSS, False),
    "accuracy": (*_SHARE, False),
    "val_loss": (*_LOSS, True),
    "val_accuracy": (*_SHARE, True),
    "seconds": (0.0, LARGEST, False),
    "test_loss": (*_LOSS, True),
    "test_accuracy": (*_SHARE, True),
}
_BATCH_RANGES: _Ranges = {"epoch": (0, 1000, False), "loss": (*_LOSS, False), "accuracy": (*_SHARE, False)}
_PROGRESS_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "state": _state,
    "epoch": _whole(0, 1000),
    "epochs": _whole(0, 1000),
    "step": _whole(0, LARGEST),
    "steps": _whole(0, LARGEST),
    "loss": _maybe(_loss),
    "accuracy": _maybe(_share),
    "message": _words,
    "heartbeat": _moment,
    "started": _maybe(_moment),
    "finished": _maybe(_moment),
    "test_loss": _maybe(_loss),
    "test_accuracy": _maybe(_share),
}
