"""A sentence travels as data and is said where it is shown; data of unknown origin can do no harm."""

import gettext
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from fmnist import language
from fmnist.language import SaidError, Sentence, as_data, counted, from_data, in_english, row, say

CATALOG = {
    "{name} is missing.": "<{name}> fehlt.",
    "{name} is damaged: {reason}": "<{name}> kaputt: {reason}",
    "it names no state.": "kein Zustand.",
    "it is larger than {limit:,} bytes.": "mehr als {limit:,} Byte.",
    "One run.": ("Ein Lauf.", "{n} Läufe."),
    "": "Content-Type: text/plain; the head of the catalog",
}


@pytest.fixture
def in_german(monkeypatch):
    """This thread speaks a language with this catalog."""

    class Catalog(gettext.NullTranslations):
        def gettext(self, text):
            return CATALOG.get(text, text)

        def ngettext(self, one, many, number):
            forms = CATALOG.get(one, (one, many))
            return forms[number != 1]

    english = gettext.NullTranslations()
    monkeypatch.setattr(language, "_catalog", lambda code: Catalog() if code == "zh" else english)
    language.use("zh")
    yield
    language.use(language.ENGLISH)


DAMAGED = say("{name} is damaged: {reason}", name="a.json", reason=say("it names no state."))


# ---- said where it is shown


def test_a_sentence_is_said_in_the_language_of_whoever_shows_it(in_german):
    missing = say("{name} is missing.", name="a.json")
    assert (str(missing), f"{missing}") == ("<a.json> fehlt.", "<a.json> fehlt.")
    assert in_english(missing) == "a.json is missing."
    language.use(language.ENGLISH)
    assert str(missing) == "a.json is missing."


def test_a_sentence_in_a_sentence_is_said_in_the_same_language(in_german):
    assert str(DAMAGED) == "<a.json> kaputt: kein Zustand."
    assert in_english(DAMAGED) == "a.json is damaged: it names no state."


def test_what_is_filled_in_may_look_like_a_place_or_a_sentence(in_german):
    assert str(say("{name} is missing.", name="{name} is missing.")) == "<{name} is missing.> fehlt."


@pytest.mark.parametrize(("number", "said"), [(1, "Ein Lauf."), (3, "3 Läufe."), (0, "0 Läufe.")])
def test_a_number_decides_between_two_templates(in_german, number, said):
    assert str(from_data(as_data(counted("One run.", "{n} runs.", number, n=number)))) == said


def test_sentences_in_a_row_are_said_one_after_another_without_the_empty_ones(in_german):
    several = row("", say("{name} is missing.", name="a"), row(DAMAGED, "As it is."))
    assert str(several) == "<a> fehlt. <a.json> kaputt: kein Zustand. As it is."
    assert len(several.parts) == 3
    assert row("", DAMAGED) == DAMAGED
    assert row() == row("", "") == ""


def test_an_empty_sentence_says_nothing_and_not_the_head_of_the_catalog(in_german):
    assert str(Sentence()) == str(from_data({"says": ""})) == ""
    assert not Sentence() and row(Sentence(), "") == ""


def test_numbers_are_written_as_the_template_wants_them():
    shown = say("{a:,} {b:.3f} {c:g} {d:.0%} {e:+,d} {f}", a=1234567, b=0.5, c=1e-5, d=0.25, e=1000, f=3)
    assert str(shown) == "1,234,567 0.500 1e-05 25% +1,000 3"


def test_an_error_carries_its_sentence_also_through_a_pickle(in_german):
    inner = SaidError("it names no state.")
    error = SaidError("{name} is damaged: {reason}", name="a.json", reason=inner)
    assert str(error) == "<a.json> kaputt: kein Zustand."
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert error.sentence == DAMAGED
    assert str(SaidError(DAMAGED)) == str(DAMAGED)


# ---- as data


def test_a_sentence_comes_back_from_json_as_it_was():
    several = row(DAMAGED, counted("One run.", "{n} runs.", 2, n=2), "As it is.")
    for words in (DAMAGED, several, "As it is."):
        assert from_data(json.loads(json.dumps(as_data(words)))) == words


def test_the_data_of_a_sentence_are_a_template_and_its_values():
    assert as_data(say("{name} is missing.", name="a")) == {
        "says": "{name} is missing.",
        "values": {"name": "a"},
    }


def test_whatever_is_filled_in_becomes_plain_json():
    values = {"a": Path("/x"), "b": np.uint8(7), "c": np.float32(0.5), "d": float("nan"), "e": (28, 28)}
    data = as_data(say("{a} {b} {c} {d} {e} {f}", **values, f=ValueError("wrong")))
    assert json.loads(json.dumps(data, allow_nan=False))["values"] == {
        "a": "/x", "b": 7, "c": 0.5, "d": "nan", "e": "(28, 28)", "f": "wrong",
    }  # fmt: skip


def test_the_longest_error_still_comes_through():
    words = say("Training ended with an error ({kind}: {error}).", kind="X", error="\x1b[1m錯" * 100_000)
    assert str(from_data(as_data(words))).startswith("Training ended with an error (X: 錯")


# ---- data of unknown origin


@pytest.mark.parametrize(
    "text", ["Finished 5 epochs.", "{x.__class__}", "{}", "{0}", "100 % {", "", "the disk is full"]
)
def test_a_text_of_an_earlier_version_stays_as_it_is(in_german, text):
    assert str(from_data(text)) == text


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{x.__class__}", "{x.__class__}"),
        ("{x.__init__.__globals__}", "{x.__init__.__globals__}"),
        ("{x[0]}", "{x[0]}"),
        ("{x!r}", "{x!r}"),
        ("{x:999999999}", "{x:999999999}"),
        ("{x:.999999999f}", "{x:.999999999f}"),
        ("{x:{x}}", "{x:7}"),  # the inner place is one
        ("{missing}", "{missing}"),
        ("{", "{"),
        ("}{", "}{"),
        ("{{x}}", "{7}"),
        ("%s %(x)s", "%s %(x)s"),
        ("{x:.99f}", f"{7:.99f}"),
    ],
)
def test_only_plain_names_and_small_formats_are_filled_in(template, said):
    assert str(from_data({"says": template, "values": {"x": 7}})) == said


@pytest.mark.parametrize(
    "data",
    [
        None, 7, True, 1.5, {}, {"says": 7}, {"says": None}, {"says": ["x"]}, {"says": "x", "values": 7},
        {"says": "x", "values": ["a"]}, {"says": "x", "many": 7}, {"says": "x", "number": "1"},
        {"says": "x", "many": "y", "number": True}, {"says": "x", "many": "y", "number": 10**30}, [7], [None],
        {"says": "x" * 30_000}, {"says": "x", "values": {"a": "y" * 30_000}}, object(),
        {"says": "x", 1: set()},
    ],
)  # fmt: skip
def test_what_is_no_sentence_is_none(data):
    assert from_data(data) is None


@pytest.mark.parametrize("value", [None, [], {}, {"says": 7}, {"values": {}}])
def test_a_value_that_is_none_leaves_its_place(value):
    read = from_data({"says": "a {x} b", "values": {"x": value}})
    assert str(read) in ("a {x} b", "a  b")


def test_formats_that_do_not_fit_a_value_are_passed_over():
    values = {"a": "text", "b": 1.5, "c": True, "d": {"says": "it names no state."}}
    read = from_data({"says": "{a:,} {b:d} {c:%} {d:.2f}", "values": values})
    assert str(read).split()[:2] == ["text", "1.5"]
    assert str(read).endswith("it names no state.")


def test_sentences_nested_without_end_are_left_out():
    data = {"says": "end"}
    for _ in range(400):
        data = {"says": "{a}", "values": {"a": data}}
    assert str(from_data(data)) == "{a}"
    lists = "end"
    for _ in range(400):
        lists = [lists]
    assert from_data(lists) is None
    endless = []
    endless.append(endless)
    assert from_data(endless) is None


def test_sentences_that_multiply_stay_short():
    data = "ha" * 900
    for _ in range(6):
        data = {"says": "{a}" * 400, "values": {"a": data}}
    assert len(str(from_data(data))) == language.LONGEST


def test_control_characters_are_left_out():
    read = from_data({"says": "a\x1b[31m {x}\u202e", "values": {"x": "b\x00\nc"}})
    assert str(read) == "a b c"


# ---- sentences in a row, already said


@pytest.mark.parametrize(
    ("sentences", "shown"),
    [
        (("One.", "Two."), "One. Two."),
        (("", "Two.", ""), "Two."),
        (("一。", "二！", "Three."), "一。二！Three."),
        ((), ""),
    ],
)
def test_sentences_follow_each_other_as_their_language_wants(sentences, shown):
    assert language.in_a_row(*sentences) == shown
