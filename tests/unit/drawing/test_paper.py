"""Whatever the browser sends as a drawing ends in a picture of the right size or in a sentence."""

import base64
import io
import json
import struct
import time
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from fmnist.drawing.paper import MOST_MARKS, MOST_PIECES, MOST_STEPS, SIDE, Drawing, Message, Sheet
from fmnist.drawing.picture_files import SketchError


def file_of(picture: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_that_claims(width: int, height: int, pixels: bytes = b"\0" * 2**20) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def stroke(name=0, **changes):
    """A stroke as the package sends it; `name` tells strokes apart."""
    path = [["M", name, 2], ["Q", 3, 4.5, 5, 6], ["L", 7, 8]]
    return {"type": "Path", "path": path, "stroke": "#000000", "strokeWidth": 8, "fill": None} | changes


PAPER = Image.new("RGBA", (SIDE, SIDE), "white")
GOOD = file_of(PAPER)
ONE = [stroke()]


# ------------------------------------------------------------------------------------------ one drawing


def test_a_drawing_arrives_as_it_was_sent():
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 4), dtype=np.uint8)
    noise[..., 3] = 255
    arrived = Drawing.read(ONE, file_of(Image.fromarray(noise))).image()
    assert np.array_equal(np.asarray(arrived.convert("RGBA")), noise)


def test_of_a_mark_only_what_draws_it_is_kept():
    drawing = Drawing.read([stroke(lockRotation=True, onclick="alert(1)")], GOOD)
    assert drawing.marks == (stroke(),)


def test_an_empty_paper_is_white_whatever_picture_comes_with_it():
    assert set(Drawing().image().tobytes()) == {255}
    assert Drawing.read([], b"no picture") == Drawing()


@pytest.mark.parametrize("size", [(448, 448), (20, 60), (3000, 1000)])
def test_a_picture_of_any_size_fits_on_the_paper(size):
    dark = np.asarray(Drawing.of_picture(Image.new("L", size, 0)).image()) < 128
    assert dark.any(0).sum() / dark.any(1).sum() == pytest.approx(size[0] / size[1], rel=0.01)
    assert max(dark.any(0).sum(), dark.any(1).sum()) == SIDE


def test_a_picture_laid_on_the_paper_can_come_back_with_a_stroke_on_it():
    (picture,) = Drawing.of_picture(Image.new("L", (30, 40), 9)).marks
    assert Drawing.read([picture, stroke()], GOOD).marks == (picture, stroke())


@pytest.mark.parametrize(
    ("objects", "picture", "word"),
    [
        (17, GOOD, "no drawing"),
        ("strokes", GOOD, "no drawing"),
        ({"objects": ONE}, GOOD, "no drawing"),
        ([5], GOOD, "no drawing"),
        ([{}], GOOD, "no drawing"),
        ([stroke(type="Group")], GOOD, "no drawing"),
        ([stroke(path="M 0 0")], GOOD, "no drawing"),
        ([stroke(path=[["Q", [1, 2]]])], GOOD, "no drawing"),
        ([stroke(path=[["Q"] * 9])], GOOD, "no drawing"),
        ([stroke(left=float("inf"))], GOOD, "no drawing"),
        ([stroke(left=10**400)], GOOD, "no drawing"),
        ([stroke(stroke="a" * 1000)], GOOD, "no drawing"),
        ([stroke(fill={"type": "linear"})], GOOD, "no drawing"),
        ([{"type": "Image", "src": "http://example.org/a.png"}], GOOD, "no drawing"),
        ([{"type": "Image", "src": "data:image/png;base64," + "A" * 3_000_000}], GOOD, "no drawing"),
        (ONE, None, "no drawing"),
        (ONE, "data:image/png;base64,AAAA", "no drawing"),
        (ONE, b"", "PNG"),
        (ONE, b"no picture at all", "PNG"),
        (ONE, file_of(PAPER.convert("RGB"), "JPEG"), "PNG"),
        (ONE, GOOD[:20], "cut off"),
        (ONE, GOOD[:60], "damaged"),
        (ONE, file_of(Image.new("L", (28, 28))), "28 × 28"),
        (ONE, png_that_claims(20_000, 20_000), "20,000 × 20,000"),
        (ONE, bytes(3_000_000), "far more"),
        ([stroke()] * (MOST_MARKS + 1), GOOD, "full"),
        ([stroke(path=[["L", 1, 2]] * (MOST_PIECES + 1))], GOOD, "full"),
    ],
)
def test_a_forged_message_is_answered_with_a_sentence(objects, picture, word):
    with pytest.raises(SketchError, match=word) as caught:
        Drawing.read(objects, picture).image()
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "objects",
    [
        [stroke(path=[["L", 1, 2]] * 10)] * 40_000,
        [stroke(path=[["L", 1, 2]] * 800_000)],
        [stroke(path=[["L", *[1] * 2_000_000]])],
    ],
    ids=["strokes", "pieces", "a long piece"],
)
def test_a_monstrous_drawing_is_refused_at_once(objects):
    began = time.perf_counter()
    with pytest.raises(SketchError):
        Drawing.read(objects, GOOD)
    assert time.perf_counter() - began < 0.1


def test_a_picture_that_unpacks_to_gigabytes_costs_no_memory():
    bomb = Drawing.read(ONE, png_that_claims(20_000, 20_000, b"\0" * 50 * 2**20))
    tracemalloc.start()
    with pytest.raises(SketchError):
        bomb.image()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 2**20


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ANYTHING, min_size=1), ANYTHING)
def test_any_value_at_all_ends_in_a_sentence(objects, picture):
    with pytest.raises(SketchError):
        Drawing.read(objects, picture)


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255), length=st.integers(0, len(GOOD)))
def test_a_damaged_picture_is_a_picture_or_a_sentence(place, value, length):
    damaged = bytearray(GOOD)
    damaged[place] = value
    try:
        picture = Drawing.read(ONE, bytes(damaged[:length])).image()
    except SketchError as error:
        assert str(error).endswith(".")
    else:
        assert picture.size == (SIDE, SIDE)


# ---------------------------------------------------------------------------- what a browser keeps of it


@pytest.mark.parametrize("drawing", [Drawing(), Drawing.read(ONE, GOOD)])
def test_a_drawing_comes_back_from_the_text_that_a_browser_keeps(drawing):
    assert Drawing.of_text(drawing.text()) == drawing


@pytest.mark.parametrize(
    "text",
    [None, 5, "", "{}", "[]", "no JSON", "[" * 100_000, '{"marks": [], "picture": 5}', '{"picture": "ä"}']
    + [json.dumps({"marks": [{"type": "Group"}], "picture": base64.b64encode(GOOD).decode()})],
)
def test_a_text_that_holds_no_drawing_is_answered_with_a_sentence(text):
    with pytest.raises(SketchError, match="no drawing"):
        Drawing.of_text(text)


# ---------------------------------------------------------------------------- a sheet and its history


def drawing(*names):
    """A drawing of strokes; its picture is no PNG, but as different from others as a real one."""
    return Drawing(tuple(map(stroke, names)), repr(names).encode() if names else None)


def says(sheet, drawing):
    """The sheet after its browser has said that this is on it."""
    return sheet.after(Message(drawing, sheet.ground))


def drawn(*drawings, sheet=None):
    sheet = sheet or Sheet()
    for each in drawings:
        sheet = says(sheet, each)
    return sheet


def test_before_the_first_stroke_the_sheet_stays_as_it_was_laid():
    sheet = Sheet().lay(drawing(1))
    assert sheet.after(None) == sheet


def test_each_stroke_is_a_step_back_and_forward():
    sheet = drawn(drawing(1), drawing(1, 2), drawing(1, 2, 3))
    for left in ((1, 2), (1,), ()):
        sheet = sheet.undo()
        assert sheet.now == drawing(*left)
        assert sheet.laid == drawing(*left).marks
    assert sheet.undo() == sheet
    assert sheet.redo().redo().now == drawing(1, 2)
    assert sheet.redo().redo().redo().redo().now == drawing(1, 2, 3)


def test_a_message_that_is_heard_again_changes_nothing():
    sheet = drawn(drawing(1), drawing(1, 2))
    assert says(sheet, drawing(1, 2)) == sheet


STEPS = {"undo": Sheet.undo, "clear": Sheet.clear, "lay": lambda sheet: sheet.lay(drawing(9))}
LATE = {"the same": drawing(1, 2), "less": drawing(1), "more": drawing(1, 2, 3), "nothing": Drawing()}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
def test_what_the_browser_says_of_a_sheet_that_was_taken_away_comes_too_late(step, late):
    before = drawn(drawing(1), drawing(1, 2))
    sheet = step(before)
    assert sheet.after(Message(late, before.ground)) == sheet


def test_two_quick_steps_back_are_not_undone_by_the_answer_to_the_first():
    once = drawn(drawing(1), drawing(1, 2)).undo()
    twice = once.undo().after(Message(drawing(1), once.ground))
    assert twice.now == Drawing()
    assert twice.redo().redo().now == drawing(1, 2)


def test_the_browser_saying_that_it_has_what_was_laid_is_no_step():
    sheet = drawn(drawing(1), drawing(1, 2)).undo()
    assert says(sheet, drawing(1)).past == sheet.past


def test_what_is_drawn_after_a_step_back_takes_the_place_of_what_was_undone():
    sheet = drawn(drawing(1), drawing(1, 3), sheet=drawn(drawing(1), drawing(1, 2)).undo())
    assert sheet.now == drawing(1, 3)
    assert sheet.redo() == sheet
    assert sheet.undo().now == drawing(1)


def test_a_stroke_is_not_lost_when_the_browser_tells_of_it_with_what_was_laid():
    sheet = says(drawn(drawing(1), drawing(1, 2)).undo(), drawing(1, 3))
    assert sheet.now == drawing(1, 3)


def test_the_paper_is_white_on_every_sheet():
    sheets = [Sheet(), Sheet().clear(), Sheet.found(drawing(1)), Sheet(id=10**6)]
    assert {ImageColor.getrgb(each.ground) for each in sheets} == {(255, 255, 255)}
    assert len({each.ground for each in sheets}) == len(sheets)


@pytest.mark.parametrize("said", [None, 5, [], {"objects": ONE}, {"objects": ONE, "background": 5}])
def test_a_message_without_a_sheet_is_answered_with_a_sentence(said):
    with pytest.raises(SketchError, match="no drawing"):
        Message.read(said, GOOD)


def test_clearing_can_be_undone():
    sheet = drawn(drawing(1)).clear()
    assert sheet.now == Drawing()
    assert sheet.undo().now == drawing(1)


def test_each_laying_has_another_id_so_that_the_browser_takes_it_even_if_it_is_as_before():
    sheet = drawn(drawing(1))
    layings = [sheet, sheet.clear(), sheet.clear().clear(), sheet.clear().clear().undo()]
    assert [each.id for each in layings] == [0, 1, 2, 3]


def test_a_browser_that_begins_anew_is_given_all_that_was_drawn():
    sheet = drawn(drawing(1), drawing(1, 2))
    assert sheet.laid == ()
    assert sheet.anew().laid == drawing(1, 2).marks
    assert sheet.anew().now == sheet.now
    assert sheet.anew().past == sheet.past


def test_a_drawing_that_the_browser_kept_is_laid_and_not_emptied_by_a_message_that_comes_late():
    sheet = Sheet.found(drawing(1, 2))
    assert sheet.laid == drawing(1, 2).marks
    assert sheet.after(Message(Drawing(), Sheet().ground)) == sheet
    assert drawn(drawing(1, 2), drawing(1, 2, 3), sheet=sheet).now == drawing(1, 2, 3)


def test_once_the_browser_has_the_kept_drawing_it_can_be_emptied():
    assert says(says(Sheet.found(drawing(1)), drawing(1)).clear(), Drawing()).now == Drawing()


def test_strokes_are_not_kept_twice():
    sheet = drawn(drawing(1), drawing(1, 2))
    assert sheet.now.marks[0] is sheet.past[1].marks[0]


def test_the_steps_back_are_limited():
    sheet = drawn(*(drawing(*range(count)) for count in range(1, MOST_STEPS + 20)))
    assert len(sheet.past) == MOST_STEPS
