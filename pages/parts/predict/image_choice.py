"""Which test image: its number, the one before, the next, any, and those of the tutorial."""

from __future__ import annotations

import random

import streamlit as st

from fmnist.language import _
from fmnist.lesson.predict_address import LAST_INDEX
from pages.parts.predict import address
from pages.parts.shell import number

TUTORIAL_IMAGES = (0, 12)
FIELD = 120  # pixels


def show(parts: tuple[str, ...] = ()) -> int:
    """The widgets, and the index they stand at.

    Parameters
    ----------
    parts : tuple of str
        The keys of all fragments that show the image, if it is more than the one these widgets are in.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=FIELD):
            index = number.show(
                _("Image, 0–{last:,}").format(last=LAST_INDEX),
                "test_index",
                0,
                LAST_INDEX,
                0,
                persist_state="session",
                on_change=_rerun,
                args=(parts,),
            )
        _button(_("Previous"), "previous", ":material/chevron_left:", index - 1, parts)
        _button(_("Next"), "next", ":material/chevron_right:", index + 1, parts)
        st.button(_("Random"), key="random", icon=":material/shuffle:", on_click=_go_anywhere, args=(parts,))
        for each in TUTORIAL_IMAGES:
            _button(_("Image {index}").format(index=each), f"image_{each}", ":material/school:", each, parts)
    return index


def _button(label: str, key: str, icon: str, index: int, parts: tuple[str, ...]) -> None:
    st.button(
        label,
        key=key,
        icon=icon,
        disabled=not 0 <= index <= LAST_INDEX,
        on_click=_go,
        args=(index, parts),
    )


def _go(index: int, parts: tuple[str, ...]) -> None:
    address.choose_image(index)
    _rerun(parts)


def _go_anywhere(parts: tuple[str, ...]) -> None:
    _go(random.randint(0, LAST_INDEX), parts)


def _rerun(parts: tuple[str, ...]) -> None:
    if parts:
        address.rerun(*parts)
