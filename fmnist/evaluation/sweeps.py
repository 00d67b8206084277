"""A sweep's runs put together: which settings it varies, what each combination reached, and which is best."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from statistics import mean, stdev
from typing import Any

from fmnist.evaluation.difference import Z
from fmnist.language import _, in_a_row
from fmnist.networks.config import RunConfig
from fmnist.networks.sweep import SEED
from fmnist.runs.snapshot import Snapshot
from fmnist.runs.state import ACTIVE

UNVARIED = ("epochs",)  # a run that was continued has others than its sweep began with


@dataclass(frozen=True)
class Cell:
    """The runs of one combination of values, which differ in their seed alone."""

    values: tuple[Any, ...]  # of the sweep's axes, in their order
    runs: tuple[Snapshot, ...]

    @property
    def accuracies(self) -> list[float]:
        """The test accuracies that are known, 0 to 1."""
        return [run.test_accuracy for run in self.runs if run.test_accuracy is not None]

    @property
    def mean(self) -> float | None:
        """Of the accuracies; None while there is none."""
        return mean(self.accuracies) if self.accuracies else None

    @property
    def spread(self) -> float | None:
        """The standard deviation between the seeds; None for fewer than two."""
        return stdev(self.accuracies) if len(self.accuracies) > 1 else None

    @property
    def best(self) -> Snapshot | None:
        """The run with the highest test accuracy."""
        return best_of(self.runs)


@dataclass(frozen=True)
class Sweep:
    """The runs that were started together.

    Parameters
    ----------
    runs : tuple of Snapshot
        In the order in which they were made; those whose settings cannot be read are left out.
    """

    id: str
    runs: tuple[Snapshot, ...]

    @cached_property
    def varied(self) -> tuple[str, ...]:
        """The settings in which its runs differ."""
        configs = [run.settings for run in self.runs]
        names = (field.name for field in fields(RunConfig) if field.name not in UNVARIED)
        return tuple(name for name in names if len({getattr(config, name) for config in configs}) > 1)

    @property
    def axes(self) -> tuple[str, ...]:
        """The settings that make combinations: all that are varied but the seed, or that if it alone is.

        The one with most values is last: it makes the columns of a heat map, the one before it the rows.
        """
        names = [name for name in self.varied if name != SEED] or list(self.varied)
        return tuple(sorted(names, key=lambda name: len(self.values(name))))

    def values(self, name: str) -> list[Any]:
        """What a setting is in these runs: numbers in rising order, words in that of the runs."""
        found = list(dict.fromkeys(getattr(run.settings, name) for run in self.runs))
        return found if isinstance(found[0], str) else sorted(found)

    @cached_property
    def cells(self) -> list[Cell]:
        """One per combination of values that has runs."""
        found: dict[tuple[Any, ...], list[Snapshot]] = {}
        for run in self.runs:
            found.setdefault(tuple(getattr(run.settings, name) for name in self.axes), []).append(run)
        return [Cell(values, tuple(runs)) for values, runs in found.items()]

    @property
    def best(self) -> Snapshot | None:
        """The run with the highest test accuracy."""
        return best_of(self.runs)

    @property
    def ranked(self) -> list[Cell]:
        """The cells that have reached something, the highest mean first."""
        return sorted((cell for cell in self.cells if cell.accuracies), key=lambda cell: -(cell.mean or 0))

    @property
    def owner(self) -> str:
        """Who has started it."""
        return self.runs[0].owner

    def in_state(self, *states: str) -> list[Snapshot]:
        """Its runs in one of these states."""
        return [run for run in self.runs if run.state in states]

    @property
    def is_active(self) -> bool:
        """Whether a run of it waits or trains."""
        return any(run.state in ACTIVE for run in self.runs)


def sweeps_of(runs: Iterable[Snapshot]) -> dict[str, Sweep]:
    """All sweeps among these runs, by id, in the order in which they appear; `runs` are newest first."""
    found: dict[str, list[Snapshot]] = {}
    for run in runs:
        if run.sweep and run.config is not None:
            found.setdefault(run.sweep, []).append(run)
    return {id: Sweep(id, tuple(reversed(runs))) for id, runs in found.items()}


def best_of(runs: Sequence[Snapshot]) -> Snapshot | None:
    """The run with the highest test accuracy, the earliest of several; None where none has any."""
    tested = [run for run in runs if run.test_accuracy is not None]
    return max(tested, key=lambda run: run.test_accuracy or 0.0) if tested else None


def as_csv(sweep: Sweep) -> bytes:
    """One row per run: id, state, the settings that vary, epochs, accuracies, loss, seconds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    measured = ("epochs_done", "train_accuracy", "val_accuracy", "test_accuracy", "test_loss", "seconds")
    writer.writerow(["run", "state", *sweep.varied, *measured])
    for run in sweep.runs:
        last = run.history[-1] if run.history else None
        values = [getattr(run.settings, name) for name in sweep.varied]
        reached = [last.accuracy, last.val_accuracy, last.test_accuracy, last.test_loss] if last else [""] * 4
        writer.writerow([run.id, run.state, *values, run.epochs_done, *reached, round(run.seconds, 3)])
    return text.getvalue().encode()


def of_seeds_in_words(first: Cell, second: Cell) -> str:
    """What the seeds say about two combinations of settings, the better one first; Markdown.

    The difference of the means is compared with its standard error, from the spreads (Welch).
    """
    if first.spread is None or second.spread is None or first.mean is None or second.mean is None:
        return _(
            "With one seed each, nobody knows how much of a difference is the seeds': vary the seed too."
        )
    counts = len(first.accuracies), len(second.accuracies)
    error = math.sqrt(first.spread**2 / counts[0] + second.spread**2 / counts[1])
    words = _(
        "On average over the seeds the two reach {first:.1%} and {second:.1%}; from seed to seed they change "
        "by about {spread:.1f} points."
    ).format(first=first.mean, second=second.mean, spread=100 * max(first.spread, second.spread))
    if first.mean - second.mean > max(Z, _student(min(counts))) * error:
        return in_a_row(words, _("So the settings differ by more than the seeds do."))
    return in_a_row(words, _("So which of the two settings is better remains open."))


def _student(count: int) -> float:
    """How many standard errors a 95% interval of the mean of so few numbers spans: Student's t."""
    known = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
    return known.get(count, 2.2)
