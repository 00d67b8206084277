"""The Explore page's inputs: the widget of each kind of setting; what it can be is in the page's table."""

from __future__ import annotations

import streamlit as st

from fmnist.lesson.explore_address import SETTINGS

FIELD = (
    118  # pixels: below 120 Streamlit leaves out its own step buttons, which answer late; there are others
)


def number(label: str, key: str) -> int:
    """A whole number.

    The widget itself has no limits: the browser would refuse a number outside them unseen by the page. So
    `address.bound` goes before.
    """
    return st.number_input(label, step=1, key=key, width=FIELD, persist_state="session")


def choice(label: str, key: str) -> str:
    """One of many options."""
    kind = SETTINGS[key].kind
    return st.selectbox(
        label, kind.choices, format_func=kind.shown, key=key, width=170, persist_state="session"
    )


def one_of_few(label: str, key: str) -> str:
    """One of two or three options, side by side."""
    kind = SETTINGS[key].kind
    return st.radio(
        label,
        kind.choices,
        format_func=kind.shown,
        horizontal=True,
        key=key,
        width="content",
        persist_state="session",
    )


def tabs(widget: str, key: str) -> list:
    """Tabs that know which one is open.

    The widget has a key of its own: Streamlit knows a tab by its label, in the language of the visitor.
    """
    kind = SETTINGS[key].kind
    by_label = {kind.shown(option): option for option in kind.choices}

    def take_over() -> None:
        st.session_state[key] = by_label.get(st.session_state[widget], st.session_state[key])

    label = kind.shown(st.session_state[key])
    if st.session_state.get(widget) != label:
        st.session_state[widget] = label
    return st.tabs(list(by_label), key=widget, on_change=take_over)
