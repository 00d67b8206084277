"""A model's file, looked into before Keras unpacks it: small on the disk, it may be monstrous in memory."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import h5py
import keras

from fmnist.language import N_, SaidError

LARGEST = 300_000_000  # bytes unpacked: the largest network that can be chosen, with its optimizer, has 170


class ModelFileError(SaidError):
    """A model's file that is not to be loaded."""


def load(path: Path, *, compile: bool = True) -> keras.Model:
    """The model in a file, in Keras's safe mode.

    Raises
    ------
    ModelFileError
        If it would unpack to more than 300 MB, or is a symbolic link.
    Exception
        Of many kinds, from Keras, h5py and zipfile, if it is damaged.
    """
    check(path)
    return keras.models.load_model(path, compile=compile, safe_mode=True)


def check(path: Path) -> None:
    """Read the lists of what is in the archive, and of the arrays in its file of weights.

    Raises
    ------
    ModelFileError, OSError, zipfile.BadZipFile
        As `load`.
    """
    if path.is_symlink():
        raise ModelFileError(N_("{file} is a symbolic link, which is not followed."), file=path.name)
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _check_size(path, sum(member.file_size for member in members))
        for member in members:
            if member.filename.endswith(".h5"):
                with archive.open(member) as file:
                    _check_arrays(path, file.read(LARGEST + 1))


def _check_arrays(path: Path, content: bytes) -> None:
    """An array that was never written, or packed once more, takes next to nothing in the file."""
    sizes: list[int] = []

    def note(_name: str, found: h5py.Dataset | h5py.Group) -> None:
        if isinstance(found, h5py.Dataset):
            sizes.append(int(found.size or 0) * max(1, found.dtype.itemsize))

    with h5py.File(io.BytesIO(content), "r") as weights:
        weights.visititems(note)
    _check_size(path, sum(sizes))


def _check_size(path: Path, size: int) -> None:
    if size > LARGEST:
        message = N_("{file} would take {size:,} MB of memory; no network here has more than {most:,}.")
        raise ModelFileError(message, file=path.name, size=size // 10**6, most=LARGEST // 10**6)
