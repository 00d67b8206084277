"""The Predict page's settings in its address: read when someone else changed it, written when the page did.

Streamlit's own binding of widgets to the address would put a run's title there instead of its id, and drops
what is out of range without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from fmnist import language, view_state

IMAGE, IMAGES, MATRIX = (
    "image",
    "images",
    "matrix_part",
)  # fragments, by the keys that a callback reruns them with
_LAST, _NOTICES = "predict_address", "predict_notices"


def read() -> None:
    """Take over the address of a link, a reload or the Back button, and say what had to be mended in it."""
    asked = _settings_asked()
    arrived = _LAST not in st.session_state
    if asked != st.session_state.get(_LAST) and (
        asked or arrived
    ):  # a bare address keeps what was chosen before
        values, notices = view_state.read(asked)
        st.session_state.update(values)
        st.session_state[_NOTICES] = notices
        st.session_state[_LAST] = asked
    for notice in st.session_state.get(_NOTICES, []):
        st.info(language.again(notice), icon=":material/info:")


def write() -> None:
    """Put the present settings into the address. The last step of the page and of each fragment."""
    address = view_state.write(values())
    if address != _settings_asked():
        query = st.query_params.to_dict()
        others = {name: text for name, text in query.items() if name not in view_state.SETTINGS}
        st.query_params.from_dict(others | address)
        st.session_state[_NOTICES] = []
    st.session_state[_LAST] = address


def values() -> dict[str, Any]:
    """The present value of every setting."""
    return {name: st.session_state[name] for name in view_state.SETTINGS}


def _settings_asked() -> dict[str, str]:
    query = st.query_params.to_dict()
    return {name: text for name, text in query.items() if name in view_state.SETTINGS}


def links() -> Callable[[int], str]:
    """A function to the address that shows one test image alone, with everything else as it is now."""
    return view_state.links_to_images(values())


def restart_pages() -> None:
    """Go to the first page: another filter or order has other images."""
    st.session_state.page = 1


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
    """Show the images of the classes chosen, then mark them in the matrix. For a callback."""
    restart_pages()
    st.rerun([IMAGES, MATRIX])
