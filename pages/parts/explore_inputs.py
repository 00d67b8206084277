"""The Explore page's inputs: values live in the address; one that does not fit becomes the nearest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from fmnist import exploration

UNFIT_ADDRESS = "explore_unfit_address"
FIELD = (
    118  # pixels: below 120 Streamlit leaves out its own step buttons, which answer late; there are others
)


def number(label: str, key: str, low: int, high: int) -> tuple[int, str]:
    """A whole number from `low` to `high`, and a notice if another one was asked for.

    The widget itself has no limits: the browser would refuse a number outside them unseen by the page.
    """
    return _drawn(
        key,
        lambda asked: exploration.nearest_number(asked, low, high),
        lambda: st.number_input(label, step=1, key=key, bind="query-params", width=FIELD),
    )


def choice(label: str, key: str, options: Sequence[str]) -> tuple[str, str]:
    """One of many options, and a notice if something else was asked for."""
    return _drawn(
        key,
        lambda asked: exploration.nearest_choice(asked, options),
        lambda: st.selectbox(label, options, key=key, bind="query-params", width=170),
    )


def one_of_few(label: str, key: str, options: Sequence[str]) -> tuple[str, str]:
    """One of two or three options, side by side, and a notice if something else was asked for."""
    return _drawn(
        key,
        lambda asked: exploration.nearest_choice(asked, options),
        lambda: st.radio(label, options, horizontal=True, key=key, bind="query-params", width="content"),
    )


def show_notices(*notices: str) -> None:
    """The notices that say something."""
    for notice in filter(None, notices):
        st.info(notice, icon=":material/info:")


def correct_address() -> None:
    """Run the page once more if the address held something unfit: only then can it be corrected."""
    if st.session_state.pop(UNFIT_ADDRESS, False):
        st.rerun()


def _drawn(key: str, nearest: Callable, draw: Callable) -> tuple:
    """Draw the widget with the value nearest to what was asked for; that value, and perhaps a notice."""
    state, first_run = st.session_state, key not in st.session_state
    asked = st.query_params.get(key) if first_run else state.pop(f"{key}_asked", state[key])
    value, notice = nearest(asked)
    if notice:
        state[key] = value
        if first_run:
            state[f"{key}_asked"] = asked  # for the notice of the second run
            state[UNFIT_ADDRESS] = True
    draw()
    return value, notice
