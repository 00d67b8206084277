"""The kept moments of a run, moments/EPOCH.npz: what it said of the test images then, and its weights."""

from __future__ import annotations

import io
import os
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fmnist.language import N_, Words
from fmnist.runs import files

FOLDER = "moments"
EARLY = (0.01, 0.04, 0.15, 0.4)  # shares of the first epoch: most of what is learned is learned there
MOST = 24  # moments of a run
WHOLE = 200_000  # parameters: of a network with more, the moments hold units of the first layer alone
MOST_UNITS = 64  # of them
MAX_BYTES = 4_000_000  # far above what is written
_CLASSES = 10
_NAME = re.compile(r"(0\.[0-9]{1,4}|0|[1-9][0-9]{0,3})\.npz", re.ASCII)


@dataclass(frozen=True)
class Moment:
    """A point of training.

    Attributes
    ----------
    epoch : float
        0 before any training, a share of the first epoch within it, then the number of finished epochs.
    step : int
        How many batches had been trained on.
    probabilities : array (n, 10) float32 or None
        Of the test images, to 11 bits each, the predicted class exactly. None where `weights` tell them.
    weights : tuple of float32 arrays
        All of the network's in Keras's order, if it has at most `WHOLE`; otherwise empty.
    kernel : array (..., units) float32
        What leads into the first units (or filters), at most `MOST_UNITS`, to 11 bits if not among `weights`.
    """

    epoch: float
    step: int
    probabilities: np.ndarray | None
    weights: tuple[np.ndarray, ...]
    kernel: np.ndarray


def named(epoch: float) -> str:
    """A moment as addresses, files and the command line name it: "0", "0.04", "12"."""
    return f"{epoch:g}"


def path_of(folder: Path, epoch: float) -> Path:
    """The file of a moment in a run's folder."""
    return folder / FOLDER / f"{named(epoch)}.npz"


def kept(folder: Path) -> tuple[float, ...]:
    """The epochs of the moments in a run's folder, in order; none in a run of an earlier version."""
    try:
        with os.scandir(folder / FOLDER) as entries:
            found = [_NAME.fullmatch(entry.name) for entry in entries]
    except OSError:
        return ()
    return tuple(sorted(float(name[1]) for name in found if name))


def write(
    folder: Path,
    epoch: float,
    step: int,
    *,
    weights: list[np.ndarray],
    probabilities: np.ndarray | None,
    best: float | None = None,
) -> None:
    """Keep a moment, as a whole file or not at all, and thin out the others if there are too many.

    Parameters
    ----------
    folder : Path
        Of the run.
    epoch, step
        As in `Moment`.
    weights : list of arrays
        All of the network's, the kernel of the first layer that has any first.
    probabilities : array (n, 10) or None
        None for a network of dense layers whose weights are kept whole: readers compute them when wanted.
    best : float, optional
        The epoch whose moment is never thinned out.

    Raises
    ------
    OSError
        If it cannot be written; the moments before it stay.
    """
    values: dict[str, np.ndarray] = {"step": np.array(step, np.int64)}
    if is_small(weights):
        values |= {f"weight_{number:03}": np.asarray(each, np.float32) for number, each in enumerate(weights)}
    else:
        values["kernel"] = _rounded(weights[0][..., :MOST_UNITS])
    if probabilities is not None:
        values |= _packed(probabilities)
    buffer = io.BytesIO()
    np.savez(buffer, **values)  # type: ignore[arg-type]
    path = path_of(folder, epoch)
    path.parent.mkdir(exist_ok=True)
    files.write_bytes(path, buffer.getvalue())
    for each in thinned(kept(folder), best):
        path_of(folder, each).unlink(missing_ok=True)


def is_small(weights: list[np.ndarray]) -> bool:
    """Whether a network with these weights is kept whole."""
    return sum(each.size for each in weights) <= WHOLE


def thinned(epochs: tuple[float, ...], best: float | None) -> tuple[float, ...]:
    """Those that go: every second one of more than `MOST`; the first, the last and the best stay."""
    if len(epochs) <= MOST:
        return ()
    return tuple(each for each in epochs[1:-1:2] if each != best)


def remove_leftovers(folder: Path) -> None:
    """Delete what a killed process was still writing. Only for the process that owns the run."""
    with suppress(OSError):
        files.remove_leftovers(folder / FOLDER)


def size_of(folder: Path) -> int:
    """How many bytes the moments of a run take; what cannot be read counts as nothing."""
    try:
        with os.scandir(folder / FOLDER) as entries:
            return sum(entry.stat(follow_symlinks=False).st_size for entry in entries)
    except OSError:
        return 0


def read(folder: Path, epoch: float) -> tuple[Moment | None, Words]:
    """A moment, or None and why: "" where there is none, a sentence where its file is damaged."""
    path = path_of(folder, epoch)
    name = f"{FOLDER}/{path.name}"
    try:
        content = files.content_of(path, MAX_BYTES)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > MAX_BYTES:
                raise files.Damage(N_("it is larger than {limit:,} bytes."), limit=MAX_BYTES)
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return _moment(epoch, dict(arrays)), ""
    except FileNotFoundError:
        return None, ""
    except Exception as error:  # zip and npy readers raise whatever a broken file drives them to
        return None, files.damaged(name, error)


def _moment(epoch: float, arrays: dict[str, np.ndarray]) -> Moment:
    weights = tuple(arrays[name] for name in sorted(arrays) if name.startswith("weight_"))
    kernel = weights[0][..., :MOST_UNITS] if weights else arrays["kernel"].astype(np.float32)
    probabilities = _unpacked(arrays["likeliest"], arrays["others"]) if "likeliest" in arrays else None
    for array in (*weights, kernel, *([] if probabilities is None else [probabilities])):
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise files.Damage(N_("it holds values that are no numbers."))
        array.setflags(write=False)
    return Moment(epoch, int(arrays["step"]), probabilities, weights, kernel)


def _rounded(array: np.ndarray) -> np.ndarray:
    most = float(np.finfo(np.float16).max)
    return np.asarray(np.clip(array, -most, most), np.float16)


def _packed(probabilities: np.ndarray) -> dict[str, np.ndarray]:
    """Which class is the likeliest, and what the other nine have, (n, 9) float16: the rest is its own.

    That is 19 bytes for each image; where a network is sure, the largest probability comes out far more
    exactly than float16 would hold it.
    """
    likeliest = probabilities.argmax(axis=1)
    is_other = np.arange(_CLASSES) != likeliest[:, None]
    others = probabilities[is_other].reshape(-1, _CLASSES - 1)
    return {"likeliest": likeliest.astype(np.uint8), "others": others.astype(np.float16)}


def _unpacked(likeliest: np.ndarray, others: np.ndarray) -> np.ndarray:
    if likeliest.dtype != np.uint8 or others.dtype != np.float16 or (likeliest >= _CLASSES).any():
        raise files.Damage(N_("it does not hold ten probabilities per image."))
    if others.shape != (len(likeliest), _CLASSES - 1) or not ((others >= 0) & (others <= 1)).all():
        raise files.Damage(N_("it does not hold ten probabilities per image."))
    probabilities = np.empty((len(likeliest), _CLASSES), np.float32)
    known = others.astype(np.float32)
    own = np.maximum(1 - known.sum(axis=1), known.max(axis=1))  # rounding makes nobody else the likeliest
    probabilities[np.arange(_CLASSES) != likeliest[:, None]] = np.minimum(known, own[:, None]).ravel()
    probabilities[np.arange(len(likeliest)), likeliest] = own
    # Of two equal ones the first counts as predicted, so a likeliest that ties with one before it is raised.
    ties = probabilities.argmax(axis=1) != likeliest
    probabilities[ties, likeliest[ties]] = np.nextafter(own[ties], np.float32(2))
    return probabilities
