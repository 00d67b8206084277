"""The paper's light is found around whatever lies on it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from fmnist.drawing.light import find_paper
from tests.unit.drawing.photos import TROUSERS, outline, surface

EDGE = 560


def lit(thing, light):
    """A thing on paper in a given light, float (h, w) in grey levels → uint8."""
    share = np.asarray(thing.resize((EDGE, EDGE), Image.Resampling.BILINEAR), float) / 255
    return np.rint(light * (1 - share)).astype(np.uint8)


def slope(loss, angle):
    y, x = np.mgrid[-1 : 1 : EDGE * 1j, -1 : 1 : EDGE * 1j]
    across, down = np.cos(angle), np.sin(angle)
    return 240 * (1 - loss * ((x * across + y * down) / (abs(across) + abs(down)) + 1) / 2)


def vignette(loss):
    y, x = np.mgrid[-1 : 1 : EDGE * 1j, -1 : 1 : EDGE * 1j]
    return 240 * (1 - loss * (x * x + y * y) / 2)


@pytest.mark.parametrize("thing", [surface(), outline()], ids=["surface", "drawing"])
@pytest.mark.parametrize(
    "light", [slope(0.4, 0), slope(0.4, 2.2), vignette(0.5)], ids=["side", "corner", "vignette"]
)
def test_the_light_is_found_within_three_percent_also_under_the_garment(thing, light):
    paper = find_paper(lit(thing, light))
    assert np.abs(paper.brightness / light - 1).max() < 0.03


def test_a_black_frame_is_not_taken_for_paper():
    light = slope(0.3, 1)
    framed = Image.fromarray(lit(surface(), light))
    ImageDraw.Draw(framed).rectangle((0, 0, EDGE - 1, EDGE - 1), outline=0, width=16)
    assert np.abs(find_paper(np.asarray(framed)).brightness / light - 1).max() < 0.03


def test_a_soft_shadow_across_the_paper_is_part_of_its_light():
    shadow = Image.new("L", (EDGE, EDGE), 255)
    ImageDraw.Draw(shadow).polygon([(0, 350), (EDGE, 200), (EDGE, EDGE), (0, EDGE)], fill=190)
    light = np.asarray(shadow.filter(ImageFilter.GaussianBlur(35)), float)
    paper = find_paper(lit(outline(), light))
    assert np.percentile(np.abs(paper.brightness / light - 1), 99) < 0.05


def test_ink_is_as_dark_in_a_dim_corner_as_in_a_bright_one():
    light = slope(0.5, 0)
    grey = lit(surface(TROUSERS, 128), light)
    contrast = find_paper(grey).contrast(grey)
    rows = contrast[120, :]
    inside = np.flatnonzero(rows > 60)
    assert np.ptp(rows[inside[4:-4]]) < 12


def test_a_garment_lighter_than_its_paper_stands_out_below_zero():
    light = 240 - lit(surface(), slope(0, 0) * 0 + 170.0).astype(float) * 0.8
    grey = np.rint(light).astype(np.uint8)
    contrast = find_paper(grey).contrast(grey)
    assert contrast[100, 280] < -60 and abs(contrast[30, 30]) < 3
