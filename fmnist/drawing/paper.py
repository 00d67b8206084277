"""What the drawing paper sends → the picture on it; untrusted, so it is checked before it is decoded."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass, replace

from PIL import Image, ImageOps

from fmnist.drawing.file_headers import PNG_START
from fmnist.drawing.picture_files import SketchError, open_picture, png_file
from fmnist.language import N_

PREFIX = "data:image/png;base64,"
SIDE = 448  # pixels of the square paper: 16 for each of the 28
PAPER = 255  # its grey level
MOST_CHARACTERS = 2_000_000  # noise, the largest PNG a paper of this size can give, has 1.1 million in base64


@dataclass(frozen=True)
class Sheet:
    """What lies on the table. The browser takes another sheet when `id` changes."""

    id: int
    picture: str | None  # a PNG as a data URL, not yet checked; None for an empty sheet

    def after(self, message: object) -> Sheet:
        """This sheet with what the browser says is on it.

        Parameters
        ----------
        message
            From the browser, of any type; right is None (nothing drawn since the sheet was laid), or
            {"sheet": id, "picture": data URL or None}. What tells of another sheet came too late, and is
            passed over.

        Raises
        ------
        SketchError
            If the message has another form.
        """
        if message is None:
            return self
        if not isinstance(message, dict) or not {"sheet", "picture"} <= set(message):
            raise SketchError(
                N_("The paper sent something that is no drawing. Reload the page and draw again.")
            )
        return replace(self, picture=message["picture"]) if message["sheet"] == self.id else self

    def image(self) -> Image.Image:
        """The picture on the sheet, SIDE × SIDE pixels; all white for an empty one.

        Raises
        ------
        SketchError
            If what the browser sent is no such picture. No pixel is decoded before its length, base64,
            signature and size are right.
        """
        if self.picture is None:
            return Image.new("L", (SIDE, SIDE), PAPER)
        data = _bytes_of(self.picture)
        if not data.startswith(PNG_START):
            raise SketchError(
                N_("The drawing did not arrive as a PNG picture. Clear the paper and draw again.")
            )
        width, height = _size(data)
        if (width, height) != (SIDE, SIDE):
            message = N_(
                "The drawing arrived with {width:,} × {height:,} pixels instead of {side} × {side}. "
                "Reload the page."
            )
            raise SketchError(message, width=width, height=height, side=SIDE)
        return open_picture(data)


def on_paper(picture: Image.Image) -> str:
    """A picture centred on the paper, in the form the paper takes and sends: a PNG as a data URL."""
    fitted = ImageOps.pad(picture.convert("L"), (SIDE, SIDE), color=PAPER)
    return PREFIX + base64.b64encode(png_file(fitted)).decode("ascii")


def _bytes_of(picture: object) -> bytes:
    if not isinstance(picture, str) or not picture.startswith(PREFIX):
        raise SketchError(N_("The paper sent something that is no drawing. Reload the page and draw again."))
    if len(picture) > MOST_CHARACTERS:
        raise SketchError(N_("The paper sent far more than a drawing. Reload the page and draw again."))
    try:
        return base64.b64decode(picture[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise SketchError(N_("The drawing was garbled on its way here. Draw one more line.")) from error


def _size(data: bytes) -> tuple[int, int]:
    """Width and height from the header chunk (PNG specification, third edition, section 11.2.1)."""
    if len(data) < 24 or data[12:16] != b"IHDR":
        raise SketchError(N_("The drawing was cut off on its way here. Draw one more line."))
    return struct.unpack(">II", data[16:24])
