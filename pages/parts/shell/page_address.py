"""A page's settings in its address: read when someone else changed it, written when the page did.

Streamlit's own binding of widgets to the address would put words of the visitor's language there instead of
keys, and drops what is out of range without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from fmnist.language import Words
from pages.parts.shell import shared


class PageAddress:
    """The settings of one page, by the names that they have in the address and as keys of widgets.

    Parameters
    ----------
    page : str
        Unique among the pages.
    defaults : mapping
        The value of each setting until another is chosen.
    read : callable
        From names and texts in an address to the values of all settings, and a sentence for each mended one.
    write : callable
        From the values of all settings to names and texts.
    """

    def __init__(
        self,
        page: str,
        defaults: Mapping[str, Any],
        read: Callable[[dict[str, str]], tuple[dict[str, Any], list[Words]]],
        write: Callable[[dict[str, Any]], dict[str, str]],
    ) -> None:
        self._last, self._notices = f"{page}_address", f"{page}_notices"
        self._defaults, self._read, self._write = defaults, read, write

    def read(self) -> None:
        """Take over the address of a link, a reload or the Back button, and say what was mended in it."""
        state = st.session_state
        for name, value in self._defaults.items():
            state.setdefault(name, value)
        asked = self._asked()
        if asked and asked != state.get(self._last):  # a bare address keeps what was chosen before
            values, state[self._notices] = self._read(asked)
            state.update(values)
            state[self._last] = asked
        for notice in state.get(self._notices, []):
            st.info(shared.plain(notice), icon=":material/info:")

    def write(self) -> None:
        """Put the present settings into the address, and leave what else is there."""
        address = self._write(self.values())
        if address != self._asked():
            query = st.query_params.to_dict()
            others = {name: text for name, text in query.items() if name not in self._defaults}
            st.query_params.from_dict(others | address)
            st.session_state[self._notices] = []
        st.session_state[self._last] = address

    def values(self) -> dict[str, Any]:
        """The present value of every setting."""
        return {name: st.session_state[name] for name in self._defaults}

    def _asked(self) -> dict[str, str]:
        return {name: text for name, text in st.query_params.to_dict().items() if name in self._defaults}
