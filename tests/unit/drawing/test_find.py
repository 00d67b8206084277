"""The garment is found among specks, frames, tables and other garments."""

import numpy as np
from hypothesis import given, settings
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw

from fmnist.drawing.find import Things, garment, without_frame


def flooded(mask):
    """The parts of a mask by filling one after the other: each a set of (row, column)."""
    left, parts = set(map(tuple, np.argwhere(mask).tolist())), []
    while left:
        waiting, part = [left.pop()], set()
        while waiting:
            row, column = waiting.pop()
            part.add((row, column))
            beside = {(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)} & left
            left -= beside
            waiting += beside
        parts.append(frozenset(part))
    return set(parts)


@settings(deadline=None, max_examples=150)
@given(arrays.arrays(bool, arrays.array_shapes(min_dims=2, max_dims=2, max_side=14)))
def test_the_parts_are_those_that_flooding_finds(mask):
    things = Things.of(mask)
    masks = [things.mask(np.arange(things.count) == each) for each in range(things.count)]
    assert {frozenset(map(tuple, np.argwhere(part).tolist())) for part in masks} == flooded(mask)
    assert things.areas.tolist() == [part.sum() for part in masks]
    for part, (top, left, bottom, right) in zip(masks, things.boxes.tolist(), strict=True):
        rows, columns = np.flatnonzero(part.any(1)), np.flatnonzero(part.any(0))
        assert (top, left, bottom, right) == (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1)


def picture(*rectangles, size=(400, 400)):
    image = Image.new("L", size)
    for rectangle in rectangles:
        ImageDraw.Draw(image).rectangle(rectangle, fill=1)
    return np.asarray(image) > 0


SHIRT = (120, 100, 280, 320)


def surfaces(mask):
    return False


def lines(mask):
    return True


def test_a_speck_beside_a_garment_is_dropped():
    assert np.array_equal(garment(picture(SHIRT, (350, 30, 354, 34)), surfaces), picture(SHIRT))


def test_a_frame_all_around_is_dropped_at_any_slant():
    frame = Image.new("L", (400, 400))
    ImageDraw.Draw(frame).rectangle((12, 12, 387, 387), outline=1, width=5)
    for angle in (0, 3):
        mask = picture(SHIRT) | (np.asarray(frame.rotate(angle)) > 0)
        assert np.array_equal(garment(mask, surfaces), picture(SHIRT))


def test_a_frame_that_a_garment_touches_is_cut_off():
    hanging = (120, 0, 280, 320)
    mask = picture(hanging, (0, 0, 399, 5))
    left = without_frame(mask)
    assert not left[:6, :100].any() and left[6:320, 120:281].all()


def test_a_garment_that_is_cut_off_by_the_picture_stays_whole():
    bag = (0, 60, 399, 399)
    assert np.array_equal(garment(without_frame(picture(bag)), surfaces), picture(bag))


def test_of_a_picture_with_nothing_but_a_frame_nothing_is_left():
    assert not garment(picture((0, 0, 399, 4), (0, 0, 4, 399)), lines).any()


def test_a_table_along_one_side_is_dropped():
    assert np.array_equal(garment(picture(SHIRT, (0, 0, 80, 399)), surfaces), picture(SHIRT))


def test_of_two_garments_the_larger_is_taken_but_both_shoes_of_a_drawing():
    two = picture(SHIRT, (340, 120, 395, 300))
    assert np.array_equal(garment(two, surfaces), picture(SHIRT))
    assert np.array_equal(garment(two, lines), two)


def test_a_strap_beside_the_sole_belongs_to_the_sandal():
    sandal = picture((60, 250, 330, 290), (200, 200, 300, 235))
    assert np.array_equal(garment(sandal, surfaces), sandal)


def test_buttons_of_a_drawing_stay():
    outline = Image.new("L", (400, 400))
    ImageDraw.Draw(outline).rectangle(SHIRT, outline=1, width=4)
    ImageDraw.Draw(outline).ellipse((196, 180, 204, 188), fill=1)
    drawn = np.asarray(outline) > 0
    assert np.array_equal(garment(drawn, lines), drawn)
