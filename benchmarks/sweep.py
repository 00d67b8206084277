"""25 runs as a sweep against 25 runs started one by one: python -m benchmarks.sweep [--runs 25] [--epochs 3]

Trains the tutorial's network with five learning rates and five seeds, both ways, in an empty folder each, and
prints the time from the first submission to the last end, the processor time of the children, and by how much
the test accuracies differ. On a computer that others use, the processor time is the one to compare.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from fmnist.networks.config import RunConfig
from fmnist.networks.sweep import plan
from fmnist.runs.store import Store, new_id
from fmnist.workers.queue import Workers

RATES, SEEDS = (0.0003, 0.001, 0.003, 0.01, 0.03), (0, 1, 2, 3, 4)
POLL = 0.02  # seconds


def main() -> None:
    """Measure both ways and print how they compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    planned = plan(RunConfig(epochs=options.epochs), {"learning_rate": RATES, "seed": SEEDS})
    configs = planned.configs[: options.runs]
    alone = measured("one by one", configs, "")
    together = measured("as a sweep", configs, new_id())
    apart = max(abs(one - other) for one, other in zip(alone[2], together[2], strict=True))
    print(f"time {together[0] / alone[0]:.2f}, processor time {together[1] / alone[1]:.2f} of one by one")
    print(f"test accuracies differ by {apart:.4f} at most")


def measured(name: str, configs: Sequence[RunConfig], sweep: str) -> tuple[float, float, list[float]]:
    """Seconds, seconds of the processor, and test accuracies of these runs."""
    with tempfile.TemporaryDirectory() as folder:
        workers = Workers(Store(Path(folder)), max_running=1)
        workers.start()
        wait_until(lambda: workers.is_ready)
        server = psutil.Process(workers._nursery._server.pid)
        began, used = time.monotonic(), of_children(server)
        ids = [workers.submit(config, sweep=sweep) for config in configs]
        wait_until(lambda: not workers.queue() and not workers.running())
        took = time.monotonic() - began
        wait_until(lambda: workers.is_ready)  # the last child has been reaped
        used = of_children(server) - used
        accuracies = [workers.store.snapshot(id).test_accuracy for id in ids]
        workers.close()
    print(f"{name}: {len(ids)} runs in {took:.1f} s, {used:.1f} s of the processor", flush=True)
    return took, used, accuracies


def of_children(server: psutil.Process) -> float:
    """Processor time of the children of a process that have ended, in seconds."""
    times = server.cpu_times()
    return times.children_user + times.children_system


def wait_until(condition) -> None:
    """Return once the condition holds."""
    while not condition():
        time.sleep(POLL)


if __name__ == "__main__":
    main()
