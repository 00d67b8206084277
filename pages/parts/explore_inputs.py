"""The Explore page's inputs: values live in the address; one that does not fit becomes the nearest."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from fmnist import exploration


def number(label: str, key: str, low: int, high: int) -> tuple[int, str]:
    """A whole number from `low` to `high`, and a notice if another one was asked for.

    The widget itself has no limits: the browser would refuse a number outside them unseen by the page.
    """
    value, notice = exploration.nearest_number(_asked(key), low, high)
    if notice:
        st.session_state[key] = value
    st.number_input(label, value=low, step=1, key=key, bind="query-params", width=150)
    return value, notice


def choice(label: str, key: str, options: Sequence[str]) -> tuple[str, str]:
    """One of many options, and a notice if something else was asked for."""
    value, notice = exploration.nearest_choice(_asked(key), options)
    if notice:
        st.session_state[key] = value
    st.selectbox(label, options, key=key, bind="query-params", width=170)
    return value, notice


def one_of_few(label: str, key: str, options: Sequence[str]) -> tuple[str, str]:
    """One of two or three options, side by side, and a notice if something else was asked for."""
    value, notice = exploration.nearest_choice(_asked(key), options)
    if notice:
        st.session_state[key] = value
    st.segmented_control(
        label, options, default=options[0], required=True, key=key, bind="query-params", width="content"
    )
    return value, notice


def show_notices(*notices: str) -> None:
    """The notices that say something."""
    for notice in filter(None, notices):
        st.info(notice, icon=":material/info:")


def _asked(key: str) -> object:
    """What was typed or chosen; before the widget exists, what the address says."""
    return st.session_state[key] if key in st.session_state else st.query_params.get(key)
