"""One moment of a run, frozen: what pages draw from, so that a picture never shows two."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from fmnist.language import N_, Words, one_line
from fmnist.networks.config import RunConfig
from fmnist.runs import files
from fmnist.runs import moments as kept_moments
from fmnist.runs.files import EpochRow, Progress
from fmnist.runs.state import RunError, Signature, Stored, signature_of, true_progress

MAX_OWNER = 64  # characters: an owner is a hash
NO_SETTINGS = N_("The settings of run {id} cannot be read: {problem}")
NO_MOMENT = N_("This run has kept no moment at epoch {epoch}.")
Points = tuple[tuple[float, float, float], ...]
ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")  # of a run, and of a sweep
_ID_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-(\d{6})-[0-9a-f]{4}", re.ASCII)


class RunChanged(RunError):
    """The run went on after its snapshot was taken, and what was asked for is now of another moment."""


@dataclass(frozen=True)
class Snapshot:
    """A run as it was when the store looked at it. Nothing in it changes; what is large is read when needed.

    `Store.snapshot` and `Store.list` make it. Reading it never fails, except where it says so.
    """

    id: str
    name: str  # what a person calls the run: plain text, "" when nobody named it
    note: str  # what a person wrote about it: plain text
    config: RunConfig | None  # None when it cannot be read; see `settings`
    info: dict[str, Any] = field(repr=False)  # facts beside the settings: "data", "versions", "owner"
    progress: Progress  # with the derived state, and a message that fits it
    history: tuple[EpochRow, ...] = field(repr=False)  # finished epochs, up to the first row that is damaged
    has_model: bool  # whether these files are there, whole
    has_predictions: bool
    problem: Words  # "" or what is damaged
    created: datetime  # UTC
    path: Path = field(repr=False)
    signature: Signature = field(repr=False, compare=False)  # of its files, at this moment
    points: Points | None = field(default=None, repr=False)  # what `batches` are, if they were read then, too

    @classmethod
    def of(cls, path: Path, stored: Stored, held: bool) -> Snapshot:
        """From what a folder says about itself, and whether a living process owns the run."""
        settings = stored.settings
        return cls(
            id=path.name,
            name=stored.label.name,
            note=stored.label.note,
            config=settings.config if settings else None,
            info=settings.info if settings else {},
            progress=true_progress(stored, held),
            history=stored.rows,
            has_model=stored.has_model,
            has_predictions=stored.has_predictions,
            problem=stored.problem,
            created=_created(path),
            path=path,
            signature=stored.signature,
        )

    @property
    def state(self) -> str:
        """One of STATES, "interrupted" or "damaged"."""
        return self.progress.state

    @property
    def settings(self) -> RunConfig:
        """The settings. Raises RunError when they cannot be read."""
        if self.config is None:
            raise RunError(NO_SETTINGS, id=self.id, problem=self.problem)
        return self.config

    @property
    def owner(self) -> str:
        """The token of the browser that started the run, "" when nobody in particular."""
        return owner_in(self.info)

    @property
    def sweep(self) -> str:
        """The sweep that the run is one of, "" when of none."""
        return sweep_in(self.info)

    @property
    def epochs_done(self) -> int:
        """How many epochs are finished."""
        return len(self.history)

    @property
    def seconds(self) -> float:
        """Spent in finished epochs."""
        return sum(row.seconds for row in self.history)

    @property
    def test_accuracy(self) -> float | None:
        """After the last epoch for which it is known."""
        tested = [row.test_accuracy for row in self.history if row.test_accuracy is not None]
        return tested[-1] if tested else self.progress.test_accuracy

    @property
    def val_accuracy(self) -> float | None:
        """After the last epoch; None without validation."""
        return self.history[-1].val_accuracy if self.history else None

    @property
    def is_real_data(self) -> bool | None:
        """Whether it trains on Fashion-MNIST itself; None when not yet known."""
        is_real = self.data.get("is_real")
        return is_real if isinstance(is_real, bool) else None

    @property
    def data(self) -> dict[str, Any]:
        """Which images it trains on (source, fingerprint, …); {} when not yet known."""
        data = self.info.get("data")
        return data if isinstance(data, dict) else {}

    @property
    def model_path(self) -> Path:
        """Where the model lies, if `has_model`: that of the last epoch finished whenever it is read."""
        return self.path / files.MODEL

    @property
    def history_path(self) -> Path:
        """Where the table of finished epochs lies, if there is one: it may have grown."""
        return self.path / files.HISTORY

    @property
    def batches(self) -> Points:
        """Points within epochs: (epoch as a fraction, loss, accuracy). Raises RunChanged if from `list`."""
        if self.points is not None:
            return self.points
        points = tuple(files.read_batches(self.path)[0])
        self._check(files.BATCHES)
        return points

    def predictions(self) -> np.ndarray | None:
        """Probabilities of all test images, read-only float32 (10000, 10), or None. Raises RunChanged."""
        probabilities = files.read_predictions(self.path)[0]
        self._check(files.PREDICTIONS)
        return probabilities

    def moments(self) -> tuple[float, ...]:
        """The epochs of the kept moments up to the last finished one, in order: 0, 0.01, …, 1, 2, …"""
        return tuple(each for each in kept_moments.kept(self.path) if each < 1 or each <= self.epochs_done)

    def moment(self, epoch: float) -> kept_moments.Moment:
        """A kept moment. Raises RunError, with a sentence, where there is none or its file is damaged."""
        moment, problem = kept_moments.read(self.path, epoch)
        if moment is None:
            raise RunError(problem or NO_MOMENT, epoch=kept_moments.named(epoch))
        return moment

    def log(self) -> str:
        """The end of what the child has printed by now, without control characters."""
        return files.read_log(self.path)

    def _check(self, name: str) -> None:
        if signature_of(self.path, (name,)).get(name) != self.signature.get(name):
            raise RunChanged(N_("The run {id} has just gone on. Look again."), id=self.id)


def owner_in(info: dict[str, Any]) -> str:
    """The owner that the facts about a run name."""
    owner = info.get("owner", "")
    return one_line(owner, MAX_OWNER) if isinstance(owner, str) else ""


def sweep_in(info: dict[str, Any]) -> str:
    """The sweep that the facts about a run name; "" for what is no well-formed id."""
    sweep = info.get("sweep", "")
    return sweep if isinstance(sweep, str) and ID.fullmatch(sweep) else ""


def _created(path: Path) -> datetime:
    """When a run was made: its id says so; a folder that a person has renamed tells when it last changed."""
    if found := _ID_TIME.fullmatch(path.name):
        with suppress(ValueError):
            year, month, day, hour, minute, second, micro = map(int, found.groups())  # strptime is slow
            return datetime(year, month, day, hour, minute, second, micro, UTC)
    with suppress(OSError, ValueError, OverflowError):
        return datetime.fromtimestamp(os.stat(path).st_mtime, UTC)
    return datetime.fromtimestamp(0, UTC)
