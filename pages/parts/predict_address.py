"""The Predict page's settings in its address, and the changes of them that controls share."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from fmnist import view_state
from fmnist.language import n_
from pages.parts.page_address import PageAddress

IMAGE, IMAGES, MATRIX = (
    "image",
    "images",
    "matrix_part",
)  # fragments, by the keys that a callback reruns them with
_FIRST = "explain_first"
_defaults = {name: setting.default for name, setting in view_state.SETTINGS.items()}
_address = PageAddress("predict", _defaults, view_state.read, view_state.write)
read, write, values = _address.read, _address.write, _address.values


def links() -> Callable[[int], str]:
    """A function to the address that shows one test image alone, with everything else as it is now."""
    return view_state.links_to_images(values())


def restart_pages() -> None:
    """Go to the first page: another filter or order has other images."""
    st.session_state.page = 1


def bound_page(key: str, pages: int) -> None:
    """Go to the last of so many pages, and say so, if a later one was asked for."""
    if st.session_state[key] > pages:
        st.session_state[key] = pages
        words = n_("There is only {pages:,} page.", "There are {pages:,} pages; this is the last.", pages)
        st.info(words.format(pages=pages), icon=":material/info:")


def choose_image(index: int) -> None:
    """Choose a test image."""
    st.session_state.test_index = index


def open_image(index: int) -> None:
    """Choose a test image in a callback of the gallery, which needs no new picture itself."""
    choose_image(index)
    st.rerun(IMAGE)


def open_alone(index: int) -> None:
    """Go to the view of test images, to one of them. For a callback."""
    begin_view("test")
    choose_image(index)
    st.rerun()


def begin_view(view: str) -> None:
    """Go to a view: its gallery begins with the first page, in its own order."""
    st.session_state.view = view
    st.session_state.order = view_state.first_order(view)
    restart_pages()


def choose_cell(true_class: int | None, predicted_class: int | None) -> None:
    """Show the images of one cell of the confusion matrix, or of all cells. For a callback."""
    st.session_state.true_class = view_state.class_name(true_class)
    st.session_state.predicted_class = view_state.class_name(predicted_class)
    show_cell()


def show_cell() -> None:
    """Show the images of the classes chosen, mark them in the matrix, explain the first. For a callback."""
    restart_pages()
    st.session_state[_FIRST] = True
    st.rerun([IMAGES, MATRIX, IMAGE])


def begins_with_first() -> bool:
    """Whether other classes were just chosen, so that the first of their images is to be explained."""
    return st.session_state.pop(_FIRST, False)
