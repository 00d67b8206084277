"""The Explore page's settings in its address."""

from __future__ import annotations

from fmnist.lesson.explore_address import SETTINGS
from pages.parts.shell.page_address import PageAddress

_address = PageAddress("explore", SETTINGS)
read, write, bound = _address.read, _address.write, _address.bound
