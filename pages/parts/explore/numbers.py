"""The 784 numbers of an image, each on its pixel."""

from __future__ import annotations

import numpy as np

from fmnist.language import N_, _
from fmnist.plots.colors import white_ink_from
from pages.parts.shell.component import component

HINT = N_("28 rows of 28 numbers are all that a network sees. Point at one or tap it to read it.")
READOUT = N_("row {row}, column {column}: {value} of 255, scaled {scaled}")

_numbers = component(
    "image_numbers", '<div class="numbers"><table></table><output></output></div>', "explore/numbers"
)


def show(image: np.ndarray, words: str, key: str) -> None:
    """Show an image, uint8 (28, 28), as numbers; `words` is the text alternative of the table."""
    texts = {"words": words, "hint": _(HINT), "readout": _(READOUT)}
    values = {"values": image.ravel().tolist(), "white_ink_from": white_ink_from()}
    _numbers(key=key, data=values | texts)
