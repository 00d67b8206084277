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
LONG_ENOUGH = 0.2  # seconds that an epoch should take: of a shorter one, starting it is the larger part
COMPILING_IS_LITTLE = 5.0  # seconds that a first epoch should take to tell anything


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
    for runs_alike in (same, alike):
        measured = [told for each in runs_alike if (told := _slowness_of(*each)) is not None]
        if measured:
            return median(measured[:RUNS_TIMED])
    return 1.0


def _slowness_of(config: RunConfig, history: Sequence[EpochRow]) -> float | None:
    """What a run tells; None if its epochs are so short that they tell nothing of longer ones."""
    expected = seconds_per_epoch(config)
    last = history[1:][-EPOCHS_TIMED:]
    if not last and expected >= COMPILING_IS_LITTLE:
        last = history
    if not last or expected < LONG_ENOUGH:
        return None
    return median(row.seconds for row in last) / expected
