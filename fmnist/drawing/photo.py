"""A photo or scan → what of it is the garment, without light, grain, dust, frames, rulings and the table."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from fmnist.drawing import upright
from fmnist.drawing.find import garment, without_frame
from fmnist.drawing.light import Paper, find_paper
from fmnist.drawing.lines import is_line_drawing
from fmnist.drawing.noise import standing_out
from fmnist.drawing.steps import Step, box_of, small_grey
from fmnist.language import _

SMALL = 0.4  # of the picture's longest edge: a smaller garment is looked at again from nearer
NEAREST = 56  # pixels of the picture: half the edge of the smallest part that is looked at
SHEET_AREA, SHEET_SHAPE = 0.4, 0.96  # of the picture that a sheet of paper fills, and how straight it is cut
SHEET_BRIGHT = 130  # grey levels
ON_A_SHEET = 0.25  # of a sheet's longest edge: a smaller thing on it may be the print on a bag
EVEN, BRIGHT = 0.97, 240  # of a paper whose light needs no word


@dataclass(frozen=True)
class Look:
    """What a look at a picture found."""

    contrast: np.ndarray  # uint8 (h, w), how far from the paper; 0 for paper and what is no garment
    steps: tuple[Step, ...] = ()  # that led to it, if there was anything to do
    share: float = 1.0  # of the whole picture's longest edge that `contrast` shows


def look(picture: Image.Image) -> Look:
    """The garment in a photo or scan; of a large picture in which it is small, seen from nearer.

    Parameters
    ----------
    picture
        Mode "L".
    """
    grey = small_grey(picture)
    found = _garment(grey)
    ink = found.contrast > 0
    if found.share == 1 and ink.any() and max(grey.shape) < max(picture.size):
        box = box_of(ink)
        if max(side.stop - side.start for side in box) < SMALL * max(grey.shape):
            found = _from_nearer(picture, box, max(picture.size) / max(grey.shape)) or found
    return _upright(found)


def _from_nearer(picture: Image.Image, box: tuple[slice, slice], scale: float) -> Look | None:
    """A part of the picture twice as large as the box in it; None if nothing is found there."""
    middle = [(side.start + side.stop) / 2 * scale for side in box]
    half = max(max(side.stop - side.start for side in box) * scale, NEAREST)
    left, top, right, bottom = (
        min(max(0, round(at)), edge)
        for at, edge in zip(
            (middle[1] - half, middle[0] - half, middle[1] + half, middle[0] + half),
            picture.size * 2,
            strict=True,
        )
    )
    near = picture.crop((left, top, right, bottom))
    found = _garment(small_grey(near))
    if not found.contrast.any():
        return None
    return replace(found, share=found.share * max(near.size) / max(picture.size))


def _garment(grey: np.ndarray, may_be_sheet: bool = True) -> Look:
    """What lies on the paper; if that is a sheet of paper on a table, what lies on the sheet."""
    paper = find_paper(grey)
    all_there = standing_out(grey, paper)
    kept = garment(without_frame(all_there > 0), is_line_drawing)
    if may_be_sheet and _is_sheet(kept, grey, paper):
        sheet = grey[box_of(kept)]
        on_sheet = _garment(sheet, may_be_sheet=False)
        ink = on_sheet.contrast > 0
        if ink.any() and max(ink[box_of(ink)].shape) > ON_A_SHEET * max(sheet.shape):
            return replace(on_sheet, share=max(sheet.shape) / max(grey.shape))
    contrast = np.where(kept, all_there, 0)
    even = paper.evenness > EVEN and paper.brightness.max() > BRIGHT
    if not kept.any() or (even and np.array_equal(contrast, all_there)):
        return Look(contrast)
    words = _(
        "The paper was found around the largest thing; shade, grain and what lies beside it were taken away."
    )
    return Look(contrast, (Step(_("Even light"), words, 255 - contrast),))


def _is_sheet(kept: np.ndarray, grey: np.ndarray, paper: Paper) -> bool:
    """Large, bright, brighter than what is around it, and four-sided: not cut as garments are."""
    if not kept.any() or kept.mean() < SHEET_AREA or _four_sided(kept[box_of(kept)]) < SHEET_SHAPE:
        return False
    brightness = float(np.median(grey[kept]))
    return brightness > max(SHEET_BRIGHT, float(np.median(paper.brightness[kept])))


def _four_sided(mask: np.ndarray) -> float:
    """How well a mask, its holes filled, is the quadrilateral of its four corners: overlap over union."""
    filled = np.maximum.accumulate(mask, 1) & np.maximum.accumulate(mask[:, ::-1], 1)[:, ::-1]
    rows, columns = np.nonzero(filled)
    ends = [(columns + rows).argmin(), (columns - rows).argmax()]
    ends += [(columns + rows).argmax(), (columns - rows).argmin()]
    shape = Image.new("L", mask.shape[::-1])
    ImageDraw.Draw(shape).polygon([(int(columns[end]), int(rows[end])) for end in ends], fill=1)
    sides = np.asarray(shape) > 0
    return float((sides & filled).sum() / (sides | filled).sum())


def _upright(found: Look) -> Look:
    """Turned upright if it is a surface with a clear axis. People draw at a slant; the network knows that."""
    ink = found.contrast > 0
    if not ink.any() or is_line_drawing(ink[box_of(ink)]):
        return found
    angle = upright.slant(found.contrast[box_of(ink)])
    if not angle:
        return found
    contrast = upright.turned(found.contrast, angle)
    share = found.share * max(contrast.shape) / max(found.contrast.shape)
    words = _("Turned by {degrees:.0f}° so that its left half mirrors its right one.")
    step = Step(_("Upright"), words.format(degrees=abs(angle)), 255 - contrast)
    return Look(contrast, (*found.steps, step), share)
