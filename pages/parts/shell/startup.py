"""What happens beside the visits: at the start, so that pages are quick, meanwhile, and at the end."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import importlib
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit import runtime

from fmnist.plots import kept_figures
from pages.parts.shell import descriptors, shared

PARTS = ("explore.classes", "explore.facts", "explore.grid", "explore.image", "explore.map", "train.live")
PATIENCE = 1.5  # seconds the first answer waits for what the first page needs
MMAP_THRESHOLD, ARENA_MAX = -3, -8  # M_MMAP_THRESHOLD and M_ARENA_MAX of glibc's malloc.h
LARGE = 256 * 1024  # bytes of an array that gets memory of its own, which goes back as soon as it is free
TIDYING = 5.0  # seconds between two looks for visitors who have left


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Get ready, tidy up from time to time, and at the end interrupt what trains."""
    _share_heaps()
    descriptors.prepare()
    ready = threading.Event()
    threading.Thread(target=_get_ready, args=(ready,), name="startup", daemon=True).start()
    await asyncio.to_thread(ready.wait, PATIENCE)
    tidying = asyncio.create_task(_keep_tidy())
    yield
    tidying.cancel()
    await asyncio.to_thread(shared.close)


def _share_heaps() -> None:
    """Let threads share two heaps, with no large arrays in them.

    Each visitor's script runs in a thread of its own. With a heap for each, as glibc likes it, thirty people
    left a hundred megabytes behind; large arrays among small things left holes.
    """
    if sys.platform == "linux":
        adjust = getattr(ctypes.CDLL(None), "mallopt", None)
        if adjust:
            adjust(ARENA_MAX, 2)
            adjust(MMAP_THRESHOLD, LARGE)


def _get_ready(ready: threading.Event) -> None:
    shared.begin_to_load()
    for part in PARTS:  # chart and picture libraries take a second to import
        importlib.import_module(f"pages.parts.{part}")
    kept_figures.draw_ahead(dark=False)
    ready.set()
    kept_figures.draw_ahead(dark=True)
    _spare_the_collector()


def _spare_the_collector() -> None:
    """Take what lives as long as the server out of garbage collection.

    Streamlit collects after every script it runs. Walking over all that the libraries have loaded took 0.1 s
    of each click, with all other visitors waiting.
    """
    gc.collect()
    gc.freeze()


async def _keep_tidy() -> None:
    """Give back the memory of visitors who have left.

    Streamlit forgets a visitor some time after the connection ended, but looks for such only when the next
    one leaves, and the system's allocator keeps what was freed.
    """
    while True:
        await asyncio.sleep(TIDYING)
        if _forget_visitors():
            await asyncio.to_thread(_give_memory_back)


def _forget_visitors() -> bool:
    """Drop the sessions that nobody can come back to; whether there were any."""
    try:
        return bool(runtime.get_instance()._session_mgr._session_storage._cache.expire())
    except AttributeError:  # another Streamlit keeps them elsewhere, and as long as it likes
        return False


def _give_memory_back() -> None:
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's; musl has none
        if trim:
            trim(0)
