"""A page's table of settings: what goes in comes out; a notice names its setting."""

import pytest

from fmnist import language
from fmnist.lesson.kinds import OneOf, Whole
from fmnist.lesson.settings import Control, Setting, settings_of

TABLE = (
    Setting("set", "Set", kind=OneOf(("training", "test"))),
    Control("next", "Next"),
    Setting("index", "Index", kind=Whole(0)),
    Setting("order", "Order", False, OneOf(("up", "down")), default=lambda values: ORDERS[values["set"]]),
)
ORDERS = {"training": "up", "test": "down"}
SETTINGS = settings_of(TABLE)


def test_only_what_has_a_value_is_in_the_address():
    assert list(SETTINGS) == ["set", "index", "order"]


def test_missing_and_empty_settings_stand_for_defaults_and_others_are_left_alone():
    values, mended = SETTINGS.read({"set": "", "lang": "zh"})
    assert values == SETTINGS.defaults == {"set": "training", "index": 0, "order": "up"}
    assert mended == []


def test_a_default_may_depend_on_another_setting():
    assert SETTINGS.read({"set": "test"})[0]["order"] == "down"
    assert SETTINGS.write({"set": "test", "index": 0, "order": "down"}) == {"set": "test"}
    assert SETTINGS.write({"set": "test", "index": 0, "order": "up"}) == {"set": "test", "order": "up"}


def test_what_resembles_nothing_becomes_the_default():
    pen = settings_of([Setting("pen", "Pen", kind=Whole(4, 40), default=10)])
    assert pen.read({"pen": "wide"})[0] == {"pen": 10}
    assert pen.read({"pen": "1"})[0] == {"pen": 4}


def test_a_notice_names_the_setting():
    _, mended = SETTINGS.read({"set": "tset", "index": "-5"})
    assert [(each.title, each.why) for each in mended] == [
        ("Set", "There is no “tset” here, so this is “test”."),
        ("Index", "-5 is less than 0, so this is 0."),
    ]


@pytest.fixture
def in_chinese():
    language.use("zh")
    yield
    language.use(language.ENGLISH)


def test_a_notice_is_in_the_language_of_the_moment_it_is_shown(in_chinese):
    _, (mended,) = SETTINGS.read({"index": "boot"})
    assert "整数" in mended.why
    language.use(language.ENGLISH)
    assert mended.why == "“boot” is not a whole number, so this is 0."


def test_a_page_narrows_a_range_to_what_there_is():
    assert SETTINGS.mend("index", 12, {}, high=12) == (12, None)
    value, mended = SETTINGS.mend("index", 13, {}, high=12)
    assert value == 12 and "0 to 12" in mended.why
