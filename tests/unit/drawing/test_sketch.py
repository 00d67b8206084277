"""Drawings and photos come out as the data set's images are, strange files as a sentence."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw

from fmnist.drawing import sketch
from fmnist.drawing.thinning import centre_lines

SHIRT = [(60, 60), (110, 40), (150, 55), (190, 40), (240, 60), (280, 130), (230, 150), (215, 120), (215, 250)]
SHIRT += [(85, 250), (85, 120), (70, 150), (20, 130), (60, 60)]


def drawn(pen=8, size=300, ink=0, paper=255, mode="L", points=SHIRT):
    picture = Image.new(mode, (size, size), paper)
    pencil = ImageDraw.Draw(picture)
    placed = [(x * size / 300, y * size / 300) for x, y in points]
    pencil.line(placed, fill=ink, width=pen, joint="curve")
    for x, y in placed:
        pencil.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=ink)
    return picture


def saved(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def likeness(one, other):
    return np.corrcoef(one.ravel(), other.ravel())[0, 1]


# ---------------------------------------------------------------- the conversion


def test_a_drawing_touches_two_opposite_borders_and_is_centred_on_black():
    image = sketch.convert(drawn()).image
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    assert (columns[0], columns[-1]) == (0, 27)
    assert abs(rows[0] - (27 - rows[-1])) <= 1
    assert image[0, 0] == 0


@pytest.mark.parametrize("pen", [3, 5, 12, 18])
def test_the_pen_does_not_matter(pen):
    assert likeness(sketch.convert(drawn(pen)).image, sketch.convert(drawn(8)).image) > 0.9


@pytest.mark.parametrize("size", [150, 600, 1500])
def test_the_size_of_the_canvas_does_not_matter(size):
    picture = drawn(max(2, size * 8 // 300), size)
    assert likeness(sketch.convert(picture).image, sketch.convert(drawn()).image) > 0.9


def test_a_line_is_about_two_pixels_wide():
    image = sketch.convert(drawn(points=[(30, 40), (270, 40), (270, 260), (30, 260), (30, 40)])).image
    assert 1.5 <= image[14, :14].sum() / 255 <= 2.5


def test_chalk_on_a_blackboard_is_the_same_as_ink_on_paper():
    chalk = sketch.convert(drawn(ink=255, paper=0)).image
    assert np.array_equal(chalk, sketch.convert(drawn()).image)


def test_transparent_paper_is_paper_whatever_colour_the_ink():
    for ink in ((0, 0, 0, 255), (255, 255, 255, 255)):
        picture = drawn(ink=ink, paper=(0, 0, 0, 0), mode="RGBA")
        assert likeness(sketch.convert(picture).image, sketch.convert(drawn()).image) > 0.99


def test_an_image_of_the_data_set_comes_out_as_it_was(real_dataset):
    images = [
        image for image in real_dataset.test_images[:200] if not image[[0, 0, -1, -1], [0, -1, 0, -1]].any()
    ]
    kept = [likeness(sketch.convert(255 - image).image, image) for image in images]
    assert len(images) > 150
    assert np.median(kept) > 0.99
    assert np.mean(np.array(kept) < 0.8) < 0.05  # a faint sleeve or hem is taken for paper and trimmed


def test_a_filled_garment_stays_filled_and_keeps_its_tones():
    picture = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(picture).polygon(SHIRT, fill=90)
    ImageDraw.Draw(picture).rectangle((120, 120, 180, 200), fill=0)
    conversion = sketch.convert(picture)
    assert len(conversion.steps) == 4
    assert 0.55 < conversion.image[20, 8] / conversion.image[14, 14] < 0.75


def test_every_step_is_kept_with_a_title_and_a_sentence():
    conversion = sketch.convert(drawn())
    assert [step.title for step in conversion.steps] == [
        "Your picture",
        "Trimmed",
        "Standard pen",
        "28 pixels",
        "Negated",
    ]
    for step in conversion.steps:
        assert step.explanation.endswith(".") and step.image.dtype == np.uint8 and step.image.ndim == 2
    assert np.array_equal(conversion.steps[-1].image, conversion.image)


def test_thinning_leaves_one_connected_line_of_a_thick_ring():
    y, x = np.mgrid[:60, :60]
    distance = np.hypot(y - 30, x - 30)
    lines = centre_lines((distance > 15) & (distance < 24))
    assert abs(distance[lines] - 19.5).max() < 2
    assert 90 < lines.sum() < 150  # the ring's centre line is 122 long
    angles = np.sort(np.arctan2(*np.argwhere(lines).T - 30.0))
    assert np.diff(angles).max() < 0.2


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8])
def test_thinning_leaves_something_of_every_dot(size):
    ink = np.zeros((20, 20), bool)
    ink[5 : 5 + size, 5 : 5 + size] = True
    assert 1 <= centre_lines(ink).sum() <= max(1, size - 1)


def test_a_coat_keeps_its_buttons():
    def with_buttons(pen):
        picture = drawn(pen)
        for y in (100, 140, 180, 220):
            ImageDraw.Draw(picture).ellipse((150 - pen, y - pen, 150 + pen, y + pen), fill=0)
        return sketch.convert(picture).image

    for pen in (4, 8, 11):
        column = with_buttons(pen)[4:, 12:16].max(1) > 100
        assert np.count_nonzero(np.diff(column.astype(int)) == 1) >= 4


# ---------------------------------------------------------------- not a drawing


def test_an_empty_canvas_a_dot_and_a_painted_canvas_get_a_hint():
    dot = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(dot).ellipse((140, 140, 152, 152), fill=0)
    full = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(full).rectangle((4, 4, 299, 299), fill=0)
    assert sketch.convert(Image.new("L", (300, 300), 255)).hint == sketch.NOTHING
    assert sketch.convert(Image.new("RGBA", (300, 300), (0, 0, 0, 0))).hint == sketch.NOTHING
    assert sketch.convert(dot).hint == sketch.ONLY_A_DOT
    assert sketch.convert(full, paper=255).hint == sketch.PAINTED_OVER
    assert not sketch.convert(dot).image.any()


def test_a_drawing_gets_no_hint():
    assert sketch.convert(drawn()).hint == ""
    assert sketch.convert(drawn(pen=2, size=600)).hint == ""


@pytest.mark.parametrize("shape", [(0, 5), (5,), (4, 4, 2), (2, 2, 3, 1)])
def test_an_array_of_another_shape_is_refused_in_a_sentence(shape):
    with pytest.raises(sketch.SketchError, match=r"\.$"):
        sketch.convert(np.zeros(shape, np.uint8))


def test_an_array_of_floats_is_refused_in_a_sentence():
    with pytest.raises(sketch.SketchError, match="uint8"):
        sketch.convert(np.zeros((28, 28)))


@settings(deadline=None, max_examples=150)
@given(
    arrays.arrays(
        np.uint8,
        st.one_of(
            st.tuples(st.integers(1, 90), st.integers(1, 90)),
            st.tuples(st.integers(1, 70), st.integers(1, 70), st.sampled_from((3, 4))),
        ),
        elements=st.sampled_from((0, 3, 128, 250, 255)),
    )
)
def test_any_small_array_becomes_an_image_of_28_by_28(array):
    conversion = sketch.convert(array)
    assert conversion.image.shape == (28, 28) and conversion.image.dtype == np.uint8
    assert bool(conversion.hint) != bool(conversion.image.any())


@pytest.mark.parametrize("shape", [(1, 3000), (3000, 1), (2, 700, 3)])
def test_a_thin_strip_becomes_an_image_too(shape):
    strip = np.full(shape, 255, np.uint8)
    strip[0, shape[1] // 3 : shape[1] // 2 + 1] = 0
    assert sketch.convert(strip).image.shape == (28, 28)


# ---------------------------------------------------------------- opening files


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_three_kinds_of_file_give_the_same_garment(kind):
    opened = sketch.open_picture(saved(drawn(mode="RGB", ink=(0, 0, 0), paper=(255, 255, 255)), kind))
    assert likeness(sketch.convert(opened).image, sketch.convert(drawn()).image) > 0.95


def modes():
    grey = drawn()
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    clear = grey.convert("P")
    return {
        "palette": saved(grey.convert("P")),
        "palette with a transparent colour": saved(clear, transparency=255),
        "grey with transparency": saved(grey.convert("LA")),
        "one bit": saved(grey.convert("1")),
        "16-bit": saved(deep),
        "CMYK": saved(grey.convert("RGB").convert("CMYK"), "JPEG", quality=95),
        "grey JPEG": saved(grey, "JPEG"),
        "animated WebP": saved(
            grey.convert("RGB"), "WEBP", save_all=True, append_images=[drawn(40).convert("RGB")]
        ),
    }


@pytest.mark.parametrize("name", modes())
def test_every_colour_mode_gives_the_same_garment(name):
    picture = sketch.open_picture(modes()[name])
    assert picture.mode in ("L", "RGB", "RGBA")
    assert likeness(sketch.convert(picture).image, sketch.convert(drawn()).image) > 0.95


def test_a_photo_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise to show it
    sideways = drawn().convert("RGB").transpose(Image.Transpose.ROTATE_90)
    opened = sketch.open_picture(saved(sideways, "JPEG", exif=exif.tobytes()))
    assert likeness(sketch.convert(opened).image, sketch.convert(drawn()).image) > 0.95


def test_a_large_photo_is_opened_small():
    photo = Image.new("RGB", (3200, 3000), "white")
    ImageDraw.Draw(photo).rectangle((1000, 500, 2500, 2500), fill="navy")
    for kind in ("JPEG", "PNG"):
        assert max(sketch.open_picture(saved(photo, kind)).size) < 2100


def png_header(width, height):
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    ending = b"\x00\x00\x00\x00IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + chunk + struct.pack(">I", zlib.crc32(chunk)) + ending


def webp_header(width, height):
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    "header", [png_header(20_000, 20_000), png_header(4000, 4000), webp_header(16_000, 16_000)]
)
def test_a_picture_of_too_many_pixels_is_refused_by_its_header(header):
    with pytest.raises(sketch.SketchError, match="million"):
        sketch.open_picture(header)


def test_a_picture_of_20000_by_20000_takes_no_memory():
    import tracemalloc

    tracemalloc.start()
    with pytest.raises(sketch.SketchError, match="million"):
        sketch.open_picture(saved(Image.new("1", (20_000, 20_000))))
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 hello", "not a picture"),
        (b"x" * (10 * 2**20 + 1), "10 MB"),
        (saved(drawn(), "GIF"), "GIF"),
        (saved(drawn(), "BMP"), "not a picture"),
        (saved(drawn())[:400], "damaged"),
        (saved(drawn().convert("RGB"), "JPEG")[:2000], "damaged"),
        (saved(drawn().convert("RGB"), "WEBP")[:300], "not a picture|damaged"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(contents, said):
    with pytest.raises(sketch.SketchError, match=said) as caught:
        sketch.open_picture(contents)
    assert str(caught.value).endswith(".")


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_any_bytes_give_a_picture_or_a_sentence(data):
    contents = data.draw(st.sampled_from([b"", *WHOLE_FILES]))
    cut = data.draw(st.integers(0, len(contents)))
    contents = bytearray(contents[:cut] + data.draw(st.binary(max_size=40)))
    for _ in range(data.draw(st.integers(0, 5)) if contents else 0):
        contents[data.draw(st.integers(0, len(contents) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = sketch.open_picture(bytes(contents))
    except sketch.SketchError as error:
        assert str(error).endswith(".")
    else:
        assert sketch.convert(picture).image.shape == (28, 28)


WHOLE_FILES = [
    saved(drawn(size=90)),
    saved(drawn(size=90).convert("P")),
    saved(drawn(size=90).convert("RGB"), "JPEG"),
    saved(drawn(size=90).convert("RGB"), "WEBP"),
]


def test_lines_are_told_from_a_surface():
    outline, filled = (Image.new("L", (320, 320), 255) for _ in range(2))
    ImageDraw.Draw(outline).rectangle((80, 80, 240, 240), outline=0, width=8)
    ImageDraw.Draw(filled).rectangle((80, 80, 240, 240), fill=0)
    assert sketch.convert(outline, paper=255).is_lines
    assert not sketch.convert(filled, paper=255).is_lines
