"""The whole lesson in one visit: look, train, see a mistake, draw; and the addresses a person may type."""

import re

import pytest
from playwright.sync_api import expect

from tools.drawn_paper import Paper


def settled(page):
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")


def test_the_first_visitor_of_any_address_gets_the_whole_frame(page, own_server):
    page.goto(f"{own_server.url}/train")  # before anybody has opened the start page
    for name in ("Explore", "Train", "Predict"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_role("link", name="app", exact=True)).to_have_count(0)


@pytest.mark.parametrize("address", ["/", "/explore", "/train", "/predict", "/predict?view=draw"])
def test_every_address_opens_without_an_error(page, server, address):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.url + address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settled(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert errors == []


def test_a_person_looks_trains_sees_a_mistake_and_draws(page, server):
    page.goto(server.url)
    expect(page.get_by_text("(60000, 28, 28)").first).to_be_visible()

    page.get_by_role("link", name="Train", exact=True).click()
    page.locator(".st-key-train button").click()
    expect(page.get_by_text(re.compile(r"Epoch [1-5] of 5|[1-5] of 5 epochs")).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"Test accuracy [89]\d\.\d%, test loss"))).to_be_visible()

    page.locator(".st-key-see_mistakes button").click()
    expect(page).to_have_url(re.compile(r"/predict\?.*view=mistakes"))
    expect(page.get_by_text(re.compile(r"of 10,000")).first).to_be_visible()
    expect(page.locator(".st-key-gallery")).to_be_visible()

    draw_trousers(Paper(page).open(server.url))
    expect(
        page.locator(".st-key-answer").get_by_text(re.compile(r"[A-Z][\w/ -]+, \d+%")).first
    ).to_be_visible()


def draw_trousers(paper):
    outline = [
        (0.35, 0.1),
        (0.65, 0.1),
        (0.7, 0.9),
        (0.55, 0.9),
        (0.5, 0.35),
        (0.45, 0.9),
        (0.3, 0.9),
        (0.35, 0.1),
    ]
    paper.draw(outline)
