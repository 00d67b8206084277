"""What networks say of training images they have not seen, kept beside the runs, and how far the work is."""

from __future__ import annotations

import io
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fmnist.data.facts import CLASSES
from fmnist.language import Words, as_data, from_data
from fmnist.networks.config import RunConfig
from fmnist.runs import files

FOLDER = ".doubtful"  # in the runs folder; a run's name never begins with a dot
SETTINGS, SHARE, PROBLEM, PROBABILITIES = "settings.json", "share.json", "problem.json", "held_out.npz"
MOST_BYTES = 8_000_000


@dataclass(frozen=True)
class HeldOut:
    """The folder of one such work: one network's settings on one data set.

    Attributes
    ----------
    path : Path
        Its name says the data set's fingerprint, the network, the epochs and the seed.
    """

    path: Path

    @classmethod
    def of(cls, root: Path, config: RunConfig, fingerprint: str) -> HeldOut:
        """The folder for these settings and this data set, which need not exist yet."""
        name = f"{fingerprint}-{config.network}-{config.epochs}-{config.seed}"
        return cls(root / FOLDER / name)

    def begin(self, config: RunConfig) -> None:
        """Make the folder, and forget how an earlier attempt ended. Raises OSError."""
        self.path.mkdir(parents=True, exist_ok=True)
        files.remove_leftovers(self.path)
        for name in (SHARE, PROBLEM):
            (self.path / name).unlink(missing_ok=True)
        files.write_json(self.path / SETTINGS, config.as_dict())

    def config(self) -> RunConfig:
        """The settings. Raises OSError, ValueError or ConfigError when they cannot be read."""
        return RunConfig.from_dict(_small_json(self.path / SETTINGS))

    def write_share(self, share: float) -> None:
        """Note how far the work is, 0 to 1. Raises OSError."""
        files.write_json(self.path / SHARE, round(share, 4))

    def share(self) -> float:
        """How far the work is, 0 to 1."""
        with suppress(OSError, ValueError, RecursionError):
            share = _small_json(self.path / SHARE)
            if isinstance(share, int | float) and 0 <= share <= 1:
                return float(share)
        return 0.0

    def write_problem(self, problem: Words) -> None:
        """Note why the work ended without a result. Raises OSError."""
        files.write_json(self.path / PROBLEM, as_data(problem))

    def problem(self) -> Words:
        """Why the work ended without a result, or ""."""
        with suppress(OSError, ValueError, RecursionError):
            return from_data(_small_json(self.path / PROBLEM)) or ""
        return ""

    def write_probabilities(self, probabilities: np.ndarray) -> None:
        """Keep the result, float (n, 10). Raises OSError."""
        buffer = io.BytesIO()
        np.savez(buffer, probabilities=probabilities.astype(np.float32))
        files.write_bytes(self.path / PROBABILITIES, buffer.getvalue())

    def probabilities(self, images: int) -> np.ndarray | None:
        """The result, read-only float32 (images, 10); None when there is none that can be read."""
        path = self.path / PROBABILITIES
        with suppress(Exception):  # a broken archive raises all kinds
            if os.stat(path).st_size > MOST_BYTES:
                return None
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
                found: np.ndarray = archive["probabilities"]
            if found.shape == (images, CLASSES) and found.dtype == np.float32 and np.isfinite(found).all():
                found.flags.writeable = False
                return found
        return None


def _small_json(path: Path) -> object:
    with open(path, "rb") as file:
        return json.loads(file.read(files.MAX_TEXT_BYTES))
