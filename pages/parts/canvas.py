"""The drawing paper as one widget: draw_on_paper() is all that the rest of the program knows of it.

Why not streamlit-drawable-canvas 0.13, measured in Chromium: it holds back each stroke for 200 ms, so that
the quickest possible answer took 310 to 370 ms; its line, rectangle and circle draw nothing under a finger
(they ask a touch for its mouse button); it has neither ellipse nor eraser, and its undo hides until hovered.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from fmnist.canvas_message import SIDE, Sheet

TOOLS = ("pen", "eraser", "line", "polygon", "rectangle", "ellipse")

HTML = """
<canvas class="paper" tabindex="0" role="img" aria-label="Drawing paper, for mouse, pen or finger"></canvas>
<div class="actions">
  <button type="button" name="undo">Undo</button>
  <button type="button" name="redo">Redo</button>
  <button type="button" name="clear">Clear</button>
</div>
"""


@dataclass(frozen=True)
class Brush:
    """What the next mark is drawn with."""

    tool: str  # one of TOOLS
    width: int  # in units of the paper, which is SIDE wide
    tone: int  # grey level, 0 black to 255 white
    filled: bool  # polygons, rectangles and ellipses: a surface rather than an outline


def _beside_this_file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


_component = st.components.v2.component(
    "paper", html=HTML, css=_beside_this_file("canvas.css"), js=_beside_this_file("canvas.js")
)


def draw_on_paper(brush: Brush, sheet: Sheet, key: str) -> object:
    """Show the paper, and return what the browser last sent of it, to be given to Sheet.after().

    After each finished mark, undo, redo and clear the browser sends {"sheet": id, "picture": PNG as a data
    URL, or None when the paper is empty}. It comes from outside: anything else may come as well.
    """
    data = {**asdict(brush), "side": SIDE, "sheet": asdict(sheet)}
    result = _component(key=key, data=data, default={"drawing": None}, on_drawing_change=lambda: None)
    return result.get("drawing")
