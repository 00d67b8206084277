"""The drawing paper as one widget: draw_on_paper() is all that the rest of the program knows of it.

Two papers can do it: our own, and with FMNIST_CANVAS=drawable the package streamlit-drawable-canvas. Why our
own comes first, measured in Chromium with version 0.13 of the package: it holds back each stroke for 200 ms
and so never answered before 310 to 370 ms; its line, rectangle and circle draw nothing under a
finger (they ask a touch for its mouse button); it has neither ellipse nor eraser, and its undo hides until
hovered.
"""

from __future__ import annotations

import base64
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from fmnist.drawing.paper import PREFIX, SIDE, Sheet, on_paper
from fmnist.drawing.picture_files import open_picture
from fmnist.language import _

HTML = """
<canvas class="paper" tabindex="0" role="img"></canvas>
<div class="actions">
  <button type="button" name="undo"></button>
  <button type="button" name="redo"></button>
  <button type="button" name="clear"></button>
</div>
"""


@dataclass(frozen=True)
class Brush:
    """What the next mark is drawn with."""

    tool: str  # one of fmnist.lesson.predict_address.TOOLS
    width: int  # in units of the paper, which is SIDE wide
    tone: int  # grey level, 0 black to 255 white
    filled: bool  # polygons, rectangles and ellipses: a surface rather than an outline


def _beside_this_file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


_component = st.components.v2.component(
    "paper", html=HTML, css=_beside_this_file("paper.css"), js=_beside_this_file("paper.js")
)


def draw_on_paper(brush: Brush, sheet: Sheet, key: str) -> object:
    """Show the paper, and return what the browser last sent of it, to be given to Sheet.after().

    After each finished mark, undo, redo and clear the browser sends {"sheet": id, "picture": PNG as a data
    URL, or None when the paper is empty}. It comes from outside: anything else may come as well.
    """
    if os.environ.get("FMNIST_CANVAS") == "drawable":
        return _draw_on_the_package(brush, sheet, key)
    words = {
        "paper": _("Drawing paper, for mouse, pen or finger"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "clear": _("Clear"),
    }
    data = {**asdict(brush), "side": SIDE, "sheet": asdict(sheet), "words": words}
    result = _component(key=key, data=data, default={"drawing": None}, on_drawing_change=lambda: None)
    return result.get("drawing")


# ---- streamlit-drawable-canvas

MODES = {
    "pen": "freedraw",
    "eraser": "freedraw",  # with the colour of the paper
    "line": "line",
    "polygon": "polygon",
    "rectangle": "rect",
    "ellipse": "circle",  # the package has no ellipse
}
WHITE, NO_COLOR = "#ffffff", "#ffffff00"


def _draw_on_the_package(brush: Brush, sheet: Sheet, key: str) -> object:
    from streamlit_drawable_canvas import st_canvas

    # A new background empties the package's paper, so a sheet keeps the one it was laid with.
    laid = st.session_state.setdefault(f"{key}_laid_{sheet.id}", sheet.picture)
    color = WHITE if brush.tool == "eraser" else f"#{brush.tone:02x}{brush.tone:02x}{brush.tone:02x}"
    drawn = st_canvas(
        fill_color=color if brush.filled else NO_COLOR,
        stroke_color=color,
        stroke_width=brush.width,
        background_color=WHITE,
        background_image=base64.b64decode(laid.removeprefix(PREFIX)) if laid else None,
        drawing_mode=MODES[brush.tool],
        width=SIDE,
        height=SIDE,
        return_image_data=True,
        key=key,
    )
    if not (drawn.json_data or {}).get("objects"):
        return {"sheet": sheet.id, "picture": laid}
    return {"sheet": sheet.id, "picture": on_paper(open_picture(drawn.image_bytes))}
