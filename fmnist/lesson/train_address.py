"""What the Train page shows, as tables of settings that an address carries, and what a link can hide."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from fmnist.language import N_
from fmnist.lesson.experiments import EXPERIMENTS
from fmnist.lesson.kinds import Kind, OneNumberOf, OneOf, Switch, Text, Whole
from fmnist.lesson.settings import Control, Setting, Settings
from fmnist.networks.architectures import NETWORKS
from fmnist.networks.changed_labels import MOST as MOST_CHANGED
from fmnist.networks.config import CHOICES, RANGES, RunConfig

STEPS: dict[str, tuple[float, ...]] = {
    "learning_rate": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0),
    "dropout": RANGES["dropout"].offered(),
    "validation_share": RANGES["validation_share"].offered(),
    "label_smoothing": RANGES["label_smoothing"].offered(),
}
"""The values that the form offers where it does not take every number."""
_BY_TITLE = {network.title: key for key, network in NETWORKS.items()}  # as earlier versions wrote it
_TITLES = {
    "network": N_("Network"),
    "hidden_layers": N_("Hidden layers"),
    "hidden_units": N_("Hidden units"),
    "activation": N_("Activation"),
    "last_layer": N_("Last layer"),
    "dropout": N_("Dropout"),
    "epochs": N_("Epochs"),
    "optimizer": N_("Optimizer"),
    "learning_rate": N_("Learning rate"),
    "schedule": N_("Learning-rate schedule"),
    "batch_size": N_("Batch size"),
    "label_smoothing": N_("Label smoothing"),
    "validation_share": N_("Validation share"),
    "early_stopping": N_("Early stopping"),
    "seed": N_("Seed"),
    "training_images": N_("Training images"),
    "scale_pixels": N_("Scale the pixels"),
    "shuffle_labels": N_("Shuffle the labels"),
    "learn_drawings": N_("Learn from drawings"),
    "shifts": N_("Learn moved photos"),
    "turns": N_("Learn turned photos"),
    "attacked": N_("Learn attacked photos"),
}
_DEFAULTS = {field.name: field.default for field in fields(RunConfig)}


def _kind(name: str, default: Any) -> Kind:
    if name in CHOICES:
        return OneOf(CHOICES[name], aliases=_BY_TITLE if name == "network" else None)
    if isinstance(default, bool):
        return Switch()
    if name in STEPS:
        return OneNumberOf(STEPS[name])
    bounds = RANGES[name]
    return Whole(int(bounds.low), int(bounds.high))


FORM = Settings(
    *(
        Setting(name, title, kind=_kind(name, _DEFAULTS[name]), default=_DEFAULTS[name])
        for name, title in _TITLES.items()
    )
)
"""The settings of a run; each is a field of `RunConfig`."""
KEPT, LEFT_OUT, CORRECTED = "kept", "left-out", "corrected"
WRONG_LABEL_NAMES = {
    KEPT: N_("learned as they are"),
    LEFT_OUT: N_("left out"),
    CORRECTED: N_("corrected by the networks"),
}
ME, NETWORKS_DOUBT = "me", "networks"
DOUBTED_BY_NAMES = {ME: N_("judged wrong by you"), NETWORKS_DOUBT: N_("most doubted by networks")}
WRONG_LABELS = Settings(
    Setting("wrong_labels", N_("Doubtful labels"), kind=OneOf(tuple(WRONG_LABEL_NAMES))),
    Setting("doubted_by", N_("Doubtful labels: by whom"), False, OneOf(tuple(DOUBTED_BY_NAMES))),
    Setting("most_doubtful", N_("Doubtful labels: how many"), False, Whole(1, MOST_CHANGED), 1_000),
)
"""What becomes of labels that a visitor or a network doubts: which ones, the page looks up at the start."""
EXPERIMENT = Settings(
    Setting("experiment", N_("Guided experiment"), False, OneOf(tuple(EXPERIMENTS), may_be_none=True))
)
SWEEP = Settings(Setting("sweep", N_("Sweep"), False, Text()))
"""Which sweep is shown in the place of a run."""
CONTROLS = (
    *FORM.values(),
    *WRONG_LABELS.values(),
    Control("try_many", N_("Try many")),
    Control("presets", N_("Presets")),
    Control("code", N_("Show me the code")),
    Control("log", N_("Log")),
    Control("runs_part", N_("The table of runs")),
    *EXPERIMENT.values(),
    *SWEEP.values(),
)
