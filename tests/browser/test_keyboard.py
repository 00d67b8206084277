"""The whole lesson with the keyboard alone: look, train, see a mistake, have a drawing judged, play."""

import re

import pytest
from playwright.sync_api import expect

MOST_STEPS = 150  # presses of the Tab key on the way to one thing


@pytest.fixture
def settled(page):
    """A function that waits until the page has answered."""

    def wait():
        expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()

    return wait


def go_to(page, wanted):
    """Press Tab until the focus is, visibly, on the first element that a CSS selector finds, or within it."""
    expect(page.locator(wanted).first).to_be_visible()
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.closest(wanted) !== null", wanted):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    pytest.fail(f"the Tab key does not lead to {wanted}")


def test_a_person_without_a_mouse_looks_trains_and_sees_a_mistake(page, server, settled):
    page.goto(server.url)
    settled()
    go_to(page, ".st-key-explore_next button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Image 1 of the training set")).to_be_visible()

    page.goto(f"{server.url}/train?epochs=1&training_images=2000")
    settled()
    go_to(page, ".st-key-train button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("%, test loss ").first).to_be_visible()
    settled()

    go_to(page, ".st-key-see_mistakes button")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("view=mistakes"))
    settled()
    go_to(page, ".confusion button")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("predicted_class=Trouser"))


def test_a_drawing_is_opened_and_judged_without_a_mouse(page, server, run, settled):
    page.goto(f"{server.url}/predict?view=draw")
    settled()
    expect(page.get_by_role("button", name="T-shirt")).to_be_visible()
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "T-shirt":
            break
    page.keyboard.press("Enter")
    expect(
        page.locator(".st-key-answer").get_by_text(re.compile(r"[A-Z][\w/ -]+, \d+%")).first
    ).to_be_visible()


def test_the_game_is_played_with_digits(page, server, run, settled):
    page.goto(f"{server.url}/predict?view=beat")
    settled()
    expect(page.get_by_text("Image 1 of 20").first).to_be_visible()
    page.keyboard.press("7")
    expect(page.get_by_text("Image 2 of 20").first).to_be_visible()
