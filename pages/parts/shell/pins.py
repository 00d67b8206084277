"""The three test images that a visitor wants to see learned, on Train; pinned where one image is shown."""

from __future__ import annotations

import streamlit as st

from fmnist.language import _

MOST = 3
FIRST = (1, 4, 7)  # until others are pinned
_KEY = "pinned"  # in the session: the newest last


def chosen() -> tuple[int, ...]:
    """The indices of the pinned test images, three of them."""
    return (*FIRST, *st.session_state.get(_KEY, ()))[-MOST:]


def offer(index: int) -> None:
    """A button that pins a test image, or says that it is pinned."""
    is_pinned = index in st.session_state.get(_KEY, ())
    st.button(
        _("Pinned: watch it on Train") if is_pinned else _("Pin it, to watch it learned on Train"),
        key="pin",
        type="tertiary",
        icon=":material/keep:",
        disabled=is_pinned,
        on_click=_pin,
        args=(index,),
    )


def _pin(index: int) -> None:
    st.session_state[_KEY] = (*st.session_state.get(_KEY, ()), index)[-MOST:]
