"""The drawing paper, streamlit-drawable-canvas, as one widget with which a page draws upon a sheet.

Version 0.13 of the package asks a touch for the button of a mouse, so that under a finger only its pen draws:
neither lines, shapes nor polygons, which are therefore no tools here. Its toolbar is put away (see
`paper_memory`), and the buttons for it lay the sheet anew.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

import streamlit as st

from fmnist.drawing.paper import NO_DRAWING, PAPER, SIDE, Message, Sheet
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


def draw_on_paper(brush: Brush, sheet: Sheet) -> Message | None:
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
            background_color=sheet.ground,
            width=SIDE,
            height=SIDE,
            initial_drawing={"objects": list(sheet.laid)},
            return_image_data=True,
            key=KEY,
        )
        said, picture = result.json_data, result.image_bytes
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # the package reads without checking
        raise SketchError(NO_DRAWING) from error
    return None if picture is None else Message.read(said, picture)


def said() -> Message | None:
    """What the browser last said is on the paper, for a callback: it has not been heard by the page yet.

    None where it said nothing, or nothing that is a drawing.
    """
    try:
        drawing = st.session_state[KEY]["drawing"]
        picture = base64.b64decode(drawing["data"].partition(";base64,")[2])
        return Message.read(drawing["raw"], picture)
    except (AttributeError, KeyError, TypeError, ValueError, SketchError):
        return None


def is_begun() -> bool:
    """Whether the paper is in the browser already, with what it was given and what was drawn since."""
    return KEY in st.session_state


def _colour(tone: int) -> str:
    return f"#{tone:02x}{tone:02x}{tone:02x}"
