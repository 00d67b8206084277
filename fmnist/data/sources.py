"""Fashion-MNIST as one read-only Dataset, from the first of four sources that has it."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from fmnist import environment
from fmnist.data import cache, download, idx, lookalikes
from fmnist.data.facts import HOME_PAGE
from fmnist.data.idx import OFFICIAL_FILES, DataError, OfficialFile
from fmnist.language import N_, Words, row, say

THESE_ARE = N_("These images are look-alikes made by this program, not Fashion-MNIST.")
Progress = Callable[[Words, float], None]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels of the training and the test set, all read-only, and where they come from."""

    train_images: np.ndarray  # uint8 (60000, 28, 28), 0 is background
    train_labels: np.ndarray  # uint8 (60000,), 0 to 9
    test_images: np.ndarray  # uint8 (10000, 28, 28)
    test_labels: np.ndarray  # uint8 (10000,)
    source: str  # "folder", "cache", "download" or "look-alikes"
    verified: bool  # the SHA-256 of what is in all four files is the official one
    checksums: dict[str, str] = field(repr=False)  # file name → SHA-256
    notice: Words = ""  # what a person should know about this data; "" when nothing went wrong

    def __post_init__(self) -> None:
        for name in ("train_images", "train_labels", "test_images", "test_labels"):
            array = np.ascontiguousarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __reduce__(self) -> tuple[type[Dataset], tuple[Any, ...]]:
        # Through the constructor, because unpickled arrays would be writeable.
        return Dataset, tuple(getattr(self, one.name) for one in fields(self))

    @property
    def is_real(self) -> bool:
        """Whether these are the official images, not look-alikes."""
        return self.source != "look-alikes"

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits: the same for two datasets only if images and labels are the same."""
        listing = "\n".join(f"{digest} {name}" for name, digest in sorted(self.checksums.items()))
        return hashlib.sha256(listing.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Status:
    """How far loading is."""

    dataset: Dataset | None  # None until there is something to show
    message: Words  # what is being done, or why it failed; "" when all is well
    fraction: float  # of the download, 0 to 1
    done: bool  # nothing will change any more


def load(*, allow_download: bool = True, progress: Progress | None = None) -> Dataset:
    """The data from the first source that has all of it.

    1. the folder in `FMNIST_DATA_DIR`; 2. the cache folders; 3. a download of what they lack, unless
    `FMNIST_OFFLINE` is set; 4. look-alikes, with a notice.

    Parameters
    ----------
    allow_download
        False leaves out the third source; with the real files at hand this takes less than 0.6 s.
    progress
        Called with a message for a person and the share of the download that is here (0 to 1), perhaps from
        another thread.

    Returns
    -------
    Dataset
        Whatever is wrong with the other sources, there are always look-alikes; `notice` says what was wrong.
    """
    problems: list[Words] = []
    named = environment.folder("FMNIST_DATA_DIR")
    if named:
        try:
            packed = {file.name: cache.read_file(named, file) for file in OFFICIAL_FILES}
            return _assembled(packed, "folder", problems)
        except DataError as error:
            problems.append(say(N_("The folder in FMNIST_DATA_DIR was not used: {error}"), error=error))
    packed, faults = cache.find(OFFICIAL_FILES)
    missing = [file for file in OFFICIAL_FILES if file.name not in packed]
    if not missing:
        return _assembled(packed, "cache", problems)
    if not allow_download or _is_offline():
        return _stand_in([*problems, *(faults or [_what_is_missing(missing)]), _why_not_downloaded()])
    fetched = download.fetch(missing, progress or (lambda message, fraction: None))
    packed |= fetched.contents
    if len(packed) < len(OFFICIAL_FILES):
        return _stand_in([*problems, *faults, *fetched.problems])
    replaced = [row(fault, say(N_("A good copy was downloaded."))) for fault in faults]
    return _assembled(packed, "download", [*problems, *replaced, *fetched.problems])


def state_of_files() -> tuple[Any, ...]:
    """What decides which data `load` finds without a download; the same as before if nothing has changed.

    It looks at names, sizes and times of the files and at the environment, and takes less than a millisecond.
    """
    named = environment.folder("FMNIST_DATA_DIR")
    places = [*([named] if named else []), *cache.places()]
    return named, tuple(
        _state_of(path) for place in places for file in OFFICIAL_FILES for path in cache.paths(place, file)
    )


class Loader:
    """Loads in the background of the web process, so that a page never waits for a network.

    After `PATIENCE` seconds there are look-alikes, whatever the network does; when the real files arrive
    later, they take their place.
    """

    PATIENCE = 5.0  # seconds; making look-alikes takes one more, and up to ten on a busy computer

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._status = Status(None, say(N_("Looking for the images")), 0.0, False)
        self._started = False
        self._done = threading.Event()

    def start(self) -> None:
        """Begin; a second call does nothing."""
        with self._lock:
            if self._started:
                return
            self._started = True
        threading.Thread(target=self._load, daemon=True, name="loader").start()
        timer = threading.Timer(self.PATIENCE, self._offer_look_alikes)
        timer.daemon = True
        timer.start()

    def status(self) -> Status:
        """How far it is now; never waits."""
        with self._lock:
            return self._status

    def wait(self, seconds: float) -> Status:
        """How far it is once loading is done, or after `seconds`: files at hand take less than one."""
        self._done.wait(seconds)
        return self.status()

    def _load(self) -> None:
        try:
            status = Status(load(progress=self._note_progress), "", 1.0, True)
        except Exception as error:  # a page can show a sentence, and nothing of a thread that died
            message = say(N_("The images could not be loaded: {error}"), error=error)
            status = Status(None, message, 0.0, True)
        with self._lock:
            self._status = status
        self._done.set()

    def _note_progress(self, message: Words, fraction: float) -> None:
        with self._lock:
            self._status = replace(self._status, message=message, fraction=fraction)

    def _offer_look_alikes(self) -> None:
        if self.status().done:
            return
        coming = say(N_("The real images are still being downloaded and will take their place."))
        dataset = _look_alikes(coming)
        with self._lock:
            if not self._status.done:
                self._status = replace(self._status, dataset=dataset)


def _state_of(path: str) -> tuple[str, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return path, found.st_size, found.st_mtime_ns


def _is_offline() -> bool:
    return environment.switch("FMNIST_OFFLINE")


def _why_not_downloaded() -> Words:
    if _is_offline():
        return say(N_("Downloading is switched off by FMNIST_OFFLINE."))
    return say(N_("Nothing was downloaded."))


def _what_is_missing(missing: list[OfficialFile]) -> Words:
    if len(missing) == len(OFFICIAL_FILES):
        return say(N_("The real images are not on this computer."))
    files = ", ".join(file.name for file in missing)
    return say(N_("The cache folder {folder} lacks {files}."), folder=cache.folder(), files=files)


def _assembled(packed: dict[str, bytes], source: str, problems: list[Words]) -> Dataset:
    train_images, train_labels, test_images, test_labels = (
        idx.read(packed[file.name], file) for file in OFFICIAL_FILES
    )
    return Dataset(
        train_images,
        train_labels,
        test_images,
        test_labels,
        source=source,
        verified=True,  # nothing unverified gets this far
        checksums={file.name: file.sha256 for file in OFFICIAL_FILES},
        notice=row(*problems),
    )


def _stand_in(problems: list[Words]) -> Dataset:
    *names, last = (file.name for file in OFFICIAL_FILES)
    advice = N_(
        "To use the real images, get {files} and {last} from {page} (folder data/fashion), "
        "put them in {folder} and start the program again."
    )
    folder = environment.folder("FMNIST_DATA_DIR") or cache.folder()
    told = say(advice, files=", ".join(names), last=last, page=HOME_PAGE, folder=folder)
    return _look_alikes(*problems, told)


def _look_alikes(*sentences: Words) -> Dataset:
    asset = lookalikes.ASSET
    return Dataset(
        *lookalikes.generate(),
        source="look-alikes",
        verified=False,
        checksums={asset.name: hashlib.sha256(asset.read_bytes()).hexdigest()},
        notice=row(say(THESE_ARE), *sentences),
    )
