"""Links for a lesson: hide what the address wants hidden, and make such links."""

from __future__ import annotations

import streamlit as st

from fmnist.language import _
from fmnist.lesson import links
from pages.parts.shell import shared

# A control's note, the paragraph below it, goes with it: its key is the control's and "_note".
_HIDDEN, _NOTICES = "hidden_controls", "hidden_notices"


def hide_controls() -> None:
    """Hide what the link hides that this visit began with, on every page, and say what it names in vain."""
    if links.HIDE in st.query_params:
        hidden, notices = links.read_hidden(st.query_params[links.HIDE])
        st.session_state[_HIDDEN], st.session_state[_NOTICES] = hidden, notices
    if hidden := st.session_state.get(_HIDDEN):
        wanted = ", ".join(f".st-key-{key}, .st-key-{key}_note" for key in hidden)
        st.html(f"<style>{wanted} {{display: none !important}}</style>")
    for notice in st.session_state.pop(_NOTICES, []):
        st.info(shared.plain(notice), icon=":material/info:")


@st.fragment
def offer_link() -> None:
    """A small button behind which the page's address can be copied, with controls left out if wanted."""
    if st.session_state.get(_HIDDEN):
        return  # an exercise: what is hidden is not to be unhidden at a click
    share = st.popover(
        _("Copy link"), key="share", icon=":material/link:", type="tertiary", on_change="rerun"
    )
    if share.open:
        with share:
            _make_link()


def _make_link() -> None:
    controls = links.CONTROLS[links.page_of(st.context.url)]
    st.markdown(_("This link opens the page with the settings that its address carries."))
    hidden = st.multiselect(
        _("For an exercise: leave out"),
        list(controls),
        format_func=lambda key: _(controls[key]),
        key="left_out",
        placeholder=_("Choose controls"),
    )
    address = links.link(st.context.url, st.query_params.to_dict(), tuple(hidden))
    st.code(address, language=None, wrap_lines=True)
    if "//localhost" in address or "//127.0.0.1" in address:
        st.caption(
            _("It works on this computer. For others, put this computer's name in the place of localhost.")
        )
