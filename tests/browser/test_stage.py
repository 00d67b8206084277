"""The work lies on the first screen: each view on a laptop, projector, tablet and phone, light and dark."""

import pytest
from playwright.sync_api import expect

from fmnist.networks.config import RunConfig
from tests.browser.stillness import rests
from tests.browser.test_inside import make

LAPTOP, PROJECTOR, TABLET, PHONE = (1366, 650), (1440, 800), (768, 1024), (390, 844)
FRAME = 120  # pixels that navigation, title, views and the choice of a run may take on a laptop
VIEWS = {
    "/": (".st-key-look",),
    "/train": (".st-key-train", ".st-key-progress", ".st-key-curves"),
    "/predict?view=test": (".st-key-answer",),
    "/predict?view=mistakes": (".st-key-matrix", ".st-key-answer"),
    "/predict?view=inside": (".st-key-answer", ".st-key-units .picture-buttons button"),
    "/predict?view=break": (".st-key-answer", ".st-key-unchanged"),
    "/predict?view=break&breaking=fool": (".st-key-answer", ".st-key-attack_size"),
    "/predict?view=draw": (".st-key-canvas", ".st-key-answer"),
    "/predict?view=beat": (".st-key-choices", ".st-key-answered", ".stImage"),
    "/predict?view=mistakes&lang=zh": (".st-key-matrix", ".st-key-answer"),
}
"""By its address: what lies completely on the first screen of a laptop."""
TILES = 6  # images of the chosen cell that are seen beside the matrix


@pytest.fixture(scope="module")
def run(server, dataset):
    """An untrained network, which every view can ask."""
    return make(server, dataset, RunConfig()).id


@pytest.fixture(scope="module")
def convolutional(server, dataset):
    """An untrained convolutional network."""
    return make(server, dataset, RunConfig(network="small-cnn")).id


def place(page, selector):
    """Left, top, right and bottom of an element, in pixels of the screen."""
    box = page.locator(selector).first.bounding_box()
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def off_screen(page, selectors, size):
    """Those of the elements that are not completely on the first screen, and where they are."""
    places = {selector: place(page, selector) for selector in selectors}
    return {
        selector: (left, top, right, bottom)
        for selector, (left, top, right, bottom) in places.items()
        if left < 0 or top < 0 or right > size[0] or bottom > size[1]
    }


@pytest.fixture
def visit(window, server, run):
    """A function that opens an address at a size and in a theme, and waits for what is asked for."""

    def open_page(address, size, theme, selectors):
        width, height = size
        page = window()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        page.goto(server.url + address)
        for selector in selectors:
            page.locator(selector).first.wait_for()
        rests(page)
        return page

    return open_page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, PROJECTOR], ids=["laptop", "projector"])
@pytest.mark.parametrize("address", VIEWS)
def test_the_work_lies_on_the_first_screen_below_a_frame_of_two_rows(visit, address, size, theme):
    page = visit(address, size, theme, (".st-key-head", *VIEWS[address]))
    assert place(page, ".st-key-head")[3] <= FRAME
    assert off_screen(page, VIEWS[address], size) == {}


def test_the_train_button_stays_on_the_first_screen_with_every_setting_open(visit):
    page = visit("/train", LAPTOP, "light", (".st-key-train",))
    expanders = page.locator(".st-key-settings details")
    expanders.locator("summary").evaluate_all(  # a click of the mouse might scroll there first
        "expanders => expanders.forEach((each) => each.click())"
    )
    expect(page.locator(".st-key-settings details[open]")).to_have_count(expanders.count())
    rests(page)
    assert expanders.count() > 1
    assert off_screen(page, (".st-key-train",), LAPTOP) == {}


@pytest.mark.parametrize("size", [LAPTOP, PROJECTOR], ids=["laptop", "projector"])
def test_a_cell_of_the_matrix_shows_six_of_its_images_beside_it(visit, size):
    page = visit("/predict?view=mistakes", size, "light", (".st-key-matrix button", ".st-key-images a"))
    page.locator(".st-key-matrix button").nth(1).click()
    page.wait_for_url("**predicted_class=**")
    tiles = page.locator(".st-key-images .predictions > a")
    tiles.nth(TILES - 1).wait_for()
    for number in range(TILES):
        box = tiles.nth(number).bounding_box()
        assert box["y"] + box["height"] <= size[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
@pytest.mark.parametrize("address", VIEWS)
def test_on_a_narrow_screen_nothing_scrolls_sideways(visit, address, size, theme):
    page = visit(address, size, theme, (".st-key-head",))
    wide = page.evaluate("document.querySelector('.stMain').scrollWidth")
    assert wide <= size[0]


CUT = """(inside) => [...document.querySelectorAll(`${inside} *`)]
    .filter((each) => each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1)
    .filter((each) => getComputedStyle(each).overflowX !== "visible")
    .map((each) => each.textContent)"""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("/predict?view=mistakes", ".st-key-head"),
        ("/predict?view=break", ".st-key-breaking"),
        ("/predict?view=beat", ".st-key-choices"),
        ("/?explore_part=Browse+images", ".st-key-explore_part .tiles"),
    ],
)
def test_on_a_phone_no_word_of_what_one_chooses_from_is_cut(visit, address, inside, language):
    page = visit(f"{address}{'&' if '?' in address else '?'}lang={language}", PHONE, "light", (inside,))
    assert page.evaluate(CUT, inside) == []


def test_on_a_tablet_the_purpose_has_a_row_of_its_own(visit):
    page = visit("/predict?view=inside", TABLET, "light", (".st-key-purpose p",))
    assert place(page, ".st-key-purpose")[2] - place(page, ".st-key-purpose")[0] > TABLET[0] / 2


def test_both_addresses_of_explore_mark_it_as_the_page_that_is_open(visit):
    ground = "getComputedStyle(document.querySelector('.st-key-frame a')).backgroundColor"
    transparent = "rgba(0, 0, 0, 0)"
    for address in ("/", "/explore"):
        assert visit(address, LAPTOP, "light", (".st-key-frame a",)).evaluate(ground) != transparent
    assert visit("/train", LAPTOP, "light", (".st-key-frame a",)).evaluate(ground) == transparent


def test_on_a_phone_pressing_train_brings_the_progress_into_view(visit):
    page = visit("/train", PHONE, "light", (".st-key-train",))
    page.locator(".st-key-train button").click()
    page.wait_for_function(
        """() => {
            const bar = document.querySelector(".st-key-progress")?.getBoundingClientRect();
            return bar && bar.top >= 0 && bar.bottom <= innerHeight;
        }"""
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_way_through_a_convolutional_network_begins_on_the_first_screen(
    visit, convolutional, size, theme
):
    maps = '.map-strip [data-map="1-0"]'
    page = visit(f"/predict?view=inside&run={convolutional}", size, theme, (".st-key-head", maps))
    assert place(page, maps)[3] <= size[1]
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= size[0]
    if size == LAPTOP:
        assert place(page, ".st-key-head")[3] <= FRAME


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_the_image_of_the_game_and_all_ten_names_are_seen_together(visit, theme):
    names = ".st-key-choices button"
    page = visit("/predict?view=beat", PHONE, theme, (".stImage", names))
    page.locator(".stImage").first.scroll_into_view_if_needed()
    top = place(page, ".stImage")[1]
    bottom = max(each["y"] + each["height"] for each in map(_box, page.locator(names).all()))
    assert page.locator(names).count() == 10
    assert bottom - top <= PHONE[1] - 300  # what the frame takes above


def _box(element):
    return element.bounding_box()


def test_an_experiment_keeps_its_place_when_it_starts_and_ends(page, server):
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    page.goto(f"{server.url}/train?experiment=few-images")
    page.locator(".st-key-start_experiment button").wait_for()
    rests(page)

    def top():
        """Where the section begins, from the top of the page's content."""
        return page.evaluate(
            """document.querySelector(".st-key-experiments").getBoundingClientRect().top
               - document.querySelector(".stMainBlockContainer").getBoundingClientRect().top"""
        )

    before = top()
    page.locator(".st-key-start_experiment button").click()
    page.get_by_text("You made no guess.").wait_for()
    rests_at = top()
    page.get_by_text("What came out:").wait_for(timeout=120_000)
    rests(page)
    assert abs(rests_at - before) <= 2
    assert abs(top() - before) <= 2


def test_the_matrix_lies_on_the_first_screen_beside_another_run_too(visit, run, convolutional):
    address = f"/predict?view=mistakes&run={run}&compare={convolutional}"
    page = visit(address, LAPTOP, "light", (".st-key-matrix button",))
    expect(page.get_by_text("of the 10,000 images correctly").first).to_be_attached()
    assert off_screen(page, (".st-key-matrix",), LAPTOP) == {}
