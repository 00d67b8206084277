"""A person draws with mouse and finger in a real browser, and Sketch-ready knows what it is."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from fmnist.drawing.sketch import NOTHING

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
CHARTS = "[data-testid=stImage] img[alt^='Ten bars']"
DARK_PIXELS = """canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
    .reduce((count, value, index) => count + (index % 4 === 0 && value < 100), 0)"""


@pytest.fixture
def paper(page, server):
    """The paper of an opened Draw view."""
    return open_paper(page, server)


def open_paper(page, server):
    page.goto(f"{server.url}/predict?view=draw")
    canvas = page.locator(".st-key-canvas canvas")
    expect(canvas).to_be_visible(timeout=40_000)
    expect(page.get_by_text(NOTHING)).to_be_visible()
    canvas.evaluate("canvas => canvas.scrollIntoView({block: 'center'})")  # below a notice it is half hidden
    return canvas


def place(canvas, point):
    box = canvas.bounding_box()
    return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]


def draw(canvas, points):
    mouse = canvas.page.mouse
    mouse.move(*place(canvas, points[0]))
    mouse.down()
    for point in points[1:]:
        mouse.move(*place(canvas, point), steps=4)
    mouse.up()


def click(canvas, point):
    canvas.page.mouse.click(*place(canvas, point))


def take(canvas, tool):
    """Choose a tool, and wait until the paper has it: the help text changes in the same answer."""
    option = canvas.page.locator(".st-key-tool button", has_text=tool)
    option.click()
    expect(option).to_have_attribute("aria-checked", "true")
    expect(canvas).to_have_attribute("data-tool", tool.lower())


def press(canvas, name):
    canvas.page.locator(".st-key-canvas button", has_text=name).click()


def ink(canvas):
    return canvas.evaluate(DARK_PIXELS)


@pytest.mark.parametrize(
    ("drawing", "name"),
    [(T_SHIRT, "T-shirt/top"), (TROUSERS, "Trouser"), (BAG, "Bag")],
    ids=lambda value: value[:5],
)
def test_sketch_ready_knows_a_garment_drawn_with_the_mouse(paper, drawing, name):
    for stroke in drawing:
        draw(paper, stroke)
    expect(paper.page.get_by_role("heading", name=name).first).to_be_visible()
    expect(paper.page.locator(CHARTS).first).to_be_visible()


def test_each_stroke_brings_the_steps_and_the_chart_anew(paper):
    draw(paper, T_SHIRT[0])
    expect(paper.page.get_by_text("Standard pen", exact=True)).to_be_visible()
    expect(paper.page.locator(CHARTS).first).to_be_visible()
    given = paper.page.locator("img[alt^='Negated']")
    before = given.get_attribute("src")
    draw(paper, [(0.3, 0.6), (0.7, 0.6)])
    expect(given).not_to_have_attribute("src", before)


def test_the_line_the_rectangle_and_the_ellipse_are_pulled_from_corner_to_corner(paper):
    for tool, least in (("Line", 1_000), ("Rectangle", 30_000), ("Ellipse", 25_000)):
        take(paper, tool)
        draw(paper, [(0.2, 0.3), (0.5, 0.5), (0.8, 0.7)])
        assert ink(paper) > least
        press(paper, "Clear")
        assert ink(paper) == 0


def test_a_polygon_is_closed_by_a_click_on_its_first_corner_and_filled(paper):
    take(paper, "Polygon")
    for corner in [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8)]:
        click(paper, corner)
    expect(paper.page.get_by_text(NOTHING)).to_be_visible()
    click(paper, (0.21, 0.21))
    expect(paper.page.get_by_text(NOTHING)).to_be_hidden()
    half_of_the_box = 0.5 * (0.6 * 448) ** 2
    assert half_of_the_box < ink(paper) < 1.2 * half_of_the_box


def test_the_eraser_rubs_out(paper):
    draw(paper, [(0.2, 0.5), (0.8, 0.5)])
    before = ink(paper)
    take(paper, "Eraser")
    draw(paper, [(0.5, 0.5), (0.9, 0.5)])
    assert 0.4 * before < ink(paper) < 0.6 * before


def test_undo_redo_and_clear_change_the_paper_and_the_answer(paper):
    draw(paper, T_SHIRT[0])
    whole = ink(paper)
    expect(paper.page.locator(CHARTS).first).to_be_visible()
    press(paper, "Undo")
    assert ink(paper) == 0
    expect(paper.page.get_by_text(NOTHING)).to_be_visible()
    press(paper, "Redo")
    assert ink(paper) == whole
    press(paper, "Clear")
    assert ink(paper) == 0
    expect(paper.page.get_by_text(NOTHING)).to_be_visible()
    press(paper, "Undo")
    assert ink(paper) == whole


def test_an_example_lands_on_the_paper_and_can_be_drawn_upon(paper):
    paper.page.locator("[class*=st-key-example_] button").first.click()
    expect(paper.page.locator(CHARTS).first).to_be_visible()
    example = ink(paper)
    assert example > 1_000
    draw(paper, [(0.05, 0.05), (0.95, 0.05)])
    assert ink(paper) > example
    press(paper, "Undo")
    assert ink(paper) == example


def test_the_drawing_is_still_there_after_a_visit_to_another_view(paper):
    draw(paper, T_SHIRT[0])
    whole = ink(paper)
    expect(paper.page.get_by_text("Standard pen", exact=True)).to_be_visible()
    views = paper.page.locator(".st-key-view button")
    views.filter(has_text="Mistakes").click()
    expect(paper).to_have_count(0)
    views.filter(has_text="Draw").click()
    expect(paper.page.get_by_text("Standard pen", exact=True)).to_be_visible()
    assert ink(paper) == pytest.approx(whole, rel=0.01)


def test_the_28_by_28_image_can_be_downloaded(paper):
    draw(paper, T_SHIRT[0])
    with paper.page.expect_download() as download:
        paper.page.locator(".st-key-download button").click()
    picture = Image.open(io.BytesIO(download.value.path().read_bytes()))
    assert picture.size == (28, 28)
    assert picture.mode == "L"
    assert picture.getextrema() == (0, 255)


@pytest.fixture
def phone(browser, server):
    """The paper on a phone with a touch screen."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(20_000)
    yield open_paper(context.new_page(), server)
    context.close()


def swipe(canvas, points):
    session = canvas.page.context.new_cdp_session(canvas.page)
    for kind, point in [("touchStart", points[0]), *(("touchMove", each) for each in points)]:
        x, y = place(canvas, point)
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_on_a_phone_the_paper_fits_the_screen(phone):
    box = phone.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("tool", ["Pen", "Line", "Rectangle", "Ellipse"])
def test_a_finger_draws_with_each_tool_and_the_page_does_not_scroll(phone, tool):
    if tool != "Pen":
        take(phone, tool)
    phone.scroll_into_view_if_needed()
    before = phone.bounding_box()
    swipe(phone, [(0.3, 0.8), (0.4, 0.6), (0.6, 0.4), (0.7, 0.2)])
    assert ink(phone) > 500
    assert phone.bounding_box() == before
    expect(phone.page.get_by_text("Trimmed", exact=True)).to_be_visible()
