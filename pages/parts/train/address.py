"""The Train page's settings in its address: those of a run, the experiment that is open, the sweep shown."""

from __future__ import annotations

from fmnist.lesson.train_address import EXPERIMENT, FORM, SWEEP, WRONG_LABELS
from pages.parts.shell.page_address import PageAddress

form = PageAddress("train", FORM)
labels = PageAddress("labels", WRONG_LABELS)  # which images these are depends on who looks
experiment = PageAddress("experiment", EXPERIMENT)  # a link to an experiment leaves the form as it is
sweep = PageAddress("sweep", SWEEP)
