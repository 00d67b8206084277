"""The colours: readable, and one set for pictures, style sheets and the page."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from fmnist.plots import colors

REPOSITORY = Path(__file__).parents[3]
PAGES = {True: "#14121d", False: "#ffffff"}


@pytest.mark.parametrize("dark", [False, True])
def test_text_is_readable_on_the_page_it_is_for(dark):
    shown = colors.palette(dark)
    for color in (shown.ink, shown.right, shown.wrong):
        assert contrast(color, PAGES[dark]) >= 4.5


def contrast(*two):
    """The contrast of WCAG 2.2."""

    def luminance(color):
        parts = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted(map(luminance, two))
    return (high + 0.05) / (low + 0.05)


def test_the_number_on_a_pixel_is_readable_whatever_its_grey():
    folder = REPOSITORY / "pages/parts/explore"
    sheet = (folder / "numbers.css").read_text(encoding="utf-8")
    black, white = (
        re.search(rf"\.numbers {cell} {{\n  color: (#\w+);", sheet)[1] for cell in ("td", r"td\.dark")
    )
    script = (folder / "numbers.js").read_text(encoding="utf-8")
    assert "rgb(${255 - value} ${255 - value} ${255 - value})" in script
    assert 'value >= data.white_ink_from ? "dark" : ""' in script
    for value in range(256):
        ink = white if value >= colors.white_ink_from() else black
        assert contrast(ink, f"#{255 - value:02x}" + 2 * f"{255 - value:02x}") >= 4.5, value


@pytest.mark.parametrize("dark", [False, True])
def test_page_and_pictures_share_their_violet_and_their_ground(dark):
    theme = tomllib.loads((REPOSITORY / ".streamlit/config.toml").read_text())["theme"]
    page = theme["dark" if dark else "light"]
    assert page["backgroundColor"] == PAGES[dark]
    assert page["primaryColor"] == colors.palette(dark).unjudged


def test_style_sheets_get_each_colour_by_its_name_in_its_light_and_its_dark_form():
    named = dict(re.findall(r"--([\w-]+): ([^;}]+)", colors.css_properties()))
    assert named["right"] == f"light-dark({colors.LIGHT.right}, {colors.DARK.right})"
    assert named["wrong-ground"] == f"light-dark({colors.LIGHT.wrong_ground}, {colors.DARK.wrong_ground})"
    assert named["accent-0"] == colors.ACCENTS[0]


def test_style_sheets_name_no_colour_of_their_own_for_right_and_wrong_and_only_known_ones():
    given = set(re.findall(r"--[\w-]+(?=:)", colors.css_properties()))
    every = {color for dark in (False, True) for color in vars(colors.palette(dark)).values()}
    own = every | set(colors.ACCENTS) | {colors.RIGHT_IN_CHARTS}
    for sheet in [*REPOSITORY.glob("pages/**/*.css"), *REPOSITORY.glob("pages/**/*.py")]:
        text = sheet.read_text(encoding="utf-8")
        assert not own & set(re.findall(r"#[0-9a-f]{6}\b", text)), sheet
        used = set(re.findall(r"var\((--[\w-]+)", text))
        set_here = set(re.findall(r"(--[\w-]+)(?=:)", text)) | {
            "--columns",
            "--shade",
            "--share",
        }  # by scripts
        assert {name for name in used - set_here if not name.startswith("--st-")} <= given, sheet
