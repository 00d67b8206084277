"""A picture file from a stranger → a Pillow image, or a sentence; limits are checked before decoding."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from os import PathLike

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from fmnist.drawing import file_headers
from fmnist.language import N_, SaidError

MOST_BYTES = 10 * 2**20
# In millions. A JPEG is decoded at a fraction of its size; 10 million pixels of the others take 160 MB.
MOST_MEGAPIXELS = {"JPEG": 25, "MPO": 25, "HEIF": 25, "PNG": 10, "WEBP": 10}
# A progressive JPEG paints the whole picture once for each scan; cameras and programs write about ten.
MOST_SCANS = 100
MOST_SCANNED_MEGAPIXELS = 400  # over all scans: about four seconds
LONGEST_EDGE = 1024  # what is kept; the conversion needs far less
FORMATS = ("PNG", "JPEG", "WEBP")  # a JPEG with more pictures inside (MPO) is opened as a JPEG
EXTENSIONS = ("png", "jpg", "jpeg", "jpe", "jfif", "webp", "heic", "heif")
EXIF_ORIENTATION = 0x0112
NO_GARMENT = N_(
    "No garment found: nothing stands out from this picture's ground. "
    "Take one of a garment on a plain ground."
)


class SketchError(SaidError, ValueError):
    """A picture that cannot be used; the message is a sentence for the person who gave it."""


def read_file(path: str | PathLike[str]) -> bytes:
    """The bytes of a picture file; of a file that is too large, or has no end, enough to see that it is.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with open(path, "rb") as file:
        return file.read(MOST_BYTES + 1)


def open_picture(data: bytes) -> Image.Image:
    """Decode a picture file, upright and of moderate size. Of several pictures in it, the first.

    Parameters
    ----------
    data
        The bytes of a PNG, JPEG, WebP or HEIC file.

    Returns
    -------
    PIL.Image.Image
        Mode "L", "RGB" or "RGBA", 8 bits a channel, longest edge about 1,024 pixels at most.

    Raises
    ------
    SketchError
        If the file is empty, larger than 10 MB, of another kind, damaged, has too many pixels (more than 25
        million in a JPEG or HEIC, 10 million in the others), or is a JPEG in more than 100 scans. Whatever
        goes wrong with a file's contents, it is this error.
    """
    return _sentence_for_faults(lambda: _opened(data))


def _opened(data: bytes) -> Image.Image:
    _check_bytes(data)
    if data.startswith(file_headers.PNG_START):
        data = file_headers.png_without_texts(data)
    picture = _heic(data) if file_headers.is_heic(data) else Image.open(io.BytesIO(data), formats=FORMATS)
    _check_pixels(*picture.size, picture.format)
    _check_scans(data, picture)
    return _decoded(picture)


def _heic(data: bytes) -> Image.Image:
    """A HEIC photo, as many phones take them, if there is pi-heif (1.5 MB, decodes only)."""
    try:
        import pi_heif
    except ImportError as error:
        message = N_(
            "This is a HEIC photo. Open it on the device that took it and save or share it as JPEG; "
            "on an iPhone, Settings, Camera, Formats, Most Compatible takes JPEGs from now on."
        )
        raise SketchError(message) from error
    photo: Image.Image = pi_heif.HeifImageFile(io.BytesIO(data))
    return photo


def _check_bytes(data: bytes) -> None:
    if not data:
        raise SketchError(N_("The file is empty. Choose a PNG, JPEG or WebP picture."))
    if len(data) > MOST_BYTES:
        raise SketchError(N_("The file is too large: pictures of up to 10 MB can be read."))
    if data[:4] == b"GIF8":
        raise SketchError(N_("This is a GIF. Save the picture as PNG, JPEG or WebP and try again."))
    if file_headers.is_webp(data):
        _check_pixels(*file_headers.webp_size(data), "WEBP")


def _check_pixels(width: int, height: int, kind: str | None) -> None:
    most = MOST_MEGAPIXELS.get(kind or "", min(MOST_MEGAPIXELS.values()))
    if width * height > most * 1_000_000:
        message = N_(
            "The picture has {width:,} × {height:,} pixels; {most} million can be read. Make it smaller."
        )
        raise SketchError(message, width=width, height=height, most=most)


def _check_scans(data: bytes, picture: Image.Image) -> None:
    if not data.startswith(file_headers.JPEG_START):
        return
    scans = file_headers.jpeg_scans(data)
    megapixels = picture.width * picture.height / 1e6
    if scans > MOST_SCANS or scans * megapixels > max(MOST_SCANNED_MEGAPIXELS, megapixels):
        message = N_("The JPEG has {scans:,} scans, which would take minutes. Save it as a plain JPEG.")
        raise SketchError(message, scans=scans)


def _sentence_for_faults(step: Callable[[], Image.Image]) -> Image.Image:
    try:
        return step()
    except SketchError:
        raise
    except Image.DecompressionBombError as error:
        raise SketchError(N_("The picture has far more than 10 million pixels. Make it smaller.")) from error
    except UnidentifiedImageError as error:
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
    if picture.mode.startswith("I"):
        return _eight_of_sixteen(picture)
    if picture.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _eight_of_sixteen(picture: Image.Image) -> Image.Image:
    """16-bit grey, perhaps with a transparent grey level; Pillow's own conversion would clip at 255."""
    deep = np.asarray(picture).astype(np.int64)
    grey = Image.fromarray((deep >> 8).clip(0, 255).astype(np.uint8))
    clear = picture.info.get("transparency")
    if not isinstance(clear, int):
        return grey
    opacity = Image.fromarray(np.where(deep == clear, 0, 255).astype(np.uint8))
    return Image.merge("LA", (grey, opacity)).convert("RGBA")


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
