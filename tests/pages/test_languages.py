"""The language is chosen on the page and in the address."""

from __future__ import annotations

from tests.pages.words_shown import texts


def test_an_unknown_language_is_said_and_the_page_is_in_english(app):
    page = app("", lang="tlh")
    assert any("tlh" in info.value for info in page.info)
    assert page.title[0].value == "Explore the data"
    assert page.query_params["lang"] == "en"


def test_a_language_chosen_on_the_page_goes_into_the_address(app):
    page = app("")
    page.button(key="language_zh").click().run()
    assert page.query_params["lang"] == "zh"
    assert "Look for the real files again" not in texts(page)
    assert "Fashion-MNIST · 70,000 images · checksums verified" not in "".join(texts(page))
    assert page.button(key="language_en").label == "English"
