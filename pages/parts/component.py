"""Small widgets of our own: some HTML with the style sheet and the script that lie beside this file."""

from __future__ import annotations

from pathlib import Path

import streamlit as st


def component(name: str, html: str, files: str):
    """A widget for `st.components.v2`.

    Parameters
    ----------
    name : str
        Unique among all widgets.
    html : str
        What is there before the script has run.
    files : str
        The name, without its ending, of the .css and the .js file in this folder.
    """
    return st.components.v2.component(
        name, html=html, css=_text(f"{files}.css"), js=_text(f"{files}.js"), isolate_styles=False
    )


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
