"""What the drawing paper sends → the marks and the picture on it, and the states to go back to.

The paper is streamlit-drawable-canvas. It sends all its marks, as objects of Fabric.js, and a PNG of them.
Both are untrusted: number, size and type are checked before anything is decoded.
"""

from __future__ import annotations

import base64
import json
import secrets
import struct
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image, ImageOps

from fmnist.drawing.picture_files import SketchError, open_picture, png_address, png_file
from fmnist.language import N_

SIDE = 320  # pixels of the square paper: the widest that a phone has room for
PAPER = 255  # its grey level
MOST_BYTES = 500_000  # noise, the largest PNG a paper of this size can give, has 410,000
MOST_MARKS = 500
MOST_PIECES = 40_000  # of curves, in all strokes: 2 MB of a message; a hand makes about 60 a second
MOST_STEPS = 100  # back
MOST_IDS = 10**6  # of sheets
FARTHEST = 100_000  # pixels: a stroke may leave the paper
MOST_LETTERS = 40  # of a colour or the name of a line's end
PNG_START = b"\x89PNG\r\n\x1a\n"
PREFIX = png_address(b"")
STROKE, PICTURE = "Path", "Image"  # the kinds of marks there are
KEPT = (  # of what Fabric.js says of a mark: the rest are its defaults
    *("type", "originX", "originY", "left", "top", "width", "height", "scaleX", "scaleY"),
    *("fill", "stroke", "strokeWidth", "strokeLineCap", "strokeLineJoin", "strokeMiterLimit", "path", "src"),
)
NO_DRAWING = N_("The paper sent something that is no drawing. Reload the page and draw again.")
FULL = N_("The paper is full. Clear it and draw anew.")

Mark = dict[str, Any]  # an object of Fabric.js, reduced to what is in KEPT


@dataclass(frozen=True)
class Drawing:
    """What is on the paper."""

    marks: tuple[Mark, ...] = ()
    picture: bytes | None = None  # a PNG, not yet checked; None for an empty paper

    @classmethod
    def read(cls, objects: object, picture: object) -> Drawing:
        """From what the browser says is on the paper: the marks, and their PNG file.

        Raises
        ------
        SketchError
            If the marks are none, or too many, or the file is too large.
        """
        marks = _marks(objects)
        if not marks:
            return cls()
        if not isinstance(picture, bytes):
            raise SketchError(NO_DRAWING)
        if len(picture) > MOST_BYTES:
            raise SketchError(N_("The paper sent far more than a drawing. Reload the page and draw again."))
        return cls(marks, picture)

    @classmethod
    def of_picture(cls, picture: Image.Image) -> Drawing:
        """A picture centred on the paper, to be drawn upon."""
        file = png_file(ImageOps.pad(picture.convert("L"), (SIDE, SIDE), color=PAPER))
        place = {"originX": "left", "originY": "top", "left": 0, "top": 0, "width": SIDE, "height": SIDE}
        return cls(({"type": PICTURE, "src": png_address(file), **place},), file)

    @classmethod
    def of_text(cls, text: object) -> Drawing:
        """What `text` gave, from a browser that kept it. Raises SketchError if it is anything else."""
        try:
            kept = json.loads(text)  # type: ignore[arg-type]  # whatever it is: caught below
            picture = base64.b64decode(kept["picture"], validate=True)
            return cls.read(kept["marks"], picture)
        except (TypeError, KeyError, ValueError, RecursionError) as error:
            raise SketchError(NO_DRAWING) from error

    def text(self) -> str:
        """The drawing as a text that a browser can keep."""
        picture = base64.b64encode(self.picture or b"").decode("ascii")
        return json.dumps({"marks": self.marks, "picture": picture})

    def image(self) -> Image.Image:
        """The picture, SIDE × SIDE pixels; all white for an empty paper.

        Raises
        ------
        SketchError
            If what the browser sent is no such picture. No pixel is decoded before its signature and size
            are right.
        """
        if self.picture is None:
            return Image.new("L", (SIDE, SIDE), PAPER)
        if not self.picture.startswith(PNG_START):
            raise SketchError(
                N_("The drawing did not arrive as a PNG picture. Clear the paper and draw again.")
            )
        width, height = _size(self.picture)
        if (width, height) != (SIDE, SIDE):
            message = N_(
                "The drawing arrived with {width:,} × {height:,} pixels instead of {side} × {side}. "
                "Reload the page."
            )
            raise SketchError(message, width=width, height=height, side=SIDE)
        return open_picture(self.picture)


@dataclass(frozen=True)
class Sheet:
    """A paper with what is drawn on it, and the states before and after.

    The browser draws by itself, and takes other marks only when `ground` or `laid` changes; then it says
    again what is on the paper. It never says anything of what it began with.
    """

    id: int = 0
    laid: tuple[Mark, ...] = ()  # what the browser was given, on which it has drawn since
    now: Drawing = Drawing()
    past: tuple[Drawing, ...] = ()
    undone: tuple[Drawing, ...] = ()

    @classmethod
    def found(cls, drawing: Drawing) -> Sheet:
        """A sheet for a drawing that a browser kept while the server forgot it."""
        begun = cls(id=secrets.randbelow(MOST_IDS))  # not that of the paper which is still in the browser
        return replace(begun.lay(drawing), past=()) if drawing.marks else cls()

    @property
    def ground(self) -> str:
        """The paper's colour: white whatever its hue, which is the id of this sheet."""
        return f"hsl({self.id}, 0%, 100%)"

    def after(self, message: Message | None) -> Sheet:
        """The sheet with what the browser says is on it; None before it says anything.

        What it says of another sheet comes too late: that one was taken off the paper meanwhile.
        """
        if message is None or message.ground != self.ground:
            return self
        said = message.drawing
        marks = (*self.now.marks, *said.marks[len(self.now.marks) :])  # the old ones are not kept twice
        drawing = Drawing(marks[: len(said.marks)], said.picture)
        if len(drawing.marks) == len(self.now.marks):
            return replace(self, now=drawing)
        return replace(self, now=drawing, past=self._steps(), undone=())

    def lay(self, drawing: Drawing) -> Sheet:
        """Another drawing on the paper; one can go back."""
        return replace(self._given(drawing), past=self._steps(), undone=())

    def undo(self) -> Sheet:
        """One step back, if there is one."""
        if not self.past:
            return self
        return replace(self._given(self.past[-1]), past=self.past[:-1], undone=(*self.undone, self.now))

    def redo(self) -> Sheet:
        """One step forward again, if there is one."""
        if not self.undone:
            return self
        return replace(self._given(self.undone[-1]), past=self._steps(), undone=self.undone[:-1])

    def clear(self) -> Sheet:
        """An empty paper; one can go back."""
        return self.lay(Drawing())

    def anew(self) -> Sheet:
        """For a browser that begins: with all that is drawn, where this one began with less."""
        return self._given(self.now)

    def _given(self, drawing: Drawing) -> Sheet:
        return replace(self, id=self.id + 1, laid=drawing.marks, now=drawing)

    def _steps(self) -> tuple[Drawing, ...]:
        return (*self.past, self.now)[-MOST_STEPS:]


@dataclass(frozen=True)
class Message:
    """What the browser says is on the paper."""

    drawing: Drawing
    ground: str  # of the sheet that was on the paper then

    @classmethod
    def read(cls, said: object, picture: object) -> Message:
        """From what Fabric.js says of the paper, and a PNG file of it.

        Raises
        ------
        SketchError
            If it says nothing of a sheet, and as Drawing.read() does.
        """
        if not isinstance(said, dict) or not isinstance(ground := said.get("background"), str):
            raise SketchError(NO_DRAWING)
        return cls(Drawing.read(said.get("objects"), picture), ground)


def _marks(objects: object) -> tuple[Mark, ...]:
    if not isinstance(objects, list):
        raise SketchError(NO_DRAWING)
    if len(objects) > MOST_MARKS:
        raise SketchError(FULL)
    marks = tuple(map(_mark, objects))
    if sum(len(mark.get("path", ())) for mark in marks) > MOST_PIECES:
        raise SketchError(FULL)
    return marks


def _mark(found: object) -> Mark:
    if not isinstance(found, dict) or found.get("type") not in (STROKE, PICTURE):
        raise SketchError(NO_DRAWING)
    mark = {name: found[name] for name in KEPT if name in found}
    is_whole = _is_path(mark.get("path")) if mark["type"] == STROKE else _is_address(mark.get("src"))
    others = (value for name, value in mark.items() if name not in ("path", "src"))
    if not is_whole or not all(map(_is_short, others)):
        raise SketchError(NO_DRAWING)
    return mark


def _is_path(path: object) -> bool:
    """Whether this is a curve in pieces such as ["Q", x, y, x, y]. Of too many, no piece is looked at."""
    if not isinstance(path, list):
        return False
    return len(path) > MOST_PIECES or all(
        isinstance(piece, list) and 1 <= len(piece) <= 7 and all(map(_is_short, piece)) for piece in path
    )


def _is_address(src: object) -> bool:
    return isinstance(src, str) and src.startswith(PREFIX) and len(src) <= 1.4 * MOST_BYTES


def _is_short(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MOST_LETTERS
    return value is None or (isinstance(value, int | float) and abs(value) <= FARTHEST)


def _size(data: bytes) -> tuple[int, int]:
    """Width and height from the header chunk (PNG specification, third edition, section 11.2.1)."""
    if len(data) < 24 or data[12:16] != b"IHDR":
        raise SketchError(N_("The drawing was cut off on its way here. Draw one more line."))
    return struct.unpack(">II", data[16:24])
