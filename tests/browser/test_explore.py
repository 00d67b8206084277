"""What a person does on Explore: point, click, tap, move by keyboard, send a link, use a telephone."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from fmnist.networks.config import RunConfig
from fmnist.runs.held_out import HeldOut
from fmnist.runs.label_judgements import RIGHT, WRONG, LabelJudgements
from tests.browser.stillness import TWO_FRAMES, rests
from tools.server import wait_until

pytestmark = pytest.mark.usefixtures("browser")

TOOLTIP = "#vg-tooltip-element.visible"


def open_explore(page, server, query=""):
    page.goto(f"{server.url}/explore{query}")
    expect(page.locator(".numbers td").last).to_be_attached()


def opened(page, split, index):
    return expect(page.get_by_text(re.compile(f"^Image {index:,} of the {split} set is labelled")))


def first_tooltip(page, canvas):
    """Move the pointer over the chart until it tells something."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for down in range(6, 15):
        for across in range(5, 16):
            page.mouse.move(box["x"] + box["width"] * across / 20, box["y"] + box["height"] * down / 20)
            page.evaluate(TWO_FRAMES)  # or what shows up belongs to the place before
            if page.locator(TOOLTIP).count():
                return page.locator(TOOLTIP)
    raise AssertionError("no tooltip anywhere on the chart")


def first_legend_mark(page, canvas):
    """Where the uppermost coloured pixel below the map's axes is, on the screen."""
    box = canvas.bounding_box()
    left, top = canvas.evaluate(
        """canvas => {
            const {width, height} = canvas;
            const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
            for (let y = Math.round(0.85 * height); y < height; y++) for (let x = 0; x < width; x++) {
                const [red, green, blue] = data.slice(4 * (y * width + x));
                if (Math.max(red, green, blue) - Math.min(red, green, blue) > 90)
                    return [x, y].map(each => each * canvas.clientWidth / width);
            }
        }"""
    )
    return box["x"] + left, box["y"] + top + 3  # its middle rather than its edge


def test_a_pixel_tells_its_row_column_and_value_under_the_pointer(page, server, dataset):
    open_explore(page, server, "?explore_index=3")
    numbers = page.locator(".st-key-explore_image .numbers")
    image = dataset.train_images[3]
    for row, column in ((0, 0), (12, 9), (27, 27)):
        cell = numbers.locator("tr").nth(row + 1).locator("td, th").nth(column + 1)
        expect(cell).to_have_text(str(image[row, column]))
        cell.hover()
        value = image[row, column]
        words = f"row {row}, column {column}: {value} of 255, scaled {value / 255:.3f}"
        expect(numbers.locator("output")).to_have_text(words)


def test_a_click_in_the_grid_opens_the_image_above_in_view_and_in_the_address(page, server):
    open_explore(page, server)
    for tile in (7, 3):
        page.locator(".tiles button").nth(tile).click()
        opened(page, "training", tile).to_be_in_viewport()
        page.wait_for_url(f"**explore_index={tile}*")


def test_the_grid_is_reached_by_tab_and_walked_by_arrow_keys(page, server):
    open_explore(page, server)
    expect(page.locator(".tiles button").first).to_be_visible()  # or Tab goes on to the page's last link
    page.locator(".st-key-grid_next button").focus()
    page.keyboard.press("Tab")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    for key in ("Shift+Tab", "Tab"):  # the grid is one stop, and Tab comes back to where one was in it
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    opened(page, "training", 10).to_be_visible()


def test_the_map_shows_the_garment_under_the_pointer_and_a_click_opens_it(page, server):
    open_explore(page, server, "?explore_part=Map+of+images")
    canvas = page.locator(".st-key-explore_map canvas")
    expect(canvas).to_be_visible()
    tooltip = first_tooltip(page, canvas)
    assert tooltip.locator("img").evaluate("image => image.complete && image.naturalWidth") == 28
    index = int(re.search(r"index\s+(\d+)", tooltip.inner_text())[1])
    page.mouse.down()
    page.mouse.up()
    opened(page, "test", index).to_be_in_viewport()


def test_the_legend_of_the_map_switches_classes_off_and_on(page, server):
    open_explore(page, server, "?explore_part=Map+of+images")
    canvas = page.locator(".st-key-explore_map canvas")
    expect(canvas).to_be_visible()
    canvas.scroll_into_view_if_needed()
    first_tooltip(page, canvas)  # it is drawn and stands still
    size = "canvas => canvas.toDataURL().length"
    all_classes = canvas.evaluate(size)
    place = first_legend_mark(page, canvas)
    page.mouse.click(*place)
    wait = f"([canvas, number]) => ({size})(canvas) < number"
    page.wait_for_function(wait, arg=[canvas.element_handle(), all_classes - 2000])
    one_less = canvas.evaluate(size)
    page.mouse.click(*place)
    wait = wait.replace("<", ">")
    page.wait_for_function(wait, arg=[canvas.element_handle(), one_less + 2000])


def test_a_link_shows_the_same_image_and_the_same_grid(page, server):
    open_explore(
        page, server, "?explore_split=test&explore_index=12&grid_split=test&grid_class=Bag&grid_start=50"
    )
    opened(page, "test", 12).to_be_visible()
    names = page.locator(".tiles button span")
    expect(names).to_have_text(["Bag"] * 25)


def test_the_back_button_goes_back_to_the_first_image_and_a_bare_address(page, server):
    open_explore(page, server)
    page.locator(".st-key-explore_next button").click()
    page.wait_for_url("**explore_index=1*")
    page.go_back()
    opened(page, "training", 0).to_be_visible()
    expect(page).not_to_have_url(re.compile("explore_index"))


def test_the_tab_that_is_opened_is_in_the_address(page, server):
    open_explore(page, server)
    page.get_by_role("tab", name="Compare classes").click()
    page.wait_for_url("**explore_part=Compare+classes*")
    page.reload()
    expect(page.get_by_role("tab", name="Compare classes")).to_have_attribute("aria-selected", "true")


def test_an_address_out_of_range_is_corrected_and_explained(page, server):
    open_explore(page, server, "?explore_split=test&explore_index=99999")
    opened(page, "test", 9_999).to_be_visible()
    expect(page.get_by_text("99,999 is outside 0 to 9,999")).to_be_visible()
    expect(page.locator(".st-key-explore_index input")).to_have_value("9999")


@pytest.mark.parametrize("part", ["Browse images", "Compare classes", "Map of images"])
def test_nothing_runs_off_the_side_of_a_telephone(window, server, part):
    page = window(viewport={"width": 390, "height": 844}, has_touch=True)
    open_explore(page, server, f"?explore_part={part.replace(' ', '+')}")
    expect(page.get_by_role("tab", name=part)).to_have_attribute("aria-selected", "true")
    rests(page)
    wide = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] *')]
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
            .filter(each => !each.closest('[role=tablist]'))
            .map(each => each.outerHTML.slice(0, 120))"""
    )
    assert wide == []


def test_a_tap_opens_an_image(window, server):
    page = window(viewport={"width": 390, "height": 844}, has_touch=True)
    open_explore(page, server)
    page.locator(".tiles button").nth(6).tap()
    opened(page, "training", 6).to_be_in_viewport()


def test_a_tap_on_the_map_opens_an_image(window, server):
    page = window(viewport={"width": 390, "height": 844}, has_touch=True)
    open_explore(page, server, "?explore_part=Map+of+images")
    canvas = page.locator(".st-key-explore_map canvas")
    expect(canvas).to_be_visible()
    rests(page)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for step in range(40):  # until a tap meets a mark
        across, down = 0.3 + 0.4 * (7 * step % 29) / 29, 0.3 + 0.3 * (3 * step % 11) / 11
        page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + down * box["height"])
        page.wait_for_timeout(300)
        if page.get_by_text(re.compile("^Image [0-9,]+ of the test set is labelled")).count():
            break
    else:
        raise AssertionError("no tap opened an image")


def test_every_picture_and_chart_says_what_is_in_it(page, server):
    for part in ("Browse images", "Compare classes", "Map of images"):
        open_explore(page, server, f"?explore_part={part.replace(' ', '+')}")
        expect(page.get_by_role("tab", name=part)).to_have_attribute("aria-selected", "true")
        rests(page)
        silent = page.evaluate(
            """() => [...document.querySelectorAll('[data-testid=stMain] img')].filter(image => !image.alt)
                .concat([...document.querySelectorAll('.stVegaLiteChart')]
                    .filter(chart => !chart.matches('[aria-label], :has([aria-label])')))
                .map(each => each.outerHTML.slice(0, 200))"""
        )
        assert silent == []


def test_the_charts_that_compare_classes_show_their_bars(page, server):
    open_explore(page, server, "?explore_part=Compare+classes")
    for place, bars in enumerate((10, 32)):  # how much each class varies; which pixel values occur
        chart = page.locator(".stVegaLiteChart").nth(place)
        expect(chart.locator(".mark-rect path")).to_have_count(bars)


def test_doubtful_labels_are_judged_by_key_and_an_estimate_follows(page, server, dataset):
    taken_for = dataset.train_labels.astype(int)
    taken_for[:40] = (taken_for[:40] + 1) % 10
    said = np.full((len(taken_for), 10), 0.01, np.float32)
    said[np.arange(len(taken_for)), taken_for] = 0.91
    work = HeldOut.of(server.runs_dir, RunConfig(), dataset.fingerprint)
    work.begin(RunConfig())
    work.write_probabilities(said)
    open_explore(page, server, "?explore_part=Doubtful+labels")
    expect(page.get_by_text("Networks doubt 40 of 60,000 training labels.")).to_be_visible()
    page.locator(".st-key-doubtful_turn button").nth(1).click()
    expect(page).to_have_url(re.compile("doubtful_turn=drawn"))
    kept = LabelJudgements(server.runs_dir, dataset.fingerprint)
    for number, digit in enumerate("21", start=1):
        rests(page)
        page.keyboard.press(digit)
        wait_until(lambda number=number: len(kept.of("")) == number, 60, "the judgement was not kept")
    expect(page.get_by_text("with 95% certainty between")).to_be_visible()
    assert list(kept.of("").values()) == [WRONG, RIGHT]
