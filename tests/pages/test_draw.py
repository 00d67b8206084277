"""Draw without a browser: every control changes what it says it changes, and bad input gets a sentence."""

import base64
import io
import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from fmnist.drawing import examples, sketch
from fmnist.drawing.paper import SIDE, Drawing, Sheet
from fmnist.lesson.predict_address import SETTINGS
from fmnist.networks.config import RunConfig
from fmnist.workers.children import WorkerError
from fmnist.workers.predictor import Judgement
from pages.parts.predict import draw as predict_draw
from pages.parts.shell import shared
from tests.pages.predict_page import small_pictures
from tests.unit.drawing.photos import surface
from tools import photographed

RUN = SimpleNamespace(id="a-run", name="Tutorial network, seed 7", config=RunConfig())
CERTAIN_BAG = np.array([0.01, 0, 0, 0, 0, 0, 0.17, 0, 0.82, 0], np.float32)
UNSURE = np.array([0.4, 0, 0.35, 0.25, 0, 0, 0, 0, 0, 0], np.float32)


class Judge:
    """Answers at once, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers = {"sketch-ready": CERTAIN_BAG, "a-run": UNSURE}
        self.asked = []

    def judgements(self, models, images):
        self.asked += [(model, images) for model in models]
        return {model: self._judgement(self.answers[model], images) for model in models}

    def _judgement(self, answer, images):
        if isinstance(answer, Exception):
            return answer
        return Judgement(self.hidden("any", images), np.repeat(answer[None], len(images), axis=0))

    def hidden(self, model, images):
        return images.reshape(len(images), -1).astype(np.float32)


@pytest.fixture
def judge(monkeypatch, dataset):
    """The judge of a program whose images are loaded."""
    judge = Judge()
    monkeypatch.setattr(shared, "workers", lambda: SimpleNamespace(judge=judge))
    monkeypatch.setattr(shared, "store", lambda: SimpleNamespace(list=list))
    monkeypatch.setattr(shared, "dataset", lambda: dataset)
    predict_draw._neighbours.clear()
    return judge


def view(run=RUN, **state):
    """The view as a person sees it, with what lies on the paper in the session's state."""

    def script(run):
        from pages.parts.predict import draw as predict_draw

        predict_draw.show(run)

    test = AppTest.from_function(script, default_timeout=30, args=(run,))
    for name, value in (SETTINGS.read({"view": "draw"})[0] | state).items():
        test.session_state[name] = value
    return test.run()


def drawn(draw=lambda pen: pen.rectangle((85, 105, 235, 255), outline=0, width=8)):
    paper = Image.new("L", (SIDE, SIDE), 255)
    draw(ImageDraw.Draw(paper))
    return Sheet().lay(Drawing.of_picture(paper))


def shown(test):
    texts = [*test.markdown, *test.caption, *test.subheader, *test.info, *test.error]
    return "\n".join(each.value for each in texts)


def file_of(picture, kind="PNG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def widget(test, kind, key):
    return next(each for each in getattr(test, kind) if each.key == key)


def paper_data(test):
    return json.loads(bidi(test, "canvas").json)


def bidi(test, key):
    return next(each.proto for each in test.get("bidi_component") if each.proto.id.endswith(f"-{key}"))


def laid(test):
    """How many marks the browser is given to begin with."""
    return len(paper_data(test)["initialDrawing"]["objects"])


def test_an_empty_paper_gets_a_hint_instead_of_a_prediction(judge):
    test = view()
    assert not test.exception
    assert sketch.NOTHING in shown(test)
    assert not judge.asked


@pytest.mark.parametrize(
    ("draw", "hint"),
    [
        (lambda pen: pen.ellipse((150, 150, 158, 158), fill=0), sketch.ONLY_A_DOT),
        (lambda pen: pen.rectangle((0, 0, SIDE, SIDE), fill=0), sketch.PAINTED_OVER),
    ],
    ids=["a dot", "painted over"],
)
def test_what_is_no_drawing_gets_a_hint_instead_of_a_prediction(judge, draw, hint):
    test = view(sheet=drawn(draw))
    assert hint in shown(test)
    assert not judge.asked


def test_a_drawing_is_judged_by_sketch_ready_and_by_the_chosen_run(judge):
    test = view(sheet=drawn())
    assert not test.exception
    for text in ("Sketch-ready", "Bag, 82%", "Shirt, 17%", "Tutorial network, seed 7", "T-shirt/top, 40%"):
        assert text in shown(test)
    assert {model for model, _ in judge.asked} == {"sketch-ready", "a-run"}


def test_the_network_is_given_what_the_conversion_makes_of_the_drawing(judge):
    sheet = drawn()
    view(sheet=sheet)
    expected = sketch.convert(sheet.now.image(), paper=255).image
    assert all(np.array_equal(images, expected[None]) for _, images in judge.asked)


def test_every_step_to_28_pixels_is_shown_with_its_title(judge):
    sheet = drawn()
    test = view(sheet=sheet)
    steps = sketch.convert(sheet.now.image(), paper=255).steps
    assert {step.title for step in steps} <= set(small_pictures(test))
    assert all(f"**{step.title}.** {step.explanation}" in shown(test) for step in steps)


def test_low_confidence_is_said_in_words(judge):
    words = f"{RUN.name} is not sure: it wavers between T-shirt/top and Pullover."
    assert words in shown(view(sheet=drawn()))


def test_two_sentences_say_why_the_judges_differ(judge):
    assert predict_draw.DIFFERENCE_TO_A_RUN_ON_PHOTOS in shown(view(sheet=drawn()))


def test_thin_lines_explain_nothing_where_there_are_none(judge):
    filled = drawn(lambda pen: pen.rectangle((85, 105, 235, 255), fill=0))
    text = shown(view(sheet=filled))
    assert predict_draw.DIFFERENCE_WITHOUT_LINES in text and "thin lines" not in text


def test_judges_that_agree_are_not_said_to_differ(judge):
    judge.answers["a-run"] = CERTAIN_BAG
    text = shown(view(sheet=drawn()))
    assert "Both name the same class." in text and "thin lines" not in text


def test_a_run_that_learned_from_drawings_is_not_said_to_know_photos_alone(judge):
    run = SimpleNamespace(id="a-run", name="With drawings", config=RunConfig(learn_drawings=True))
    text = shown(view(run, sheet=drawn()))
    assert predict_draw.DIFFERENCE_TO_A_RUN_WITH_DRAWINGS in text
    assert "photos of clothes alone" not in text


def test_saying_what_was_drawn_colours_the_bars_of_both_charts(judge, monkeypatch):
    labels = []
    paint = predict_draw.probability_bars_png
    monkeypatch.setattr(
        predict_draw,
        "probability_bars_png",
        lambda probabilities, label, dark: labels.append(label) or paint(probabilities, label, dark),
    )
    test = view(sheet=drawn())
    assert labels == [None, None]
    labels.clear()
    widget(test, "selectbox", "drawn_class").select("Shirt").run()
    assert labels == [6, 6]


def test_without_a_run_sketch_ready_judges_alone_and_training_is_offered(judge):
    test = view(None, sheet=drawn())
    assert {model for model, _ in judge.asked} == {"sketch-ready"}
    assert widget(test, "button", "train_tutorial")


def test_the_brush_reaches_the_paper(judge):
    test = view()
    data = paper_data(test)
    assert (data["drawingMode"], data["strokeWidth"], data["strokeColor"]) == ("freedraw", 8, "#000000")
    widget(test, "slider", "brush").set_value(24)
    widget(test, "select_slider", "tone").set_value("grey").run()
    data = paper_data(test)
    assert data["strokeWidth"] == 24
    assert 100 < int(data["strokeColor"][1:3], 16) < 200


def test_the_eraser_is_a_wider_pen_in_the_papers_colour(judge):
    data = paper_data(view(tool="eraser", brush=10))
    assert data["strokeColor"] == "#ffffff"
    assert re.fullmatch(r"hsl\(\d+, 0%, 100%\)", data["backgroundColor"])  # white, whatever its hue
    assert data["strokeWidth"] == 25


def test_only_tools_that_draw_under_a_finger_are_shown(judge):
    tools = widget(view(), "button_group", "tool")
    assert [option.content for option in tools.proto.options] == ["Pen", "Eraser"]


def test_steps_back_and_forward_and_an_empty_paper_are_laid_and_judged(judge):
    test = view(sheet=drawn())
    assert laid(test) == 1
    widget(test, "button", "paper_clear").click().run()
    assert laid(test) == 0
    assert sketch.NOTHING in shown(test)
    widget(test, "button", "paper_undo").click().run()
    assert laid(test) == 1
    assert "Bag, 82%" in shown(test)
    widget(test, "button", "paper_redo").click().run()
    assert laid(test) == 0


def test_a_step_that_cannot_be_taken_is_grey(judge):
    buttons = ("paper_undo", "paper_redo", "paper_clear")
    test = view()
    assert [widget(test, "button", name).disabled for name in buttons] == [True, True, True]
    test = view(sheet=drawn())
    assert [widget(test, "button", name).disabled for name in buttons] == [False, True, False]


def test_an_example_is_laid_on_the_paper_and_judged_at_one_click(judge, monkeypatch, tmp_path):
    paper = Image.new("L", (300, 400), 255)
    ImageDraw.Draw(paper).rectangle((60, 60, 240, 340), outline=0, width=8)
    (tmp_path / "bag.png").write_bytes(file_of(paper))
    monkeypatch.setattr(examples, "FOLDER", tmp_path)
    test = view()
    assert laid(test) == 0
    widget(test, "button", "example_bag").click().run()
    assert laid(test) == 1
    assert "Bag, 82%" in shown(test)


def test_a_forged_drawing_gets_a_sentence_and_the_page_goes_on(judge):
    test = view(sheet=Sheet().lay(Drawing(({"type": "Path"},), b"no picture")))
    assert not test.exception
    assert "did not arrive as a PNG" in shown(test)
    widget(test, "button", "paper_clear").click().run()
    assert sketch.NOTHING in shown(test)


def test_no_camera_is_asked_for_before_the_visitor_asks(judge):
    test = view()
    assert not test.get("camera_input")
    widget(test, "button_group", "draw_source").set_value("camera").run()
    assert test.get("camera_input")


def photo():
    picture = Image.new("RGB", (300, 400), (240, 238, 235))
    ImageDraw.Draw(picture).rectangle((80, 90, 220, 330), fill=(90, 60, 60))
    return picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_uploaded_picture_takes_the_same_path(judge, kind):
    test = view()
    widget(test, "button_group", "draw_source").set_value("upload").run()
    data = file_of(photo(), kind)
    test.file_uploader[0].upload(f"photo.{kind.lower()}", data, f"image/{kind.lower()}").run()
    assert "Bag, 82%" in shown(test)
    expected = sketch.convert(sketch.open_picture(data)).image
    assert np.array_equal(judge.asked[-1][1][0], expected)


def test_an_uploaded_picture_is_shown_as_it_is(judge):
    test = upload(view(), "photo.png", file_of(photo().resize((600, 800))), "image/png")
    (address,) = [
        each.proto.imgs[0].url
        for each in test.get("image")
        if each.proto.imgs[0].alt == "The picture you uploaded"
    ]
    png = base64.b64decode(address.partition("base64,")[2])
    assert Image.open(io.BytesIO(png)).size == (240, 320)


def upload(test, name, data, kind="image/jpeg"):
    widget(test, "button_group", "draw_source").set_value("upload").run()
    test.file_uploader[0].upload(name, data, kind).run()
    assert not test.exception
    return test


def test_how_light_and_dust_were_taken_from_a_photo_is_a_step_with_a_sentence(judge):
    shaded = photographed.file_of(surface(), photographed.Photo(shade=0.3, specks=3, turn=4, quality=80))
    test = upload(view(), "photo.jpg", shaded)
    steps = sketch.convert(sketch.open_picture(shaded)).steps
    assert [step.title for step in steps][1:3] == ["Even light", "Upright"]
    assert {step.title for step in steps} <= set(small_pictures(test))
    assert all(f"**{step.title}.** {step.explanation}" in shown(test) for step in steps)


@pytest.mark.parametrize("name", ["photo.jfif", "photo.jpe", "photo.JPG"])
def test_a_jpeg_is_taken_under_each_of_its_names(judge, name):
    assert "Bag, 82%" in shown(upload(view(), name, file_of(photo(), "JPEG")))


def test_a_jpeg_with_a_second_picture_inside_is_judged(judge):
    data = file_of(photo(), "MPO", save_all=True, append_images=[photo()])
    assert "Bag, 82%" in shown(upload(view(), "phone.jpg", data))


def test_words_for_a_file_without_a_garment_speak_of_garments_not_of_strokes(judge):
    text = shown(upload(view(), "plain.jpg", file_of(Image.new("L", (300, 300), 240), "JPEG")))
    assert "No garment found" in text and "drawn" not in text


def test_a_photo_from_the_camera_takes_the_same_path(judge):
    test = view()
    widget(test, "button_group", "draw_source").set_value("camera").run()
    test.camera_input[0].upload("photo.jpg", file_of(photo(), "JPEG"), "image/jpeg").run()
    assert "Bag, 82%" in shown(test)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"I am no picture", "not a picture"),
        (file_of(photo())[:900], "damaged"),
        (file_of(Image.new("1", (20_000, 20_000))), "10 million"),
        (file_of(photo(), "GIF", save_all=True, append_images=[photo()]), "GIF"),
    ],
    ids=["text", "truncated", "huge", "animated"],
)
def test_a_file_that_cannot_be_used_gets_a_sentence_and_the_page_goes_on(judge, data, words):
    test = view()
    widget(test, "button_group", "draw_source").set_value("upload").run()
    test.file_uploader[0].upload("picture.png", data, "image/png").run()
    assert not test.exception
    assert words in shown(test)
    assert not judge.asked
    widget(test, "button_group", "draw_source").set_value("draw").run()
    assert sketch.NOTHING in shown(test)


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_a_picture_of_one_colour_gets_a_hint(judge, colour):
    test = view()
    widget(test, "button_group", "draw_source").set_value("upload").run()
    test.file_uploader[0].upload("plain.png", file_of(Image.new("L", (90, 90), colour)), "image/png").run()
    assert test.info
    assert not judge.asked


def test_a_judge_in_trouble_is_told_and_the_other_still_speaks(judge):
    judge.answers["sketch-ready"] = WorkerError("The prediction took too long.")
    text = shown(view(sheet=drawn()))
    assert "The prediction took too long." in text
    assert "T-shirt/top, 40%" in text


def test_the_nearest_training_images_are_shown_with_their_classes(judge, dataset):
    places = []
    nearest = predict_draw.Neighbours.nearest
    test = view()

    def remember(self, hidden, count):
        places.extend(nearest(self, hidden, count))
        return places

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(predict_draw.Neighbours, "nearest", remember)
        test.session_state["sheet"] = drawn()
        test.run()
    names = [predict_draw.CLASS_NAMES[dataset.train_labels[place]] for place in places]
    assert len(names) == predict_draw.NEIGHBOURS
    assert set(names) <= set(small_pictures(test))


def test_the_tools_and_the_pen_stand_in_the_address_and_are_read_from_it(judge):
    test = view(tool="eraser", brush=20, tone="grey")
    asked = {name: test.query_params[name] for name in ("view", "tool", "brush", "tone")}
    assert asked == {"view": "draw", "tool": "eraser", "brush": "20", "tone": "grey"}
    read, notices = SETTINGS.read(asked | {"brush": "99"})
    assert (read["tool"], read["brush"], read["tone"]) == ("eraser", 40, "grey")
    assert len(notices) == 1
