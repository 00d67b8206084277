"""Many-user mode: who may change which run, and how much one visitor, and all of them, may use."""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from fmnist import environment
from fmnist.language import N_, Words, counted, say
from fmnist.networks.config import RunConfig
from fmnist.runs import moments
from fmnist.runs.store import Run, RunError, Snapshot, new_id
from fmnist.workers.classroom import Classroom
from fmnist.workers.queue import WorkerError, Workers

LEAST_FREE = 200  # megabytes of the disk that no run may take
MEGABYTE = 1_000_000
NOT_YOURS = N_("This run was started from another browser: only there, or by the teacher, can it be changed.")
PAUSED = N_("Your teacher has paused new trainings. What waits or trains already goes on.")
_starting = threading.Lock()  # between looking at the limits and starting a run, nobody else starts one


def _usual(name: str) -> int:
    return int(environment.SETTINGS[name].default)


@dataclass(frozen=True)
class Rules:
    """What holds on this server."""

    shared: bool = False  # without it whoever can open the dashboard may do everything
    passphrase: str = field(default="", repr=False)  # the teacher's; "" when nobody is to be one
    runs_per_visitor: int = _usual("FMNIST_RUNS_PER_VISITOR")  # that each may keep
    waiting_runs: int = _usual("FMNIST_WAITING_RUNS")  # of all together
    waiting_per_address: int = _usual("FMNIST_WAITING_PER_ADDRESS")  # whoever starts them from there
    disk_megabytes: int = _usual("FMNIST_DISK_MEGABYTES")  # for the runs of all together
    sweep_runs: int = _usual("FMNIST_SWEEP_RUNS")  # of one sweep, also outside many-user mode

    @classmethod
    def from_environment(cls, where: Mapping[str, str] | None = None) -> Rules:
        """The rules that FMNIST_SHARED, FMNIST_TEACHER_PASSPHRASE and the limits set."""
        return cls(
            shared=environment.switch("FMNIST_SHARED", where),
            passphrase=environment.text("FMNIST_TEACHER_PASSPHRASE", where),
            runs_per_visitor=environment.count("FMNIST_RUNS_PER_VISITOR", where),
            waiting_runs=environment.count("FMNIST_WAITING_RUNS", where),
            waiting_per_address=environment.count("FMNIST_WAITING_PER_ADDRESS", where),
            disk_megabytes=environment.count("FMNIST_DISK_MEGABYTES", where),
            sweep_runs=environment.count("FMNIST_SWEEP_RUNS", where),
        )


@dataclass(frozen=True)
class Visitor:
    """Who looks at the page."""

    owner: str = ""  # what their browser's secret becomes in `owner_of`
    is_teacher: bool = False
    address: str = field(default="", repr=False)  # where their browser is in the network; "" when not known


@dataclass(frozen=True)
class Space:
    """Bytes on the disk that holds the runs."""

    used: int  # by the runs
    free: int


def owner_of(secret: str) -> str:
    """What is kept with a run to know its owner again: it cannot be turned back into the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def may_change(rules: Rules, visitor: Visitor, owner: str) -> bool:
    """Whether a visitor may stop, continue, rename and delete a run that `owner` has started."""
    return not rules.shared or visitor.is_teacher or (owner != "" and owner == visitor.owner)


def obstacle(
    rules: Rules,
    visitor: Visitor,
    runs: Sequence[Snapshot],
    space: Space,
    *,
    new: bool = True,
    sweep: int = 0,
) -> Words:
    """Why a visitor may not start a run now (continue one, when not `new`), as a sentence; "" if they may.

    Parameters
    ----------
    sweep : int
        How many runs are to be started at once, as a sweep; 0 when it is one run of its own.
    """
    if not rules.shared:
        return ""
    if space.used > rules.disk_megabytes * MEGABYTE:
        full = N_(
            "All runs together fill the {megabytes:,} MB they may have here. "
            "Delete runs of yours that you no longer need, or ask your teacher."
        )
        return say(full, megabytes=rules.disk_megabytes)
    if space.free < LEAST_FREE * MEGABYTE:
        return say(N_("The disk of this server is nearly full. Delete runs of yours, or ask your teacher."))
    if visitor.is_teacher:
        return ""
    waiting = [
        run for run in runs if run.state == "queued" and (sweep or not run.sweep)
    ]  # of a sweep: behind
    if len(waiting) + max(0, sweep - 1) >= rules.waiting_runs:
        if sweep and len(waiting) < rules.waiting_runs:
            few = N_("{wanted} runs are more than may still wait here: {count}. Choose fewer values.")
            return say(few, wanted=sweep, count=rules.waiting_runs - len(waiting))
        crowded = N_(
            "{count} runs are waiting already, as many as may wait here. "
            "Press again when one of them has begun."
        )
        return say(crowded, count=rules.waiting_runs)
    return _too_many(rules, visitor, runs, max(1, sweep)) if new else ""


def crowded(
    rules: Rules, visitor: Visitor, classroom: Classroom, waiting: Sequence[Snapshot], sweep: int = 0
) -> Words:
    """Why no more runs may be started from a visitor's address, as a sentence; "" if they may.

    Who shows a new browser each time has a new owner each time, but the address stays. A sweep may be as
    long as what one visitor may keep.

    Parameters
    ----------
    waiting : sequence of Snapshot
        All runs that wait.
    """
    if not rules.shared or visitor.is_teacher or not classroom.counts_addresses:
        return ""
    most = max(rules.waiting_per_address, rules.runs_per_visitor) if sweep else rules.waiting_per_address
    there = classroom.count_from(visitor.address, [run.id for run in waiting if sweep or not run.sweep])
    if not visitor.address or there + max(1, sweep) <= most:
        return ""
    words = N_(
        "{count} runs started from your network address are waiting already; {most} may. Press again when "
        "one of them has begun. If several of you share that address, your teacher can switch this limit off."
    )
    return say(words, count=there, most=most)


def too_long(rules: Rules, count: int) -> Words:
    """Why a sweep of so many runs may not be started, as a sentence; "" if it may."""
    if count <= rules.sweep_runs:
        return ""
    many = N_("These are {count:,} runs; a sweep may have {most:,} here. Choose fewer values.")
    return say(many, count=count, most=rules.sweep_runs)


def _too_many(rules: Rules, visitor: Visitor, runs: Sequence[Snapshot], wanted: int = 1) -> Words:
    """Why a visitor may not have so many runs more, as a sentence; "" if they may."""
    if not rules.shared or visitor.is_teacher:
        return ""
    mine = sum(run.owner == visitor.owner for run in runs)
    if mine >= rules.runs_per_visitor:
        return counted(
            "You have {count} run, as many as each visitor may keep here. Delete one, then press again.",
            "You have {count} runs, as many as each visitor may keep here. Delete one, then press again.",
            mine,
            count=mine,
        )
    if mine + wanted > rules.runs_per_visitor:
        fewer = N_(
            "{wanted} runs are too many: you have {count}, and each visitor may keep {most} here. "
            "Choose fewer values, or delete runs."
        )
        return say(fewer, wanted=wanted, count=mine, most=rules.runs_per_visitor)
    return ""


class Actions:
    """All that a visitor can change. The pages have no other way to a run, so the rules always hold.

    The methods are those of `Workers`, `Store` and `Run`, and raise what those do, as well as RunError when
    the rules forbid it.
    """

    def __init__(
        self, workers: Workers, rules: Rules, visitor: Visitor, classroom: Classroom | None = None
    ) -> None:
        self._workers, self._rules, self._visitor = workers, rules, visitor
        self._classroom = classroom or Classroom()

    def may_change(self, owner: str) -> bool:
        """Whether the runs of this owner are this visitor's to change."""
        return may_change(self._rules, self._visitor, owner)

    def start(self, config: RunConfig, *, name: str = "") -> str:
        """Queue a new run of this visitor's; returns its id."""
        with _starting:
            self._check_room(new=True)
            return self._submit(config, name=name)

    def start_sweep(self, configs: Sequence[RunConfig]) -> str:
        """Queue many new runs of this visitor's, behind runs that are of no sweep; returns the sweep's id.

        When one of them cannot be made, those before it stay.
        """
        if why := too_long(self._rules, len(configs)):
            raise RunError(why)
        sweep = new_id()
        with _starting:
            self._check_room(new=True, sweep=len(configs))
            for config in configs:
                self._submit(config, sweep=sweep)
        return sweep

    def resume(self, id: str, more_epochs: int) -> None:
        """Queue a run that has ended for more epochs."""
        self._checked(id)
        with _starting:
            self._check_room(new=False)
            self._workers.resume(id, more_epochs)
            self._classroom.note_origin(id, self._visitor.address)

    def stop(self, id: str) -> None:
        """Stop a run, or take it out of the queue."""
        self._checked(id)
        self._workers.stop(id)

    def withdraw(self, owner: str) -> int:
        """Take all waiting runs of an owner out of the queue; returns how many there were."""
        if not self.may_change(owner):
            raise RunError(NOT_YOURS)
        return self._workers.withdraw(owner)

    def end_all(self, owner: str) -> int:
        """Take all waiting runs of an owner out of the queue and stop those in training; how many in all."""
        ended = self.withdraw(owner)
        for id in self._workers.running():
            with suppress(RunError, WorkerError):  # it has just ended by itself
                if self._workers.store.open(id).owner == owner:
                    self._workers.stop(id)
                    ended += 1
        return ended

    def rename(self, id: str, name: str) -> None:
        """Give a run another name."""
        self._checked(id).rename(name)

    def annotate(self, id: str, note: str) -> None:
        """Write a note about a run."""
        self._checked(id).annotate(note)

    def delete(self, id: str) -> str:
        """Delete a run; returns the token with which `restore` brings it back for some minutes."""
        self._checked(id)
        token = self._workers.store.delete(id)
        self._make_room()
        return token

    def restore(self, token: str) -> str:
        """Bring back a run that this visitor may change, if there is still a place for it; returns its id."""
        store = self._workers.store
        self._check_owner(store.deleted(token))
        with _starting:
            if why := _too_many(self._rules, self._visitor, store.list(patience=math.inf)):
                raise RunError(why)
            return store.restore(token)

    def _checked(self, id: str) -> Run:
        run = self._workers.store.open(id)
        self._check_owner(run)
        return run

    def _check_owner(self, run: Run) -> None:
        if not self.may_change(run.owner):
            raise RunError(NOT_YOURS)

    def _submit(self, config: RunConfig, *, name: str = "", sweep: str = "") -> str:
        id = self._workers.submit(config, name=name, owner=self._visitor.owner, sweep=sweep)
        self._classroom.note_origin(id, self._visitor.address)
        return id

    def _make_room(self) -> None:
        """Where the disk is short of room, what can still be brought back has to go."""
        store = self._workers.store
        space = space_of(store.root)
        is_over = self._rules.shared and space.used > self._rules.disk_megabytes * MEGABYTE
        if is_over or space.free < LEAST_FREE * MEGABYTE:
            store.purge()

    def _check_room(self, new: bool, sweep: int = 0) -> None:
        self._make_room()
        if not self._rules.shared:
            return
        if self._classroom.is_paused and not self._visitor.is_teacher:
            raise RunError(PAUSED)
        store = self._workers.store
        runs, space = store.list(patience=math.inf), space_of(store.root)
        waiting = [run for run in runs if run.state == "queued"]
        why = obstacle(self._rules, self._visitor, runs, space, new=new, sweep=sweep)
        if why := why or crowded(self._rules, self._visitor, self._classroom, waiting, sweep):
            raise RunError(why)


def space_of(root: Path) -> Space:
    """How much the runs take and how much is left; what cannot be read counts as nothing."""
    used = 0
    with suppress(OSError):
        for folder in os.scandir(root):
            with suppress(OSError):
                used += sum(entry.stat(follow_symlinks=False).st_size for entry in os.scandir(folder.path))
                used += moments.size_of(Path(folder.path))
    existing = next((path for path in (root, *root.parents) if path.exists()), root)
    return Space(used, shutil.disk_usage(existing).free)
