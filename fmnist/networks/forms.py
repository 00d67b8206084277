"""The forms in which a network takes fewer bytes: bits of a weight, and whether the smallest half is 0."""

from __future__ import annotations

from typing import NamedTuple

WHOLE = 32  # bits of a weight as trained
BITS = (WHOLE, 8, 4, 3, 2)


class Form(NamedTuple):
    """How many bits a weight has, and whether the smallest half of each layer's weights is 0."""

    bits: int = WHOLE
    halved: bool = False


FORMS = tuple(Form(bits, halved) for halved in (False, True) for bits in BITS)
