"""Predict: test images, mistakes, what was learned, drawings, and a game, each with a trained network."""

import streamlit as st

from fmnist.language import N_, _
from fmnist.lesson.predict_address import VIEWS
from pages.parts.predict import address, beat, browse, draw, inside, mistakes, run_choice
from pages.parts.shell import path, words

WORDS = {
    "test": N_("Test images"),
    "mistakes": N_("Mistakes"),
    "inside": N_("What it learned"),
    "draw": N_("Draw"),
    "beat": N_("Beat the network"),
}
COMPARING = ("test", "mistakes")  # views that show several runs beside each other
SHOW = {
    "test": browse.show,
    "mistakes": mistakes.show,
    "inside": inside.show,
    "beat": beat.show,
}


def _begin_view() -> None:
    address.begin_view(st.session_state.view)


st.title(_("Predict"), anchor=False)
address.read()
address.send_values()
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
run = run_choice.choose(comparing=view in COMPARING)
words.show(view, lambda: run_choice.known(run))
if view == "draw":
    draw.show(run)
elif run is None:
    run_choice.offer_training()
else:
    SHOW[view](run)
path.show_next(view, run and run.id, address.begin_view)
address.write()
