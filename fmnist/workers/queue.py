"""The queue of training runs: start each when there is room, stop it on request, and notice when it dies."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait

from fmnist.language import N_, Words, in_english, row, say, words_of
from fmnist.networks.config import RANGES, RunConfig
from fmnist.runs import files
from fmnist.runs.store import Progress, Run, RunError, Store, reason
from fmnist.workers.children import Child, Nursery, WorkerError, make_nursery
from fmnist.workers.detective import Detective
from fmnist.workers.endings import TERMINATED, died, stopped
from fmnist.workers.line import Line, trained_with
from fmnist.workers.moment_reader import MomentReader
from fmnist.workers.predictor import MODELS, Judge
from fmnist.workers.series import Series, Spare
from fmnist.workers.take_home import Exporter
from fmnist.workers.training_child import TRAINING

__all__ = ["WorkerError", "Workers"]

STOP_PATIENCE = 0.8  # seconds from the request to stop until the child is ended; on the page it is to be one
WATCH = 5.0  # seconds between two looks whether the fork server still tells what its children do
REPORTED_WITHIN = 5.0  # seconds from a child's end until that is known, unless the fork server hangs
LETTING_GO = 5.0  # seconds until the child of a run that says it has ended is surely gone
ENDED = ("finished", "stopped", "failed")
MOST_EPOCHS = int(RANGES["epochs"].high)
LEFT = N_("The run left the queue before its training began.")
log = logging.getLogger("fmnist")


@dataclass
class _Training:
    """A run that a child is training."""

    run: Run
    child: Child
    series: Series | None = None  # what the run is one of, if its child trains another afterwards
    deadline: float | None = None  # time.monotonic() at which a child asked to stop is ended
    is_killed: bool = False
    over_since: float | None = None  # when its end was first overdue: the run says so, or it was killed

    @property
    def is_overdue(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline


class Workers:
    """All child processes of this process.

    One per training run, one that predicts (`judge`), one that looks for doubtful labels when it is asked to
    (`detective`), and one that makes a model into other formats (`exporter`). Beside them a thread that reads
    the moments of runs (`moments`).

    Runs are trained first come, first served, those of a sweep behind the others. A run in the queue or in
    training is owned by this process (see `Run.hold`): other processes on the same folder leave it alone, and
    if this one dies it is "interrupted" at once. Methods may be called from any thread.

    Parameters
    ----------
    store : Store
        Where the runs are.
    max_running : int, optional
        How many train at once; half as many as there are cores when not given.
    job, models : str
        "module:function" that trains a run, "module:class" that predicts; see `child.train`, `judge.serve`.
    nursery : Nursery, optional
        What starts the children: a fork server with TensorFlow loaded when not given.
    reported_within : float, optional
        Seconds from a child's end until that is known; later the fork server is taken to hang.
    """

    def __init__(
        self,
        store: Store,
        max_running: int | None = None,
        *,
        job: str = TRAINING,
        models: str = MODELS,
        nursery: Nursery | None = None,
        reported_within: float = REPORTED_WITHIN,
    ) -> None:
        self.store = store
        self.max_running = max_running or max(1, _cores() // 2)
        self._nursery = nursery or make_nursery()
        self.judge = Judge(self._nursery, store, models)
        self.detective = Detective(self._nursery, store.root)
        self.exporter = Exporter(self._nursery)
        self.moments = MomentReader()
        self._job = job
        self._lock = threading.RLock()
        self._line = Line()
        self._series: dict[Hashable, Series] = {}  # that train nothing just now, by what they train
        self._training: dict[str, _Training] = {}
        self._reported_within, self._watch = reported_within, min(WATCH, reported_within)
        self._last_words: dict[str, Words] = {}
        self._spare: Spare | None = None
        self._is_warm = False
        self._closing = False
        self._thread: threading.Thread | None = None
        self._woken, self._wake = multiprocessing.Pipe(duplex=False)

    # ------------------------------------------------------------------------------- what pages call

    def start(self, *, take_up: bool = True, warm_after: float = 0.0) -> None:
        """Warm the fork server in the background and begin to serve the queue.

        Parameters
        ----------
        warm_after : float
            Seconds until the fork server starts to load TensorFlow, unless a run or a prediction needs it
            before; meanwhile the first page has the computer to itself.
        take_up : bool
            Also queue the runs that a process which is no more has left waiting, in their order.
        """
        with self._lock:
            if self._thread is not None or self._closing:
                return
            self._thread = threading.Thread(target=self._supervise, name="workers", daemon=True)
            self._thread.start()
        if warm_after:
            timer = threading.Timer(warm_after, self._warm)
            timer.daemon = True
            timer.start()
        else:
            self._warm()
        self.store.sweep()
        if take_up:
            self._take_up()

    def submit(self, config: RunConfig, *, name: str = "", owner: str = "", sweep: str = "") -> str:
        """Queue a new run; returns its id.

        Parameters
        ----------
        sweep : str
            The sweep that the run is one of: then it waits behind the runs that are of none.

        Raises
        ------
        RunError, WorkerError
            If its folder cannot be made, or the program is closing.
        """
        self.start()
        info = {"sweep": sweep} if sweep else {}
        run = self.store.create(config, info=info, name=name, owner=owner, hold=True)
        self._enqueue(run)
        return run.id

    def stop(self, id: str) -> None:
        """Take a run out of the queue, or end its training within a second, keeping its last full epoch.

        Raises
        ------
        RunError, WorkerError
            If there is no such run, it is not active, or cannot be asked to stop.
        """
        run = self.store.open(id)
        with self._lock:
            if waiting := self._line.leave(id):
                self._finish(waiting, "stopped", say(LEFT))
                return
            training = self._training.get(id)
            if training is not None:
                training.deadline = training.deadline or time.monotonic() + STOP_PATIENCE
                self._notify()
        if training is not None:
            with suppress(RunError):  # the deadline ends the child even when nothing can be written
                run.request_stop()
        elif run.is_held():  # another process on the same folder trains it
            run.request_stop()
        else:
            raise WorkerError(N_("This run is not being trained, so there is nothing to stop."))

    def withdraw(self, owner: str) -> int:
        """Take all waiting runs of an owner out of the queue; returns how many there were."""
        with self._lock:
            ids = [run.id for run in self._line if run.owner == owner]
            for run in filter(None, map(self._line.leave, ids)):
                self._finish(run, "stopped", say(LEFT))
        return len(ids)

    def resume(self, id: str, more_epochs: int) -> None:
        """Queue a run that has ended, to train `more_epochs` beyond those it has finished.

        Raises
        ------
        RunError, WorkerError
            If there is no such run, it is active or damaged, has nothing to continue from, or would get
            more than 100 epochs.
        """
        self.start()
        run = self.store.open(id)
        if not run.hold(LETTING_GO if run.state in ENDED else 0.5):
            raise WorkerError(N_("This run is already waiting or being trained."))
        try:
            _prepare(run, more_epochs)
            self._enqueue(run)
        except BaseException as error:
            run.release()
            if isinstance(error, OSError):
                message = N_("The run could not be continued: {reason}.")
                raise WorkerError(message, reason=reason(error)) from error
            raise

    def queue(self) -> list[str]:
        """The ids of the waiting runs, next one first."""
        with self._lock:
            return [run.id for run in self._line]

    def running(self) -> list[str]:
        """The ids of the runs in training."""
        with self._lock:
            return list(self._training)

    @property
    def is_ready(self) -> bool:
        """Whether a child waits that has done all a run of the tutorial begins with."""
        return self._spare is not None

    def place(self, id: str) -> int | None:
        """A waiting run's place in the queue, 1 for the next; None when it is not waiting."""
        queue = self.queue()
        return queue.index(id) + 1 if id in queue else None

    def last_words(self, id: str) -> Words:
        """Why a run ended, when that could not be written into its folder; "" otherwise."""
        return self._last_words.get(id, "")

    def close(self) -> None:
        """End all children within seconds. Runs in training and in the queue are then interrupted."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
            self._notify()
        if self._thread is not None:
            self._thread.join(5)
        self.moments.close()
        self.judge.close()
        self.detective.close()
        self.exporter.close()
        with self._lock:
            for training in self._training.values():
                training.child.kill()
            for training in self._training.values():
                training.child.wait(2)
                self._settle(training)
                self._close(training)
            for run in self._line:
                run.release()
            for series in self._series.values():
                series.dismiss()
            self._training.clear()
            self._series.clear()
            self._line = Line()
        if self._spare is not None:
            self._spare.dismiss()
        self._nursery.close()
        self._woken.close()
        self._wake.close()

    def _warm(self) -> None:
        with self._lock:
            if self._closing:
                return
            try:
                self._nursery.warm()
            except OSError as error:
                log.error("The fork server could not be started: %s.", reason(error))
                return
            self._is_warm = True
            self._notify()

    # ------------------------------------------------------------------------------------- the queue

    def _enqueue(self, run: Run) -> None:
        with self._lock:
            if self._closing:
                run.release()
                raise WorkerError(N_("The program is closing."))
            self._last_words.pop(run.id, None)
            self._line.join(run)
            self._notify()

    def _take_up(self) -> None:
        waiting = [(files.read_progress(run.path)[0], run) for run in self.store.waiting()]
        in_order = sorted(
            ((progress.heartbeat, run.id, run) for progress, run in waiting if progress),
            key=lambda each: each[:2],
        )
        for _heartbeat, _id, run in in_order:
            with suppress(RunError, WorkerError):
                if not run.problem and run.hold(timeout=0):
                    log.info("run %s taken up: it was waiting when the program ended", run.id)
                    self._enqueue(run)

    def _notify(self) -> None:
        with suppress(OSError):
            self._wake.send_bytes(b"!")

    # -------------------------------------------------------------------------------- the supervisor

    def _supervise(self) -> None:
        while not self._closing:
            self._wait_for_news()
            with self._lock:
                if self._closing:
                    return
                self._collect()
                self._replace_what_hangs()
                self._launch()
                self._keep_a_spare()

    def _wait_for_news(self) -> None:
        with self._lock:
            sentinels = [training.child.sentinel for training in self._training.values()]
            sentinels += [t.series.connection for t in self._training.values() if t.series is not None]
            deadlines = [t.deadline for t in self._training.values() if t.deadline is not None]
        timeout = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
        if sentinels:
            timeout = self._watch if timeout is None else min(timeout, self._watch)
        wait([self._woken, *sentinels], timeout)
        while self._woken.poll():
            self._woken.recv_bytes()

    def _collect(self) -> None:
        for training in list(self._training.values()):
            if training.is_overdue:
                training.child.kill()
                training.is_killed = True
                training.deadline = time.monotonic() + 1  # until its end is reported
            if training.series is not None and training.series.has_news():
                self._collect_from(training.series, training)
            elif training.child.ended():
                del self._training[training.run.id]
                self._settle(training)
                self._close(training)

    def _replace_what_hangs(self) -> None:
        """A fork server that no longer forks, or no longer tells of ends, gives way to another one."""
        if self._nursery.replace_if_hung():
            for training in [each for each in self._training.values() if each.child.pid is None]:
                if training.deadline is None:
                    self._begin_again(training)
        if any(self._is_unreported(training) for training in self._training.values()):
            self._nursery.replace()

    def _is_unreported(self, training: _Training) -> bool:
        """Whether a child must have ended a while ago, and nobody has said so."""
        if training.child.pid is None:  # see `Nursery.replace_if_hung`: it may wait for TensorFlow
            return False
        if training.over_since is None:
            progress = files.read_progress(training.run.path)[0]
            is_over = training.is_killed or (progress is not None and progress.state in ENDED)
            training.over_since = time.monotonic() if is_over else None
            return False
        if time.monotonic() - training.over_since < self._reported_within:
            return False
        if not training.is_killed:  # it may only be slow to leave
            training.child.kill()
            training.is_killed, training.over_since = True, time.monotonic()
            return False
        training.over_since = time.monotonic()
        return True

    def _begin_again(self, training: _Training) -> None:
        """Start a run's child that the fork server has not come to start."""
        if training.child.wait(1):
            self._close(training)
        try:
            training.child, training.series = self._child_for(training.run)
        except (OSError, RunError) as error:
            del self._training[training.run.id]
            self._could_not_start(training.run, error)

    def _collect_from(self, series: Series, training: _Training) -> None:
        """A child has told how a run of its series ended, and waits for the next one."""
        exitcode = series.exitcode()
        if exitcode is None:  # it died in between, which `ended` will report
            training.series = None
            series.connection.close()
            return
        del self._training[training.run.id]
        self._settle(training, exitcode)
        if training.is_killed:
            series.dismiss()
        else:
            self._series[series.trains] = series

    @staticmethod
    def _close(training: _Training) -> None:
        if training.series is not None:
            training.series.connection.close()
        training.child.close()

    def _launch(self) -> None:
        while self._line and len(self._training) < self.max_running:
            run = self._line.next()
            if run.stop_requested():
                self._finish(run, "stopped", say(N_("The run was stopped before its training began.")))
                continue
            try:
                self._begin(run)
                child, series = self._child_for(run)
            except (OSError, RunError) as error:
                self._could_not_start(run, error)
                continue
            self._training[run.id] = _Training(run, child, series)
            log.info("run %s started: %s", run.id, run.config.network)
        for trains in [trains for trains in self._series if not self._line.has(trains)]:
            self._series.pop(trains).dismiss()

    def _could_not_start(self, run: Run, error: OSError | RunError) -> None:
        why = reason(error) if isinstance(error, OSError) else words_of(error)
        self._finish(run, "failed", say(N_("The training could not be started: {reason}."), reason=why))

    def _child_for(self, run: Run) -> tuple[Child, Series | None]:
        """A child that trains the run: that of its sweep, the spare one, which is ready, or a new one."""
        folder = os.fspath(run.path.resolve())
        trains = trained_with(run)
        if trains is not None:
            series = self._series.pop(trains, None)
            if series is None or not series.take(folder):
                series = Series.begun(self._nursery, trains, self._job)
                if not series.take(folder):
                    raise BrokenPipeError
            return series.child, series
        spare, self._spare = self._spare, None
        if spare is not None and spare.take(folder):
            return spare.child, None
        return self._nursery.start("fmnist.workers.training_child:train", [folder, self._job]), None

    def _keep_a_spare(self) -> None:
        """While nothing trains, have a child ready that has done all a run of the tutorial begins with."""
        if not self._is_warm or self._job != TRAINING or self._spare or self._training or self._line:
            return
        with suppress(OSError):
            self._spare = Spare(
                *self._nursery.start_talking("fmnist.workers.training_child:train_when_told", [self._job])
            )

    def _begin(self, run: Run) -> None:
        done, now = len(run.history), time.time()
        run.write_progress(
            Progress(
                "running",
                epoch=done,
                epochs=run.config.epochs,
                message=say(N_("Getting ready: loading TensorFlow and the images.")),
                heartbeat=now,
                started=now,
            )
        )

    def _settle(self, training: _Training, exitcode: int | None = None) -> None:
        """A run's child has ended, or told how the run did: see to it that the run says so."""
        run = training.run
        exitcode = training.child.exitcode if exitcode is None else exitcode
        progress = files.read_progress(run.path)[0]
        if progress is not None and progress.state in ENDED:
            _log_end(run, progress.state, progress.message)
            run.release()
        elif self._closing:
            log.info("run %s interrupted: the program is closing", run.id)
            run.release()
        elif training.deadline is not None:
            self._finish(run, "stopped", stopped(len(run.history)))
        elif exitcode == TERMINATED:
            log.info("run %s interrupted: its process was asked to end (SIGTERM)", run.id)
            run.release()
        else:
            self._finish(run, "failed", died(exitcode, len(run.history)))

    def _finish(self, run: Run, state: str, message: Words) -> None:
        """Write how a run ended, and give it up; where nothing can be written it counts as interrupted."""
        try:
            run.remove_leftovers()
            run.end(state, message)
        except OSError as error:
            unnoted = N_("This could not be noted in the run's folder: {reason}.")
            message = row(message, say(unnoted, reason=reason(error)))
            self._last_words[run.id] = message
        _log_end(run, state, message)
        run.release()


def _prepare(run: Run, more_epochs: int) -> None:
    """Check that a run can go on, and put it into the state "queued"."""
    state, done = run.progress.state, len(run.history)  # its owner is this process: no longer "interrupted"
    if run.problem:
        raise WorkerError(N_("This run is damaged and cannot be continued. {problem}"), problem=run.problem)
    if state == "failed" and not done:
        raise WorkerError(N_("This run has no finished epoch to continue from: start a new one."))
    if isinstance(more_epochs, bool) or not isinstance(more_epochs, int) or more_epochs < 1:
        raise WorkerError(N_("Continue for at least one more epoch."))
    if done + more_epochs > MOST_EPOCHS:
        message = N_(
            "A run can have {most} epochs in all. This one has finished {done}, "
            "so at most {left} more are possible."
        )
        raise WorkerError(message, most=MOST_EPOCHS, done=done, left=MOST_EPOCHS - done)
    if done and not run.model_path.is_file():
        raise WorkerError(N_("The model of this run is missing, so it cannot be continued."))
    run.set_epochs(done + more_epochs)
    run.clear_stop()
    run.begin()


def _log_end(run: Run, state: str, message: Words) -> None:
    level = logging.WARNING if state == "failed" else logging.INFO
    log.log(level, "run %s %s: %s", run.id, state, in_english(message).replace("\n", " "))


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
