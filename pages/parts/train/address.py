"""The Train page's settings in its address."""

from __future__ import annotations

from typing import Any

from fmnist.language import Words
from fmnist.lesson import train_address
from fmnist.networks.config import RunConfig
from pages.parts.shell.page_address import PageAddress

DEFAULTS = RunConfig().as_dict()


def _read(asked: dict[str, str]) -> tuple[dict[str, Any], list[Words]]:
    chosen, notices = train_address.read(asked)
    return DEFAULTS | chosen, notices


_address = PageAddress("train", DEFAULTS, _read, train_address.write)
read, write = _address.read, _address.write
