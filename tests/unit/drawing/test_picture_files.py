"""Whatever a picture file holds, and whoever wrote it: a picture, or a sentence, soon."""

import io
import struct
import sys
import time
import zlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fmnist.drawing import file_headers, sketch
from fmnist.drawing.picture_files import MOST_BYTES, SketchError, open_picture, read_file
from tests.unit.drawing.photos import TROUSERS, surface
from tools import photographed

# Black and white, so that one bit is enough for it.
CLEAN = photographed.clean(surface(TROUSERS, 255)).resize((200, 200), Image.Resampling.BOX)
IMAGE = sketch.convert(CLEAN).image


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def likeness(one, other):
    return np.corrcoef(one.ravel().astype(float), other.ravel().astype(float))[0, 1]


# ---------------------------------------------------------------- every way to write a picture

DEEP = Image.fromarray(np.asarray(CLEAN).astype(np.uint16) * 257)
CUT_OUT = Image.merge("LA", (CLEAN, CLEAN.point(lambda grey: 255 if grey < 250 else 0)))
WAYS = {
    "PNG": {
        **{f"{mode}": (CLEAN.convert(mode), {}) for mode in ("1", "L", "P", "RGB")},
        **{f"P, {bits} bits": (CLEAN.quantize(2**bits), {"bits": bits}) for bits in (1, 2, 4, 8)},
        "LA": (CUT_OUT, {}),
        "RGBA": (CUT_OUT.convert("RGBA"), {}),
        "16 bits": (DEEP, {}),
        "1, transparent": (CLEAN.convert("1"), {"transparency": 255}),
        "L, transparent": (CLEAN, {"transparency": 255}),
        "RGB, transparent": (CLEAN.convert("RGB"), {"transparency": (255, 255, 255)}),
        "16 bits, transparent": (DEEP, {"transparency": 65535}),
        "P, one transparent": (CLEAN.convert("P"), {"transparency": 255}),
        "P, degrees of it": (CUT_OUT.convert("RGBA").quantize(16), {}),
    },
    "JPEG": {
        **{mode: (CLEAN.convert(mode), {}) for mode in ("L", "RGB", "CMYK", "YCbCr", "1")},
        "progressive": (CLEAN.convert("RGB"), {"progressive": True}),
        "quality 5": (CLEAN.convert("RGB"), {"quality": 5}),
    },
    "MPO": {"two pictures": (CLEAN.convert("RGB"), {"save_all": True, "append_images": [DEEP.convert("L")]})},
    "WEBP": {
        **{f"{mode}": (CLEAN.convert(mode), {}) for mode in ("L", "P", "RGB")},
        "RGBA": (CUT_OUT.convert("RGBA"), {}),
        "lossless": (CUT_OUT.convert("RGBA"), {"lossless": True}),
    },
}
ALL_WAYS = [(kind, name) for kind, ways in WAYS.items() for name in ways]
# How a camera that was turned stores a picture, by the EXIF orientation it then writes (CIPA DC-008, 4.6.5).
T = Image.Transpose
STORED = {
    2: T.FLIP_LEFT_RIGHT,
    3: T.ROTATE_180,
    4: T.FLIP_TOP_BOTTOM,
    5: T.TRANSPOSE,
    6: T.ROTATE_90,
    7: T.TRANSVERSE,
    8: T.ROTATE_270,
}


def opened_as(kind, name, orientation):
    picture, options = WAYS[kind][name]
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = picture.transpose(STORED[orientation]) if orientation in STORED else picture
    return open_picture(saved(stored, kind, exif=exif.tobytes(), **options))


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(ALL_WAYS), st.integers(0, 9))
def test_every_mode_depth_transparency_and_orientation_gives_the_same_garment(way, orientation):
    opened = opened_as(*way, orientation)
    assert opened.mode in ("L", "RGB", "RGBA") and opened.size == CLEAN.size
    assert likeness(sketch.convert(opened).image, IMAGE) > 0.9


@pytest.mark.parametrize("way", ALL_WAYS, ids=" ".join)
def test_no_way_to_write_a_picture_is_left_out(way):
    assert likeness(sketch.convert(opened_as(*way, 1)).image, IMAGE) > 0.9


Image.init()


@pytest.mark.filterwarnings("ignore:.* image format is deprecated")  # a stranger may still have such a file
@pytest.mark.parametrize("kind", sorted(Image.SAVE))
def test_a_file_of_any_format_that_the_library_writes_is_a_picture_or_a_sentence(kind):
    written = None
    for mode in ("RGB", "L", "1", "P"):
        try:
            written = saved(CLEAN.convert(mode), kind)
            break
        except (OSError, ValueError, KeyError, NotImplementedError):
            continue
    if written is None:
        written = b"a format that takes no picture of ours"
    try:
        assert likeness(sketch.convert(open_picture(written)).image, IMAGE) > 0.9
    except SketchError as error:
        assert str(error).endswith(".")


def test_a_jpeg_with_a_second_picture_inside_is_read_as_the_jpeg_it_is():
    data = saved(CLEAN.convert("RGB"), "MPO", save_all=True, append_images=[Image.new("RGB", (40, 40))])
    assert Image.open(io.BytesIO(data)).format == "MPO"
    assert likeness(sketch.convert(open_picture(data)).image, IMAGE) > 0.95


# ---------------------------------------------------------------- long texts, many scans, HEIC


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"tEXt", b"iCCP"])
@pytest.mark.parametrize("count", [1, 300])
def test_a_png_with_long_texts_is_read(kind, count):
    plain = saved(CLEAN, "PNG")
    packed = zlib.compress(b"x" * 3_000_000)
    words = {
        b"zTXt": b"Comment\0\0" + packed,
        b"iTXt": b"Comment\0\1\0\0\0" + packed,
        b"tEXt": b"Comment\0" + b"x" * 9000,
        b"iCCP": b"profile\0\0" + packed,
    }
    data = plain[:33] + chunk(kind, words[kind]) * count + plain[33:]
    begun = time.perf_counter()
    assert np.array_equal(np.asarray(open_picture(data)), np.asarray(CLEAN))
    assert time.perf_counter() - begun < 1


def progressive(edge, scans):
    data = saved(Image.new("L", (edge, edge), 200), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


def test_a_jpeg_of_thousands_of_scans_is_refused_before_it_is_decoded():
    data = progressive(3000, 5000)
    begun = time.perf_counter()
    with pytest.raises(SketchError, match=r"scans"):
        open_picture(data)
    assert time.perf_counter() - begun < 0.5


def test_the_scans_of_a_jpeg_are_counted_without_those_of_pictures_inside_it():
    assert file_headers.jpeg_scans(saved(CLEAN, "JPEG")) == 1
    several = file_headers.jpeg_scans(saved(CLEAN.convert("RGB"), "JPEG", progressive=True))
    assert 5 <= several <= 15
    inside = saved(CLEAN.convert("RGB"), "JPEG", exif=b"Exif\0\0" + b"\xff\xda" * 500)
    assert file_headers.jpeg_scans(inside) == 1
    assert file_headers.jpeg_scans(saved(CLEAN, "JPEG") + b"\xff\xda" * 500) == 1


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300))
def test_headers_of_any_bytes_are_read_to_their_end(data):
    assert file_headers.jpeg_scans(b"\xff\xd8\xff" + data) >= 0
    assert file_headers.png_without_texts(file_headers.PNG_START + data).startswith(file_headers.PNG_START)


def test_a_usual_progressive_photo_of_25_megapixels_is_read():
    data = saved(Image.new("RGB", (5000, 4900), "white"), "JPEG", progressive=True)
    assert max(open_picture(data).size) < 2100


def test_a_heic_photo_is_read_where_its_reader_is_installed():
    data = Path(__file__).with_name("trousers.heic").read_bytes()
    if find_spec("pi_heif"):
        assert likeness(sketch.convert(open_picture(data)).image, IMAGE) > 0.95


def test_a_heic_photo_without_its_reader_gets_a_sentence_that_says_how_to_save_a_jpeg(monkeypatch):
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    for brand in (b"heic", b"mif1"):
        with pytest.raises(SketchError, match=r"save or share it as JPEG.*\.$"):
            open_picture(struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"mif1heic" + bytes(200))


def test_no_more_is_read_of_a_file_than_it_takes_to_see_that_it_is_too_large(tmp_path):
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(5 * MOST_BYTES)
    data = read_file(tmp_path / "large.png")
    assert len(data) == MOST_BYTES + 1
    with pytest.raises(SketchError, match="10 MB"):
        open_picture(data)
