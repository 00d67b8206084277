"""A field for a whole number: one that cannot be becomes the nearest, and a sentence says what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from fmnist.lesson.kinds import Whole
from pages.parts.shell import shared

_MENDED = "mended_numbers"  # by key: the number that a field was given instead, and why


def show(label: str, key: str, low: int, high: int, first: int, **options: Any) -> int:
    """Draw the field; what it holds lies between low and high.

    Streamlit's own bounds only mark a number red, and keep it from the page.

    Parameters
    ----------
    first : int
        What it holds until something is typed.
    options
        Those of `st.number_input`.
    """
    kind = Whole(low, high)
    field = st.container()
    asked = st.session_state.setdefault(key, first)
    value = kind.nearest(asked, first)
    if value != asked:
        st.session_state[key] = value
        st.session_state.setdefault(_MENDED, {})[key] = (value, kind.why(asked, value))
    with field:
        shown = st.number_input(label, step=options.pop("step", 1), key=key, **options)
    mended: Mapping[str, tuple[int, str]] = st.session_state.get(_MENDED, {})
    number, why = mended.get(key, (None, ""))
    if why and number == shown:  # it stays until another number is chosen
        st.caption(f":orange[{shared.plain(why)}]")
    return shown
