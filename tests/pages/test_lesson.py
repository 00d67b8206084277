"""Links for a lesson: what they hide stays hidden, what they name in vain is said, no more gets in."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

STYLE = (
    "<style>.st-key-seed, .st-key-seed_note, .st-key-epochs, .st-key-epochs_note "
    "{display: none !important}</style>"
)


def frame():
    from pages.parts.shell import links

    links.hide_controls()


@pytest.fixture
def hidden(monkeypatch):
    """The styles that hide something; AppTest itself does not see them."""
    sent = []
    monkeypatch.setattr(st, "html", lambda body, **options: sent.append(body))
    return sent


def visit(asked):
    test = AppTest.from_function(frame)
    test.query_params["hide"] = asked
    return test.run()


def test_a_link_hides_what_it_names_also_on_the_pages_visited_later(hidden):
    test = visit("seed,epochs")
    del test.query_params["hide"]
    test.run()
    assert hidden == [STYLE, STYLE] and not test.info


def test_an_unknown_control_is_said_and_the_others_are_hidden(hidden):
    test = visit("seeed,epochs")
    assert "“seed”" in test.info[0].value and ".st-key-epochs," in hidden[0]


@pytest.mark.parametrize("asked", ["", "x} body {display: none", "<script>"])
def test_nothing_but_known_controls_gets_into_the_page(hidden, asked):
    assert not visit(asked).exception and not hidden


def test_what_is_hidden_stays_in_the_address_of_predict(app, make_run, truth):
    make_run(truth)
    test = app("predict", view="test", hide="run")
    assert test.query_params["hide"] in ("run", ["run"])
