"""Predict: test images, mistakes, what was learned, drawings, and a game, each with a trained network."""

import streamlit as st

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
    "test": "Test images",
    "mistakes": "Mistakes",
    "inside": "What it learned",
    "draw": "Draw",
    "beat": "Beat the network",
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


st.title("Predict", anchor=False)
predict_address.read()
view = st.segmented_control(
    "View",
    VIEWS,
    format_func=WORDS.get,
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
