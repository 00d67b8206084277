"""A person draws with mouse or finger in a real browser, Sketch-ready knows what it is, no stroke is lost."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from fmnist.drawing.paper import SIDE
from fmnist.drawing.sketch import NOTHING
from tools.drawn_paper import Paper
from tools.server import Server, wait_until

T_SHIRT = [
    [(0.38, 0.14), (0.2, 0.2), (0.06, 0.42), (0.19, 0.5), (0.28, 0.4), (0.27, 0.88), (0.73, 0.88)]
    + [(0.72, 0.4), (0.81, 0.5), (0.94, 0.42), (0.8, 0.2), (0.62, 0.14)],
    [(0.38, 0.14), (0.44, 0.21), (0.5, 0.23), (0.56, 0.21), (0.62, 0.14)],
]
TROUSERS = [
    [(0.34, 0.08), (0.66, 0.08), (0.7, 0.5), (0.74, 0.93), (0.56, 0.93), (0.5, 0.38), (0.44, 0.93)]
    + [(0.26, 0.93), (0.3, 0.5), (0.34, 0.08)],
    [(0.33, 0.15), (0.67, 0.15)],
]
BAG = [
    [(0.12, 0.42), (0.88, 0.42), (0.92, 0.88), (0.08, 0.88), (0.12, 0.42)],
    [(0.34, 0.42), (0.35, 0.26), (0.42, 0.17), (0.5, 0.15), (0.58, 0.17), (0.65, 0.26), (0.66, 0.42)],
]
ACROSS = [(0.2, 0.5), (0.4, 0.5), (0.6, 0.5), (0.8, 0.5)]
DOWN = [(0.5, 0.1), (0.5, 0.3), (0.5, 0.6), (0.5, 0.9)]
CHARTS = "[data-testid=stImage] img[alt^='Ten bars']"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(params=["mouse", "finger"])
def hand(request, window):
    """A paper that nobody has opened yet: on a laptop with a mouse, and on a phone with a finger."""
    finger = request.param == "finger"
    return Paper(window(**(PHONE if finger else LAPTOP)), finger)


@pytest.fixture
def paper(hand, server):
    """The paper of an opened Draw view."""
    return hand.open(server.url)


def draw(paper, *strokes, marks=None):
    """Draw strokes, each as its own step; wait for the last answer."""
    for number, stroke in enumerate(strokes, 1 if marks is None else marks - len(strokes) + 1):
        paper.draw(stroke)
        paper.wait_for_marks(number)


def leave(paper, view, back=False):
    """Go to another view, or to this one."""
    option = paper.page.locator(".st-key-view button", has_text=view)
    option.click()
    expect(option).to_have_attribute("aria-checked", "true")
    paper.page.wait_for_url(re.compile(f"view={view.lower()}"))  # what a restarted server goes by
    if back:
        paper.wait_until_begun()
    else:
        expect(paper.surface).to_have_count(0)


def is_answered(paper):
    return expect(paper.page.locator(CHARTS).first).to_be_visible()


# ------------------------------------------------------------------------------------------ tools


@pytest.mark.parametrize(
    ("drawing", "name"),
    [(T_SHIRT, "T-shirt/top"), (TROUSERS, "Trouser"), (BAG, "Bag")],
    ids=lambda value: value[:5],
)
def test_sketch_ready_knows_a_garment(paper, drawing, name):
    for stroke in drawing:
        paper.draw(stroke)
    expect(paper.page.get_by_role("heading", name=name).first).to_be_visible()
    is_answered(paper)


def test_each_stroke_brings_the_steps_and_the_chart_anew(paper):
    draw(paper, T_SHIRT[0])
    expect(paper.page.get_by_text("Standard pen", exact=True)).to_be_visible()
    is_answered(paper)
    given = paper.page.locator("img[alt^='Negated']")
    before = given.get_attribute("src")
    draw(paper, ACROSS, marks=2)
    expect(given).not_to_have_attribute("src", before)


def test_the_eraser_rubs_out(paper):
    draw(paper, ACROSS)
    before = paper.ink()
    eraser = paper.page.locator(".st-key-tool button", has_text="Eraser")
    eraser.click()
    expect(paper.page).to_have_url(re.compile("tool=eraser"))
    draw(paper, [(0.5, 0.5), (0.7, 0.5), (0.9, 0.5)], marks=2)
    assert 0.3 * before < paper.ink() < 0.6 * before


def test_tools_that_draw_nothing_under_a_finger_are_not_shown(paper):
    expect(paper.page.locator(".st-key-tool button")).to_have_text(
        [re.compile("Pen$"), re.compile("Eraser$")]
    )
    expect(paper.page.locator(".st-key-canvas .dc-toolbar")).to_be_hidden()


def test_undo_redo_and_clear_are_seen_at_once_and_change_the_paper_and_the_answer(paper):
    for name in ("Undo", "Redo", "Clear"):
        expect(paper.page.get_by_role("button", name=name, exact=True)).to_be_in_viewport()
    draw(paper, T_SHIRT[0])
    one = paper.ink()
    draw(paper, ACROSS, marks=2)
    whole = paper.ink()
    for name, marks, ink in [
        ("Undo", 1, one),
        ("Undo", 0, 0),
        ("Redo", 1, one),
        ("Redo", 2, whole),
        ("Clear", 0, 0),
        ("Undo", 2, whole),
    ]:
        paper.press(name)
        paper.wait_for_marks(marks)
        paper.wait_for_ink(ink)
        expect(paper.page.get_by_text(NOTHING)).to_have_count(0 if marks else 1)


def test_what_is_drawn_after_undo_is_drawn_on_what_is_left(paper):
    draw(paper, T_SHIRT[0], ACROSS)
    paper.press("Undo")
    paper.wait_for_marks(1)
    draw(paper, DOWN, marks=2)
    paper.press("Undo")
    paper.wait_for_marks(1)
    draw(paper, ACROSS, marks=2)


# ------------------------------------------------------------------------------------------ a finger


def test_the_paper_is_as_wide_as_a_phone_has_room_for(paper):
    box = paper.surface.bounding_box()
    window = paper.page.viewport_size["width"]
    assert box["width"] == box["height"] == SIDE == 320
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= window
    assert paper.page.evaluate("document.documentElement.scrollWidth") <= window


def test_the_page_does_not_scroll_while_one_draws(paper):
    before = paper.surface.bounding_box()
    draw(paper, [(0.5, 0.9), (0.5, 0.6), (0.5, 0.3), (0.5, 0.1)])
    assert paper.ink() > 500
    assert paper.surface.bounding_box() == before


def test_a_stroke_may_begin_anywhere_on_the_paper(paper):
    corners = [(0.02, 0.02), (0.6, 0.03), (0.8, 0.03), (0.97, 0.02), (0.97, 0.97), (0.02, 0.97)]
    draw(paper, *([corner, (0.5, 0.4), (0.5, 0.5)] for corner in corners))


# ------------------------------------------------------------------------------------ nothing is lost


def test_an_example_lands_on_the_paper_and_can_be_drawn_upon(paper):
    paper.press("Bag")
    paper.wait_for_marks(1)
    is_answered(paper)
    example = paper.ink()
    assert example > 500
    draw(paper, ACROSS, marks=2)
    assert paper.ink() > example
    paper.press("Undo")
    paper.wait_for_marks(1)
    paper.wait_for_ink(example)


def test_resizing_the_window_loses_no_stroke(paper):
    paper.press("Bag")
    paper.wait_for_marks(1)
    draw(paper, ACROSS, marks=2)
    whole = paper.ink()
    for width, height in [(500, 900), (1280, 700), (390, 844)]:
        paper.page.set_viewport_size({"width": width, "height": height})
        paper.wait_for_answer()
        assert paper.ink() == whole
    paper.surface.evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    draw(paper, DOWN, marks=3)
    assert paper.ink() > whole


def test_leaving_and_coming_back_loses_no_stroke(paper):
    paper.press("Bag")
    paper.wait_for_marks(1)
    draw(paper, ACROSS, marks=2)
    whole = paper.ink()
    leave(paper, "Mistakes")
    leave(paper, "Draw", back=True)
    is_answered(paper)
    paper.wait_for_ink(whole)
    draw(paper, DOWN, marks=3)
    paper.press("Undo")
    paper.wait_for_marks(2)
    paper.wait_for_ink(whole)


def test_reloading_the_page_loses_no_stroke(paper):
    paper.press("Bag")
    paper.wait_for_marks(1)
    draw(paper, ACROSS, marks=2)
    whole = paper.ink()
    paper.page.reload()
    paper.wait_until_begun()
    is_answered(paper)
    paper.wait_for_ink(whole)
    draw(paper, DOWN, marks=3)


@pytest.fixture(scope="module")
def restarted(tmp_path_factory):
    """A server that these tests stop and start again."""
    folder = tmp_path_factory.mktemp("restarted") / "runs"
    folder.mkdir()
    with Server(folder) as running:
        yield running


def restart(paper, server, meanwhile=()):
    """Stop the server, draw strokes, start it again, and wait until it has shown its first page."""
    finished = []

    def hear(frame):
        if isinstance(frame, bytes) and ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished":
            finished.append(frame)

    app = paper.page.locator("[data-testid=stApp]")
    server.stop()
    expect(app).to_have_attribute("data-test-connection-state", "PINGING_SERVER")
    paper.page.on("websocket", lambda socket: socket.on("framereceived", hear))
    for stroke in meanwhile:
        paper.draw(stroke)
    server.start()
    wait_until(lambda: paper.page.wait_for_timeout(50) or finished, 60, "the page does not take up again")
    paper.wait_for_answer()


def test_a_restart_of_the_server_loses_no_stroke_and_none_that_is_drawn_meanwhile(hand, restarted):
    paper = hand.open(restarted.url)
    paper.press("Bag")
    paper.wait_for_marks(1)
    draw(paper, ACROSS, marks=2)
    restart(paper, restarted, meanwhile=[DOWN])
    paper.wait_for_marks(3)
    is_answered(paper)
    whole = paper.ink()
    draw(paper, T_SHIRT[0], marks=4)
    paper.press("Undo")
    paper.wait_for_marks(3)
    paper.wait_for_ink(whole)


def test_a_restart_after_coming_back_and_another_while_away_lose_no_stroke(hand, restarted):
    paper = hand.open(restarted.url)
    draw(paper, ACROSS, DOWN)
    whole = paper.ink()
    leave(paper, "Beat")
    leave(paper, "Draw", back=True)
    restart(paper, restarted)
    draw(paper, T_SHIRT[0], marks=3)
    assert paper.ink() > whole
    whole = paper.ink()
    leave(paper, "Beat")
    restart(paper, restarted)
    leave(paper, "Draw", back=True)
    paper.wait_for_ink(whole)
    paper.wait_for_marks(3)
    is_answered(paper)


def test_the_28_by_28_image_can_be_downloaded(paper):
    draw(paper, T_SHIRT[0])
    with paper.page.expect_download() as download:
        paper.page.locator(".st-key-download button").click()
    picture = Image.open(io.BytesIO(download.value.path().read_bytes()))
    assert picture.size == (28, 28)
    assert picture.mode == "L"
    assert picture.getextrema() == (0, 255)
