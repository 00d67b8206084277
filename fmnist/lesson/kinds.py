"""What a setting can be, and the nearest to whatever an address, a keyboard or a browser asks for."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fmnist.language import _

YES, NO = "yes", "no"  # in an address
MOST_EPOCHS = 1_000  # of a run


class Kind(Protocol):
    """What a setting can be."""

    @property
    def first(self) -> Any:
        """The value until another is chosen."""

    def nearest(self, asked: Any, default: Any) -> Any:
        """The possible value nearest to what an address or a browser asks for; the default near nothing."""

    def why(self, asked: Any, value: Any) -> str:
        """A sentence if this nearest value is another than the one asked for; "" if not."""

    def written(self, value: Any) -> str:
        """The value as an address says it."""


@dataclass(frozen=True)
class Whole:
    """A whole number.

    Parameters
    ----------
    low, high : int
        Both belong to the range. Without `high` the page, which knows how much there is, narrows the range.
    word : str
        What may stand in the place of a number, and is the first value; "" for nothing.
    """

    low: int
    high: int | None = None
    word: str = ""

    @property
    def first(self) -> int | str:
        return self.word or self.low

    def nearest(self, asked: Any, default: Any) -> int | str:
        number = _whole(asked)
        if number is None:
            return self.word if self.word and asked == self.word else default
        return max(self.low, number if self.high is None else min(number, self.high))

    def why(self, asked: Any, value: Any) -> str:
        number = _whole(asked)
        if value in (asked, number):
            return ""
        if number is None:
            words = _("“{asked}” is not a whole number, so this is {value}.")
            return words.format(asked=_quoted(asked), value=_with_commas(value))
        shown = f"{number:,}" if abs(number) < 10**15 else _("That")
        if self.high is None:
            words = _("{shown} is less than {low:,}, so this is {low:,}.")
            return words.format(shown=shown, low=self.low)
        words = _("{shown} is outside {low:,} to {high:,}, so this is the nearest: {nearest:,}.")
        return words.format(shown=shown, low=self.low, high=self.high, nearest=value)

    def written(self, value: int | str) -> str:
        return str(value)


@dataclass(frozen=True)
class Moment:
    """A moment of a run's training: "0", "0.04", "3", or the word for its last one."""

    word: str = "last"

    @property
    def first(self) -> str:
        return self.word

    def nearest(self, asked: Any, default: Any) -> str:
        number = _decimal(asked)
        return self.word if math.isnan(number) or not 0 <= number <= MOST_EPOCHS else f"{number:g}"

    def why(self, asked: Any, value: Any) -> str:
        if asked == value or f"{_decimal(asked):g}" == value:
            return ""
        words = _("“{asked}” is no moment of a training, so this is its last one.")
        return words.format(asked=_quoted(asked))

    def written(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class OneOf:
    """One of some words.

    Parameters
    ----------
    choices : sequence of str
    shown : callable
        What the page calls a choice.
    aliases : mapping
        Other words for some of them.
    may_be_none : bool
        Whether there may be none of them, which is then the first value.
    """

    choices: Sequence[str]
    shown: Callable[[str], str] = str
    aliases: Mapping[str, str] | None = None
    may_be_none: bool = False

    @property
    def first(self) -> str | None:
        return None if self.may_be_none else self.choices[0]

    def nearest(self, asked: Any, default: str | None) -> str | None:
        meant: str = self._meant(asked)
        if meant in self.choices:
            return meant
        folded = {choice.casefold(): choice for choice in self.choices}
        similar = difflib.get_close_matches(str(asked)[:40].casefold(), folded, n=1)
        return folded[similar[0]] if similar else default or self.choices[0]

    def why(self, asked: Any, value: Any) -> str:
        if self._meant(asked) == value:
            return ""
        words = _("There is no “{asked}” here, so this is “{nearest}”.")
        return words.format(asked=_quoted(asked), nearest=self.shown(value))

    def written(self, value: str) -> str:
        return value

    def _meant(self, asked: Any) -> Any:
        return (self.aliases or {}).get(asked, asked) if isinstance(asked, str) else asked


@dataclass(frozen=True)
class OneNumberOf:
    """One of some numbers, in rising order: what a form offers where it does not take every number."""

    steps: Sequence[float]

    @property
    def first(self) -> float:
        return self.steps[0]

    def nearest(self, asked: Any, default: float) -> float:
        number = _decimal(asked)
        if math.isnan(number):
            return default
        bounded = min(max(number, self.steps[0]), self.steps[-1])
        return min(self.steps, key=lambda step: abs(step - bounded))

    def why(self, asked: Any, value: Any) -> str:
        number = _decimal(asked)
        if math.isnan(number):
            words = _("“{asked}” is not a number, so this is {value}.")
            return words.format(asked=_quoted(asked), value=self.written(value))
        if math.isclose(value, number, rel_tol=1e-6, abs_tol=1e-9):
            return ""
        words = _("{asked} is not offered, so this is the nearest: {nearest:g}.")
        return words.format(asked=_quoted(asked), nearest=value)

    def written(self, value: float) -> str:
        return f"{value:g}"


@dataclass(frozen=True)
class Switch:
    """On or off."""

    @property
    def first(self) -> bool:
        return False

    def nearest(self, asked: Any, default: bool) -> bool:
        known = self._known(asked)
        return default if known is None else known

    def why(self, asked: Any, value: Any) -> str:
        if self._known(asked) is not None:
            return ""
        words = _("“{asked}” is neither “{yes}” nor “{no}”, so this is “{value}”.")
        return words.format(asked=_quoted(asked), yes=YES, no=NO, value=self.written(value))

    def written(self, value: bool) -> str:
        return YES if value else NO

    def _known(self, asked: Any) -> bool | None:
        return {YES: True, "true": True, NO: False, "false": False}.get(str(asked).lower())


@dataclass(frozen=True)
class PercentRange:
    """From so many to so many percent: "40-90"."""

    @property
    def first(self) -> tuple[int, int]:
        return 0, 100

    def nearest(self, asked: Any, default: tuple[int, int]) -> tuple[int, int]:
        bounds = self._bounds(asked)
        return (min(*bounds, 100), min(max(bounds), 100)) if bounds else default

    def why(self, asked: Any, value: Any) -> str:
        bounds, written = self._bounds(asked), self.written(value)
        if bounds == value:
            return ""
        if bounds:
            return _("“{asked}” becomes {value}.").format(asked=_quoted(asked), value=written)
        words = _("“{asked}” is no range of percent such as 40-90, so this is {value}.")
        return words.format(asked=_quoted(asked), value=written)

    def written(self, value: tuple[int, int]) -> str:
        return f"{value[0]}-{value[1]}"

    def _bounds(self, asked: Any) -> tuple[int, int] | None:
        low, _dash, high = str(asked).partition("-")
        both = low.isdecimal() and high.isdecimal()
        return (int(low[:9]), int(high[:9])) if both else None


@dataclass(frozen=True)
class Text:
    """Any text; whether it names something that exists, the page says where it looks for it."""

    @property
    def first(self) -> str:
        return ""

    def nearest(self, asked: Any, default: Any) -> str:
        return str(asked)

    def why(self, asked: Any, value: Any) -> str:
        return ""

    def written(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Names:
    """Any number of names, with commas between them."""

    @property
    def first(self) -> tuple[str, ...]:
        return ()

    def nearest(self, asked: Any, default: Any) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (name.strip() for name in str(asked).split(",")))))

    def why(self, asked: Any, value: Any) -> str:
        return ""

    def written(self, value: Sequence[str]) -> str:
        return ",".join(value)


def _whole(asked: Any) -> int | None:
    try:
        return int(asked)
    except (TypeError, ValueError, OverflowError):
        return None


def _decimal(asked: Any) -> float:
    try:
        return float(asked)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _with_commas(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"“{value}”"


def _quoted(asked: Any) -> str:
    return f"{asked!s:.20}"
