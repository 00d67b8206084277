"""Languages: no text without a translation, none left in English, nothing lost of what is filled in."""

import gettext
import re
import threading
from collections import Counter
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from docs import translate
from fmnist import language
from fmnist.data.class_words import class_name, class_names, name_shown
from fmnist.data.facts import CLASS_NAMES
from fmnist.language import DOMAIN, FOLDER, N_, _, n_, say

NAMES = {
    "Adam",
    "AdamW",
    "F1",
    "Flatten → Dense",
    "logits",
    "SGD",
    "RMSprop",
    "Sketch-ready",
}  # the same in every language
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module", params=translate.language_files(), ids=lambda file: file.parents[1].name)
def file(request):
    """The file of one language."""
    return request.param


@pytest.fixture(scope="module")
def messages(file):
    """Its texts, by what they are in English; a text with a plural is known by its singular."""
    with file.open("rb") as stream:
        return {_first(message.id): message for message in read_po(stream) if message.id}


@pytest.fixture
def in_chinese():
    language.use("zh")
    yield
    language.use("en")


def _first(text):
    return text[0] if isinstance(text, tuple | list) else text


def forms(message):
    """The translations of a message: one, or one for each plural form."""
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


def test_every_language_that_can_be_chosen_has_its_file():
    there = {file.parents[1].name for file in translate.language_files()}
    assert there == set(language._FILES.values())
    assert language.LANGUAGES.keys() == {"en", *language._FILES}


def test_the_file_holds_the_texts_of_the_code_and_no_others(messages):
    marked = {_first(message.id) for message in translate.collected() if message.id}
    assert marked - messages.keys() == set(), "run python -m docs.translate"
    assert messages.keys() - marked == set(), "run python -m docs.translate"


def test_no_text_is_without_a_translation_or_left_in_english(messages):
    assert [text for text, message in messages.items() if not translate.translated(message)] == []
    left = [text for text, message in messages.items() if not all(map(CHINESE.search, forms(message)))]
    words = {text: re.sub(r"\{[^}]*\}", "", text) for text in left if text not in NAMES}
    assert [text for text in left if re.search("[A-Za-z]{2}", words.get(text, ""))] == []


def test_what_is_filled_in_has_its_place_in_the_translation(messages):
    def places(text):
        return {name.split(".")[0].split("[")[0] for _, name, *_ in Formatter().parse(text) if name}

    for text, message in messages.items():
        english = message.id if message.pluralizable else (text,)  # “one image” has no place for its number
        for translation in forms(message):
            assert places(translation) in map(places, english), text


def test_code_and_links_are_the_same_in_the_translation(messages):
    for text, message in messages.items():
        for pattern in (r"`[^`]+`", r"\]\([^)]+\)", r":material/\w+:"):
            expected = Counter(re.findall(pattern, text))
            assert Counter(re.findall(pattern, forms(message)[0])) == expected, text


def test_what_gettext_reads_was_made_from_the_file(file, messages):
    compiled = gettext.translation(DOMAIN, FOLDER, [file.parents[1].name])
    for text, message in messages.items():
        if isinstance(message.id, tuple | list):
            assert compiled.ngettext(*message.id, 1) == forms(message)[0]
        else:
            assert compiled.gettext(text) == message.string, "run python -m docs.translate"


# ------------------------------------------------------------------------------------------ in the program


def test_each_thread_has_its_own_language(in_chinese):
    seen = []
    thread = threading.Thread(target=lambda: seen.append(_("Train")))
    thread.start()
    thread.join()
    assert seen == ["Train"]
    assert _("Train") == "训练"
    assert N_("Train") == "Train"


def test_what_is_kept_for_later_is_kept_for_each_language(in_chinese):
    @language.cached
    def title():
        return _("Train")

    assert title() == "训练"
    language.use("en")
    assert title() == "Train"


def test_a_sentence_made_in_english_is_shown_in_the_readers_language():
    made = say("The run {id} could not be deleted: {reason}.", id="a", reason=say("the disk is full"))
    assert str(made) == "The run a could not be deleted: the disk is full."
    language.use("zh")
    try:
        shown, filled = str(made), {"id": "a", "reason": _("the disk is full")}
        assert shown == _("The run {id} could not be deleted: {reason}.").format(**filled)
        assert CHINESE.search(shown)
    finally:
        language.use("en")


def test_an_english_reader_sees_what_stands_in_the_code():
    assert _("Train") == "Train"
    assert [n_("{n} run", "{n} runs", n) for n in (1, 2)] == ["{n} run", "{n} runs"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("ZH_hans", "zh"),
        ("en-GB", "en"),
        ("tlh", None),
        ("", None),
        ("../", None),
    ],
)
def test_a_language_is_known_by_what_browsers_and_people_call_it(asked, code):
    assert language.nearest(asked) == code


def test_a_class_has_its_english_name_everywhere_and_its_meaning_beside_it_in_chinese():
    assert class_names() == CLASS_NAMES
    language.use("zh")
    try:
        assert all(
            shown.startswith(f"{name} ") and CHINESE.search(shown)
            for name, shown in zip(CLASS_NAMES, class_names(), strict=True)
        )
        assert name_shown("Coat") == class_name(4) and name_shown("any") == "any"
    finally:
        language.use("en")
