"""What the teacher asks everybody to open: a line above the page, followed only by a click."""

from __future__ import annotations

import streamlit as st

from fmnist.language import _
from fmnist.lesson.views import PAGES
from fmnist.workers.classroom import Invitation
from pages.parts.shell import shared, visitor

LOOK_EVERY = 10.0  # seconds between two looks whether the teacher has asked for something
FILES = {"explore": shared.EXPLORE, "train": shared.TRAIN, "predict": shared.PREDICT}
_ANSWERED = "invitation_answered"  # in the session: the number of the last one that was


def show() -> None:
    """Where there is a teacher, show what they ask this visitor to open, until it is opened or declined."""
    if visitor.has_teacher() and not st.session_state.get("is_teacher"):
        st.fragment(_show, run_every=LOOK_EVERY)()


def title_of(page: str) -> str:
    """What a page is called in the navigation."""
    return _("Predict") if page == "predict" else _(PAGES[page].title)


def _show() -> None:
    invitation = visitor.classroom().invitation
    if invitation is None or st.session_state.get(_ANSWERED) == invitation.number:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", border=True, key="invited"):
        asked = _("Your teacher asks everybody to open **{page}**.").format(page=title_of(invitation.page))
        st.markdown(f"{asked} {shared.plain(invitation.words)}", width="stretch")
        opens = st.button(_("Open it"), key="invitation_open", icon=":material/open_in_browser:")
        st.button(_("Not now"), key="invitation_no", type="tertiary", on_click=_answer, args=(invitation,))
    if opens:
        _answer(invitation)
        st.switch_page(FILES[invitation.page], query_params=dict(invitation.query))


def _answer(invitation: Invitation) -> None:
    st.session_state[_ANSWERED] = invitation.number
