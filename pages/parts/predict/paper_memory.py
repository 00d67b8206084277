"""The drawing kept in the browser's tab: it outlives a reload of the page and a restart of the server."""

from __future__ import annotations

import secrets

import streamlit as st

from fmnist.drawing.paper import Drawing
from fmnist.drawing.picture_files import SketchError
from fmnist.language import _
from pages.parts.shell.component import component

KEY = "paper_memory"
_TOKEN = "paper_memory_token"
_component = component("paper_memory", "", "predict/paper_memory")


def keep(drawing: Drawing | None) -> None:
    """Have the browser keep this drawing; None asks it for the one it has, for the next run of the page."""
    name = _("Drawing paper, for mouse, pen or finger")  # for people who do not see the paper
    data = {"token": _token(), "drawing": drawing and drawing.text(), "name": name}
    _component(key=KEY, data=data, default={"kept": None}, on_kept_change=lambda: None)


def kept() -> Drawing | None:
    """What the browser said it has, an empty one if that is nothing or no drawing; None if it said nothing.

    Its answer carries the token of the question: after a restart the browser repeats answers to older ones.
    """
    answer = (st.session_state.get(KEY) or {}).get("kept")
    if not isinstance(answer, dict) or answer.get("token") != _token():
        return None
    try:
        return Drawing.of_text(answer.get("drawing"))
    except SketchError:
        return Drawing()


def _token() -> str:
    return st.session_state.setdefault(_TOKEN, secrets.token_hex(8))
