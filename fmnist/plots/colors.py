"""The colours of figures, charts and widgets, on light and dark pages: blue is right, red wrong, everywhere.

Style sheets get them as custom properties, `var(--right)` for `right`, from `css_properties`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

ACCENTS = ("#7a5af0", "#c9720a", "#0f8f86")  # what judges nothing, readable on both kinds of page
RIGHT_IN_CHARTS = "#4c78d8"  # a chart has one description for both kinds of page, so it needs one blue


@dataclass(frozen=True)
class Palette:
    """The colours on one kind of page; of these the light one."""

    ink: str = "#262730"  # text
    other: str = "#777777"  # bars that are neither predicted nor true
    right: str = "#0000ff"  # blue
    wrong: str = "#e00000"  # red
    unjudged: str = "#5a3fc0"  # predicted, while nobody has said what is true: the page's own violet
    right_ground: str = "#5b8def"  # blue and red behind a number that has to stay readable
    wrong_ground: str = "#f2594f"


LIGHT = Palette()
DARK = Palette(
    ink="#fafafa",
    other="#8a8a8a",
    right="#7ab0ff",
    wrong="#ff6b6b",
    unjudged="#8f7af0",
    right_ground="#2d62c4",
    wrong_ground="#c9362d",
)
"""On a dark page pure blue and red can't be read; these are their light forms."""


def luminance(grey: int) -> float:
    """The relative luminance of WCAG 2.2 of a grey level 0 to 255: 0 is black, 1 white."""
    share = grey / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def white_ink_from() -> int:
    """The least value of a pixel, shown as the grey 255 − value, on which white is read better than black.

    Black and white letters have the same contrast on a luminance of √(1.05 · 0.05) − 0.05, namely 4.58.
    """
    both_alike = (1.05 * 0.05) ** 0.5 - 0.05
    return next(value for value in range(256) if luminance(255 - value) < both_alike)


def palette(dark: bool) -> Palette:
    """The colours for a dark or a light page."""
    return DARK if dark else LIGHT


def css_properties() -> str:
    """A rule that makes the colours known to all style sheets of a page: ":root {--right: …; …}".

    Each holds both forms, and an element takes that of its own theme at once when a visitor changes it.
    """
    dark = asdict(DARK)
    named = {name: f"light-dark({color}, {dark[name]})" for name, color in asdict(LIGHT).items()}
    named |= {f"accent_{place}": color for place, color in enumerate(ACCENTS)}
    properties = (f"--{name.replace('_', '-')}: {value}" for name, value in named.items())
    return f":root {{{'; '.join(properties)}}}"
