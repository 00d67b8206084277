"""Explore: know the data before you train on it. Facts, one image, and below three ways to look further."""

import streamlit as st

from fmnist.language import N_, _
from fmnist.lesson.views import PAGES
from pages.parts.explore import classes, facts, grid, image, inputs, map
from pages.parts.shell import frame, path, shared, words

HERE = PAGES["explore"]
WAYS = {
    N_("Browse images"): grid.show,
    N_("Compare classes"): classes.show,
    N_("Map of images"): map.show,
}


@st.fragment
def _show_ways(dataset) -> None:
    """Tabs of which only the open one is computed."""
    tabs, notice = inputs.tabs("explore_part", list(WAYS), _)
    inputs.show_notices(notice)
    for tab, show in zip(tabs, WAYS.values(), strict=True):
        if tab.open:
            with tab:
                show(dataset)


dataset = shared.dataset()
path.show_purpose(HERE)
with frame.head():
    st.title(_("Explore the data"), anchor=False, width="content")
    path.show_panel(image.open_another)
    words.show(HERE)
image.show(dataset)
facts.show(dataset)
st.subheader(_("Look further"), anchor="further")
_show_ways(dataset)
path.show_next(HERE)
