"""How long a training will take here: an estimate by its arithmetic, scaled by what the last runs took."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from fmnist.networks.architectures import is_dense, seconds_per_epoch
from fmnist.networks.config import RunConfig
from fmnist.runs.files import EpochRow
from fmnist.runs.snapshot import Snapshot

RUNS_TIMED = 3  # the last ones; earlier ones may have had the machine to themselves, or not
EPOCHS_TIMED = 3  # of each, the last ones: the first has compiling in it


def seconds(config: RunConfig, runs: Sequence[Snapshot]) -> float:
    """About how many seconds all epochs of a run with these settings take on this machine.

    Parameters
    ----------
    config : RunConfig
    runs : sequence of Snapshot
        Those at hand, the newest first. Runs of the same network tell most; without any, those of the same
        kind (dense or convolutional); without these, two ordinary cores are assumed.
    """
    return seconds_per_epoch(config) * config.epochs * slowness(config, runs)


def slowness(config: RunConfig, runs: Sequence[Snapshot]) -> float:
    """How many times longer than estimated such runs take here."""
    known = [(run.config, run.history) for run in runs if run.config is not None and run.history]
    same = [each for each in known if each[0].network == config.network]
    alike = [each for each in known if is_dense(each[0]) == is_dense(config)]
    measured = [_slowness_of(*each) for each in (same or alike)[:RUNS_TIMED]]
    return median(measured) if measured else 1.0


def _slowness_of(config: RunConfig, history: Sequence[EpochRow]) -> float:
    last = history[1:][-EPOCHS_TIMED:] or history
    return median(row.seconds for row in last) / seconds_per_epoch(config)
