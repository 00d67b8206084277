"""The language is chosen on the page and in the address, and no text of a page stays in English."""

from __future__ import annotations

import pytest

from tests.pages.words_shown import untranslated


@pytest.mark.parametrize("page", ["explore", "train", "predict"])
def test_no_text_of_a_page_is_left_in_english(app, page):
    found = untranslated(app(page, lang="zh"))
    assert not found


def test_an_unknown_language_is_said_and_the_page_is_in_english(app):
    page = app("explore", lang="tlh")
    assert any("tlh" in info.value for info in page.info)
    assert page.title[0].value == "Explore the data"
    assert page.query_params["lang"] == ["en"]


def test_a_language_chosen_on_the_page_goes_into_the_address_and_to_other_pages(app):
    page = app("explore")
    page.segmented_control(key="language").set_value("zh").run()
    assert page.query_params["lang"] == ["zh"]
    assert page.title[0].value != "Explore the data"
    page.switch_page("pages/train.py").run()
    assert page.title[0].value != "Train"
