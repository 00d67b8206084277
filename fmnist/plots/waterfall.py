"""A sum as a waterfall: one bar per step, each beginning where the last one ended. SVG, drawn at once."""

from __future__ import annotations

from html import escape

from fmnist.evaluation.arithmetic import Part, signed
from fmnist.language import _
from fmnist.plots import weight_pictures
from fmnist.plots.colors import palette

WIDTH, ROW, LABEL, VALUE = 360, 24, 100, 62  # pixels: readable on a phone without being made smaller
NO_BAR = 1.0  # the least width of a bar that is seen


def waterfall_svg(steps: list[Part], dark: bool) -> str:
    """The steps of a sum, and the whole in the last row, as an SVG picture.

    Parameters
    ----------
    steps : list of Part
        From `arithmetic.parts`.
    dark : bool
        For a dark page.
    """
    ends = [0.0, *[step.so_far for step in steps]]
    low, high = min(ends), max(ends)
    width = WIDTH - LABEL - VALUE

    def across(value: float) -> float:
        return LABEL + width * (value - low) / ((high - low) or 1.0)

    colors = weight_pictures.DARK if dark else weight_pictures.LIGHT
    ink = palette(dark)
    rows = [
        _row(
            place,
            step.name,
            step.value,
            across(start),
            across(step.so_far),
            colors[-1 if step.value > 0 else 0],
            ink.ink,
        )
        for place, (step, start) in enumerate(zip(steps, ends, strict=False))
    ]
    rows.append(_row(len(steps), _("score"), ends[-1], across(0), across(ends[-1]), ink.other, ink.ink))
    height = ROW * len(rows)
    zero = f'<path d="M{across(0):.1f} 0V{height}" stroke="{ink.other}" stroke-dasharray="3 3"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="12">'
        f"{zero}{''.join(rows)}</svg>"
    )


def in_words(steps: list[Part]) -> str:
    """The waterfall's text alternative."""
    each = _(", ").join(f"{step.name} {signed(step.value)}" for step in steps)
    return _("Bars that add up to the score: {each}; together {sum}.").format(
        each=each, sum=signed(steps[-1].so_far)
    )


def _row(place: int, name: str, value: float, start: float, end: float, color: str, ink: str) -> str:
    top, middle = place * ROW + 4, place * ROW + ROW / 2 + 4
    left, width = min(start, end), max(abs(end - start), NO_BAR)
    return (
        f'<text x="{LABEL - 6}" y="{middle}" text-anchor="end" fill="{ink}">{escape(_short(name))}</text>'
        f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{ROW - 8}" fill="{color}"/>'
        f'<text x="{WIDTH}" y="{middle}" text-anchor="end" fill="{ink}">{signed(value)}</text>'
    )


def _short(name: str) -> str:
    """A pixel's English name shortened to fit beside the bars; others are short enough."""
    return name.replace("pixel row ", "pixel ").replace(" column ", " ")
