"""The language of what is shown: English in the code, every other one in a file of its own, read by gettext.

Each visitor reads their own language, so it belongs to the thread that answers them. A thread that nobody has
told asks whoever was made known by `ask`; without one, as in a child process, everything is English.
"""

from __future__ import annotations

import gettext
import re
import threading
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from string import Formatter

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "zh": "简体中文"}
"""By the code in the address: what a language calls itself."""
FOLDER, DOMAIN = Path(__file__).parent / "locale", "fmnist"
_FILES = {"zh": "zh_CN"}  # the folder of a language, as gettext names it
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
    return _thread.code


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


def cached(function: Callable) -> Callable:
    """As `functools.cache`, once for each language."""

    @cache
    def made(code: str, *arguments):
        return function(*arguments)

    @wraps(function)
    def looked_up(*arguments):
        return made(current(), *arguments)

    return looked_up


def again(text: str) -> str:
    """Sentences that were made in English, as by a child process or in a file, in this thread's language.

    What was filled in is found by its place in the text it came from, and may be such a text itself; a
    sentence of unknown origin stays.
    """
    if current() == ENGLISH or not text:
        return text
    if known := _known(text, _IN_ONE_SENTENCE):
        return known
    ends = [found.start() + 1 for found in re.finditer(_END, text)]
    for end in reversed(ends):
        if known := _known(text[:end], _IN_ONE_SENTENCE):
            return in_a_row(known, again(text[end + 1 :]))
    if known := _known(text, _ANYTHING):
        return known
    return in_a_row(text[: ends[0]], again(text[ends[0] + 1 :])) if ends else text


_END = "[.!?] "
_IN_ONE_SENTENCE, _ANYTHING = f"(?:(?!{_END}).)+?", ".+?"  # what may stand in a place
_PLACE = re.compile(r"\{(\w*)[^}]*\}")
_FEWEST = 8  # letters beside the places: "{done} of {epochs}" would be found in sentences of any origin


def _known(text: str, filled: str) -> str:
    """The translation of a text of the program whose places are `filled`; "" if it is none."""
    translated = _(text)
    if translated != text:
        return translated
    for pattern, template in _templates(current(), filled):
        if found := pattern.fullmatch(text):
            return _place_in(_(template), {name: again(value) for name, value in found.groupdict().items()})
    return ""


def _place_in(text: str, values: dict[str, str]) -> str:
    return _PLACE.sub(lambda place: values[place[1]], text)


@cache
def _templates(code: str, filled: str) -> list[tuple[re.Pattern[str], str]]:
    """The texts with places, the most telling first, each as a pattern for what it becomes."""
    known = [text for text in _catalog(code)._catalog if isinstance(text, str) and "{" in text]
    telling = [text for text in known if len(re.findall("[A-Za-z]", _PLACE.sub("", text))) >= _FEWEST]
    if filled == _ANYTHING:  # a place at the start would take in the sentences before
        telling = [text for text in telling if not text.startswith("{")]
    in_order = sorted(telling, key=lambda text: (text.startswith("{"), -len(text)))
    return [(_pattern(text, filled), text) for text in in_order]


def _pattern(text: str, filled: str) -> re.Pattern[str]:
    parts, seen = [], set()
    for literal, name, _format, _conversion in Formatter().parse(text):
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{filled})")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


@cache
def _catalog(code: str) -> gettext.NullTranslations:
    if code == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, [_FILES[code]])
