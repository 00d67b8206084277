"""Whether training leaves anything behind: 50 real runs in a row, and what the parent process then holds.

Run it:  python -m benchmarks.many_runs [--runs 50]
Asked: the parent grows by less than 20 MB, and no process, thread or file descriptor is left over. The
parent is this process, which does what the web process does: it submits, reads the folder, lists the runs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from fmnist.networks.config import RunConfig
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import Store
from fmnist.workers.queue import Workers

RUNS, WARM_UP = 50, 3
ASKED = 20.0  # MB
CONFIG = RunConfig(epochs=1, training_images=2_000, batch_size=100)


class Held(NamedTuple):
    """What the parent process holds."""

    memory: float  # MB
    processes: int
    threads: int
    descriptors: int


def main() -> int:
    """Print what was held before and after; 0 when nothing but a little memory was added."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        workers = Workers(Store(Path(folder) / "runs"))
        workers.start()
        _train(workers, WARM_UP)
        before, began = _held(workers), time.perf_counter()
        _train(workers, runs)
        seconds, after = time.perf_counter() - began, _held(workers)
        states = [summary.state for summary in workers.store.list()]
        workers.close()
        closed = len(psutil.Process().children(recursive=True))
    assert states == ["finished"] * (runs + WARM_UP), states
    grown = after.memory - before.memory
    print(f"{runs} runs in {seconds:.0f} s ({seconds / runs:.2f} s each)")
    print(
        f"  memory of the parent {before.memory:.1f} MB, then {after.memory:.1f} MB: {grown:+.1f} MB", end=""
    )
    print(f"  (asked: less than {ASKED:.0f} MB)")
    for name in ("processes", "threads", "descriptors"):
        print(f"  {name}: {getattr(before, name)}, then {getattr(after, name)}")
    print(f"  processes after closing: {closed}")
    return 0 if grown < ASKED and after[1:] == before[1:] and closed == 0 else 1


def _train(workers: Workers, count: int) -> None:
    for _ in range(count):
        run = workers.store.open(workers.submit(CONFIG))
        while run.state in ACTIVE:
            workers.store.list()
            _ = run.history, run.batches, run.log
            time.sleep(0.1)
        _ = run.predictions


def _held(workers: Workers) -> Held:
    while workers.running() or not workers.is_ready:  # the last child may still be leaving, the next coming
        time.sleep(0.01)
    this = psutil.Process()
    return Held(
        this.memory_info().rss / 1e6,
        len(this.children(recursive=True)),
        threading.active_count(),
        this.num_fds() if hasattr(this, "num_fds") else this.num_handles(),
    )


if __name__ == "__main__":
    sys.exit(main())
