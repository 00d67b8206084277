"""Sentences that were stored in English are found again by what the program is known to say."""

import gettext

import pytest

from fmnist import language

KNOWN = {
    "{name} is missing.": "<{name}> fehlt.",
    "{name} is damaged: {reason}": "<{name}> kaputt: {reason}",
    "it names no state.": "kein Zustand.",
    "it is larger than {limit:,} bytes.": "mehr als {limit:,} Byte.",
    "In the folder {folder}: {fault}": "Im Ordner {folder}: {fault}",
    "Stopped. Epoch {done} is kept.": "Ende. Epoche {done} bleibt.",
    "Training ended with an error ({kind}: {error}). See the log.": "Fehler ({kind}: {error}). Siehe Log.",
    "the disk is full": "die Platte ist voll",
    "The run could not go on: {reason}.": "Es ging nicht weiter: {reason}.",
    "{done} of {epochs}": "{done}/{epochs}",
    "{title}: {label}": "{title} - {label}",
}


@pytest.fixture(autouse=True)
def another_language(monkeypatch):
    catalog = gettext.NullTranslations()
    catalog._catalog = KNOWN
    monkeypatch.setattr(catalog, "gettext", lambda text: KNOWN.get(text, text))
    monkeypatch.setattr(language, "_catalog", lambda code: catalog)
    language._templates.cache_clear()
    language.use("zh")
    yield
    language.use(language.ENGLISH)
    language._templates.cache_clear()


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("the disk is full", "die Platte ist voll"),
        ("a.json is missing.", "<a.json> fehlt."),
        ("a.json is missing. b.json is missing.", "<a.json> fehlt. <b.json> fehlt."),
        ("a.json is damaged: it names no state.", "<a.json> kaputt: kein Zustand."),
        ("a.json is damaged: it is larger than 1,000 bytes.", "<a.json> kaputt: mehr als 1,000 Byte."),
        ("a.json is damaged: line 1 column 1.", "<a.json> kaputt: line 1 column 1."),
        ("The run could not go on: the disk is full.", "Es ging nicht weiter: die Platte ist voll."),
        ("In the folder /x.y: a.gz is missing.", "Im Ordner /x.y: <a.gz> fehlt."),
        ("Stopped. Epoch 3 is kept. a.json is missing.", "Ende. Epoche 3 bleibt. <a.json> fehlt."),
        ("Nobody knows. a.json is missing.", "Nobody knows. <a.json> fehlt."),
        (
            "Training ended with an error (ValueError: Bad. Shape of a: b). See the log.",
            "Fehler (ValueError: Bad. Shape of a: b). Siehe Log.",
        ),
        ("Shape of a: b", "Shape of a: b"),
        ("", ""),
    ],
)
def test_a_stored_sentence_is_said_again(stored, said):
    assert language.again(stored) == said


def test_in_english_nothing_changes():
    language.use(language.ENGLISH)
    assert language.again("the disk is full") == "the disk is full"


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
