"""One scale of type and one of distances: no style sheet has a size of its own."""

import re
import tomllib
from pathlib import Path

import pytest

from pages.parts.explore import facts
from pages.parts.predict import life
from pages.parts.shell import frame, small_pictures

ROOT = Path(__file__).parents[2]
TYPE = {0.625, 0.75, 0.875, 1.0, 1.25, 1.5}  # rem; the smallest for numbers written on pictures
DISTANCES = {0.0, 0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0}
SHEETS = {
    **{str(file.relative_to(ROOT)): file.read_text("utf-8") for file in ROOT.glob("pages/**/*.css")},
    "frame": frame.STYLE,
    "small pictures": small_pictures.STYLE,
    "classes": facts.CLASS_STYLE,
    "life stories": life.STYLE,
}


def rems(sheet, properties):
    """All lengths in rem that these properties have in a style sheet."""
    values = re.findall(rf"(?<![\w-])(?:{properties}):([^;}}]+)", sheet)
    return {float(number) for value in values for number in re.findall(r"(\d*\.?\d+)rem", value)}


@pytest.mark.parametrize("name", SHEETS)
def test_every_size_is_one_of_the_scale(name):
    assert rems(SHEETS[name], "font-size") <= TYPE
    assert rems(SHEETS[name], "(?:row-|column-)?gap|padding(?:-\\w+)?|margin(?:-\\w+)?") <= DISTANCES


def test_headings_and_numbers_are_of_the_same_scale():
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    sizes = [*theme["headingFontSizes"], theme["metricValueFontSize"]]
    assert {float(size.removesuffix("rem")) for size in sizes} <= TYPE
