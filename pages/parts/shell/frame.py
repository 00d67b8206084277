"""The frame around every page: the navigation entries and the badge that names the data source."""

from __future__ import annotations

import streamlit as st

from fmnist.language import _
from fmnist.lesson.views import PAGES
from fmnist.plots import colors
from pages.parts.shell import languages, links, shared, small_pictures


def pages() -> list[st.Page]:
    """The three entries of the navigation, and /explore as a second address of the first."""
    explore, train = (_(PAGES[key].title) for key in ("explore", "train"))
    return [
        st.Page(shared.EXPLORE, title=explore, icon=":material/grid_view:", url_path="start", default=True),
        st.Page(shared.TRAIN, title=train, icon=":material/model_training:"),
        st.Page(shared.PREDICT, title=_("Predict"), icon=":material/draw:"),
        # Streamlit serves the first page at / alone, so its own address is a hidden twin.
        st.Page(shared.EXPLORE, title=explore, url_path="explore", visibility="hidden"),
    ]


STYLE = """
.stMainBlockContainer {padding-top: 4rem; padding-bottom: 3rem}
.stMarkdown table {display: block; width: fit-content; max-width: 100%; overflow-x: auto}
@media (max-width: 640px) {
  .stMarkdown table {font-size: .8rem}
  .stMarkdown :is(th, td) {padding: .3rem .4rem}
}
"""


def tighten() -> None:
    """Less empty space above than Streamlit leaves, tables that fit, words on a light button to be read.

    And the colours that all style sheets share.
    """
    style = STYLE + small_pictures.STYLE + colors.css_properties()
    if shared.is_dark():
        style += 'button[kind="primary"] {color: #14121d}'
    st.html(f"<style>{style}</style>")


def show_data_source() -> None:
    """One badge for the official files; a warning in plain words while look-alikes stand in for them."""
    dataset = shared.dataset()
    with st.container(horizontal=True, vertical_alignment="center"):
        if dataset.is_real:
            st.badge(
                _("Fashion-MNIST · 70,000 images · checksums verified"),
                icon=":material/verified:",
                color="green",
            )
        else:
            st.badge(_("Look-alikes, not Fashion-MNIST"), icon=":material/content_copy:", color="orange")
        languages.choose()
        links.offer_link()
    languages.tell_browser()
    languages.show_notice()
    if dataset.notice:
        st.warning(shared.plain(dataset.notice), icon=":material/info:")
    if not dataset.is_real:
        st.button(_("Look for the real files again"), key="look_again", on_click=shared.look_again)
