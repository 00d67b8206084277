"""The way through the lesson: from each page to the next by its last link, and one guided experiment."""

import re

import pytest
from playwright.sync_api import expect

from fmnist.runs.store import Store
from tests.browser.test_main_job import draw_trousers
from tools.drawn_paper import Paper

pytestmark = pytest.mark.usefixtures("browser")


def go_on(page, words):
    way = page.locator(".st-key-next_step").locator("a, button")
    expect(way).to_contain_text(words)
    way.click()


def is_done(page, step):
    return page.locator(".st-key-path").get_by_text(re.compile(rf"{step} ✓"))


def test_a_person_walks_the_whole_way_by_the_next_links(page, server):
    page.goto(server.url)
    expect(page.get_by_text("Next: open any")).to_be_visible()
    page.locator(".st-key-path_look button").click()
    expect(is_done(page, "Look")).to_be_visible()
    expect(is_done(page, "Train")).to_have_count(0)

    go_on(page, "train a network")
    expect(page).to_have_url(re.compile("/train"))
    page.locator(".st-key-train button").click()
    expect(page.get_by_text(re.compile(r"Test accuracy [89]\d\.\d%, test loss"))).to_be_visible()

    go_on(page, "what it gets wrong")
    expect(page).to_have_url(re.compile(r"/predict\?.*view=mistakes"))
    expect(page.locator(".st-key-matrix")).to_be_visible()
    go_on(page, "draw a garment")
    expect(page).to_have_url(re.compile(r"/predict\?.*view=draw"))
    paper = Paper(page)
    paper.wait_until_begun()
    draw_trousers(paper)
    expect(
        page.locator(".st-key-answer").get_by_text(re.compile(r"[A-Z][\w/ -]+, \d+%")).first
    ).to_be_visible()

    go_on(page, "guided experiments")
    expect(page).to_have_url(re.compile(r"/train\?.*experiment=scaling"))
    expect(page.get_by_text("What happens if the pixels stay 0–255?")).to_be_in_viewport()

    page.get_by_role("link", name="Explore").first.click()
    expect(is_done(page, "Train")).to_be_visible()
    expect(is_done(page, "Draw")).to_be_visible()


def test_an_experiment_is_set_up_with_one_click_and_answered_by_its_runs(page, server):
    page.goto(f"{server.url}/train?experiment=scaling")
    page.get_by_text("It names fewer test images correctly").click()
    page.locator(".st-key-start_experiment button").dblclick()
    expect(page).to_have_url(re.compile(r"scale_pixels=no"))
    expect(page).to_have_url(re.compile(r"experiment=scaling"))
    section = page.locator(".st-key-experiments")
    expect(section.get_by_text("Your guess: It names fewer test images correctly")).to_be_visible()
    expect(section.get_by_text("Scaled to 0–1, ")).to_be_visible(timeout=120_000)
    mine = [run for run in Store(server.runs_dir).list() if run.name.startswith("Unscaled pixels: ")]
    assert len(mine) == 2
    for run in mine:
        expect(section.get_by_text(f"{run.test_accuracy:.1%}").first).to_be_visible()

    page.reload()
    expect(section.get_by_text("Scaled to 0–1, ")).to_be_visible()
    expect(section.get_by_text(re.compile("As you guessed|You guessed"))).to_be_visible()


def test_a_list_of_words_opens_with_the_numbers_of_the_run_shown(page, server, run):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/train")
    page.get_by_role("button", name="Words").press("Enter")
    expect(page.get_by_text("make 1,875 steps per epoch")).to_be_visible()
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
