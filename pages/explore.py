"""Explore: know the data before you train on it. Facts, one image, and below four ways to look further."""

import streamlit as st

from fmnist.language import _
from fmnist.lesson.explore_address import BROWSE, COMPARE, DOUBTFUL, MAP, PARTS
from fmnist.lesson.views import PAGES
from pages.parts.explore import address, classes, doubtful, facts, grid, image, inputs, map
from pages.parts.shell import frame, path, shared, words

HERE = PAGES["explore"]
WAYS = {BROWSE: grid.show, COMPARE: classes.show, MAP: map.show, DOUBTFUL: doubtful.show}


@st.fragment
def _show_ways(dataset) -> None:
    """Tabs of which only the open one is computed."""
    for tab, part in zip(inputs.tabs("explore_tabs", "explore_part"), PARTS, strict=True):
        if tab.open:
            with tab:
                WAYS[part](dataset)
    address.write()


dataset = shared.dataset()
path.show_purpose(HERE)
address.read()
with frame.head():
    st.title(_("Explore the data"), anchor=False, width="content")
    path.show_panel(image.open_another)
    words.show(HERE)
image.show(dataset)
facts.show(dataset)
st.subheader(_("Look further"), anchor="further")
with st.container(key="explore_part"):
    _show_ways(dataset)
path.show_next(HERE)
