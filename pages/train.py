"""Train: choose a network, start it, watch it learn, stop it, continue it, and compare runs."""

import streamlit as st

from fmnist.language import _
from pages.parts import (
    path,
    shared,
    train_address,
    train_experiments,
    train_live,
    train_runs,
    train_settings,
    visitor,
    words,
)

st.title(_("Train"), anchor=False)
path.show_purpose("train")
words.show("train", train_live.known)
train_address.read()

settings, live = st.columns([5, 8], gap="large")
with settings:
    train_settings.show()
summaries = shared.store().list()
with live:
    train_live.show(summaries)
train_experiments.show(summaries)
with st.container(key="runs_part"):
    train_runs.show(summaries)
path.show_next("train", train_live.judging_run(summaries))
visitor.show_teachers_field()
train_address.write()
