"""The game in a real browser: played with the keyboard to its end; what a double click does."""

import re
import time

import numpy as np
import pytest
from playwright.sync_api import expect

from fmnist.evaluation.game import choose_images
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Progress, Store
from tests.browser.stillness import TWO_FRAMES, rests

PHONE = {"width": 390, "height": 844}
SEED = 11


@pytest.fixture(scope="module")
def predicted(dataset):
    """What a made-up network predicts: every third image is given the next class."""
    classes = dataset.test_labels.astype(int)
    classes[::3] = (classes[::3] + 1) % 10
    return classes


@pytest.fixture(scope="module")
def run(server, dataset, predicted):
    """The id of a run with these predictions in the server's runs folder."""
    facts = {"source": dataset.source, "fingerprint": dataset.fingerprint}
    run = Store(server.runs_dir).create(RunConfig(), info={"data": facts})
    run.write_predictions(np.eye(10, dtype=np.float32)[predicted])
    run.write_progress(Progress("finished", epoch=5, epochs=5, heartbeat=time.time()))
    return run.id


@pytest.fixture
def game(page, server, run):
    """The page with a game that has just begun."""
    page.goto(f"{server.url}/predict?run={run}&view=beat&game={SEED}")
    expect(page.get_by_text("Image 1 of 20")).to_be_visible()
    expect(page.locator(".st-key-answer_0_9 button")).to_be_visible()
    return page


def answers(page):
    return page.locator("[class*='st-key-answers_'] button")


def test_the_keyboard_plays_a_whole_game_and_a_click_opens_a_disagreement(game, dataset, predicted):
    indices = list(choose_images(SEED, 10_000))
    labels = dataset.test_labels[indices].astype(int)
    given = labels.copy()
    given[:4] = (given[:4] + 2) % 10
    for position, label in enumerate(given):
        expect(game.get_by_text(f"Image {position + 1} of 20")).to_be_visible()
        expect(game.locator(f".st-key-answer_{position}_9 button")).to_be_visible()
        game.evaluate(TWO_FRAMES)  # after which the last button listens to the keyboard
        game.keyboard.press(str(label))
    expect(game.get_by_text("16 of 20", exact=True)).to_be_visible()
    networks = int(np.sum(predicted[indices] == labels))
    expect(game.get_by_text(f"{networks} of 20", exact=True).first).to_be_visible()
    differing = [index for index, mine in zip(indices, given, strict=True) if predicted[index] != mine]
    links = game.locator(".st-key-disagreements a")
    expect(links).to_have_count(len(differing))
    words = links.locator("img").evaluate_all("images => images.map((image) => image.alt)")
    assert [int(re.match(r"Test image (\d+)", each)[1]) for each in words] == differing
    links.nth(1).click()
    expect(game).to_have_url(re.compile(rf"test_index={differing[1]}\b"))
    expect(game.locator(".st-key-test_index input")).to_have_value(str(differing[1]))
    assert "view=beat" not in game.url


def test_a_double_click_answers_one_image(game):
    game.locator(".st-key-answer_0_3 button").dblclick()
    expect(game.get_by_text("Image 2 of 20")).to_be_visible()
    rests(game)  # a second answer has arrived, if there was one
    expect(game.get_by_text("Image 2 of 20")).to_be_visible()


def test_a_slow_double_click_does_not_hit_the_buttons_of_the_next_image(game):
    rests(game)  # a place is clicked, not a button
    box = answers(game).nth(3).bounding_box()
    game.mouse.click(box["x"] + 20, box["y"] + 10)
    game.wait_for_selector(".st-key-answer_1_3 button")
    game.mouse.click(box["x"] + 20, box["y"] + 10)
    rests(game)
    expect(game.get_by_text("Image 2 of 20")).to_be_visible()
    answers(game).nth(3).click()
    expect(game.get_by_text("Image 3 of 20")).to_be_visible()


def test_a_digit_held_down_answers_one_image(game):
    game.keyboard.down("4")
    for _ in range(3):
        game.wait_for_timeout(400)
        game.keyboard.down("4")  # what the keyboard sends while a key is held
    game.keyboard.up("4")
    rests(game)
    expect(game.get_by_text("Image 2 of 20")).to_be_visible()


def test_a_phone_shows_the_game_without_scrolling_sideways(window, server, run):
    page = window(viewport=PHONE)
    page.goto(f"{server.url}/predict?run={run}&view=beat")
    expect(page.locator(".st-key-answer_0_9 button")).to_be_visible()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth") <= PHONE["width"]
