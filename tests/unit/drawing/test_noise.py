"""Grain and rulings are told from what is drawn."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fmnist.drawing.light import find_paper
from fmnist.drawing.noise import standing_out
from tests.unit.drawing.photos import outline, surface

EDGE = 560


def on_paper(thing, level=240.0, grain=0.0, faint=()):
    share = np.asarray(thing.resize((EDGE, EDGE), Image.Resampling.BILINEAR), float) / 255
    for rows, columns, tone in faint:
        share[rows, columns] = tone
    grey = level * (1 - share) + np.random.default_rng(0).normal(0, grain, share.shape)
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)


def shown(grey):
    return standing_out(grey, find_paper(grey)) > 0


@pytest.mark.parametrize(("level", "grain"), [(240, 10), (160, 6), (100, 15)])
def test_grain_is_no_ink_and_a_garment_in_it_stays_whole(level, grain):
    clean, grainy = shown(on_paper(surface())), shown(on_paper(surface(), level, grain))
    assert (grainy & ~clean).mean() < 0.01
    assert (clean & ~grainy).sum() < 0.01 * clean.sum()


def test_a_sleeve_fainter_than_the_grain_is_seen_because_it_is_large():
    sleeve = (slice(200, 300), slice(420, 500), 0.12)
    found = shown(on_paper(surface(), 240, 12, [sleeve]))
    assert found[210:290, 430:490].mean() > 0.9


def test_thin_straps_stay_in_clean_pictures_and_in_grain():
    strap = (slice(60, 62), slice(20, 500), 0.8)
    assert shown(on_paper(surface(), faint=[strap]))[60:62, 20:500].all()
    assert shown(on_paper(surface(), 240, 8, [strap]))[60:62, 25:495].mean() > 0.95


@pytest.mark.parametrize("strength", [15, 40, 70])
@pytest.mark.parametrize("squared", [False, True])
def test_rulings_are_paper_and_the_drawing_on_them_stays(strength, squared):
    clean = on_paper(outline(pen=6), 255)
    ruled = Image.fromarray(clean)
    lines = Image.new("L", ruled.size, 255)
    for at in range(9, EDGE, 30):
        ImageDraw.Draw(lines).line((0, at, EDGE, at), fill=255 - strength)
        if squared:
            ImageDraw.Draw(lines).line((at, 0, at, EDGE), fill=255 - strength)
    found = shown(np.minimum(np.asarray(ruled), np.asarray(lines)))
    drawn = shown(clean)
    assert (found & ~drawn).mean() < 0.001  # where a ruling meets the soft edge of a stroke
    assert (drawn & ~found).mean() < 0.01


def test_a_pale_surface_on_squared_paper_stays_too():
    pale = on_paper(surface(tone=50), 255)
    lines = np.full((EDGE, EDGE), 255, np.uint8)
    lines[9::30], lines[:, 9::30] = 190, 190
    found = shown(np.minimum(pale, lines))
    assert (found != shown(pale)).mean() < 0.01


def test_a_large_drawing_is_not_taken_for_rulings():
    frame = Image.new("L", (600, 600))
    ImageDraw.Draw(frame).rectangle((45, 45, 555, 555), outline=90, width=6)
    assert shown(on_paper(frame, 255)).mean() > 0.02
