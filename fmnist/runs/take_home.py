"""A run's model in the formats of other programs: files in its folder, and what is known of each."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from fmnist.language import Words, as_data, from_data
from fmnist.runs import files

SAVED_MODEL, TFLITE, TFLITE_INT8 = "saved_model.zip", "model.tflite", "model-int8.tflite"
FORMATS = (SAVED_MODEL, TFLITE, TFLITE_INT8)
FACTS = "take-home.json"
CHECKED = 100  # test images on which a file is compared with Keras before it is offered


@dataclass(frozen=True)
class Made:
    """What is known of one file.

    Attributes
    ----------
    size : int
        Bytes.
    alike : int
        How many of CHECKED test images it names as Keras does.
    apart : float
        How far its probabilities of these are from those of Keras, at most.
    accuracy : float
        On all test images, 0 to 1.
    """

    size: int
    alike: int
    apart: float
    accuracy: float


@dataclass(frozen=True)
class TakeHome:
    """All files of a run, by name; those that failed their check are missing, and `problem` says why."""

    accuracy: float  # of Keras itself, on the same test images
    made: Mapping[str, Made]
    problem: Words = ""


def write(folder: Path, model: Path, found: TakeHome) -> None:
    """Note what was made of a model as it is now. Raises OSError."""
    files.write_json(
        folder / FACTS,
        {
            "model": _state_of(model),
            "accuracy": found.accuracy,
            "made": {name: asdict(each) for name, each in found.made.items()},
            "problem": as_data(found.problem),
        },
    )


def read(folder: Path, model: Path) -> TakeHome | None:
    """What was made of the model as it is now; None where nothing was, or its facts are damaged."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        values = json.loads(files.content_of(folder / FACTS, files.MAX_TEXT_BYTES))
        if values["model"] != _state_of(model):
            return None
        made = {name: _made(values["made"][name]) for name in FORMATS if name in values["made"]}
        if all(os.stat(folder / name).st_size == each.size for name, each in made.items()):
            return TakeHome(_share(values["accuracy"]), made, from_data(values["problem"]) or "")
    return None


def forget(folder: Path) -> None:
    """Remove what an earlier attempt has noted. Raises OSError."""
    (folder / FACTS).unlink(missing_ok=True)


def _state_of(model: Path) -> list[int]:
    found = os.stat(model)
    return [found.st_size, found.st_mtime_ns]


def _made(values: dict[str, object]) -> Made:
    size, alike, apart = values["size"], values["alike"], values["apart"]
    if not (isinstance(size, int) and isinstance(alike, int) and isinstance(apart, int | float)):
        raise TypeError
    if not (0 <= alike <= CHECKED and math.isfinite(apart)):
        raise ValueError
    return Made(size, alike, float(apart), _share(values["accuracy"]))


def _share(value: object) -> float:
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError
    return float(value)
