"""The drawing paper, streamlit-drawable-canvas, as one widget with which a page draws upon a sheet.

Version 0.13 of the package asks a touch for the button of a mouse, so that under a finger only its pen draws:
neither lines, shapes nor polygons, which are therefore no tools here. Its toolbar is put away (see
`paper_memory`), and the buttons for it lay the sheet anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from fmnist.drawing.paper import NO_DRAWING, PAPER, SIDE, Drawing, Sheet
from fmnist.drawing.picture_files import SketchError

KEY = "canvas"
ERASER = "eraser"
ERASING = 2.5  # times the pen's width


@dataclass(frozen=True)
class Brush:
    """What the next stroke is drawn with."""

    tool: str  # "pen" or "eraser"
    width: int  # pixels of the paper, which is SIDE wide
    tone: int  # grey level, 0 black to 255 white


def draw_on_paper(brush: Brush, sheet: Sheet) -> Drawing | None:
    """Show the paper, and return what the browser last said is on it, to be given to Sheet.after().

    Raises
    ------
    SketchError
        If the browser sent something else.
    """
    # Streamlit knows the package's files once it runs, and the import asks for them.
    from streamlit_drawable_canvas import st_canvas

    erases = brush.tool == ERASER
    try:
        result = st_canvas(
            stroke_color=_colour(PAPER if erases else brush.tone),
            stroke_width=round(brush.width * (ERASING if erases else 1)),
            background_color=_colour(PAPER),
            width=SIDE,
            height=SIDE,
            initial_drawing={"objects": list(sheet.laid), "sheet": sheet.id},
            return_image_data=True,
            key=KEY,
        )
        objects, picture = (result.json_data or {}).get("objects"), result.image_bytes
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # the package reads without checking
        raise SketchError(NO_DRAWING) from error
    return None if picture is None else Drawing.read(objects, picture)


def is_begun() -> bool:
    """Whether the paper is in the browser already, with what it was given and what was drawn since."""
    return KEY in st.session_state


def _colour(tone: int) -> str:
    return f"#{tone:02x}{tone:02x}{tone:02x}"
