"""The Train page's settings in its address: read when someone else changed it, written when the page did.

Streamlit's own binding would put a network's title there instead of its key, and drops what is out of range
without a word.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from fmnist import train_state
from fmnist.config import RunConfig
from pages.parts import shared

DEFAULTS = RunConfig().as_dict()
_LAST, _NOTICES = "train_address", "train_notices"


def read() -> None:
    """Take over the address of a link, a reload or the Back button, and say what had to be mended in it."""
    for name, value in DEFAULTS.items():
        st.session_state.setdefault(name, value)
    asked = _settings_asked()
    if asked and asked != st.session_state.get(_LAST):  # a bare address keeps what was chosen before
        chosen, notices = train_state.read(asked)
        st.session_state.update(DEFAULTS | chosen)
        st.session_state[_NOTICES] = notices
        st.session_state[_LAST] = asked
    for notice in st.session_state.get(_NOTICES, []):
        st.info(shared.plain(notice), icon=":material/info:")


def write() -> None:
    """Put the present settings into the address, and leave what else is there."""
    address = train_state.write(values())
    if address != _settings_asked():
        others = {name: text for name, text in st.query_params.to_dict().items() if name not in DEFAULTS}
        st.query_params.from_dict(others | address)
        st.session_state[_NOTICES] = []
    st.session_state[_LAST] = address


def values() -> dict[str, Any]:
    """The present value of every setting."""
    return {name: st.session_state[name] for name in DEFAULTS}


def _settings_asked() -> dict[str, str]:
    return {name: text for name, text in st.query_params.to_dict().items() if name in DEFAULTS}
