"""The path and the words of each page, without a browser."""

from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fmnist.lesson import glossary
from fmnist.lesson.path import DRAW
from fmnist.lesson.views import PAGES, VIEWS
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from pages.parts.predict import draw
from tests.pages.made_runs import finished_run
from tests.pages.test_train import shown, widget


@pytest.fixture(autouse=True)
def no_search(monkeypatch):
    """Draw would look at 10,000 images in the background, for as long as the tests take."""
    monkeypatch.setattr(draw, "_neighbours", lambda fingerprint: None)


def judged_run(store):
    """A finished run that finds all classes equally likely, and so calls everything a T-shirt."""
    run = finished_run(store)
    run.write_predictions(np.full((10_000, 10), 0.1, np.float32))
    return run


def labels_of_links(test):
    return [each.proto.label for each in test.get("page_link")]


def test_a_new_visitor_has_done_nothing_and_is_told_to_look(app):
    test = app("explore")
    assert not test.exception
    assert widget(test, "button", "path_look").label == "1 Look"
    assert {"2 Train", "3 Draw", "Next: train a network"} <= set(labels_of_links(test))
    assert "Next: open any of 70,000 images." in shown(test)


@pytest.mark.parametrize("key", ["path_look", "explore_next", "explore_random"])
def test_an_image_that_was_opened_is_marked(app, key):
    test = app("explore")
    widget(test, "button", key).click().run()
    assert not test.exception
    assert widget(test, "button", "path_look").label == "1 Look ✓"
    assert "Next: let a network learn" in shown(test)


def test_a_link_to_an_image_counts_as_looking_and_its_first_view_does_not(app):
    assert widget(app("explore"), "button", "path_look").label == "1 Look"
    assert widget(app("explore", explore_index="7"), "button", "path_look").label == "1 Look ✓"


def test_a_finished_run_and_a_judged_drawing_are_marked(app, runs_dir):
    store = Store(runs_dir)
    store.create(RunConfig(), info={})
    assert "2 Train" in labels_of_links(app("explore"))
    finished_run(store)
    test = app("explore")
    assert {"2 Train ✓", "3 Draw"} <= set(labels_of_links(test))
    test.session_state["path_marks"] = {DRAW}
    assert "3 Draw ✓" in labels_of_links(test.run())


@pytest.mark.parametrize("page", ["explore", "train"])
def test_a_page_opens_with_its_purpose_and_ends_with_the_next_step(app, page):
    test = app(page)
    assert PAGES[page].purpose in [each.value for each in test.markdown]
    assert labels_of_links(test)[-1] == PAGES[page].next.words


@pytest.mark.parametrize(("view", "following"), [("test", "mistakes"), ("mistakes", "draw")])
def test_a_view_of_predict_leads_to_the_next_view_and_keeps_its_run(app, runs_dir, view, following):
    run = judged_run(Store(runs_dir))
    judged_run(Store(runs_dir))
    test = app("predict", view=view, run=run.id)
    assert VIEWS[view].purpose in [each.value for each in test.markdown]
    widget(test, "button", "next_view").click().run()
    assert not test.exception
    assert test.query_params["view"] == following
    assert test.query_params["run"] == run.id


def test_draw_leads_to_the_guided_experiments(app):
    test = app("predict", view="draw")
    assert VIEWS["draw"].purpose in [each.value for each in test.markdown]
    assert labels_of_links(test)[-1] == VIEWS["draw"].next.words


@pytest.mark.parametrize("view", PAGES | VIEWS)
def test_closed_words_cost_nothing_and_open_ones_are_listed_with_the_runs_numbers(app, runs_dir, view):
    run = judged_run(Store(runs_dir))
    page = view if view in PAGES else "predict"
    query = {} if page == view else {"view": view, "run": run.id}
    test = app(page, **query)
    titles = [f"**{glossary.TERMS[key].title}.**" for key in (PAGES | VIEWS)[view].words]
    assert not any(title in shown(test) for title in titles)
    test.session_state["words"] = True
    test.run()
    assert not test.exception
    assert all(title in shown(test) for title in titles)
    if view == "train":
        assert "*This run: 1 of 5 epochs are done.*" in shown(test)
    if view == "mistakes":
        assert "9,000 mistakes" in shown(test)


def test_a_view_that_has_no_words_yet_has_no_button():
    def script():
        from fmnist.lesson.views import PAGES, Next, View
        from pages.parts.shell import words

        words.show(View("tomorrow", "Tomorrow", "A view to come.", Next("Next", "draw")))
        words.show(PAGES["explore"])

    test = AppTest.from_function(script).run()
    assert not test.exception
    assert len(test.get("popover")) == 1


def test_the_numbers_of_the_live_run_are_explained_where_they_stand(app, runs_dir):
    finished_run(Store(runs_dir))
    helps = {metric.label: metric.proto.help for metric in app("train").metric}
    assert helps["Training loss"].endswith("This run: 0.500 on training images, 0.450 on test images.")
    assert helps["Test accuracy"].endswith("This run named 84.0% of them correctly.")


def test_each_setting_of_a_dense_network_explains_its_word(app):
    test = app("train", network="Dense network")
    for kind, key in [
        ("slider", "hidden_layers"),
        ("number_input", "hidden_units"),
        ("selectbox", "activation"),
        ("slider", "dropout"),
        ("number_input", "epochs"),
        ("selectbox", "optimizer"),
        ("select_slider", "learning_rate"),
        ("number_input", "batch_size"),
        ("slider", "validation_share"),
        ("number_input", "seed"),
        ("toggle", "scale_pixels"),
    ]:
        assert widget(test, kind, key).proto.help, SimpleNamespace(kind=kind, key=key)
