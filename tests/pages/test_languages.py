"""The language is chosen on the page and in the address."""

from __future__ import annotations

import pytest
import streamlit as st

from fmnist import language
from tests.pages.words_shown import texts


def test_an_unknown_language_is_said_and_the_page_is_in_english(app):
    page = app("", lang="tlh")
    assert any("tlh" in info.value for info in page.info)
    assert page.title[0].value == "Explore the data"
    assert "lang" not in page.query_params


def test_a_language_chosen_on_the_page_goes_into_the_address(app):
    page = app("")
    page.button(key="language_zh").click().run()
    assert page.query_params["lang"] == "zh"
    assert "Look for the real files again" not in texts(page)
    assert "Fashion-MNIST · 70,000 images · checksums verified" not in "".join(texts(page))
    assert page.button(key="language_en").label == "English"


@pytest.fixture
def asks_for_chinese(monkeypatch):
    """A browser that asks for Chinese."""
    monkeypatch.setattr(type(st.context), "locale", "zh-CN")


def test_english_chosen_again_leaves_the_address(app):
    page = app("")
    page.button(key="language_zh").click().run()
    language.use("zh")  # AppTest finds what is chosen by its words
    page.button(key="language_en").click().run()
    assert page.title[0].value == "Explore the data"
    assert "lang" not in page.query_params


def test_english_stays_in_the_address_where_a_reload_would_bring_another_language(app, asks_for_chinese):
    page = app("")
    assert page.title[0].value != "Explore the data"
    language.use("zh")  # AppTest finds what is chosen by its words
    page.button(key="language_en").click().run()
    assert page.query_params["lang"] == "en"
    assert app("", lang="en").title[0].value == "Explore the data"


def test_a_link_in_english_opens_in_english_and_needs_no_name_for_it(app):
    page = app("", lang="en-GB", explore_index="7")
    assert page.title[0].value == "Explore the data"
    assert "lang" not in page.query_params and page.query_params["explore_index"] in ("7", ["7"])
