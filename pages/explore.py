"""Explore: know the data before you train on it. Facts, one image, and below three ways to look further."""

import streamlit as st

from fmnist.language import N_, _
from pages.parts import (
    explore_classes,
    explore_facts,
    explore_grid,
    explore_image,
    explore_inputs,
    explore_map,
    path,
    shared,
    words,
)

WAYS = {
    N_("Browse images"): explore_grid.show,
    N_("Compare classes"): explore_classes.show,
    N_("Map of images"): explore_map.show,
}


@st.fragment
def _show_ways(dataset) -> None:
    """Tabs of which only the open one is computed."""
    tabs, notice = explore_inputs.tabs("explore_part", list(WAYS), _)
    explore_inputs.show_notices(notice)
    for tab, show in zip(tabs, WAYS.values(), strict=True):
        if tab.open:
            with tab:
                show(dataset)


dataset = shared.dataset()
st.title(_("Explore the data"), anchor=False)
path.show_purpose("explore")
path.show_panel(explore_image.open_another)
words.show("explore")
explore_facts.show(dataset)
explore_image.show(dataset)
st.subheader(_("Look further"), anchor="further")
_show_ways(dataset)
path.show_next("explore")
