"""An answer for whatever stands in an address: the nearest that can be, never an error."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from fmnist.language import N_, Words, say

YES, NO = "yes", "no"  # in an address


def nearest_number(asked: object, low: int, high: int, default: int | None = None) -> tuple[int, Words]:
    """A whole number from an address or a keyboard, moved into its range.

    Parameters
    ----------
    asked : str, int, float or None
        None, when nothing was asked for, stands for the default.
    low, high : int
        Both belong to the range.
    default : int, optional
        `low` when not given.

    Returns
    -------
    number : int
        The nearest one in the range; the default for what is no number.
    notice : Sentence or str
        A sentence that says what was changed; "" when nothing was.
    """
    default = low if default is None else default
    if asked is None:
        return default, ""
    try:
        number = int(asked)
    except (TypeError, ValueError, OverflowError):
        notice = N_("“{asked}” is not a whole number, so this is {low:,}.")
        return default, say(notice, asked=f"{asked!s:.20}", low=default)
    nearest = min(max(number, low), high)
    if nearest == number:
        return number, ""
    shown = f"{number:,}" if abs(number) < 10**15 else say(N_("That"))
    notice = N_("{shown} is outside {low:,} to {high:,}, so this is the nearest: {nearest:,}.")
    return nearest, say(notice, shown=shown, low=low, high=high, nearest=nearest)


def read_switch(name: str, default: bool, asked: str) -> tuple[bool, Words]:
    """Whether an address switches a setting on, and a sentence if it says neither; the default then."""
    known = {YES: True, "true": True, NO: False, "false": False}
    if asked.lower() in known:
        return known[asked.lower()], ""
    notice = N_("{name} is “{yes}” or “{no}”, not “{asked}”, so this is “{default}”.")
    written = written_switch(default)
    return default, say(notice, name=name, yes=YES, no=NO, asked=f"{asked:.20}", default=written)


def written_switch(on: bool) -> str:
    """What an address says of a setting that is on or off."""
    return YES if on else NO


def nearest_choice(
    asked: object, choices: Sequence[str], shown: Callable[[str], str] = str, default: str | None = None
) -> tuple[str, Words]:
    """The one of the `choices` most similar to what was asked for, and a sentence if it is another.

    None, when nothing was asked for, stands for the default, the first when not given; so does what resembles
    none of them. `shown` says what the page calls a choice.
    """
    default = choices[0] if default is None else default
    if asked is None or asked in choices:
        return asked or default, ""
    folded = {choice.casefold(): choice for choice in choices}
    similar = difflib.get_close_matches(str(asked)[:40].casefold(), folded, n=1)
    nearest = folded[similar[0]] if similar else default
    notice = N_("There is no “{asked}” here, so this is “{nearest}”.")
    return nearest, say(notice, asked=f"{asked!s:.20}", nearest=shown(nearest))
