"""Predict: test images, mistakes, and drawings, each judged by a trained network."""

import streamlit as st

from fmnist.view_state import VIEWS
from pages.parts import (
    path,
    predict_address,
    predict_draw,
    predict_mistakes,
    predict_runs,
    predict_test,
    words,
)

WORDS = {"test": "Test images", "mistakes": "Mistakes", "draw": "Draw"}


st.title("Predict", anchor=False)
predict_address.read()
view = st.segmented_control(
    "View",
    VIEWS,
    format_func=WORDS.get,
    key="view",
    required=True,
    persist_state="session",
    on_change=predict_address.begin_view,
    label_visibility="collapsed",
)
path.show_purpose(view)
run = predict_runs.choose()
words.show(view, lambda: predict_runs.known(run))
if view == "draw":
    predict_draw.show(run)
elif run is None:
    predict_runs.offer_training()
elif view == "mistakes":
    predict_mistakes.show(run)
else:
    predict_test.show(run)
path.show_next(view, run and run.id)
predict_address.write()
