"""What happens beside the visits: at the start, so that pages are quick, meanwhile, and at the end."""

from __future__ import annotations

import asyncio
import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fmnist.plots import kept_figures
from pages.parts.shell import descriptors, shared, short_log, streamlit_internals

PARTS = ("explore.classes", "explore.facts", "explore.grid", "explore.image", "explore.map", "train.live")
PATIENCE = 1.5  # seconds the first answer waits for what the first page needs
TIDYING = 5.0  # seconds between two looks for visitors who have left


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Get ready, tidy up from time to time, and at the end interrupt what trains."""
    short_log.begin()
    streamlit_internals.share_heaps()
    descriptors.prepare()
    ready = threading.Event()
    threading.Thread(target=_get_ready, args=(ready,), name="startup", daemon=True).start()
    await asyncio.to_thread(ready.wait, PATIENCE)
    tidying = asyncio.create_task(_keep_tidy())
    yield
    tidying.cancel()
    await asyncio.to_thread(shared.close)


def _get_ready(ready: threading.Event) -> None:
    shared.begin_to_load()
    for part in PARTS:  # chart and picture libraries take a second to import
        importlib.import_module(f"pages.parts.{part}")
    kept_figures.draw_ahead(dark=False)
    ready.set()
    kept_figures.draw_ahead(dark=True)
    streamlit_internals.spare_the_collector()


async def _keep_tidy() -> None:
    """Give back the memory of visitors who have left."""
    while True:
        await asyncio.sleep(TIDYING)
        if streamlit_internals.forget_visitors():
            await asyncio.to_thread(streamlit_internals.give_memory_back)
