"""Small widgets of our own: some HTML, and the style sheet and script beside the widget's own file."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

PARTS = Path(__file__).parents[1]
ARROW_KEYS = ("shell/arrow_keys.js",)
MAP_PICTURES = (*ARROW_KEYS, "shell/map_pictures.js")
PICTURE_BUTTONS = (*ARROW_KEYS, "shell/picture_buttons.js", "shell/picture_buttons.css")


def component(name: str, html: str, files: str, shared: tuple[str, ...] = ()):
    """A widget for `st.components.v2`.

    Parameters
    ----------
    name : str
        Unique among all widgets.
    html : str
        What is there before the script has run.
    files : str
        Where its .css and its .js file lie, without the ending: "predict/matrix", from pages/parts.
    shared : names of files
        What it has in common with others, "shell/arrow_keys.js": scripts without exports, style sheets.
    """
    css, js = (_text([*shared, files + ending], ending) for ending in (".css", ".js"))
    return st.components.v2.component(name, html=html, css=css, js=js, isolate_styles=False)


def _text(names: list[str], ending: str) -> str:
    return "\n".join((PARTS / name).read_text(encoding="utf-8") for name in names if name.endswith(ending))
