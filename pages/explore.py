"""Explore: know the data before you train on it. Facts, one image, and below three ways to look further."""

import streamlit as st

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
    "Browse images": explore_grid.show,
    "Compare classes": explore_classes.show,
    "Map of images": explore_map.show,
}


@st.fragment
def _show_ways(dataset) -> None:
    """Tabs of which only the open one is computed."""
    tabs = st.tabs(list(WAYS), key="explore_part", bind="query-params")
    for tab, show in zip(tabs, WAYS.values(), strict=True):
        if tab.open:
            with tab:
                show(dataset)
    explore_inputs.correct_address()


dataset = shared.dataset()
st.title("Explore the data", anchor=False)
path.show_purpose("explore")
path.show_panel(explore_image.open_another)
words.show("explore")
explore_facts.show(dataset)
explore_image.show(dataset)
st.subheader("Look further", anchor="further")
_show_ways(dataset)
path.show_next("explore")
