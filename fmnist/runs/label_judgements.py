"""What people say of doubtful labels: right, wrong or cannot tell; a file for each person, beside runs."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

from fmnist.runs import files
from fmnist.runs.held_out import FOLDER

JUDGEMENTS = RIGHT, WRONG, CANNOT_TELL = ("right", "wrong", "cannot tell")
MOST_BYTES = 2_000_000  # 60,000 judgements
NOBODY = "me"  # outside many-user mode
_LOCK = threading.Lock()


class LabelJudgements:
    """The judgements about one data set.

    Parameters
    ----------
    root : Path
        The runs folder.
    fingerprint : str
        The data set's.
    """

    def __init__(self, root: Path, fingerprint: str) -> None:
        self._folder = root / FOLDER / "judgements" / re.sub("[^0-9a-zA-Z-]", "", fingerprint)

    def of(self, owner: str) -> dict[int, str]:
        """A person's judgements (of JUDGEMENTS) by the image's index, in the order they were given."""
        return _read(self._path(owner))

    def note(self, owner: str, image: int, judgement: str) -> None:
        """Add a judgement, or replace an earlier one of the same image. Raises OSError, ValueError."""
        if judgement not in JUDGEMENTS:
            raise ValueError(f"a judgement is one of {', '.join(JUDGEMENTS)}")
        with _LOCK:
            found = self.of(owner)
            found.pop(image, None)
            self._write(owner, found | {image: judgement})

    def take_back(self, owner: str) -> int | None:
        """Forget a person's last judgement; returns its image, or None. Raises OSError."""
        with _LOCK:
            found = self.of(owner)
            if not found:
                return None
            image, _ = found.popitem()
            self._write(owner, found)
            return image

    def everybody(self) -> dict[int, Counter[str]]:
        """Of each image that anybody has judged, how often it got each judgement."""
        counted: dict[int, Counter[str]] = {}
        with suppress(OSError):
            for path in sorted(self._folder.glob("*.json")):
                for image, judgement in _read(path).items():
                    counted.setdefault(image, Counter())[judgement] += 1
        return counted

    def _path(self, owner: str) -> Path:
        return self._folder / f"{re.sub('[^0-9a-zA-Z]', '', owner) or NOBODY}.json"

    def _write(self, owner: str, found: dict[int, str]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        files.write_json(self._path(owner), list(found.items()))


def _read(path: Path) -> dict[int, str]:
    """The judgements in a file; none where it is missing or damaged."""
    with suppress(OSError, ValueError, TypeError, RecursionError), open(path, "rb") as file:
        rows = json.loads(file.read(MOST_BYTES))
        return {int(image): judgement for image, judgement in rows if judgement in JUDGEMENTS}
    return {}
