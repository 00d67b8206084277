"""How a run ended that did not say so itself, in sentences."""

from __future__ import annotations

import signal

from fmnist.language import N_, Words, row, say
from fmnist.workers.training_child import BUSY, CANNOT_WRITE

KILLED, TERMINATED = -9, -15  # exit codes of children that these signals ended; Windows names neither


def stopped(done: int) -> Words:
    """Of a run that was stopped after so many finished epochs."""
    if not done:
        return say(N_("Stopped before the first full epoch."))
    return say(N_("Stopped. The last full epoch ({done}) is kept."), done=done)


def died(exitcode: int | None, done: int) -> Words:
    """Of a run whose child ended with this exit code, None when not known, before the run did."""
    if exitcode == CANNOT_WRITE:
        return say(
            N_("The run could not write into its folder: the disk is full, or the folder gone or read-only.")
        )
    if exitcode == BUSY:
        return say(N_("Another process was still writing into this run's folder. Try again in a moment."))
    kept = N_("Its finished epochs are kept; the log may say more.")
    if not done:
        kept = N_("No epoch was finished; the log may say more.")
    return row(_way_of_death(exitcode), say(kept))


def _way_of_death(exitcode: int | None) -> Words:
    if exitcode == KILLED:
        how = N_(
            "The process that trained this run was killed, for instance because the memory of this computer "
            "ran out."
        )
        return say(how)
    if exitcode is not None and exitcode < 0:
        how = N_("The process that trained this run crashed ({signal}).")
        return say(how, signal=_signal_name(-exitcode))
    how = N_("The process that trained this run ended without a word (exit status {status}).")
    return say(how, status=exitcode)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
