"""A run in words: how far it is, what sets it apart, how long it took. For the pages and the command line."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields
from statistics import median
from typing import TypeVar

from fmnist.language import N_, _, n_
from fmnist.lesson import experiments
from fmnist.networks.architectures import NETWORKS
from fmnist.networks.changed_labels import changes_in
from fmnist.networks.config import RANGES, RunConfig
from fmnist.runs.store import EpochRow, Progress

T = TypeVar("T")

EPOCHS_TIMED = 3  # of the last ones, to tell a run's speed
SILENCE = 30.0  # seconds without a word after which a run in training may hang
COMPILING = 5.0  # seconds after which the time a first epoch took to compile hardly counts

STATE_WORDS = {
    "queued": N_("waiting"),
    "running": N_("training"),
    "finished": N_("finished"),
    "stopped": N_("stopped"),
    "failed": N_("failed"),
    "interrupted": N_("interrupted"),
    "damaged": N_("damaged"),
}
SETTING_WORDS = {
    "hidden_units": N_("{value} units"),
    "hidden_layers": N_("{value} hidden layers"),
    "activation": "{value}",
    "last_layer": N_("logits"),
    "dropout": N_("dropout {value:g}"),
    "optimizer": "{value}",
    "learning_rate": N_("rate {value:g}"),
    "schedule": "{value}",
    "batch_size": N_("batch {value}"),
    "label_smoothing": N_("label smoothing {value:g}"),
    "validation_share": N_("{value:.0%} validation"),
    "early_stopping": N_("patience {value}"),
    "seed": N_("seed {value}"),
    "training_images": N_("{value:,} images"),
    "shifts": N_("moved by up to {value}"),
    "turns": N_("turned by up to {value}°"),
    "attacked": N_("attacked by ±{value}"),
}
SWITCH_WORDS = {
    "scale_pixels": N_("pixels not scaled"),
    "shuffle_labels": N_("labels shuffled"),
    "learn_drawings": N_("also drawings"),
}


def per_cent(share: float | None) -> float | None:
    """A share, 0 to 1, as the tables show it: from 0 to 100."""
    return None if share is None else 100 * share


def share_done(progress: Progress) -> float:
    """How much of the training is done, 0 to 1."""
    within = progress.step / progress.steps if progress.steps else 0.0
    return min(1.0, (progress.epoch + min(within, 1.0)) / max(1, progress.epochs))


def elapsed(progress: Progress, now: float | None = None) -> float:
    """Seconds of training so far. A clock that was set back counts as no time passed."""
    if progress.started is None:
        return 0.0
    return max(0.0, (progress.finished or now or time.time()) - progress.started)


def remaining(progress: Progress, history: Sequence[EpochRow] = (), now: float | None = None) -> float | None:
    """Seconds the run still needs at its present speed; None while it is too early to say.

    The last epochs tell the speed. In the first one only the time so far does, which has compiling in it.
    """
    share = share_done(progress)
    if history:
        recent = median(row.seconds for row in history[-EPOCHS_TIMED:])
        return recent * progress.epochs * (1 - share)
    so_far = elapsed(progress, now)
    return so_far / share * (1 - share) if so_far >= COMPILING and share > 0.01 else None


def progress_line(progress: Progress, history: Sequence[EpochRow] = (), now: float | None = None) -> str:
    """For instance "Epoch 3 of 5 · 46 % · 1.2 s so far · about 1.4 s left"."""
    left = remaining(progress, history, now)
    parts = [
        _("Epoch {epoch} of {epochs}").format(
            epoch=min(progress.epoch + 1, progress.epochs), epochs=progress.epochs
        ),
        f"{share_done(progress):.0%}",
        _("{time} so far").format(time=duration(elapsed(progress, now))),
    ]
    if left is not None:
        parts.append(_("about {time} left").format(time=duration(left)))
    return " · ".join(parts)


def silence(progress: Progress, now: float | None = None) -> str:
    """For how long a run in training has not been heard of, in words; "" when that is nothing unusual.

    While it trains it reports several times a second; getting ready takes some seconds without a word.
    """
    seconds = (time.time() if now is None else now) - progress.heartbeat
    return duration(seconds) if progress.state == "running" and seconds > SILENCE else ""


def duration(seconds: float) -> str:
    """Seconds as a person says them: "0.4 s", "12 s", "3 min 20 s", "1 h 5 min"."""
    if seconds < 9.95:
        return _("{seconds} s").format(seconds=f"{seconds:.1f}")
    whole = round(seconds)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min").format(hours=whole // 3600, minutes=whole % 3600 // 60)


def title(name: str, config: RunConfig | None) -> str:
    """What to call a run: its name, or the network and the settings that differ from the tutorial."""
    if name or config is None:
        return experiments.name_shown(name) or _("Damaged run")
    return _(", ").join(filter(None, [network_title(config), differing_settings(config)]))


def differing_settings(config: RunConfig) -> str:
    """The settings but epochs that are not the tutorial's and matter here: "512 units, rate 0.01"."""
    default = RunConfig(network=config.network)
    unused = {"hidden_units", "hidden_layers", "activation", "dropout"} - set(
        NETWORKS[config.network].settings
    )
    recommended = NETWORKS[config.network].training
    as_recommended = all(getattr(config, name) == value for name, value in recommended.items())
    unused |= set(recommended) if as_recommended else set()
    words = [_("as recommended")] if recommended and as_recommended else []
    for field in fields(RunConfig):
        value = getattr(config, field.name)
        if field.name in unused or value == getattr(default, field.name):
            continue
        if field.name in SETTING_WORDS:
            value = _(value) if isinstance(value, str) else value
            words.append(_(SETTING_WORDS[field.name]).format(value=value))
        elif field.name in SWITCH_WORDS:
            words.append(_(SWITCH_WORDS[field.name]))
        elif field.name == "changed_labels":
            words.append(labels_changed(value))
    return _(", ").join(words)


def labels_changed(text: str) -> str:
    """What a run's `changed_labels` are, in words: "200 images left out, 3 labels corrected"."""
    changes = list(changes_in(text).values())
    gone = sum(label is None for label in changes)
    corrected = len(changes) - gone
    words = []
    if gone:
        words.append(n_("{count:,} image left out", "{count:,} images left out", gone).format(count=gone))
    if corrected:
        words.append(
            n_("{count:,} label corrected", "{count:,} labels corrected", corrected).format(count=corrected)
        )
    return _(", ").join(words) or _("all labels as they are")


def network_title(config: RunConfig) -> str:
    """The name of the run's network."""
    return _(NETWORKS[config.network].title)


def by_distinct_names(named: list[tuple[str, T]]) -> dict[str, T]:
    """A table by name in which equal names are numbered, "Tutorial" and "Tutorial (2)"."""
    table: dict[str, T] = {}
    for name, value in named:
        number, distinct = 1, name
        while distinct in table:
            number += 1
            distinct = f"{name} ({number})"
        table[distinct] = value
    return table


def epochs_left(history: Sequence[EpochRow]) -> int:
    """How many epochs a run can be continued for, at most."""
    return int(RANGES["epochs"].high) - len(history)
