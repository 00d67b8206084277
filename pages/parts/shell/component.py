"""Small widgets of our own: some HTML, and the style sheet and script beside the widget's own file."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

PARTS = Path(__file__).parents[1]


def component(name: str, html: str, files: str):
    """A widget for `st.components.v2`.

    Parameters
    ----------
    name : str
        Unique among all widgets.
    html : str
        What is there before the script has run.
    files : str
        Where its .css and its .js file lie, without the ending: "predict/matrix", from pages/parts.
    """
    return st.components.v2.component(
        name, html=html, css=_text(f"{files}.css"), js=_text(f"{files}.js"), isolate_styles=False
    )


def _text(name: str) -> str:
    return (PARTS / name).read_text(encoding="utf-8")
