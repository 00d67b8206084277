"""What a person does on Train: start, watch, stop, reload, come back, click twice."""

import re

import pytest
from playwright.sync_api import expect

from fmnist.runs.store import Store
from tests.browser.stillness import rests
from tests.pages.made_runs import finished_run
from tools.server import Server, wait_until

GOOD = 0.1  # cumulative layout shift, as https://web.dev/articles/cls calls good
SHIFTS = """() => {
    window.shifts = [];
    const note = (list) => list.getEntries().forEach(({value}) => window.shifts.push(value));
    new PerformanceObserver(note).observe({type: 'layout-shift'});
}"""

pytestmark = pytest.mark.usefixtures("browser")


def open_train(page, server, query=""):
    page.goto(f"{server.url}/train{query}")
    expect(page.locator(".st-key-train button")).to_be_visible()
    expect(page.get_by_role("link", name="Explore").first).to_be_visible()  # also to the first visitor of all


def start(page):
    page.locator(".st-key-train button").click()


def runs_on_disk(server):
    return sorted(path.parent.name for path in server.runs_dir.glob("[!.]*/config.json"))


def test_train_shows_epochs_as_they_arrive_and_the_test_accuracy_at_the_end(page, server):
    open_train(page, server, "?epochs=8")
    start(page)
    expect(page.get_by_text(re.compile(r"Epoch \d of 8 · \d+%"))).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart]").last).to_be_visible()
    expect(page.get_by_text(re.compile(r"Test accuracy [89]\d\.\d%, test loss"))).to_be_visible()
    expect(page.get_by_text("8 of 8 epochs")).to_be_visible()


def test_nothing_jumps_while_a_network_trains(page, server):
    open_train(page, server, "?epochs=4")
    page.evaluate(SHIFTS)
    start(page)
    expect(page.get_by_text("4 of 4 epochs")).to_be_visible()
    moved = page.evaluate("window.shifts")
    assert sum(moved) < GOOD, f"the layout moved by {moved}"


def test_stop_keeps_the_last_full_epoch_and_continue_goes_on(page, server):
    before = runs_on_disk(server)
    open_train(page, server, "?epochs=100")
    start(page)
    expect(page.get_by_text(re.compile(r"Epoch ([2-9]|\d\d) of 100"))).to_be_visible()
    page.locator(".st-key-stop button").click()
    expect(page.get_by_text(re.compile(r"\bstopped$")).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^\d+ of 100 epochs"))).to_be_visible()
    page.locator(".st-key-more_epochs input").fill("2")
    page.locator(".st-key-more_epochs input").press("Enter")
    (run,) = set(runs_on_disk(server)) - set(before)
    wait_until(lambda: not Store(server.runs_dir).open(run).is_held(), 60, "its process does not end")
    page.locator(".st-key-continue button").click()
    expect(page.get_by_text(re.compile(r"\bfinished$")).first).to_be_visible()
    assert len(runs_on_disk(server)) == len(before) + 1


def test_a_reload_another_tab_and_another_browser_find_the_running_run_live(page, server, browser):
    open_train(page, server, "?epochs=100")
    start(page)
    live = re.compile(r"Epoch \d+ of 100")
    expect(page.get_by_text(live)).to_be_visible()
    page.reload()
    expect(page.get_by_text(live)).to_be_visible()
    tab = page.context.new_page()
    open_train(tab, server)
    expect(tab.get_by_text(live)).to_be_visible()
    stranger = browser.new_context().new_page()
    open_train(stranger, server)
    expect(stranger.get_by_text(live)).to_be_visible()
    stranger.locator(".st-key-stop button").click()
    expect(page.get_by_text(re.compile(r"\bstopped$")).first).to_be_visible()
    stranger.context.close()


def test_the_back_button_returns_to_the_running_run(page, server):
    open_train(page, server, "?epochs=100")
    start(page)
    expect(page.get_by_text(re.compile(r"Epoch \d+ of 100"))).to_be_visible()
    page.get_by_role("link", name="Explore").first.click()
    expect(page.get_by_role("heading", name="Explore").first).to_be_visible()
    page.go_back()
    expect(page.get_by_text(re.compile(r"Epoch \d+ of 100"))).to_be_visible()
    page.locator(".st-key-stop button").click()
    expect(page.get_by_text(re.compile(r"\bstopped$")).first).to_be_visible()


def test_a_double_click_starts_one_run(page, server):
    before = runs_on_disk(server)
    open_train(page, server, "?epochs=2")
    page.locator(".st-key-train button").dblclick()
    expect(page.get_by_text("2 of 2 epochs")).to_be_visible()
    assert len(runs_on_disk(server)) == len(before) + 1


def test_a_run_is_renamed_downloaded_and_deleted(page, server):
    before = runs_on_disk(server)
    open_train(page, server, "?epochs=1&training_images=1000")
    start(page)
    expect(page.get_by_text("1 of 1 epochs")).to_be_visible()
    rests(page)  # the end of a run draws the page once more, and a click into that would be lost
    tick_first_run(page)
    rests(page)
    for key, ending in (("download_model", ".keras"), ("download_history", ".csv")):
        with page.expect_download() as download:
            page.locator(f".st-key-{key} button").click()
        assert download.value.suggested_filename.endswith(ending)
        assert download.value.path().stat().st_size > 50

    page.get_by_role("button", name="Rename").click()
    name = page.get_by_label("New name")
    name.fill("*mine* <b>&</b>")
    name.press("Enter")
    page.locator(".st-key-save_name button").click()
    expect(page.get_by_role("heading", name="*mine* <b>&</b>")).to_be_visible()
    expect(name).to_have_count(0)  # it closes

    page.get_by_role("button", name="Delete").click()
    page.locator(".st-key-delete_for_good button").click()
    expect(page.get_by_role("heading", name="*mine* <b>&</b>")).to_have_count(0)
    assert runs_on_disk(server) == before

    page.locator(".st-key-undo_delete button").click()
    expect(page.get_by_role("heading", name="*mine* <b>&</b>")).to_be_visible()
    assert len(runs_on_disk(server)) == len(before) + 1


def test_clicks_at_the_place_of_a_delete_take_one_run(page, server):
    store = Store(server.runs_dir)
    names = [f"run {number}" for number in range(3)]
    for name in names:
        finished_run(store, name=name)
    before = runs_on_disk(server)
    open_train(page, server)
    tick_first_run(page)
    page.get_by_role("button", name="Delete").click()
    box = page.locator(".st-key-delete_for_good button").bounding_box()
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.dblclick(*place)
    expect(page.get_by_text("Deleted: run 2.")).to_be_visible()
    expect(page.locator(".st-key-delete_for_good")).to_have_count(0)
    tick_first_run(page)
    expect(page.get_by_role("button", name="Delete")).to_be_visible()
    expect(page.locator(".st-key-delete_for_good")).to_have_count(0)
    page.mouse.click(*place)
    page.wait_for_timeout(1000)
    assert len(runs_on_disk(server)) == len(before) - 1


def test_a_tick_stays_with_its_run_when_another_is_started(page, server):
    store = Store(server.runs_dir)
    finished_run(store, name="ticked")
    open_train(page, server)
    tick_first_run(page)
    expect(page.get_by_role("button", name="Rename")).to_be_visible()
    finished_run(store, name="newer")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_label("New name")).to_have_value("ticked")


def tick_first_run(page):
    grid = page.locator(".st-key-runs_table [data-testid=stDataFrame]")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 18, box["y"] + 52)  # the grid is one canvas: its first row's tick box


def test_many_are_tried_at_one_click_and_two_cells_are_compared(page, server):
    open_train(page, server, "?epochs=1&training_images=1000&network=softmax")
    page.locator(".st-key-try_many button").click()
    start = page.locator(".st-key-start_sweep button")
    expect(start).to_have_text(re.compile("Train 4 runs"))
    start.click()
    cells = page.locator(".heat button.known")
    expect(cells).to_have_count(4)
    expect(page.get_by_text("4 of 4 runs done")).to_be_visible()
    expect(page.get_by_text("Is it really better than the second?")).to_be_visible()
    assert "sweep=" in page.url
    cells.first.click()
    expect(page.get_by_text("Click another cell to compare")).to_be_visible()
    cells.last.click()
    expect(page.get_by_role("link", name="See on which images they differ")).to_be_visible()
    page.reload()
    expect(cells).to_have_count(4)
    cells.nth(1).click()
    page.locator("[class*=st-key-open_] button").first.click()
    expect(page.get_by_text("1 of 1 epochs")).to_be_visible()
    page.wait_for_url(lambda url: "sweep=" not in url)


def test_enter_submits_the_teachers_passphrase(page, tmp_path):
    (tmp_path / "runs").mkdir()
    words = "open sesame, please"
    with Server(tmp_path / "runs", FMNIST_SHARED="1", FMNIST_TEACHER_PASSPHRASE=words) as classroom:
        page.goto(f"{classroom.url}/train")
        page.get_by_text("For the teacher").click()
        page.get_by_label("Passphrase").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator(".st-key-lock button")).to_be_visible()


def test_a_model_card_and_other_formats_are_taken_home(page, server):
    open_train(page, server, "?epochs=1&training_images=1000")
    start(page)
    expect(page.get_by_text("1 of 1 epochs")).to_be_visible()
    rests(page)
    tick_first_run(page)
    rests(page)
    more = page.get_by_role("button", name="More files")
    more.evaluate("button => button.scrollIntoView({block: 'start'})")  # room for what comes below it
    more.click()
    with page.expect_download() as card:
        page.get_by_role("button", name="Model card").click()
    assert card.value.suggested_filename.endswith("-card.md")
    text = card.value.path().read_text(encoding="utf-8")
    assert text.startswith("# Model card") and "--training-images 1000" in text
    page.locator(".st-key-make_formats button").click()
    tflite = page.get_by_role("button", name="model.tflite")
    expect(tflite).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        tflite.click()
    assert download.value.suggested_filename.endswith(".tflite")
    assert download.value.path().read_bytes()[4:8] == b"TFL3"


def test_the_finder_draws_the_loss_over_the_rate_and_says_where_it_is_lowest(page, server):
    open_train(page, server, "?experiment=rate-finder")
    page.locator(".st-key-start_experiment button").click()
    expect(page.locator(".st-key-figures")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The loss fell fastest near a rate of")).to_be_visible()
    chart = page.locator(".st-key-experiment_card").get_by_test_id("stVegaLiteChart")
    expect(chart).to_have_count(1)
    expect(chart).to_be_visible()
