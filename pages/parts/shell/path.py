"""The way through the lesson: the panel on the first page, each page's purpose, and where to go next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from fmnist.language import _
from fmnist.lesson import path
from fmnist.lesson.path import LOOK, STEPS, TRAIN
from fmnist.lesson.views import VIEWS, Next, View
from pages.parts.shell import frame, shared, visitor

PAGES_OF = {"explore": shared.EXPLORE, "train": shared.TRAIN}  # of the views that are a page
_MARKS, _SHOWN, _GO_UP = "path_marks", "path_shown", "path_go_up"
_HERE, _BEFORE = "path_here", "path_before"


def mark(step: str) -> None:
    """Remember for this visit that a step was done."""
    st.session_state.setdefault(_MARKS, set()).add(step)
    visitor.note(step=step)


def is_news(step: str) -> bool:
    """Whether the panel, as it is on the page now, does not know yet that a step was done."""
    return step in st.session_state.get(_MARKS, ()) and step not in st.session_state.get(_SHOWN, (step,))


def show_purpose(view: View) -> None:
    """The sentence that a page, or a view of Predict, opens with."""
    st.session_state[_BEFORE], st.session_state[_HERE] = st.session_state.get(_HERE), view.key
    frame.show_purpose(_(view.purpose))


def has_just_opened() -> bool:
    """Whether the visitor came to this page, or view of Predict, from another one, or is new."""
    return st.session_state.get(_BEFORE) != st.session_state.get(_HERE)


def show_panel(look: Callable[[], None]) -> None:
    """Three steps, and how far this visitor has come.

    `look` is the callback of the first step: it opens an image on this page.
    """
    done = path.steps_done(st.session_state.get(_MARKS, ()), shared.store().list(), visitor.is_mine)
    st.session_state[_SHOWN] = done
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", key="path"):
        for number, step in enumerate(STEPS, 1):
            if number > 1:
                st.markdown("→", width="content")
            _show_step(f"{number} {_(step.title)}", step, step.key in done, look)
        st.caption(_in_words(path.next_step(done)))


def show_next(view: View, run_id: str | None = None, go: Callable[[str], None] = lambda key: None) -> None:
    """The link that a page, or a view of Predict, ends with; it keeps the run where there is one.

    `go` changes the view of Predict, when it is this page: a link to the page one is on does nothing.
    """
    icon = ":material/arrow_forward:"
    st.divider()
    with st.container(key="next_step"):
        if view.key in VIEWS and view.next.view in VIEWS:
            st.button(
                _(view.next.words), key="next_view", icon=icon, on_click=_go_up, args=(go, view.next.view)
            )
        else:
            page, query = _address_of(view.next, run_id)
            st.page_link(page, label=_(view.next.words), icon=icon, query_params=query)
    if st.session_state.pop(_GO_UP, False):
        shared.scroll_to("h1")


def _address_of(following: Next, run_id: str | None) -> tuple[str, dict[str, str]]:
    """The page that shows the next view, and the query that opens it there."""
    if following.view not in VIEWS:
        return PAGES_OF[following.view], following.query
    query = {"view": following.view} | following.query
    return shared.PREDICT, query | {"run": run_id} if run_id else query


def _go_up(go: Callable[[str], None], key: str) -> None:
    st.session_state[_GO_UP] = True
    go(key)


def _show_step(label: str, step: path.Step, is_done: bool, look: Callable[[], None]) -> None:
    label = f"{label} ✓" if is_done else label
    if step.key == LOOK:
        st.button(label, key="path_look", type="tertiary", on_click=look)
        return
    page, query = (shared.TRAIN, {}) if step.key == TRAIN else (shared.PREDICT, {"view": "draw"})
    st.page_link(page, label=label, query_params=query)


def _in_words(upcoming: path.Step | None) -> str:
    if upcoming is None:
        return _("All three are done. Go on with the guided experiments on the Train page.")
    return _("Next: {task}").format(task=_(upcoming.task))
