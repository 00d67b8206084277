"""The quick bar chart is the tutorial's chart, pixel for pixel but for rounding."""

import io

import numpy as np
import pytest
from PIL import Image

from fmnist.plots import figures
from fmnist.plots.quick_bars import probability_bars_png

CERTAIN = np.eye(10)[9]
SPREAD = np.array([0.05, 0.31, 0.003, 0.2, 0.1, 0.02, 0.117, 0.1, 0.05, 0.05])


def on_page(png: bytes, dark: bool) -> np.ndarray:
    """The chart as a person sees it, on the page's own ground."""
    ground = Image.new("RGBA", (440, 320), "#14121d" if dark else "#ffffff")
    chart = Image.open(io.BytesIO(png)).convert("RGBA")
    return np.asarray(Image.alpha_composite(ground, chart).convert("RGB")).astype(int)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("label", [None, 1, 6])
@pytest.mark.parametrize("probabilities", [CERTAIN, SPREAD], ids=["certain", "spread"])
def test_it_looks_like_the_chart_matplotlib_draws(probabilities, label, dark):
    expected = on_page(figures.to_png(figures.probability_bars(probabilities, label, dark)), dark)
    painted = on_page(probability_bars_png(probabilities, label, dark), dark)
    difference = np.abs(expected - painted).max(-1)
    assert difference.max() <= 12  # of 255, on the smooth edges
    assert (difference > 2).mean() < 0.005


def test_a_chart_does_not_remember_the_one_before():
    first = probability_bars_png(SPREAD)
    probability_bars_png(CERTAIN)
    assert probability_bars_png(SPREAD) == first
