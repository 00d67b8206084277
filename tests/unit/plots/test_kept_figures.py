"""A kept figure shows what a fresh one shows, whatever it showed before and whoever else draws."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from fmnist.plots import figures, kept_figures

CERTAIN = np.eye(10)[9]
SPREAD = np.array([0.05, 0.31, 0.003, 0.2, 0.1, 0.02, 0.117, 0.1, 0.05, 0.05])
THREADS, ROUNDS = 8, 40


def same(kept: bytes, fresh):
    """Whether a PNG file and a figure have the same pixels."""
    shown, expected = (
        np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")) for png in (kept, figures.to_png(fresh))
    )
    return np.array_equal(shown, expected)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("scaled", [False, True])
def test_the_colour_bar_figure_is_the_fresh_one(dataset, scaled, dark):
    for image in dataset.train_images[:2]:
        kept = kept_figures.image_with_colorbar_png(image, scaled, dark)
        assert same(kept, figures.image_with_colorbar(image, scaled, dark))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("label", [9, 5])
def test_the_labelled_image_is_the_fresh_one(dataset, label, dark):
    for image, probabilities in zip(dataset.test_images[:2], (CERTAIN, SPREAD), strict=True):
        kept = kept_figures.prediction_image_png(image, probabilities, label, dark)
        assert same(kept, figures.prediction_image(image, probabilities, label, dark))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("label", [None, 1, 6])
def test_the_ten_bars_are_the_fresh_ones(label, dark):
    for probabilities in (CERTAIN, SPREAD, CERTAIN):
        kept = kept_figures.probability_bars_png(probabilities, label, dark)
        assert same(kept, figures.probability_bars(probabilities, label, dark))


def test_many_visitors_at_once_each_get_their_own_picture(dataset):
    def picture(visitor):
        return kept_figures.prediction_image_png(dataset.test_images[visitor], SPREAD, visitor)

    alone = [picture(visitor) for visitor in range(THREADS)]
    assert len(set(alone)) == THREADS
    with ThreadPoolExecutor(THREADS) as visitors:
        together = list(visitors.map(picture, list(range(THREADS)) * ROUNDS))
    assert together == alone * ROUNDS


def test_what_takes_longest_can_be_drawn_ahead(dataset, monkeypatch):
    kept_figures.draw_ahead(dark=True)
    monkeypatch.setattr(figures, "image_with_colorbar", None)
    for scaled in (False, True):
        assert kept_figures.image_with_colorbar_png(dataset.train_images[0], scaled, dark=True)
