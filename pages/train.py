"""Train: choose a network, start it, watch it learn, stop it, continue it, and compare runs."""

import streamlit as st

from pages.parts import train_experiments, train_live, train_runs, train_settings, visitor

st.title("Train", anchor=False)
st.markdown(
    "Press **Train**: the network looks at the training images again and again, "
    "and after each look it is a little less often wrong."
)

settings, live = st.columns([5, 8], gap="large")
with settings:
    train_settings.show()
with live:
    train_live.show()
train_experiments.show()
train_runs.show()
visitor.show_teachers_field()
