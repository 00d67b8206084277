"""A visitor chooses Chinese: it stays on every page, what was set stays too, and the browser is told."""

import re

from playwright.sync_api import expect

CHINESE = re.compile("[\u4e00-\u9fff]")


def told(page):
    """The language that the page says it is in."""
    return page.evaluate("document.documentElement.lang")


def test_a_language_is_chosen_stays_and_is_given_up_again(page, server):
    page.goto(f"{server.url}/train?epochs=7")
    expect(page.get_by_role("heading", level=1)).to_have_text("Train")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CHINESE)
    expect(page).to_have_url(re.compile("lang=zh"))
    expect(page.locator(".st-key-epochs input")).to_have_value("7")
    page.wait_for_function("document.documentElement.lang === 'zh'")

    page.get_by_role("link", name="预测", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CHINESE)
    expect(page).to_have_url(re.compile(r"/predict\?.*lang=zh"))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(CHINESE)

    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Predict")
    expect(page).not_to_have_url(re.compile("lang="))
    page.wait_for_function("document.documentElement.lang === 'en'")


def test_a_browser_that_speaks_chinese_is_answered_in_chinese(browser, server):
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text(CHINESE)
    context.close()


def test_two_visitors_at_once_read_two_languages(browser, server):
    contexts = [browser.new_context(locale=locale) for locale in ("zh-CN", "en-GB")]
    chinese, english = (context.new_page() for context in contexts)
    for _ in range(3):
        for page in (chinese, english):
            page.goto(f"{server.url}/train")
        expect(chinese.get_by_role("heading", level=1)).to_have_text(CHINESE)
        expect(english.get_by_role("heading", level=1)).to_have_text("Train")
    for context in contexts:
        context.close()
