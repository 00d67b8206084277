"""Stand-ins for training and prediction, so that what surrounds them is tested in milliseconds."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import sys
import time
import zipfile
from dataclasses import dataclass, replace

import numpy as np

from fmnist.runs.store import EpochRow, Run

KILL = 9  # signal.SIGKILL, by a name that there is also where Windows is played


@dataclass(frozen=True)
class Outcome:
    state: str
    message: str


def quick(run: Run) -> Outcome:
    """All epochs at once."""
    return _train(run, lambda epoch: None)


def patient(run: Run) -> Outcome:
    """An epoch every 50 ms; heeds a request to stop."""
    return _train(run, lambda epoch: time.sleep(0.05))


def patient_and_long(run: Run) -> Outcome:
    """As patient, for a hundred epochs whatever was asked for."""
    run.set_epochs(100)
    return patient(run)


def deaf(run: Run) -> Outcome:
    """One epoch, then never an end and no ear for a request to stop."""
    return _train(run, lambda epoch: time.sleep(3600 if epoch > 1 else 0), heeds_stop=False)


def busy(run: Run) -> Outcome:
    """One epoch, then a computation in native code that never gives Python's lock back."""

    def work(epoch: int) -> None:
        if epoch > 1:
            ctypes.PyDLL(None).sleep(3600)

    return _train(run, work, heeds_stop=False)


def crash(run: Run) -> Outcome:
    """One epoch, then a native crash that the log should tell of."""

    def work(epoch: int) -> None:
        if epoch > 1:
            os.write(2, b"malloc(): corrupted top size\n")
            os.kill(os.getpid(), signal.SIGABRT)

    return _train(run, work)


def killed(run: Run) -> Outcome:
    """One epoch, then what the kernel does when memory runs out."""
    return _train(run, lambda epoch: os.kill(os.getpid(), signal.SIGKILL) if epoch > 1 else None)


def leaves(run: Run) -> Outcome:
    """One epoch, then an exit without a word."""
    return _train(run, lambda epoch: os._exit(7) if epoch > 1 else None)


def full_disk(run: Run) -> Outcome:
    """One epoch, then the error of a full disk."""

    def work(epoch: int) -> None:
        if epoch > 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    return _train(run, work)


def fills_disk(run: Run) -> Outcome:
    """One epoch, then fills the disk for good and goes on writing."""

    def work(epoch: int) -> None:
        if epoch > 1:
            with open(run.path.parent / "filling", "wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))

    return _train(run, work)


def wrong(run: Run) -> Outcome:
    """An error nobody foresaw."""
    raise TypeError("an error nobody foresaw")


def reports(run: Run) -> Outcome:
    """Says in the log what sort of process it is."""
    print("main", sys.modules["__main__"].__spec__.name, "__mp_main__" in sys.modules)
    print("nice", os.nice(0))
    print("group", os.getpgid(0) == os.getpid())
    print("fork server", os.getppid())
    if hasattr(os, "SCHED_IDLE"):
        print("starved when others are busy", os.sched_getscheduler(0) == os.SCHED_IDLE)
    return quick(run)


def names_its_process(run: Run) -> Outcome:
    """As patient; says which process trained it."""
    outcome = patient(run)
    return replace(outcome, message=str(os.getpid())) if outcome.state == "finished" else outcome


def killed_with_seed_1(run: Run) -> Outcome:
    """As killed, but only this run of a series."""
    return killed(run) if run.config.seed == 1 else names_its_process(run)


def _train(run: Run, work, *, heeds_stop: bool = True) -> Outcome:
    epochs, progress = run.config.epochs, run.progress
    for epoch in range(len(run.history) + 1, epochs + 1):
        work(epoch)
        if heeds_stop and run.stop_requested():
            return Outcome("stopped", f"Stopped after {epoch - 1} epochs.")
        run.save_model(_save)
        run.append_epoch(
            EpochRow(epoch, 1 / epoch, 0.8, seconds=0.01, test_loss=1 / epoch, test_accuracy=0.8)
        )
        run.write_progress(replace(progress, epoch=epoch, epochs=epochs))
        print(f"Epoch {epoch}/{epochs}")
    return Outcome("finished", "All epochs are done.")


def _save(path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights", b"123")


class Models:
    """Answers about models without loading any."""

    def __init__(self) -> None:
        self.requests = 0

    def predict(self, path: str, images: np.ndarray) -> np.ndarray:
        self.requests += 1
        mean = int(images.mean())
        if mean == 66:
            os.kill(os.getpid(), KILL)
        if mean == 67:
            time.sleep(3600)
        if mean == 68:
            raise ValueError("no such layer")
        if mean == 69 and not os.path.exists(f"{path}.once"):
            open(f"{path}.once", "w").close()
            os.kill(os.getpid(), KILL)
        return np.full((len(images), 10), mean, np.float32)

    def judge(self, path: str, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if os.path.exists(f"{path}.broken"):
            raise ValueError("a broken file")
        return self.hidden(path, images), self.predict(path, images)

    def hidden(self, path: str, images: np.ndarray) -> np.ndarray:
        return np.full((len(images), 1), os.getpid(), np.float64)

    def evidence(self, path: str, image: np.ndarray, classes: list[int]) -> np.ndarray:
        return np.stack([image.astype(np.float32) * label for label in classes])

    def dense_layers(self, path: str) -> tuple[list, float]:
        if os.path.exists(f"{path}.conv"):
            return [(np.zeros((9, 10), np.float32), np.zeros(10, np.float32), "softmax")], 255.0
        return [
            (np.full((784, 10), os.path.getsize(path), np.float32), np.zeros(10, np.float32), "softmax")
        ], 255.0

    def neighbours(self, path: str, image: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        return np.arange(count), np.zeros(count)


def write_environment(path: str) -> None:
    """No training: what the child's environment is."""
    with open(path, "w") as file:
        json.dump(dict(os.environ), file)
