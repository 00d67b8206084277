"""How long the table of runs takes: 500 run folders, every tenth damaged, listed cold and again.

Run it:  python -m benchmarks.run_list
Asked: under 300 ms for a first look. The folders are made in a temporary place and removed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from fmnist.data.facts import CLASSES, TEST_IMAGES
from fmnist.networks.config import RunConfig
from fmnist.runs.store import EpochRow, Run, Store

RUNS, EPOCHS, LOOKS = 500, 20, 7
ASKED = 0.3  # seconds
DAMAGED = ("config.json", "progress.json", "history.csv", "model.keras", "predictions.npz")


def main() -> int:
    """Print medians; 0 when the first look was as quick as asked."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "runs"
        _make(Store(root))
        cold = [_look(Store(root)) for _ in range(LOOKS)]  # a new Store remembers nothing
        store = Store(root)
        _look(store)
        again = [_look(store) for _ in range(LOOKS)]
    print(f"{RUNS} runs of {EPOCHS} epochs, {RUNS // 10} of them damaged, median of {LOOKS}:")
    print(f"  first look  {_shown(cold)}  (asked: under {ASKED * 1000:.0f} ms)")
    print(f"  next looks  {_shown(again)}")
    return 0 if statistics.median(cold) < ASKED else 1


def _make(store: Store) -> None:
    probabilities = np.full((TEST_IMAGES, CLASSES), 0.1, np.float32)
    for number in range(RUNS):
        run = store.create(RunConfig(epochs=EPOCHS), info={"data": {"is_real": True}}, name=f"Run {number}")
        run.save_model(_save)
        for epoch in range(1, EPOCHS + 1):
            run.append_epoch(EpochRow(epoch, 1 / epoch, 0.8, 1 / epoch, 0.8, 1.0, 1 / epoch, 0.8))
        run.write_predictions(probabilities)
        run.end("finished", "All epochs are done.")
        if number % 10 == 0:
            _damage(run, DAMAGED[number // 10 % len(DAMAGED)])


def _save(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights", bytes(100_000))


def _damage(run: Run, name: str) -> None:
    (run.path / name).write_bytes(b"\x00 not what it was")


def _look(store: Store) -> float:
    started = time.perf_counter()
    summaries = store.list()
    seconds = time.perf_counter() - started
    damaged = sum(summary.state == "damaged" for summary in summaries)
    assert (len(summaries), damaged) == (RUNS, RUNS // 10), (len(summaries), damaged)
    return seconds


def _shown(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:6.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
