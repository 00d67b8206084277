"""The teacher's lesson as steps above each page: a sentence, and the page that it is about at a click."""

from __future__ import annotations

import streamlit as st

from fmnist.language import _
from fmnist.lesson.lesson_list import Lesson
from pages.parts.shell import invitation, shared, visitor

MOST_SHOWN = 5  # numbers of steps at once: more do not fit on a phone
_STEP = "lesson_step"  # the control over the steps, from 1


def show() -> None:
    """Where there is a lesson, its step that this visitor is at; a new one comes by itself."""
    if visitor.has_teacher():
        st.fragment(_show, run_every=invitation.LOOK_EVERY)()
    else:
        _show()


def _show() -> None:
    steps: Lesson = visitor.classroom().lesson
    if not steps:
        return
    state = st.session_state
    state[_STEP] = max(1, min(state.get(_STEP, 1), len(steps)))  # there may be another lesson now
    with st.container(horizontal=True, vertical_alignment="center", gap="small", border=True, key="lesson"):
        shown = min(MOST_SHOWN, len(steps))
        number = st.pagination(
            len(steps),
            key=_STEP,
            max_visible_pages=MOST_SHOWN,
            width=56 * shown + 152,  # else it takes less than its numbers need
            persist_state="session",
        )
        step = steps[number - 1]
        st.markdown(shared.plain(step.words), width="stretch")
        page = invitation.title_of(step.page)
        opens = st.button(
            _("Open {page}").format(page=page), key="lesson_open", icon=":material/open_in_browser:"
        )
    if opens:
        st.switch_page(invitation.FILES[step.page], query_params=dict(step.query))
