"""Predict: test images, mistakes, what was learned, drawings, and a game, each with a trained network."""

import streamlit as st

from fmnist.language import N_, _
from fmnist.view_state import VIEWS
from pages.parts import (
    path,
    predict_address,
    predict_beat,
    predict_draw,
    predict_inside,
    predict_mistakes,
    predict_runs,
    predict_test,
    words,
)

WORDS = {
    "test": N_("Test images"),
    "mistakes": N_("Mistakes"),
    "inside": N_("What it learned"),
    "draw": N_("Draw"),
    "beat": N_("Beat the network"),
}
COMPARING = ("test", "mistakes")  # views that show several runs beside each other
SHOW = {
    "test": predict_test.show,
    "mistakes": predict_mistakes.show,
    "inside": predict_inside.show,
    "beat": predict_beat.show,
}


def _begin_view() -> None:
    predict_address.begin_view(st.session_state.view)


st.title(_("Predict"), anchor=False)
predict_address.read()
predict_address.send_values()
view = st.segmented_control(
    _("View"),
    VIEWS,
    format_func=lambda name: _(WORDS[name]),
    key="view",
    required=True,
    persist_state="session",
    on_change=_begin_view,
    label_visibility="collapsed",
)
path.show_purpose(view)
run = predict_runs.choose(comparing=view in COMPARING)
words.show(view, lambda: predict_runs.known(run))
if view == "draw":
    predict_draw.show(run)
elif run is None:
    predict_runs.offer_training()
else:
    SHOW[view](run)
path.show_next(view, run and run.id)
predict_address.write()
