"""The frame around every page: the navigation entries and the badge that names the data source."""

from __future__ import annotations

import streamlit as st

from fmnist.data.sources import Dataset
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
        st.Page(shared.EXPLORE, title=explore, url_path=TWIN, visibility="hidden"),
    ]


_PURPOSE = "purpose_slot"  # in the session: the place that each page fills
_MOMENT = "moment_slot"  # the place for the slider over the moments of a run
TWIN = "explore"  # the second path of the first page
OPEN = "background: color-mix(in srgb, currentColor 8%, transparent)"
STYLE = """
.stMainBlockContainer {padding: .25rem 2rem 3rem}
.stAppHeader {height: 0; min-height: 0}
.stMarkdown table {display: block; width: fit-content; max-width: 100%; overflow-x: auto}
.st-key-frame, .st-key-head {min-height: 2.5rem; row-gap: .25rem}
.st-key-run_heading {min-height: 2.5rem}
.st-key-frame button, .st-key-head button {white-space: nowrap}
.st-key-frame [data-testid="stPageLink"] p {font-weight: 600}
.st-key-head h1 {font-size: 1.5rem; padding: 0; white-space: nowrap}
[class*="st-key-stage_"] > div > .stHorizontalBlock > .stColumn {min-width: min(100%, 21rem)}
.stElementContainer:has(> .stHtml > script:only-child) {display: none}
.st-key-frame > :has(.st-key-share), .st-key-head > :has(.st-key-words) {flex: 0 0 auto; width: auto}
.st-key-head > :has(.st-key-words) {margin-left: auto}
.st-key-purpose p {font-size: .875rem; line-height: 1.25; opacity: .85}
.st-key-path p {white-space: nowrap}
.st-key-path button {padding: 0 .5rem}
.stImage img {border-radius: 0}
.stButtonGroup button {min-height: 2.5rem}
.st-key-next_step [data-testid="stPageLink"] a { /* as the button that leads to another view */
  border: 1px solid color-mix(in srgb, currentColor 20%, transparent); min-height: 2.5rem; padding: 0 .75rem}
@media (min-width: 641px) {
  .st-key-said {display: none}
  .st-key-live {min-height: 56rem} /* what stands below does not jump while this fills */
  .st-key-experiment_card {min-height: 30rem}
  .st-key-settings {max-height: calc(100vh - 14.5rem); overflow-y: auto; padding: 0 .5rem .25rem .25rem}
}
@media (min-width: 1200px) {
  .st-key-live {min-height: 51rem}
}
@media (max-width: 1000px) {
  .st-key-frame > :has(.st-key-purpose) {order: 9; flex: 1 0 100%}
}
@media (max-width: 640px) {
  .stMainBlockContainer {padding: .5rem 1rem 3rem}
  .st-key-head > :has(h1) {flex: 1 1 0}
  .st-key-head > :is(.st-key-view, .st-key-run, :has(.st-key-path)) {order: 1; flex: 1 0 100%}
  .st-key-head > :has(.st-key-words) {margin-left: 0}
  :is(.st-key-view, .st-key-breaking) [role="radiogroup"] {flex-wrap: wrap; mask: none; gap: .25rem}
  :is(.st-key-view, .st-key-breaking) button {
    border: 1px solid color-mix(in srgb, currentColor 20%, transparent) !important;
    border-radius: .6rem; margin: 0}
  :is(.st-key-view, .st-key-breaking) button[aria-checked="true"] {border-color: currentColor !important}
  .stMarkdown table {font-size: .75rem}
  .stMarkdown :is(th, td) {padding: .25rem .5rem}
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


def show(here: str) -> None:
    """The first row: where one can go, what the page is for, the language, a link, whose images these are.

    `here` is the path of the page that is open.
    """
    dataset = shared.dataset()
    if here == TWIN:  # Streamlit marks the link to an open page, not to its twin
        st.html(f"<style>.st-key-frame > :first-child a {{{OPEN}}}</style>")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="frame"):
        for page in (shared.EXPLORE, shared.TRAIN, shared.PREDICT):
            st.page_link(page, width="content")
        st.session_state[_PURPOSE] = st.container(key="purpose", width="stretch")
        st.session_state[_MOMENT] = st.container(key="moment_slot", width="content")
        languages.choose()
        links.offer_link()
        _show_data_source(dataset)
    languages.tell_browser()
    languages.show_notice()
    if dataset.notice:
        st.warning(shared.plain(dataset.notice), icon=":material/info:")
    if not dataset.is_real:
        st.button(_("Look for the real files again"), key="look_again", on_click=shared.look_again)


def show_purpose(words: str) -> None:
    """The sentence that says what a page, or a view of Predict, is for, in its place in the first row."""
    st.session_state.get(_PURPOSE, st).markdown(words)


def moment_slot() -> st.delta_generator.DeltaGenerator:
    """The place in the first row for the choice of a moment, empty where there is none to choose."""
    slot: st.delta_generator.DeltaGenerator | None = st.session_state.get(_MOMENT)
    return st.container() if slot is None else slot


def head() -> st.delta_generator.DeltaGenerator:
    """The second row, to be filled: a page's title and what is chosen for the whole of it."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small", key="head")


def _show_data_source(dataset: Dataset) -> None:
    """One badge for the official files; another colour and name while look-alikes stand in for them."""
    if dataset.is_real:
        st.badge(
            "Fashion-MNIST",
            icon=":material/verified:",
            color="green",
            help=_("The official 70,000 images; their checksums were verified."),
        )
    else:
        st.badge(_("Look-alikes, not Fashion-MNIST"), icon=":material/content_copy:", color="orange")


def stage(*widths: int) -> list[st.delta_generator.DeltaGenerator]:
    """Columns for what belongs together and is to be seen at once; on a narrow screen below each other."""
    with st.container(key=f"stage_{'_'.join(map(str, widths))}"):
        return st.columns(list(widths), gap="medium")
