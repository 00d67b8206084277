"""The Explore page's inputs: values live in the address; one that does not fit becomes the nearest.

Streamlit's own binding would put the words of the visitor's language there instead of English ones, and drops
what is out of range without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from fmnist.language import N_, Words, _
from fmnist.lesson.mended import nearest_choice, nearest_number

LEFT = "explore_address"  # by its name in the address: what a visitor last chose, also before other pages
FIELD = (
    118  # pixels: below 120 Streamlit leaves out its own step buttons, which answer late; there are others
)


def number(label: str, key: str, low: int, high: int) -> tuple[int, Words]:
    """A whole number from `low` to `high`, and a notice if another one was asked for.

    The widget itself has no limits: the browser would refuse a number outside them unseen by the page.
    """
    value, notice = _wanted(key, lambda asked: nearest_number(asked, low, high))
    st.number_input(label, step=1, key=key, width=FIELD)
    _write(key, value, low)
    return value, notice


def choice(
    label: str, key: str, options: Sequence[str], shown: Callable[[str], str] = str
) -> tuple[str, Words]:
    """One of many options, and a notice if something else was asked for; `shown` says how it is called."""
    value, notice = _wanted(key, lambda asked: nearest_choice(asked, options, shown))
    st.selectbox(label, options, format_func=shown, key=key, width=170)
    _write(key, value, options[0])
    return value, notice


def one_of_few(
    label: str, key: str, options: Sequence[str], shown: Callable[[str], str] = str
) -> tuple[str, Words]:
    """One of two or three options, side by side, and a notice if something else was asked for."""
    value, notice = _wanted(key, lambda asked: nearest_choice(asked, options, shown))
    st.radio(label, options, format_func=shown, horizontal=True, key=key, width="content")
    _write(key, value, options[0])
    return value, notice


def tabs(key: str, options: Sequence[str], shown: Callable[[str], str]):
    """Tabs that know which one is open, and a notice if another was asked for."""
    state, by_label = st.session_state, {shown(option): option for option in options}
    if key in state:  # Streamlit knows a tab by its label, which may still be in another language
        state[key] = by_label.get(state[key], state.get(LEFT, {}).get(key))
    value, notice = _wanted(key, lambda asked: nearest_choice(asked, options, shown))
    state[key] = shown(value)
    containers = st.tabs(list(by_label), key=key, on_change="rerun")
    _write(key, value, options[0])
    return containers, notice


def show_notices(*notices: Words) -> None:
    """The notices that say something."""
    for notice in filter(None, notices):
        st.info(str(notice), icon=":material/info:")


def _wanted(key: str, nearest: Callable[[Any], tuple]) -> tuple:
    """The value for the widget, which has it from here on, and perhaps a notice.

    The address counts when the page is opened and after Back or Forward; in between the widget does.
    """
    state, asked = st.session_state, st.query_params.get(key)
    if get_script_run_ctx().is_history_navigation:
        wanted = asked
    elif key not in state:
        wanted = state.get(LEFT, {}).get(key) if asked is None else asked
    else:
        wanted = state[key]
    value, notice = nearest(wanted)
    if state.get(key) != value:
        state[key] = value
    return value, notice


def _write(key: str, value: int | str, default: int | str) -> None:
    """Put a value into the address; a default is left out."""
    st.session_state.setdefault(LEFT, {})[key] = value
    text = None if value == default else str(value)
    if text == st.query_params.get(key):
        return
    if text is None:
        del st.query_params[key]
    else:
        st.query_params[key] = text


ALL = N_("All classes")


def class_or_all(option: str) -> str:
    """What the page calls a choice of class; the names of classes are the same in all languages."""
    return _(ALL) if option == ALL else option
