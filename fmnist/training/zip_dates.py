"""Saving a model while the clock is wrong."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

_Date: TypeAlias = tuple[int, int, int, int, int, int]
EARLIEST: _Date = (1980, 1, 1, 0, 0, 0)


class _LateEnough(zipfile.ZipInfo):
    """What an archive notes of a file in it, with the earliest date there can be instead of one before."""

    def __init__(self, filename: str = "NoName", date_time: _Date = EARLIEST) -> None:
        super().__init__(filename, max(date_time, EARLIEST))


@contextmanager
def early_clock_allowed() -> Iterator[None]:
    """While Keras writes a model, an archive: those know no dates before 1980, and `zipfile` refuses them.

    A small computer without a battery for its clock begins in 1970, and stays there without a network.
    """
    if time.localtime(time.time()).tm_year >= EARLIEST[0]:
        yield
        return
    before, zipfile.ZipInfo = zipfile.ZipInfo, _LateEnough  # type: ignore[misc]  # on purpose, for a while
    try:
        yield
    finally:
        zipfile.ZipInfo = before  # type: ignore[misc]
