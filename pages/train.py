"""Train: choose a network, start it, watch it learn, stop it, continue it, and compare runs."""

import streamlit as st

from fmnist.language import _
from fmnist.lesson.views import PAGES
from pages.parts.shell import frame, path, shared, visitor, words
from pages.parts.train import address, everybody, experiments, in_class, runs, sweep
from pages.parts.train import live as train_live
from pages.parts.train import settings as train_settings

HERE = PAGES["train"]

path.show_purpose(HERE)
address.form.read()
address.labels.read()
sweep.read_address()
with frame.head():
    st.title(_(HERE.title), anchor=False, width="content")
    words.show(HERE, train_live.known)

experiments.go_on()
settings, live = frame.stage(5, 9)
with settings:
    train_settings.show()
summaries = shared.store().list()
with live, st.container(key="live"):
    if not sweep.show(summaries):
        train_live.show(summaries)
experiments.show(summaries)
everybody.show(summaries)
with st.container(key="runs_part"):
    runs.show(summaries)
path.show_next(HERE, train_live.judging_run(summaries))
in_class.show_what_is_seen()
visitor.show_teachers_field(lambda: in_class.show(summaries))
address.form.write()
address.labels.write()
address.sweep.write()
