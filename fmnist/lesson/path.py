"""The way through the lesson: look, train, draw; and how far one visitor has come on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fmnist.language import N_

if TYPE_CHECKING:
    from fmnist.runs.store import Snapshot

LOOK, TRAIN, DRAW = "look", "train", "draw"


@dataclass(frozen=True)
class Step:
    """One step of the way: what it is called and what to do."""

    key: str
    title: str
    task: str


STEPS = (
    Step(LOOK, N_("Look"), N_("open any of 70,000 images.")),
    Step(TRAIN, N_("Train"), N_("let a network learn from them.")),
    Step(DRAW, N_("Draw"), N_("draw a garment and see what two networks call it.")),
)


def steps_done(
    marks: Collection[str], summaries: Sequence[Snapshot], is_mine: Callable[[Snapshot], bool]
) -> set[str]:
    """The keys of the steps a visitor has done.

    Parameters
    ----------
    marks : collection of str
        What the pages have seen in this visit: "look", "draw".
    summaries : sequence of Snapshot
        All runs: whether one is finished is known from them, so also after a reload.
    is_mine : callable
        Whether this visitor has started a run.
    """
    done = {LOOK, DRAW} & set(marks)
    if any(run.state == "finished" and is_mine(run) for run in summaries):
        done.add(TRAIN)
    return done


def next_step(done: Collection[str]) -> Step | None:
    """The first step that is not done; None when all are."""
    return next((step for step in STEPS if step.key not in done), None)
