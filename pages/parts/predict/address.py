"""The Predict page's settings in its address, and the changes of them that controls share."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from fmnist.lesson import predict_address
from fmnist.lesson.predict_address import SETTINGS
from pages.parts.shell.page_address import PageAddress

IMAGE, IMAGES, MATRIX = (
    "image",
    "images",
    "matrix_part",
)  # fragments, by the keys that a callback reruns them with
_CHANGED = ("view", "order", "page", "true_class", "predicted_class", "test_index")  # by callbacks
_FIRST, _SEND = "explain_first", "values_to_send"
_address = PageAddress("predict", SETTINGS)
read, write, values, bound = _address.read, _address.write, _address.values, _address.bound


def links() -> Callable[[int], str]:
    """A function to the address that shows one test image alone, with everything else as it is now."""
    return predict_address.links_to_images(values())


def restart_pages() -> None:
    """Go to the first page: another filter or order has other images."""
    st.session_state.page = 1


def choose_image(index: int) -> None:
    """Choose a test image."""
    st.session_state.test_index = index


def rerun(*fragments: str) -> None:
    """In a callback that changed settings: run these fragments again, or the whole page if there are none.

    Streamlit (1.67) forgets which values are new to the browser when a callback asks for another run, and
    then sends only those that are not a widget's first value: a filter taken off would come back with the
    next click. So `send_values` puts them under their keys again.
    """
    st.session_state[_SEND] = True
    st.rerun(list(fragments) or "app")


def send_values() -> None:
    """Send the settings to their widgets, if a callback just changed some. Goes before the first of them."""
    if st.session_state.pop(_SEND, False):
        st.session_state.update({name: st.session_state[name] for name in _CHANGED})


def open_image(index: int) -> None:
    """Choose a test image in a callback of the gallery, which needs no new picture itself."""
    choose_image(index)
    rerun(IMAGE)


def open_alone(index: int) -> None:
    """Go to the view of test images, to one of them. For a callback."""
    begin_view("test")
    choose_image(index)
    rerun()


def begin_view(view: str) -> None:
    """Go to a view: its gallery begins with the first page, in its own order."""
    st.session_state.view = view
    st.session_state.order = SETTINGS["order"].default_in({"view": view})
    restart_pages()


def choose_cell(true_class: int | None, predicted_class: int | None) -> None:
    """Show the images of one cell of the confusion matrix, or of all cells. For a callback."""
    st.session_state.true_class = predict_address.class_name(true_class)
    st.session_state.predicted_class = predict_address.class_name(predicted_class)
    show_cell()


def show_cell() -> None:
    """Show the images of the classes chosen, mark them in the matrix, explain the first. For a callback."""
    restart_pages()
    st.session_state[_FIRST] = True
    rerun(IMAGES, MATRIX, IMAGE)


def begins_with_first() -> bool:
    """Whether other classes were just chosen, so that the first of their images is to be explained."""
    return st.session_state.pop(_FIRST, False)
