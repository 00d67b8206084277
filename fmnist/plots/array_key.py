"""An array as the key of a cache: pictures that many visitors see are made once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class ArrayKey:
    """A small array, equal to another where type, shape and values are."""

    values: np.ndarray = field(compare=False)
    bytes: bytes
    kind: tuple[str, tuple[int, ...]]

    @classmethod
    def of(cls, values: np.ndarray) -> ArrayKey:
        """The key of an array, which is copied: whoever changes the array later changes no key."""
        kept = np.array(values)
        return cls(kept, kept.tobytes(), (kept.dtype.str, kept.shape))
