"""A page's settings in its address: read when someone else changed it, written when the page did.

Streamlit's own binding of widgets to the address would put words of the visitor's language there instead of
keys, and drops what is out of range without a word.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from fmnist.language import _
from fmnist.lesson.settings import Mended, Settings
from pages.parts.shell import shared, streamlit_internals


class PageAddress:
    """The settings of a page, or of a part of one, in the address and as values of widgets.

    Parameters
    ----------
    part : str
        What they are of; unique.
    settings : Settings
    """

    def __init__(self, part: str, settings: Settings) -> None:
        self._last, self._mended = f"{part}_address", f"{part}_mended"
        self._settings = settings

    def read(self) -> bool:
        """Take over the address of a link, a reload, Back or Forward, and say what was mended in it.

        Whether there was one to take over. A bare address keeps what was chosen before, unless it is one of
        this visit's history.
        """
        state = st.session_state
        for key, value in self._settings.defaults.items():
            state.setdefault(key, value)
        asked = self._asked()
        is_new = asked != state.get(self._last, {}) and bool(asked or streamlit_internals.came_by_history())
        if is_new:
            values, state[self._mended] = self._settings.read(asked)
            state.update(values)
            state[self._last] = asked
        for mended in state.get(self._mended, []):
            _say(mended)
        return is_new

    def write(self) -> None:
        """Put the present settings into the address, and leave what else is there."""
        address = self._settings.write(self.values())
        if address != self._asked():
            query = st.query_params.to_dict()
            others = {name: text for name, text in query.items() if name not in self._settings}
            st.query_params.from_dict(others | address)
            st.session_state[self._mended] = []
        st.session_state[self._last] = address

    def values(self) -> dict[str, Any]:
        """The present value of every setting."""
        return {key: st.session_state[key] for key in self._settings}

    def bound(self, key: str, high: int | None = None) -> bool:
        """See to it that a setting is one that can be here and now; if it was not, say so.

        Parameters
        ----------
        key : str
        high : int, optional
            Of a whole number: the largest that there is now.

        Returns
        -------
        bool
            Whether it had to be mended.
        """
        asked = st.session_state[key]
        value, mended = self._settings.mend(key, asked, self.values(), high)
        if (type(value), value) != (type(asked), asked):  # 5.0 is no whole number to a widget
            st.session_state[key] = value
        if mended:
            _say(mended)
        return mended is not None

    def _asked(self) -> dict[str, str]:
        return {name: text for name, text in st.query_params.to_dict().items() if name in self._settings}


def _say(mended: Mended) -> None:
    title = _("**{word}.**").format(word=shared.plain(mended.title))
    st.info(f"{title} {shared.plain(mended.why)}", icon=":material/info:")
