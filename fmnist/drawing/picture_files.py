"""A picture file from a stranger → a Pillow image, or a sentence; limits are checked before decoding."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageOps

from fmnist.language import N_, SaidError

MOST_BYTES = 10 * 2**20
# In millions. A JPEG is decoded at a fraction of its size; 10 million pixels of the others take 160 MB.
MOST_MEGAPIXELS = {"JPEG": 25, "PNG": 10, "WEBP": 10}
LONGEST_EDGE = 1024  # what is kept; the conversion needs far less
FORMATS = ("PNG", "JPEG", "WEBP")
EXIF_ORIENTATION = 0x0112


class SketchError(SaidError, ValueError):
    """A picture that cannot be used; the message is a sentence for the person who gave it."""


def open_picture(data: bytes) -> Image.Image:
    """Decode an uploaded picture, upright and of moderate size. Of an animation, the first frame.

    Parameters
    ----------
    data
        The bytes of a PNG, JPEG or WebP file.

    Returns
    -------
    PIL.Image.Image
        Mode "L", "RGB" or "RGBA", 8 bits a channel, longest edge about 1,024 pixels at most.

    Raises
    ------
    SketchError
        If the file is empty, larger than 10 MB, of another kind, damaged, or has too many pixels
        (more than 25 million in a JPEG, 10 million in the others).
    """
    _check_bytes(data)
    picture = _sentence_for_faults(lambda: Image.open(io.BytesIO(data), formats=FORMATS))
    _check_pixels(*picture.size, picture.format)
    return _sentence_for_faults(lambda: _decoded(picture))


def _check_bytes(data: bytes) -> None:
    if not data:
        raise SketchError(N_("The file is empty. Choose a PNG, JPEG or WebP picture."))
    if len(data) > MOST_BYTES:
        message = N_("The file has {size:.1f} MB; pictures of up to 10 MB can be read.")
        raise SketchError(message, size=len(data) / 2**20)
    if data[:4] == b"GIF8":
        raise SketchError(N_("This is a GIF. Save the picture as PNG, JPEG or WebP and try again."))
    if _is_webp(data):
        _check_pixels(*_webp_size(data), "WEBP")


def _check_pixels(width: int, height: int, kind: str) -> None:
    most = MOST_MEGAPIXELS[kind]
    if width * height > most * 1_000_000:
        message = N_(
            "The picture has {width:,} × {height:,} pixels; {most} million can be read. Make it smaller."
        )
        raise SketchError(message, width=width, height=height, most=most)


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height from the header (RFC 9649, sections 2.5 to 2.7).

    Pillow cannot tell them without reserving memory for the whole canvas.
    """
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _sentence_for_faults(step: Callable[[], Image.Image]) -> Image.Image:
    try:
        return step()
    except SketchError:
        raise
    except Image.DecompressionBombError as error:
        raise SketchError(N_("The picture has far more than 10 million pixels. Make it smaller.")) from error
    except Image.UnidentifiedImageError as error:
        raise SketchError(
            N_("This is not a picture that can be read. Choose a PNG, JPEG or WebP.")
        ) from error
    except Exception as error:  # damaged files make Pillow raise a dozen kinds, SyntaxError among them
        raise SketchError(
            N_("The picture is damaged or cut off and cannot be read. Save it again.")
        ) from error


def _decoded(picture: Image.Image) -> Image.Image:
    picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # JPEG only: decodes at 1/2, 1/4 or 1/8 of the size
    orientation = picture.getexif().get(EXIF_ORIENTATION, 1)
    picture.load()
    small = _reduced(_eight_bits(picture))
    small.getexif()[EXIF_ORIENTATION] = orientation
    return ImageOps.exif_transpose(small)


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode in ("L", "RGB", "RGBA") and "transparency" not in picture.info:
        return picture
    if picture.mode.startswith("I"):  # 16-bit grey; Pillow's own conversion would clip at 255
        return Image.fromarray((np.asarray(picture).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8))
    if picture.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _reduced(picture: Image.Image) -> Image.Image:
    factor = max(picture.size) // LONGEST_EDGE
    return picture.reduce(factor) if factor > 1 else picture.copy()


def png_file(picture: Image.Image | np.ndarray) -> bytes:
    """A picture as the bytes of a PNG file: fast rather than small.

    Parameters
    ----------
    picture : Image or ndarray of uint8
        An array is (h, w) grey, (h, w, 3) RGB or (h, w, 4) RGBA.
    """
    shown = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    buffer = io.BytesIO()
    shown.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def png_address(file: bytes) -> str:
    """A PNG file as an address that holds it: "data:image/png;base64,…"."""
    return "data:image/png;base64," + base64.b64encode(file).decode()
