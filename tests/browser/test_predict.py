"""Predict in a real browser: a click on the matrix or on a tile shows exactly what it promises."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from fmnist.data.facts import CLASS_NAMES
from fmnist.lesson.links import CONTROLS
from fmnist.plots import colors

SHIRT, PULLOVER = 6, 2
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def visit(page, server, run):
    """A function that opens Predict with query parameters and waits for its gallery."""

    def opened(query):
        page.goto(f"{server.url}/predict?run={run}&{query}")
        expect(page.locator(".st-key-gallery a").first).to_be_visible()
        return page

    return opened


def tiles(page):
    return page.locator(".st-key-gallery a")


def indices(page):
    addresses = tiles(page).evaluate_all("links => links.map((link) => link.href)")
    return [int((re.search(r"test_index=(\d+)", address) or [0, 0])[1]) for address in addresses]


def all_shown(page, count):
    """The indices on all pages of the gallery."""
    seen = indices(page)
    for number in range(2, -(-count // 15) + 1):
        page.get_by_role("button", name="Next page").click()
        expect(page.locator(f'.st-key-gallery a[href*="page={number}"]').first).to_be_visible()
        seen += indices(page)
    return seen


def test_a_click_on_a_matrix_cell_shows_exactly_its_images(visit, dataset, predicted):
    page = visit("view=mistakes")
    found = np.flatnonzero((dataset.test_labels == SHIRT) & (predicted == PULLOVER)).tolist()
    cell = page.locator(f'.st-key-matrix [data-cell="{SHIRT}-{PULLOVER}"]')
    expect(cell).to_have_text(str(len(found)))
    cell.click()
    expect(page.locator(f'.st-key-matrix [data-cell="{SHIRT}-{PULLOVER}"]')).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_text(f"{len(found)} of 10,000")).to_be_visible()
    expect(page).to_have_url(re.compile(r"true_class=Shirt&predicted_class=Pullover"))
    first = page.locator(".st-key-gallery a").first.locator("img").get_attribute("alt")
    assert sorted(all_shown(page, len(found))) == found
    expect(page.get_by_text(f"Why? {first.split('.')[0]}")).to_be_visible()
    for words in tiles(page).locator("img").evaluate_all("images => images.map((image) => image.alt)"):
        assert "predicted Pullover" in words
        assert "the true class is Shirt" in words


def test_a_click_on_a_frequent_mistake_shows_exactly_its_images_and_marks_the_cell(visit, dataset, predicted):
    page = visit("view=mistakes")
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (dataset.test_labels, predicted), 1)
    np.fill_diagonal(counts, 0)
    true, taken_for = np.unravel_index(counts.argmax(), counts.shape)
    page.locator(".st-key-pairs button").first.click()
    expect(page.locator(f'.st-key-matrix [data-cell="{true}-{taken_for}"]')).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_text(f"{counts.max()} of 10,000")).to_be_visible()
    found = np.flatnonzero((dataset.test_labels == true) & (predicted == taken_for)).tolist()
    assert sorted(all_shown(page, len(found))) == found


def test_what_a_link_can_hide_is_there(page, server, run):
    keys = set(CONTROLS["predict"]) - {"compare", "epoch"}  # there with two runs, and with kept moments
    for view in ("test", "mistakes", "draw"):
        page.goto(f"{server.url}/predict?run={run}&view={view}")
        expect(page.locator(".st-key-next_step")).to_be_visible()
        keys -= {key for key in keys if page.locator(f".st-key-{key}").count()}
        for button in page.locator("[data-testid=stPopoverButton]:visible").all():  # some wait behind one
            button.click()
            page.get_by_test_id("stPopoverBody").first.wait_for()
            keys -= {key for key in keys if page.locator(f".st-key-{key}").count()}
            page.keyboard.press("Escape")
            page.get_by_test_id("stPopoverBody").first.wait_for(state="hidden")
    assert keys == set()


def test_a_cell_is_reached_and_chosen_with_the_keyboard(visit, dataset, predicted):
    page = visit("view=mistakes")
    page.locator('.st-key-matrix [data-cell="0-0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    found = np.flatnonzero((dataset.test_labels == 1) & (predicted == 2))
    expect(page.get_by_text(f"{len(found)} of 10,000")).to_be_visible()
    expect(page.locator('.st-key-matrix [data-cell="1-2"]')).to_be_focused()


def test_the_marked_cell_clicked_again_shows_all_mistakes(visit, dataset, predicted):
    page = visit("view=mistakes&true_class=Shirt&predicted_class=Pullover")
    page.locator('.st-key-matrix [aria-pressed="true"]').click()
    mistakes = int(np.sum(predicted != dataset.test_labels))
    expect(page.get_by_text(f"{mistakes:,} of 10,000")).to_be_visible()


@pytest.mark.parametrize("taken_off_by", ["button", "cell"])
def test_a_filter_taken_off_stays_off_with_the_next_click(visit, dataset, predicted, taken_off_by):
    page = visit("view=mistakes")
    page.locator(f'.st-key-matrix [data-cell="{SHIRT}-{PULLOVER}"]').click()
    expect(page).to_have_url(re.compile(r"true_class=Shirt&predicted_class=Pullover"))
    cell = page.locator('.st-key-matrix [aria-pressed="true"]')
    (cell if taken_off_by == "cell" else page.locator(".st-key-all_mistakes button")).click()
    mistakes = int(np.sum(predicted != dataset.test_labels))
    expect(page.get_by_text(f"{mistakes:,} of 10,000")).to_be_visible()
    expect(page).not_to_have_url(re.compile("true_class"))
    index = indices(page)[2]
    tiles(page).nth(2).click()
    expect(page.get_by_text(f"Why? Test image {index}", exact=True)).to_be_visible()
    page.get_by_text("Shares", exact=True).click()
    expect(page).to_have_url(re.compile("cells=shares"))
    expect(page.get_by_text(f"{mistakes:,} of 10,000")).to_be_visible()
    expect(page).not_to_have_url(re.compile("true_class"))


def test_the_first_image_stays_open_with_the_next_click(visit):
    page = visit("view=test&test_index=3")
    tiles(page).first.click()
    expect(page.locator(".st-key-test_index input")).to_have_value("0")
    page.locator(".st-key-next button").click()
    expect(page.locator(".st-key-test_index input")).to_have_value("1")


def test_a_tile_opens_its_image_and_the_address_shows_the_same(visit, dataset, predicted):
    page = visit("view=test&outcome=wrong")
    index = indices(page)[3]
    tiles(page).nth(3).click()
    words = f"Wrong: predicted {CLASS_NAMES[predicted[index]]}"
    expect(page.locator(".st-key-chosen_image")).to_contain_text(words)
    picture = page.locator(".st-key-chosen_image img").first
    expect(picture).to_have_attribute("alt", re.compile(rf"Test image {index}\. {words}"))
    expect(page).to_have_url(re.compile(rf"test_index={index}\b"))
    page.goto(page.url)
    expect(page.locator(".st-key-test_index input")).to_have_value(str(index))
    expect(tiles(page).nth(3)).to_be_visible()
    assert indices(page)[3] == index


def test_the_back_button_goes_back_to_the_image_before(visit):
    page = visit("view=test&test_index=20")
    for index in (21, 22):
        page.locator(".st-key-next button").click()
        expect(page).to_have_url(re.compile(rf"test_index={index}\b"))
    page.go_back()
    expect(page.locator(".st-key-test_index input")).to_have_value("21")
    expect(
        page.get_by_text("Test image 21").or_(page.get_by_alt_text(re.compile("Test image 21"))).first
    ).to_be_visible()


@pytest.mark.parametrize("view", ["test", "mistakes"])
def test_a_phone_shows_everything_without_scrolling_sideways(window, server, run, view):
    page = window(viewport=PHONE)
    page.goto(f"{server.url}/predict?run={run}&view={view}")
    expect(tiles(page).first).to_be_visible()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("view", ["test", "mistakes"])
def test_every_picture_says_in_words_what_it_shows(visit, view):
    page = visit(f"view={view}")
    expect(page.locator(".st-key-chosen_image img").nth(1)).to_be_visible()
    alternatives = page.locator("[data-testid=stMain] img").evaluate_all(
        "all => all.map((image) => image.alt)"
    )
    assert len(alternatives) >= 17
    assert all(len(words) > 10 for words in alternatives)


def test_right_and_wrong_have_their_colours_and_follow_a_change_of_theme(visit):
    page = visit("view=mistakes")
    for scheme, palette in (("light", colors.LIGHT), ("dark", colors.DARK)):
        page.emulate_media(color_scheme=scheme)
        for place, style, color in (
            (".st-key-gallery rect.true", "fill", palette.right),
            (".st-key-gallery rect.predicted", "fill", palette.wrong),
            (".st-key-gallery p.wrong", "color", palette.wrong),
        ):
            expect(page.locator(place).first).to_have_css(style, rgb(color))


def rgb(color):
    return "rgb({}, {}, {})".format(*(int(color[i : i + 2], 16) for i in (1, 3, 5)))


def test_the_chosen_tile_is_marked_and_the_one_under_the_pointer_less(visit):
    page = visit("view=test&test_index=2")
    marked = page.locator('.st-key-gallery a[aria-current="true"]')
    width = "link => [getComputedStyle(link).outlineStyle, parseFloat(getComputedStyle(link).outlineWidth)]"
    expect(marked).to_have_count(1)
    assert tiles(page).nth(2).evaluate(width) == ["solid", 3]
    tiles(page).nth(5).hover()
    assert tiles(page).nth(5).evaluate(width) == ["solid", 1]
    tiles(page).nth(5).click()
    expect(tiles(page).nth(5)).to_have_attribute("aria-current", "true")
    expect(page.locator(".st-key-test_index input")).to_have_value("5")
    page.locator(".st-key-next button").click()
    expect(tiles(page).nth(6)).to_have_attribute("aria-current", "true")
    expect(marked).to_have_count(1)
