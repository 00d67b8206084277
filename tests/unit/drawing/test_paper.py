"""Whatever the browser sends as a drawing ends in a picture of the right size or in a sentence."""

import base64
import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fmnist.drawing.paper import PREFIX, SIDE, Sheet, on_paper
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


def data_url(png: bytes) -> str:
    return PREFIX + base64.b64encode(png).decode()


def picture_on_paper(picture: object) -> Image.Image | None:
    return Sheet(id=1, picture=None).after({"sheet": 1, "picture": picture}).image()


PAPER = Image.new("RGBA", (SIDE, SIDE), "white")
GOOD = file_of(PAPER)


def test_a_drawing_arrives_as_it_was_sent():
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 4), dtype=np.uint8)
    noise[..., 3] = 255
    arrived = picture_on_paper(data_url(file_of(Image.fromarray(noise))))
    assert np.array_equal(np.asarray(arrived.convert("RGBA")), noise)


def test_an_empty_paper_is_white():
    assert set(picture_on_paper(None).tobytes()) == {255}


@pytest.mark.parametrize("size", [(448, 448), (20, 60), (3000, 1000)])
def test_a_picture_of_any_size_fits_on_the_paper(size):
    laid = picture_on_paper(on_paper(Image.new("L", size, 0)))
    dark = np.asarray(laid) < 128
    assert dark.any(0).sum() / dark.any(1).sum() == pytest.approx(size[0] / size[1], rel=0.01)
    assert max(dark.any(0).sum(), dark.any(1).sum()) == SIDE


@pytest.mark.parametrize(
    ("message", "word"),
    [
        (17, "no drawing"),
        ({"picture": 1}, "no drawing"),
        ("", "no drawing"),
        ("http://example.org/a.png", "no drawing"),
        ("data:image/jpeg;base64,AAAA", "no drawing"),
        (PREFIX + "****", "garbled"),
        (PREFIX + "AAA", "garbled"),
        (PREFIX + "ä", "garbled"),
        (PREFIX, "PNG"),
        (data_url(b"no picture at all"), "PNG"),
        (data_url(file_of(PAPER.convert("RGB"), "JPEG")), "PNG"),
        (data_url(GOOD[:20]), "cut off"),
        (data_url(GOOD[:60]), "damaged"),
        (data_url(file_of(Image.new("L", (28, 28)))), "28 × 28"),
        (data_url(png_that_claims(20_000, 20_000)), "20,000 × 20,000"),
        (PREFIX + "A" * 3_000_000, "far more"),
    ],
)
def test_a_forged_message_is_answered_with_a_sentence(message, word):
    with pytest.raises(SketchError, match=word) as caught:
        picture_on_paper(message)
    assert str(caught.value).endswith(".")


def test_a_picture_that_unpacks_to_gigabytes_costs_no_memory():
    bomb = data_url(png_that_claims(20_000, 20_000, b"\0" * 50 * 2**20))
    tracemalloc.start()
    with pytest.raises(SketchError):
        picture_on_paper(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 2**20


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(), st.binary(), st.integers(), st.lists(st.text()), st.dictionaries(st.text(), st.text())
    )
)
def test_any_value_at_all_ends_in_a_sentence(message):
    with pytest.raises(SketchError):
        picture_on_paper(message)


def test_what_tells_of_another_sheet_is_passed_over():
    sheet = Sheet(id=2, picture=data_url(GOOD))
    assert sheet.after({"sheet": 1, "picture": None}) == sheet


def test_before_the_first_stroke_the_sheet_stays_as_it_was_laid():
    assert Sheet(id=2, picture=data_url(GOOD)).after(None).image().size == (SIDE, SIDE)


@pytest.mark.parametrize("message", [3, "drawing", [], {}, {"sheet": 1}, {"picture": None}])
def test_a_message_of_another_form_is_answered_with_a_sentence(message):
    with pytest.raises(SketchError, match="no drawing"):
        Sheet(id=1, picture=None).after(message)


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255), length=st.integers(0, len(GOOD)))
def test_a_damaged_drawing_is_a_picture_or_a_sentence(place, value, length):
    damaged = bytearray(GOOD)
    damaged[place] = value
    try:
        picture = picture_on_paper(PREFIX + base64.b64encode(bytes(damaged[:length])).decode())
    except SketchError as error:
        assert str(error).endswith(".")
    else:
        assert picture.size == (SIDE, SIDE)
