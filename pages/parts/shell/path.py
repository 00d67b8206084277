"""The way through the lesson: the panel on the first page, each page's purpose, and where to go next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from fmnist.language import N_, _
from fmnist.lesson import path
from fmnist.lesson.path import LOOK, STEPS, TRAIN
from pages.parts.shell import shared, visitor

PURPOSES = {
    "explore": N_("Here you teach a network to name garments. First, get to know the data."),
    "train": N_(
        "Press **Train**: the network looks at the training images again and again, and after each look "
        "it is a little less often wrong."
    ),
    "test": N_("See ten probabilities for any of 10,000 images that the network has never seen."),
    "mistakes": N_("Find out what the network takes for what, how sure it is of that, and why."),
    "inside": N_(
        "Follow one image through the network: what each unit looks for, and how all of them add up "
        "to the answer."
    ),
    "draw": N_("Draw a garment and see what two networks take it for."),
    "beat": N_(
        "Name twenty test images yourself, and see who is right more often: you, or the network that has "
        "practised on the training images."
    ),
}
NEXT = {  # from each page or view: the words on the link, the page, and its address
    "explore": (N_("Next: train a network"), shared.TRAIN, {}),
    "train": (N_("Next: see what it gets wrong"), shared.PREDICT, {"view": "mistakes"}),
    "test": (N_("Next: all its mistakes"), shared.PREDICT, {"view": "mistakes"}),
    "mistakes": (N_("Next: draw a garment yourself"), shared.PREDICT, {"view": "draw"}),
    "inside": (N_("Next: play against it"), shared.PREDICT, {"view": "beat"}),
    "beat": (N_("Next: draw a garment yourself"), shared.PREDICT, {"view": "draw"}),
    "draw": (N_("Next: guided experiments on how it learns"), shared.TRAIN, {"experiment": "scaling"}),
}
_MARKS, _SHOWN, _GO_UP = "path_marks", "path_shown", "path_go_up"
_HERE, _BEFORE = "path_here", "path_before"


def mark(step: str) -> None:
    """Remember for this visit that a step was done."""
    st.session_state.setdefault(_MARKS, set()).add(step)


def is_news(step: str) -> bool:
    """Whether the panel, as it is on the page now, does not know yet that a step was done."""
    return step in st.session_state.get(_MARKS, ()) and step not in st.session_state.get(_SHOWN, (step,))


def show_purpose(view: str) -> None:
    """The sentence that a page, or a view of Predict, opens with."""
    st.session_state[_BEFORE], st.session_state[_HERE] = st.session_state.get(_HERE), view
    if view in PURPOSES:
        st.markdown(_(PURPOSES[view]))


def has_just_opened() -> bool:
    """Whether the visitor came to this page, or view of Predict, from another one, or is new."""
    return st.session_state.get(_BEFORE) != st.session_state.get(_HERE)


def show_panel(look: Callable[[], None]) -> None:
    """Three steps, and how far this visitor has come.

    `look` is the callback of the first step: it opens an image on this page.
    """
    done = path.steps_done(st.session_state.get(_MARKS, ()), shared.store().list(), visitor.is_mine)
    st.session_state[_SHOWN] = done
    with st.container(border=True, key="path", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for number, step in enumerate(STEPS, 1):
                _show_step(f"{number}. {_(step.title)}", step, step.key in done, look)
        st.caption(_in_words(path.next_step(done)))


def show_next(view: str, run_id: str | None = None, go: Callable[[str], None] = lambda view: None) -> None:
    """The link that a page, or a view of Predict, ends with; it keeps the run where there is one.

    `go` changes the view of Predict, when it is this page: a link to the page one is on does nothing.
    """
    label, page, query = NEXT.get(view, NEXT["mistakes"])
    icon = ":material/arrow_forward:"
    st.divider()
    with st.container(key="next_step"):
        if page == shared.PREDICT and view != "train":
            st.button(_(label), key="next_view", icon=icon, on_click=_go_up, args=(go, query["view"]))
        else:
            if run_id and page == shared.PREDICT:
                query = query | {"run": run_id}
            st.page_link(page, label=_(label), icon=icon, query_params=query)
    if st.session_state.pop(_GO_UP, False):
        shared.scroll_to("h1")


def _go_up(go: Callable[[str], None], view: str) -> None:
    st.session_state[_GO_UP] = True
    go(view)


def _show_step(label: str, step: path.Step, is_done: bool, look: Callable[[], None]) -> None:
    label += " ✓" if is_done else ""
    icon = ":material/check_circle:" if is_done else ":material/radio_button_unchecked:"
    if step.key == LOOK:
        st.button(label, key="path_look", icon=icon, type="tertiary", on_click=look)
        return
    page, query = (shared.TRAIN, {}) if step.key == TRAIN else (shared.PREDICT, {"view": "draw"})
    st.page_link(page, label=label, icon=icon, query_params=query)


def _in_words(upcoming: path.Step | None) -> str:
    if upcoming is None:
        return _("All three are done. Go on with the guided experiments on the Train page.")
    return _("Next: {task}").format(task=_(upcoming.task))
