"""Predict: test images, mistakes, what was learned, attacks, drawings, and a game, with a trained network."""

import streamlit as st

from fmnist.language import _
from fmnist.lesson.views import VIEWS
from pages.parts.predict import (
    address,
    beat,
    breaking,
    browse,
    draw,
    inside,
    mistakes,
    run_choice,
    through_time,
)
from pages.parts.shell import frame, path, words

SHOW = {
    "test": browse.show,
    "mistakes": mistakes.show,
    "inside": inside.show,
    "break": breaking.show,
    "draw": draw.show,
    "beat": beat.show,
}


def _begin_view() -> None:
    address.begin_view(st.session_state.view)


address.read()
address.send_values()
head = frame.head()
with head:
    st.title(_("Predict"), anchor=False, width="content")
    st.segmented_control(
        _("View"),
        VIEWS,
        format_func=lambda key: _(VIEWS[key].title),
        key="view",
        required=True,
        persist_state="session",
        on_change=_begin_view,
        label_visibility="collapsed",
    )
view = VIEWS[st.session_state.view]
path.show_purpose(view)
run = run_choice.choose(head, comparing=view.compares, waiting=view.needs_run)
if run is not None and view.needs_run:
    through_time.choose(run)
with head:
    words.show(view, lambda: run_choice.known(run))
if run is None and view.needs_run:
    run_choice.offer_training()
elif run is not None and not run.has_predictions:
    run_choice.wait_for(run)
else:
    SHOW[view.key](run)
path.show_next(view, run and run.id, address.begin_view)
address.write()
