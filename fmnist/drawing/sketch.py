"""A drawing or a photo → 28×28 as the data set's images were made, every step kept for display."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from fmnist.drawing.picture_files import SketchError, open_picture
from fmnist.drawing.thinning import centre_lines
from fmnist.language import N_, _

__all__ = ["Conversion", "SketchError", "Step", "convert", "open_picture"]

SIZE = 28
PEN = 2  # width of a drawn line in the 28×28 image, in pixels
FINE = 4  # lines are drawn on a grid this many times finer, then averaged
LARGEST_EDGE = 560  # larger pictures are averaged down first: a 28×28 image needs no more
THUMBNAIL_EDGE = 56  # in smaller pictures the width of a pen cannot be measured
WIDEST_PEN = 0.13  # of the drawing's longest edge; what is thicker is a filled shape or a photo

NOTHING = N_("Nothing is drawn yet. Draw a garment as large as you like.")
ONLY_A_DOT = N_("This is only a dot. Draw the outline of a garment.")
PAINTED_OVER = N_("The paper is painted over. Clear it, or leave some of it free around the garment.")


@dataclass(frozen=True)
class Step:
    """One picture on the way from the drawing to the network."""

    title: str
    explanation: str
    image: np.ndarray  # uint8 (h, w), 0 black to 255 white


@dataclass(frozen=True)
class Conversion:
    """What became of a picture."""

    steps: tuple[Step, ...]
    image: np.ndarray  # uint8 (28, 28), ground 0, garment bright: what the network is given
    hint: str  # "" or the sentence that says why this is not a drawing


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
    grey = _grey(_as_image(picture))
    contrast = _contrast_with_paper(grey, paper)
    ink = contrast > 0
    yours = Step(_("Your picture"), _("In shades of grey, because the data set has no colours."), grey)
    if hint := _hint(ink):
        return Conversion((yours,), np.zeros((SIZE, SIZE), np.uint8), hint)
    contrast = contrast[_box(ink)]
    trimmed = Step(_("Trimmed"), _("Cut off all around that has the paper's colour."), 255 - contrast)
    image, steps = _reduced(contrast, is_thumbnail=max(grey.shape) < THUMBNAIL_EDGE)
    return Conversion((yours, trimmed, *steps), image, "")


def _reduced(contrast: np.ndarray, is_thumbnail: bool) -> tuple[np.ndarray, list[Step]]:
    """The 28×28 image of what was trimmed, and the steps to it."""
    steps, ink = [], contrast > 0
    if not is_thumbnail and _is_line_drawing(ink):
        fine = _standard_pen(ink)
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


def _grey(picture: Image.Image) -> np.ndarray:
    """uint8 (h, w), at most LARGEST_EDGE long; laid on white paper, or on black if what is drawn is light."""
    if picture.mode.startswith("I;16"):
        picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    scale = LARGEST_EDGE / max(picture.size)
    size = tuple(max(1, round(edge * scale)) for edge in picture.size) if scale < 1 else picture.size
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return np.asarray(picture.convert("L").resize(size, Image.Resampling.BOX))
    channels = np.asarray(
        picture.convert("RGBA").convert("LA").resize(size, Image.Resampling.BOX), np.float32
    )
    grey, opacity = channels[..., 0], channels[..., 1] / 255
    drawn = (grey * opacity).sum() / max(opacity.sum(), 1e-6)
    mostly_clear = opacity.mean() < 0.5
    ground = 0 if mostly_clear and drawn > 200 else 255
    return np.rint(grey * opacity + ground * (1 - opacity)).astype(np.uint8)


def _contrast_with_paper(grey: np.ndarray, paper: int | None) -> np.ndarray:
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


def _hint(ink: np.ndarray) -> str:
    if not ink.any():
        return _(NOTHING)
    if ink.mean() > 0.9:
        return _(PAINTED_OVER)
    drawn = ink[_box(ink)]
    small = max(drawn.shape) < 0.12 * max(ink.shape)
    blob = drawn.mean() > 0.5
    tiny = max(drawn.shape) <= max(1, 0.03 * max(ink.shape))
    return _(ONLY_A_DOT) if tiny or (small and blob) else ""


def _box(ink: np.ndarray) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _pen_width(ink: np.ndarray) -> float:
    """Area over half the outline: of a long stroke, its width."""
    padded = np.pad(ink, 1)
    surrounded = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return 2 * np.count_nonzero(ink) / np.count_nonzero(ink & ~surrounded)


def _is_line_drawing(ink: np.ndarray) -> bool:
    return _pen_width(ink) < WIDEST_PEN * max(ink.shape)


def _standard_pen(ink: np.ndarray) -> np.ndarray:
    """The lines redrawn at their centres, PEN wide, touching the frame; uint8 (112, 112), drawn 255."""
    frame, pen = SIZE * FINE, PEN * FINE
    lines = centre_lines(_working_size(ink, frame))
    points = np.argwhere(lines).astype(np.float32)
    low, high = points.min(0), points.max(0)
    scale = min((frame - pen) / max((high - low).max(), 1), 2)
    placed = np.rint((points - (low + high) / 2) * scale + (frame - 1) / 2).astype(int)
    dots = np.zeros((frame, frame), np.uint8)
    dots[placed[:, 0], placed[:, 1]] = 255
    return _round_pen(dots, pen)


def _working_size(ink: np.ndarray, edge: int) -> np.ndarray:
    """bool, longest edge `edge`; thin lines are thickened first so that they survive."""
    shrink = max(ink.shape) / edge
    picture = Image.fromarray(ink.astype(np.uint8) * 255)
    if shrink > 1 and _pen_width(ink) < 2 * shrink:
        picture = picture.filter(ImageFilter.MaxFilter(2 * round(shrink) + 1))
    size = tuple(max(1, round(side / shrink)) for side in picture.size)
    return (
        np.asarray(picture.resize(size, Image.Resampling.BOX if shrink > 1 else Image.Resampling.BILINEAR))
        > 110
    )


def _round_pen(dots: np.ndarray, pen: int) -> np.ndarray:
    """Each dot widened to a disc of `pen` pixels across."""
    reach = np.arange(pen) - (pen - 1) / 2
    padded = np.pad(dots, pen)
    drawn = np.zeros_like(padded)
    for down, right in np.argwhere(np.hypot(*np.meshgrid(reach, reach)) <= pen / 2) - pen // 2:
        drawn = np.maximum(drawn, np.roll(padded, (down, right), (0, 1)))
    return drawn[pen:-pen, pen:-pen]


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
    return np.rint(fine.reshape(edge, factor, edge, factor).mean((1, 3))).astype(np.uint8)


def _full_contrast(image: np.ndarray) -> np.ndarray:
    """Brightened so that the brightest pixel is white, as in nearly every image of the data set."""
    return np.rint(image * (255 / max(int(image.max()), 1))).astype(np.uint8)
