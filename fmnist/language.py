"""The language of what is shown: English in the code, every other one in a file of its own, read by gettext.

Each visitor reads their own language, so it belongs to the thread that answers them. A thread that nobody has
told asks whoever was made known by `ask`; without one, as in a child process, everything is English.
What is made in one place and shown in another (by a child process, in a file, in an error that is kept)
travels as a `Sentence`.
"""

from __future__ import annotations

import gettext
import json
import math
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeAlias, TypeVar

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "zh": "简体中文"}
"""By the code in the address: what a language calls itself."""
FOLDER, DOMAIN = Path(__file__).parent / "locale", "fmnist"
Words: TypeAlias = "Sentence | str"  # a text that is no sentence of the program stays as it is
Value: TypeAlias = "Words | int | float"  # of a place in a sentence
_FILES = {"zh": "zh_CN"}  # the folder of a language, as gettext names it
P = ParamSpec("P")
R = TypeVar("R")

_thread = threading.local()
_asked: list[Callable[[], str]] = [lambda: ENGLISH]


def ask(chosen: Callable[[], str]) -> None:
    """Make known who knows the language of a thread that `use` was not called in."""
    _asked[0] = chosen


def use(code: str) -> None:
    """From here on, this thread shows a language of `LANGUAGES`."""
    _thread.code = code


def current() -> str:
    """The code of this thread's language."""
    if not hasattr(_thread, "code"):
        _thread.code = _asked[0]()
    code: str = _thread.code
    return code


def nearest(asked: str) -> str | None:
    """The code of the language that a browser or an address calls "zh-CN" or "en_GB"; None if unknown."""
    code = re.split("[-_]", asked.strip().lower())[0]
    return code if code in LANGUAGES else None


def _(text: str) -> str:
    """A text of the program in this thread's language; places in braces are filled in afterwards."""
    return _catalog(current()).gettext(text)


def n_(one: str, many: str, number: int) -> str:
    """As `_`, for a text that depends on a number."""
    return _catalog(current()).ngettext(one, many, number)


def N_(text: str) -> str:
    """The text itself: marks it for translation where it stands, as in a table that all languages share."""
    return text


def in_a_row(*sentences: str) -> str:
    """Sentences one after another, without the empty ones; after a full-width stop there is no space."""
    return re.sub("(?<=[。！？]) ", "", " ".join(filter(None, sentences)))


def cached(function: Callable[P, R]) -> Callable[P, R]:
    """As `functools.cache`, once for each language."""

    @cache
    def made(code: str, *arguments: P.args, **named: P.kwargs) -> R:
        return function(*arguments, **named)

    @wraps(function)
    def looked_up(*arguments: P.args, **named: P.kwargs) -> R:
        return made(current(), *arguments, **named)  # type: ignore[arg-type]  # hashable, as for cache

    return looked_up


@dataclass(frozen=True)
class Sentence:
    """A sentence as data: made anywhere, also in a child process or for a file, and said where it is shown.

    `str` says it in the language of the thread that asks. Made by `say`, `counted` and `row`.
    """

    template: str = ""  # marked with N_; its places are {name} or {name:format of a number}
    values: tuple[tuple[str, Value], ...] = ()
    many: str = ""  # the template for several, where a number decides
    number: int = 1  # which one
    parts: tuple[Words, ...] = ()  # sentences that follow each other, instead of all the above

    def __bool__(self) -> bool:
        return bool(self.template or self.parts)

    def __str__(self) -> str:
        return self.said_in(current())

    def said_in(self, code: str) -> str:
        """The sentence in a language of `LANGUAGES`, at most `LONGEST` characters of each."""
        if self.parts:
            return in_a_row(*(_said(part, code) for part in self.parts))
        if not self.template:
            return ""  # gettext would answer with the head of its catalog
        catalog = _catalog(code)
        text = catalog.gettext(self.template)
        if self.many:
            text = catalog.ngettext(self.template, self.many, self.number)
        values = {name: _said(value, code) for name, value in self.values}
        return _PLACE.sub(lambda place: _filled(place, values), text)[:LONGEST]

    def as_data(self) -> dict[str, Any] | list[Any]:
        """The sentence in plain JSON values: `from_data` reads it."""
        if self.parts:
            return [as_data(part) for part in self.parts]
        data = {"says": self.template, "values": {name: as_data(value) for name, value in self.values}}
        return data | ({"many": self.many, "number": self.number} if self.many else {})


class SaidError(Exception):
    """What went wrong, as a `Sentence`: it can be kept, or sent to another process, and is said when shown.

    Parameters
    ----------
    words : Sentence or str
        The sentence, or its template.
    **values
        As in `say`.
    """

    def __init__(self, words: Words, /, **values: object) -> None:
        self.sentence = say(words, **values) if isinstance(words, str) else words
        super().__init__(self.sentence)


def say(template: str, /, **values: object) -> Sentence:
    """The sentence that a template, marked with `N_`, becomes with these values.

    Numbers stay numbers, and sentences and the errors that carry one are said in the same language; anything
    else is what `str` makes of it.
    """
    return Sentence(template, tuple((name, _plain(value)) for name, value in values.items()))


def counted(one: str, many: str, number: int, /, **values: object) -> Sentence:
    """As `say`, for templates that depend on a number; this call marks both."""
    return replace(say(one, **values), many=many, number=int(number))


def row(*words: Words) -> Words:
    """Sentences one after another, without the empty ones."""
    parts = [part for one in words for part in (getattr(one, "parts", ()) or (one,)) if part]
    if len(parts) < 2:
        return parts[0] if parts else ""
    return Sentence(parts=tuple(parts))


def words_of(error: Exception) -> Words:
    """What an error says: the sentence that it carries, otherwise its text, which stays as it is."""
    return error.sentence if isinstance(error, SaidError) else str(error)


def in_english(words: Words) -> str:
    """Words for a log, whoever caused them."""
    return str(_said(words, ENGLISH))


def as_data(value: Value) -> Any:
    """A sentence, or a text or number that stays as it is, as plain JSON values."""
    return value.as_data() if isinstance(value, Sentence) else value


def from_data(data: object) -> Words | None:
    """Words from JSON of unknown origin, which cannot harm whoever shows them; None when it is none.

    A plain text, as earlier versions wrote, stays as it is. Only names of values are filled in, so there is
    no way to what else a value has; and neither depth nor length nor the width of a number is without limit.
    """
    try:
        small = isinstance(data, str) or len(json.dumps(data, ensure_ascii=False)) <= MOST_DATA
    except (TypeError, ValueError, RecursionError):
        return None
    return _read(data, DEEPEST) if small else None


def as_markdown(words: object) -> str:
    """A text for Markdown, in which it stands as it is: no emphasis, no HTML, no icons; in one line."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:^&@])", r"\\\1", " ".join(str(words).split()))


def one_line(text: str, limit: int) -> str:
    """The first `limit` characters of `text` without control, invisible or unencodable ones, nor colours."""
    return "".join(c for c in " ".join(without_colours(text).split()) if c.isprintable())[:limit]


def without_colours(text: str) -> str:
    """A text without what makes a terminal show it in colour, as Keras puts into its messages."""
    return _OF_TERMINALS.sub("", text)


_OF_TERMINALS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")  # ECMA-48


LONGEST, LONGEST_VALUE = 2_000, 1_000  # characters of a sentence, and of a text that is filled in
MOST_DATA, DEEPEST = 20_000, 8  # characters of JSON, sentences within sentences: more than the program makes
MOST_COUNTED = 10**9
_PLACE = re.compile(r"\{([a-z]\w*)(?::(\+?,?(?:\.\d\d?)?[dfg%]?))?\}", re.ASCII | re.IGNORECASE)


def _read(data: object, depth: int) -> Words | None:
    if isinstance(data, str):
        return one_line(data, LONGEST)
    if isinstance(data, list) and depth:
        parts = [part for each in data if (part := _read(each, depth - 1)) is not None]
        return row(*parts) if len(parts) == len(data) else None
    return _read_sentence(data, depth) if isinstance(data, dict) and depth else None


def _read_sentence(data: dict[str, Any], depth: int) -> Sentence | None:
    template, many, number = data.get("says"), data.get("many", ""), data.get("number", 1)
    values = data.get("values", {})
    if not (isinstance(template, str) and isinstance(many, str) and isinstance(values, dict)):
        return None
    if type(number) is not int or abs(number) > MOST_COUNTED:
        return None
    read = {name: _read_value(value, depth - 1) for name, value in values.items()}
    known = {name: value for name, value in read.items() if value is not None}
    return Sentence(one_line(template, LONGEST), tuple(known.items()), one_line(many, LONGEST), number)


def _read_value(value: object, depth: int) -> Value | None:
    return value if isinstance(value, int | float) else _read(value, depth)


def _plain(value: object) -> Value:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # no JSON
    if isinstance(value, Sentence | int | float):
        return value
    if isinstance(value, SaidError):
        return value.sentence
    return (
        value.item() if hasattr(value, "item") else one_line(str(value), LONGEST_VALUE)
    )  # NumPy's are no JSON


def _said(value: Value, code: str) -> Any:
    return value.said_in(code) if isinstance(value, Sentence) else value


def _filled(place: re.Match[str], values: dict[str, Any]) -> str:
    name, form = place.groups()
    if name not in values:
        return place[0]
    with suppress(ValueError, TypeError):
        return format(values[name], form or "")
    return str(values[name])


@cache
def _catalog(code: str) -> gettext.NullTranslations:
    if code == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, [_FILES[code]])
