"""A drawing or a photo → 28×28 as the data set's images were made, every step kept for display."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from fmnist.drawing.lines import FINE, PEN, SIZE, is_line_drawing, standard_pen
from fmnist.drawing.photo import Look, look
from fmnist.drawing.picture_files import SketchError, open_picture
from fmnist.drawing.steps import Step, box_of, small_grey
from fmnist.language import N_, _

__all__ = ["FINE", "PEN", "SIZE", "Conversion", "SketchError", "Step", "convert", "open_picture"]

THUMBNAIL_EDGE = 56  # in smaller pictures the width of a pen cannot be measured
CANVAS_DOT, PHOTO_DOT = 0.12, 0.05  # of the paper's longest edge: a smaller blob is a dot

NOTHING = N_("Nothing is drawn yet. Draw a garment as large as you like.")
ONLY_A_DOT = N_("This is only a dot. Draw the outline of a garment.")
PAINTED_OVER = N_("The paper is painted over. Clear it, or leave some of it free around the garment.")


@dataclass(frozen=True)
class Conversion:
    """What became of a picture."""

    steps: tuple[Step, ...]
    image: np.ndarray  # uint8 (28, 28), ground 0, garment bright: what the network is given
    hint: str  # "" or the sentence that says why this is not a drawing
    is_lines: bool = False  # whether thin lines were found, which a photo of a garment has not


def convert(picture: Image.Image | np.ndarray, *, paper: int | None = None) -> Conversion:
    """Bring a drawing or a photo into the form of the data set's images.

    Trim to the garment, bring drawn lines to a standard width, scale the longest edge to 28, centre, negate.

    Parameters
    ----------
    picture
        Any Pillow image, or uint8 (h, w), (h, w, 3) or (h, w, 4). Transparent parts count as paper.
    paper
        The paper's grey level, 0 to 255, where it is known (a canvas); otherwise the corners tell it.

    Returns
    -------
    Conversion
        With a hint, and a black image, if there is nothing to recognise.

    Raises
    ------
    SketchError
        If an array has another shape or type, or no pixels.

    Notes
    -----
    Xiao, Rasul and Vollgraf (2017), section 2, say how the data set was made: trimmed by the corners' colour,
    longest edge scaled to 28, shorter edge padded so that the garment is centred, negated. A product photo is
    a filled surface; a drawing is thin lines, which scaling alone would blur away: hence the standard pen.
    """
    coloured = _as_image(picture)
    picture = _flat(coloured)
    grey = small_grey(picture)
    yours = Step(_("Your picture"), _("In shades of grey, because the data set has no colours."), grey)
    is_thumbnail = max(grey.shape) < THUMBNAIL_EDGE
    is_photo = paper is None and not is_thumbnail
    found = _looked_at(picture, coloured) if is_photo else Look(_contrast_with_paper(grey, paper))
    ink = found.contrast > 0
    if hint := _hint(ink, found.share, PHOTO_DOT if is_photo else CANVAS_DOT):
        return Conversion((yours,), np.zeros((SIZE, SIZE), np.uint8), hint)
    contrast = found.contrast[box_of(ink)]
    trimmed = Step(_("Trimmed"), _("Cut off all around that has the paper's colour."), 255 - contrast)
    is_lines = not is_thumbnail and is_line_drawing(ink[box_of(ink)])
    image, steps = _reduced(contrast, is_lines)
    return Conversion((yours, *found.steps, trimmed, *steps), image, "", is_lines)


def _looked_at(picture: Image.Image, coloured: Image.Image) -> Look:
    """What is found in shades of grey, or in one of the colours: a red shirt on green may be as bright."""
    found = look(picture)
    bands = coloured.split() if coloured.mode == "RGB" else ()
    for band in bands:
        if found.contrast.any():
            break
        found = look(band)
    return found


def _reduced(contrast: np.ndarray, is_lines: bool) -> tuple[np.ndarray, list[Step]]:
    """The 28×28 image of what was trimmed, and the steps to it."""
    steps = []
    if is_lines:
        fine = standard_pen(contrast > 0)
        explanation = _("Your lines redrawn with one width, whichever pen you took.")
        steps.append(Step(_("Standard pen"), explanation, 255 - fine))
        image = _averaged(fine, SIZE)
    else:
        image = _full_contrast(_fitted(contrast, SIZE))
    return image, [
        *steps,
        Step(
            _("28 pixels"),
            _("Longest edge scaled to 28 pixels, centred, as in the data set."),
            255 - image,
        ),
        Step(_("Negated"), _("Bright on black: 784 numbers from 0 to 255, as in the data set."), image),
    ]


def _as_image(picture: Image.Image | np.ndarray) -> Image.Image:
    if isinstance(picture, Image.Image):
        return picture
    picture = np.asarray(picture)
    if picture.dtype != np.uint8:
        message = N_("A picture's numbers must be whole and 0 to 255 (uint8), not {type}.")
        raise SketchError(message, type=picture.dtype)
    if (
        picture.size == 0
        or picture.ndim not in (2, 3)
        or (picture.ndim == 3 and picture.shape[2] not in (3, 4))
    ):
        message = N_("A picture must be (height, width), (…, 3) or (…, 4), not {shape}.")
        raise SketchError(message, shape=picture.shape)
    return Image.fromarray(np.ascontiguousarray(picture))


def _flat(picture: Image.Image) -> Image.Image:
    """In shades of grey, mode "L"; laid on white paper, or on black if what is drawn is light."""
    if picture.mode.startswith("I;16"):
        picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("L")
    picture = picture.convert("RGBA").convert("LA")
    grey, opacity = picture.split()
    few = np.asarray(picture.resize((64, 64), Image.Resampling.BOX), np.float32)
    shares = few[..., 1] / 255
    drawn = (few[..., 0] * shares).sum() / max(shares.sum(), 1e-6)
    mostly_clear = shares.mean() < 0.5
    ground = Image.new("L", picture.size, 0 if mostly_clear and drawn > 200 else 255)
    return Image.composite(grey, ground, opacity)


def _contrast_with_paper(grey: np.ndarray, paper: float | None) -> np.ndarray:
    """How far each pixel is from the paper, uint8 (h, w); 0 where it is paper, but for noise."""
    height, width = (max(1, edge // 25) for edge in grey.shape)
    corners = [grey[rows, columns] for rows in np.s_[:height, -height:] for columns in np.s_[:width, -width:]]
    if paper is None:
        paper = float(sorted(np.median(corner) for corner in corners)[2])  # of two and two, the brighter
        noise = float(np.median([corner.std() for corner in corners]))
    else:
        noise = 0.0
    distance = np.abs(grey.astype(np.float32) - paper) * (255 / max(paper, 255 - paper))
    tolerance = max(0.05 * 255, 4 * noise)  # 5 %: what the data set was trimmed with
    return np.where(distance > tolerance, np.rint(distance), 0).astype(np.uint8)


def _hint(ink: np.ndarray, share: float, smallest: float) -> str:
    """The sentence for what is no drawing; `share` of the paper is seen, blobs below `smallest` are dots."""
    if not ink.any():
        return _(NOTHING)
    if ink.mean() > 0.9:
        return _(PAINTED_OVER)
    drawn = ink[box_of(ink)]
    longest = max(drawn.shape) * share
    small = longest < smallest * max(ink.shape)
    blob = drawn.mean() > 0.5
    tiny = longest <= max(1, 0.03 * max(ink.shape))
    return _(ONLY_A_DOT) if tiny or (small and blob) else ""


def _fitted(contrast: np.ndarray, edge: int) -> np.ndarray:
    """Scaled by averaging so that the longest edge is `edge`, and centred in a square of zeros."""
    scale = edge / max(contrast.shape)
    size = tuple(max(1, round(side * scale)) for side in contrast.shape[::-1])
    method = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    small = np.asarray(Image.fromarray(contrast).resize(size, method))
    image = np.zeros((edge, edge), np.uint8)
    # An odd pixel of padding goes above or to the left, as in the data set.
    top, left = (edge - small.shape[0] + 1) // 2, (edge - small.shape[1] + 1) // 2
    image[top : top + small.shape[0], left : left + small.shape[1]] = small
    return image


def _averaged(fine: np.ndarray, edge: int) -> np.ndarray:
    factor = fine.shape[0] // edge
    averaged: np.ndarray = np.rint(fine.reshape(edge, factor, edge, factor).mean((1, 3))).astype(np.uint8)
    return averaged


def _full_contrast(image: np.ndarray) -> np.ndarray:
    """Brightened so that the brightest pixel is white, as in nearly every image of the data set."""
    return np.rint(image * (255 / max(int(image.max()), 1))).astype(np.uint8)
