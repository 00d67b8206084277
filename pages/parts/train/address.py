"""The Train page's settings in its address: those of a run, and which experiment is open."""

from __future__ import annotations

from fmnist.lesson.train_address import EXPERIMENT, FORM
from pages.parts.shell.page_address import PageAddress

form = PageAddress("train", FORM)
experiment = PageAddress("experiment", EXPERIMENT)  # a link to an experiment leaves the form as it is
