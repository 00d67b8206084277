"""What happens once, when the server starts, so that the first page is quick, and when it ends."""

from __future__ import annotations

import asyncio
import gc
import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fmnist import quick_figures
from pages.parts import shared

PARTS = ("explore_classes", "explore_facts", "explore_grid", "explore_image", "explore_map", "train_live")


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Get ready in the background, so that the server answers meanwhile; at the end interrupt what trains."""
    threading.Thread(target=_get_ready, name="startup", daemon=True).start()
    yield
    await asyncio.to_thread(shared.close)


def _get_ready() -> None:
    shared.begin_to_load()
    for part in PARTS:  # chart and picture libraries take a second to import
        importlib.import_module(f"pages.parts.{part}")
    for dark in (False, True):
        quick_figures.draw_blanks(dark)
    _spare_the_collector()


def _spare_the_collector() -> None:
    """Take what lives as long as the server out of garbage collection.

    Streamlit collects after every script it runs. Walking over all that the libraries have loaded took 0.1 s
    of each click, with all other visitors waiting.
    """
    gc.collect()
    gc.freeze()
