"""A photo or a scan comes out as its clean copy does."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fmnist.drawing import photo, sketch
from tests.unit.drawing.photos import TSHIRT, outline, surface
from tools import photographed

THINGS = {"trousers": surface(), "T-shirt": surface(TSHIRT), "drawn T-shirt": outline()}


WIDE_TSHIRT = [(100, 10), (500, 10), (595, 90), (570, 300), (570, 590), (30, 590), (30, 300), (5, 90)]


def likeness(one, other):
    return np.corrcoef(one.ravel().astype(float), other.ravel().astype(float))[0, 1]


def opened(thing, taken):
    return sketch.open_picture(photographed.file_of(thing, taken))


def titles(picture):
    return [step.title for step in sketch.convert(picture).steps]


@pytest.mark.parametrize("name", photographed.DISTURBANCES)
@pytest.mark.parametrize("thing", THINGS)
def test_each_disturbance_alone_changes_hardly_anything(thing, name):
    clean = sketch.convert(photographed.clean(THINGS[thing])).image
    for seed in range(4):
        taken = photographed.disturbed((name,), seed)
        found = sketch.convert(opened(THINGS[thing], taken))
        lines_move = thing == "drawn T-shirt" and name in ("rotation", "perspective")
        assert likeness(found.image, clean) > (0.5 if lines_move else 0.9), taken


@pytest.mark.parametrize("thing", THINGS)
def test_three_disturbances_at_once_change_little(thing):
    clean = sketch.convert(photographed.clean(THINGS[thing])).image
    for names in (("shade", "noise", "frame"), ("rulings", "JPEG", "vignette"), ("specks", "noise", "size")):
        taken = photographed.disturbed(names, 3)
        assert likeness(sketch.convert(opened(THINGS[thing], taken)).image, clean) > 0.85, taken


@pytest.mark.parametrize(
    ("ground", "colour"), [(128, 10), (60, 240), (120, 250), ((70, 130, 180), (20, 20, 30))]
)
def test_paper_of_any_tone_or_colour_may_lie_under_a_darker_or_a_lighter_garment(ground, colour):
    clean = sketch.convert(photographed.clean(surface())).image
    mode = "RGB" if isinstance(ground, tuple) else "L"
    picture = Image.new(mode, (700, 700), ground)
    picture.paste(Image.new(mode, (600, 600), colour), (50, 50), surface(tone=255))
    assert likeness(sketch.convert(picture).image, clean) > 0.95


def test_a_garment_as_bright_as_its_ground_is_found_by_its_colour():
    picture = Image.new("RGB", (700, 700), (60, 120, 60))
    picture.paste(Image.new("RGB", (600, 600), (200, 45, 62)), (50, 50), surface(tone=255))
    clean = sketch.convert(photographed.clean(surface())).image
    assert np.ptp(np.asarray(picture.convert("L"))) < 8
    assert likeness(sketch.convert(picture).image, clean) > 0.95


def test_a_tiny_garment_in_a_large_picture_is_seen_from_nearer():
    clean = sketch.convert(photographed.clean(surface())).image
    small = surface().resize((120, 120), Image.Resampling.BOX)
    picture = Image.new("L", (1600, 1200), 235)
    picture.paste(Image.new("L", small.size, 15), (1300, 100), small)
    found = sketch.convert(picture)
    assert found.hint == "" and likeness(found.image, clean) > 0.9


def test_a_drawing_on_a_sheet_that_lies_on_a_table_is_what_is_on_the_sheet():
    clean = sketch.convert(photographed.clean(outline())).image
    sheet = Image.fromarray((np.asarray(photographed.clean(outline())) * 0.9).astype(np.uint8))
    for place, size in (((90, 80), (900, 880)), ((0, 0), (820, 700))):
        table = Image.new("L", size, 70)
        table.paste(sheet, place)
        assert likeness(sketch.convert(table).image, clean) > 0.9


def test_a_light_garment_with_a_print_is_no_sheet_with_a_drawing(monkeypatch):
    light = Image.new("L", (700, 700), 60)
    light.paste(Image.new("L", (600, 600), 240), (50, 50), surface(WIDE_TSHIRT, 255))
    ImageDraw.Draw(light).rectangle((250, 250, 450, 500), fill=110)
    found = sketch.convert(light).image
    monkeypatch.setattr(photo, "_is_sheet", lambda kept, grey, paper: False)
    assert np.array_equal(found, sketch.convert(light).image)


def test_of_two_garments_the_larger_is_judged():
    clean = sketch.convert(photographed.clean(surface(TSHIRT))).image
    both = Image.new("L", (1300, 700), 240)
    both.paste(Image.new("L", (600, 600), 10), (40, 50), surface(TSHIRT, 255))
    small = surface(tone=255).resize((400, 400))
    both.paste(Image.new("L", (400, 400), 10), (800, 100), small)
    assert likeness(sketch.convert(both).image, clean) > 0.95


def test_what_was_done_to_light_and_slant_is_a_step_with_a_sentence():
    shaded = opened(surface(), photographed.Photo(shade=0.3))
    assert titles(shaded)[:3] == ["Your picture", "Even light", "Trimmed"]
    leaning = opened(surface(), photographed.Photo(turn=4))
    assert "Upright" in titles(leaning)
    for picture in (shaded, leaning):
        assert all(step.explanation.endswith(".") for step in sketch.convert(picture).steps)


def test_a_clean_drawing_has_no_such_step():
    assert "Even light" not in titles(photographed.clean(outline()))


def test_the_even_picture_is_white_paper():
    steps = sketch.convert(opened(surface(), photographed.Photo(shade=0.4, noise=8, paper=180))).steps
    even = next(step.image for step in steps if step.title == "Even light")
    assert (even[:20] == 255).all() and even.min() < 60


@pytest.mark.parametrize(
    "taken", [photographed.Photo(noise=12, paper=150), photographed.Photo(shade=0.4, frame=0.01)]
)
def test_on_empty_paper_nothing_is_found(taken):
    assert sketch.convert(opened(Image.new("L", (600, 600)), taken)).hint == sketch.NOTHING


def test_a_picture_of_any_proportions_is_looked_at():
    for size in ((3000, 60), (57, 2000), (560, 1)):
        picture = Image.new("L", size, 220)
        ImageDraw.Draw(picture).rectangle((size[0] // 3, 0, size[0] // 2, size[1] // 2), fill=20)
        assert sketch.convert(picture).image.shape == (28, 28)
