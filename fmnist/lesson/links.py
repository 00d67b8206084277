"""Links for a lesson: the address of a page with its settings, and which controls it hides."""

from __future__ import annotations

from difflib import get_close_matches
from urllib.parse import parse_qsl, urlencode, urlsplit

from fmnist.language import _, in_a_row
from fmnist.lesson import explore_address, predict_address, train_address

LONGEST = 2000  # letters of a link
HIDE = "hide"  # the name in the address
TABLES = {
    "explore": explore_address.CONTROLS,
    "train": train_address.CONTROLS,
    "predict": predict_address.CONTROLS,
}
CONTROLS: dict[str, dict[str, str]] = {
    page: {control.key: control.title for control in controls if control.can_be_hidden}
    for page, controls in TABLES.items()
}
"""By page: the key of a control, which is also its class in the page, and what a teacher calls it."""

ALL = {key for controls in CONTROLS.values() for key in controls}


def read_hidden(asked: str) -> tuple[tuple[str, ...], list[str]]:
    """The controls that an address hides, and a sentence for each name that is no control.

    Parameters
    ----------
    asked : str
        Names separated by commas.
    """
    names = list(dict.fromkeys(filter(None, (name.strip() for name in asked.split(",")))))
    unknown = [name for name in names if name not in ALL]
    return tuple(name for name in names if name in ALL), [_no_such(name) for name in unknown[:3]]


def _no_such(name: str) -> str:
    nearest = get_close_matches(name, ALL, 1)
    told = _("The link hides “{name:.30}”, but there is no such control.").format(name=name)
    return in_a_row(told, *(_("Is “{name}” meant?").format(name=each) for each in nearest))


def link(page_url: str, query: dict[str, str], hidden: tuple[str, ...]) -> str:
    """The address of a page with its settings and without some controls.

    Parameters
    ----------
    page_url : str
        As far as the path: "http://localhost:8501/train".
    query : dict
        The settings in the address now; what they say about hiding is replaced.
    hidden : keys of `CONTROLS`.
    """
    settings = {name: value for name, value in query.items() if name != HIDE}
    if hidden:
        settings[HIDE] = ",".join(hidden)
    return page_url.split("?")[0] + (f"?{urlencode(settings, safe=',')}" if settings else "")


def read_link(address: str) -> tuple[str, dict[str, str]] | None:
    """Which page of this program a link opens, and with which settings; None when it opens none.

    Only path and query are read, so that it cannot lead anywhere else.
    """
    try:
        parts = urlsplit(address.strip()[:LONGEST])
    except ValueError:
        return None
    name = parts.path.rstrip("/").rsplit("/", 1)[-1]
    page = "explore" if name in ("", "start") and (parts.netloc or parts.path) else name
    return (page, dict(parse_qsl(parts.query))) if page in CONTROLS else None


def page_of(page_url: str) -> str:
    """Which entry of `CONTROLS` an address belongs to; the first page's is "explore"."""
    name = page_url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return name if name in CONTROLS else "explore"
