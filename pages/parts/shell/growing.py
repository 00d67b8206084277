"""What is found in the background while a page is open: looked at again and again until all is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from fmnist.workers.in_parts import InParts
from pages.parts.shell import shared

REFRESH = 0.5  # seconds between two looks


def show(works: Sequence[InParts], draw: Callable[[], None], words: str) -> None:
    """Begin the works, and draw what they have found: once if they are done, else until the page runs again.

    Parameters
    ----------
    draw : callable
        Shows what is known.
    words : str
        What goes on, with "{share:.0%}"; stands on the bar of progress.
    """
    for each in works:
        each.start()
    if all(each.is_done for each in works):
        draw()
    else:
        st.fragment(_growing, run_every=REFRESH)(works, draw, words)


def _growing(works: Sequence[InParts], draw: Callable[[], None], words: str) -> None:
    for each in works:
        each.start()
    if all(each.is_done for each in works):
        st.rerun()
    going_on = [each for each in works if not each.trouble]
    if any(not each.is_done for each in going_on):
        share = sum(each.share_done for each in works) / len(works)
        st.progress(share, words.format(share=share))
    for sentence in dict.fromkeys(str(each.trouble) for each in works if each.trouble):
        st.warning(shared.plain(sentence), icon=":material/error:")
    draw()
