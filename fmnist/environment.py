"""The variables of the environment: ours, read by one rule, and others', kept from our children.

Every setting FMNIST_… stands in the table below and is read here alone: blanks and line ends around a value
are dropped, "~" in a folder is the person's own, and yes and no may be said in several ways. What is wrong
with a value, or with a name, goes to the log once.
"""

from __future__ import annotations

import logging
import os
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

PREFIX = "FMNIST_"
LEAST_LETTERS = 12  # of a passphrase: shorter ones can be guessed, however slowly
TEXT, FOLDER, SWITCH, COUNT = "text", "folder", "switch", "count"
YES, NO = ("1", "true", "t", "yes", "y", "on"), ("0", "false", "f", "no", "n", "off")
log = logging.getLogger("fmnist")


@dataclass(frozen=True)
class Setting:
    """One variable of ours, as the documentation lists it."""

    name: str
    kind: str  # TEXT, FOLDER, SWITCH or COUNT (a whole number above 0)
    default: str | bool | int  # "" is none
    purpose: str  # one line of Markdown


OF_THE_SERVER = (
    Setting("FMNIST_DATA_DIR", FOLDER, "", "a folder with the four official files, `.gz` or unpacked"),
    Setting("FMNIST_MIRROR", TEXT, "", "another address to download from, tried first"),
    Setting("FMNIST_OFFLINE", SWITCH, False, "no download"),
    Setting("FMNIST_CACHE_DIR", FOLDER, "", "where downloads are kept, if not in the system's cache folder"),
    Setting("FMNIST_RUNS_DIR", FOLDER, "", "where runs are kept, if not in `runs/` beside `app.py`"),
    Setting("FMNIST_SWEEP_RUNS", COUNT, 60, "runs that one sweep (Train → Try many) may have"),
    Setting("FMNIST_HOSTS", TEXT, "", "names by which browsers call this server, besides `localhost`"),
)
OF_MANY_USERS = (
    Setting("FMNIST_SHARED", SWITCH, False, "many-user mode"),
    Setting(
        "FMNIST_TEACHER_PASSPHRASE",
        TEXT,
        "",
        "what a teacher types, at least 12 characters; without one nobody is the teacher",
    ),
    Setting("FMNIST_RUNS_PER_VISITOR", COUNT, 20, "runs that one browser may keep"),
    Setting("FMNIST_WAITING_RUNS", COUNT, 30, "runs in the queue, of all together"),
    Setting("FMNIST_WAITING_PER_ADDRESS", COUNT, 10, "runs in the queue, of all who come from one address"),
    Setting(
        "FMNIST_DISK_MEGABYTES",
        COUNT,
        5_000,
        "megabytes of all runs together; besides, 200 MB of the disk always stay free",
    ),
)
SETTINGS = {setting.name: setting for setting in (*OF_THE_SERVER, *OF_MANY_USERS)}
_mentioned: set[str] = set()


def text(name: str, environment: Mapping[str, str] | None = None) -> str:
    """A setting's value without blanks around it; its default when there is none.

    Parameters
    ----------
    name : str
        One of SETTINGS, of the kind TEXT, as for the other kinds below.
    environment : mapping, optional
        Where to look instead of in this process's environment.
    """
    return _typed(name, environment) or str(_default(name, TEXT))


def folder(name: str, environment: Mapping[str, str] | None = None) -> Path | None:
    """The folder that a setting names, "~" expanded; None when it names none."""
    named = _typed(name, environment) or str(_default(name, FOLDER))
    return Path(os.path.expanduser(named)) if named else None  # Path.expanduser may raise


def switch(name: str, environment: Mapping[str, str] | None = None) -> bool:
    """Whether a setting is on; a value that says neither yes nor no is not taken, and the log says so."""
    default, typed = bool(_default(name, SWITCH)), _typed(name, environment)
    word = typed.lower()
    if word in (*YES, *NO):
        return word in YES
    if typed:
        _mention(f"{name} must be true or false, not {typed!r}: {str(default).lower()} is used.")
    return default


def count(name: str, environment: Mapping[str, str] | None = None) -> int:
    """A setting's whole number above 0; a value that is none is not taken, and the log says so."""
    default, typed = int(_default(name, COUNT)), _typed(name, environment)
    if typed.isascii() and typed.isdigit() and len(typed) < 20 and int(typed) > 0:
        return int(typed)
    if typed:
        _mention(f"{name} must be a whole number above 0, not {typed!r:.60}: {default} is used.")
    return default


def mention_faults(environment: Mapping[str, str] | None = None) -> None:
    """Tell the log, once in this process, what in the environment will not do what it seems to."""
    where = os.environ if environment is None else environment
    for name in sorted(where):
        if name.startswith(PREFIX) and name not in SETTINGS:
            near = get_close_matches(
                name.removeprefix(PREFIX), [one.removeprefix(PREFIX) for one in SETTINGS], 1
            )
            meant = f" Is {PREFIX}{near[0]} meant?" if near else ""
            _mention(f"{name} is not a setting of this program and changes nothing.{meant}")
    passphrase = text("FMNIST_TEACHER_PASSPHRASE", where)
    if 0 < len(passphrase) < LEAST_LETTERS:
        _mention(f"FMNIST_TEACHER_PASSPHRASE is short: take at least {LEAST_LETTERS} characters.")
    for sentence in not_pinned(where):
        _mention(sentence)


def _default(name: str, kind: str) -> str | bool | int:
    setting = SETTINGS[name]
    assert setting.kind == kind, f"{name} is a {setting.kind}"
    return setting.default


def _typed(name: str, environment: Mapping[str, str] | None) -> str:
    return (os.environ if environment is None else environment).get(name, "").strip()


def _mention(sentence: str) -> None:
    if sentence not in _mentioned:
        _mentioned.add(sentence)
        log.warning("%s", sentence)


# ------------------------------------------------------------------------------------- other projects'

FOREIGN = ("KERAS_", "TF_", "XLA_", "DNNL_", "ONEDNN_")  # how names begin that change what Keras computes
KERAS_HOME = "KERAS_HOME"  # stays: the images may lie there; see `without_a_keras_folder`
PINNED = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",  # a run's log is for a person
}
LIBRARIES = ("tensorflow", "keras")


def pin(environment: MutableMapping[str, str]) -> None:
    """Take out what another project has set for Keras and TensorFlow, and put in what we compute with."""
    for name in [name for name in environment if name.startswith(FOREIGN) and name != KERAS_HOME]:
        if name not in PINNED:
            del environment[name]
    environment.update(PINNED)


@contextmanager
def without_a_keras_folder() -> Iterator[None]:
    """While Keras is imported: it finds no keras.json, with another project's settings, and writes none."""
    before = os.environ.get(KERAS_HOME)
    os.environ[KERAS_HOME] = os.devnull  # exists and holds nothing
    try:
        yield
    finally:
        del os.environ[KERAS_HOME]
        if before is not None:
            os.environ[KERAS_HOME] = before


@contextmanager
def without_remarks() -> Iterator[None]:
    """While TensorFlow is imported: what its C++ part writes to standard error is shown only if that fails.

    It remarks on missing graphics cards before it has read TF_CPP_MIN_LOG_LEVEL (version 2.21).
    """
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    with tempfile.TemporaryFile() as remarks:
        os.dup2(remarks.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            remarks.seek(0)
            os.write(2, remarks.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def not_pinned(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that reaches what we train with though another project may have set it.

    The path of modules is one: whoever has this program's own packages there needs it.
    """
    sentences = []
    for place in filter(None, environment.get("PYTHONPATH", "").split(os.pathsep)):
        shadowing = [name for name in LIBRARIES if _is_library(place, name)]
        if shadowing and not os.path.samefile(place, sysconfig.get_path("purelib")):
            sentences.append(
                f"PYTHONPATH names {place}: what that folder calls {' and '.join(shadowing)} is used, "
                "not what is installed with this program."
            )
    return sentences


def _is_library(place: str, name: str) -> bool:
    return os.path.exists(os.path.join(place, name, "__init__.py")) or os.path.exists(
        os.path.join(place, f"{name}.py")
    )
