"""Where the official files are kept between starts, and reading and writing them whole."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import platformdirs

from fmnist import environment
from fmnist.data import idx
from fmnist.data.idx import DataError, OfficialFile
from fmnist.language import N_, Words, row, say

NAME = "fashion-mnist-dashboard"


def folder() -> Path:
    """The cache folder: `FMNIST_CACHE_DIR`, or the operating system's place for such files."""
    return environment.folder("FMNIST_CACHE_DIR") or Path(platformdirs.user_cache_dir(NAME))


def spare_folder() -> Path:
    """Where files go when the cache folder cannot be written; child processes find them there.

    Others may write to the temporary folder too. That does no harm, since only bytes with the official
    SHA-256 are ever used.
    """
    user = getattr(os, "getuid", lambda: "user")()
    return Path(tempfile.gettempdir()) / f"{NAME}-{user}"


def keras_folder() -> Path:
    """Where `keras.datasets.fashion_mnist.load_data` puts the same four files. Only read."""
    keras_home = os.environ.get("KERAS_HOME", "").strip() or "~/.keras"
    return Path(os.path.expanduser(keras_home)) / "datasets" / "fashion-mnist"


def places() -> tuple[Path, ...]:
    """All folders that may hold the files, in the order in which they are looked through."""
    return folder(), spare_folder(), keras_folder()


def read_file(place: Path, file: OfficialFile) -> bytes:
    """The bytes of an official file in the folder `place`, packed or not, under any of its names.

    Raises
    ------
    DataError
        If it is missing, cannot be read, or is not the official file.
    """
    faults = []
    for name in file.names:
        try:
            return _read_named(place, replace(file, name=name))
        except FileNotFoundError:
            pass
        except DataError as error:
            faults.append(error)
    if faults:
        raise faults[0]
    raise DataError(N_("{file} is missing from {folder}."), file=file.name, folder=place)


def paths(place: Path, file: OfficialFile) -> list[str]:
    """Where in a folder an official file may lie."""
    return [os.path.join(place, name) for name in file.names]


def _read_named(place: Path, file: OfficialFile) -> bytes:
    try:
        with (place / file.name).open("rb") as opened:
            content = opened.read(file.largest + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        message = N_("{file} in {folder} cannot be read: {reason}.")
        raise DataError(message, file=file.name, folder=place, reason=error.strerror) from None
    idx.check(content, file)
    return content


def find(files: Iterable[OfficialFile]) -> tuple[dict[str, bytes], list[Words]]:
    """What the cache folders hold of `files`.

    Returns
    -------
    found : dict
        File name → its bytes, packed or not, checked.
    faults : list of str
        One sentence for each file that is there but cannot be used, in no folder.
    """
    found, faults = {}, []
    for file in files:
        for place in places():
            try:
                found[file.name] = read_file(place, file)
                break
            except DataError as error:
                if any(map(os.path.exists, paths(place, file))):  # unlike Path.exists, never raises
                    fault = say(N_("In the cache folder {folder}: {fault}"), folder=place, fault=error)
                    faults.append((file.name, fault))
    return found, [fault for name, fault in faults if name not in found]


def keep(packed: bytes, file: OfficialFile) -> Words:
    """Write a checked file to the cache folder, or to the spare folder when that fails.

    Returns
    -------
    Sentence or str
        "" or a sentence saying why the cache folder does not have it now.
    """
    fault = _write(folder(), file.name, packed)
    if not fault:
        return ""
    if not _write(spare_folder(), file.name, packed):
        kept = say(N_("The files are kept in {folder} for now."), folder=spare_folder())
    else:
        kept = say(N_("The files are only in memory and will be downloaded again at the next start."))
    return row(fault, kept)


def _write(place: Path, name: str, packed: bytes) -> Words:
    """Write under a temporary name, then rename: readers see the whole file or none. The fault, or ""."""
    temporary = None
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place, prefix=f".{name}.", delete=False) as target:
            temporary = Path(target.name)
            target.write(packed)
        temporary.chmod(0o644)  # other users of this computer may share the cache
        os.replace(temporary, place / name)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                temporary.unlink()
        if error.errno == errno.ENOSPC:
            message = N_("The disk is full, so {file} could not be kept in {folder}.")
            return say(message, file=name, folder=place)
        message = N_("{folder} cannot be written ({reason}).")
        return say(message, folder=place, reason=error.strerror)
    return ""
