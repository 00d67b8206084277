"""What a page's address carries, and what a link can hide: tables, one reader that mends, and one writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fmnist.language import _
from fmnist.lesson.kinds import Kind, Text, Whole


@dataclass(frozen=True)
class Control:
    """Something on a page that a link can hide."""

    key: str  # also its class in the page
    title: str  # what a teacher calls it
    can_be_hidden: bool = True


@dataclass(frozen=True)
class Setting(Control):
    """A control whose value an address carries; the key is its name there, too.

    Parameters
    ----------
    kind : Kind
        What it can be.
    default : optional
        Its value until another is chosen; the kind's first one when not given. It may depend on the settings
        before it in the table: then it is a function of their values.
    """

    kind: Kind = Text()
    default: Any = None

    def default_in(self, values: Mapping[str, Any]) -> Any:
        """The default beside these values of the settings before it."""
        if callable(self.default):
            return self.default(values)
        return self.kind.first if self.default is None else self.default


@dataclass(frozen=True)
class Mended:
    """A setting that could not be what was asked for, and became the nearest; words are made when shown."""

    setting: Setting
    asked: Any
    value: Any

    @property
    def title(self) -> str:
        """What the setting is called, in the visitor's language."""
        return _(self.setting.title)

    @property
    def why(self) -> str:
        """What it became, and why, in the visitor's language."""
        return self.setting.kind.why(self.asked, self.value)


class Settings(Mapping[str, Setting]):
    """All settings of a page, or of a part of one, by their keys.

    Parameters
    ----------
    settings : Setting
        Each after those that its default depends on.
    """

    def __init__(self, *settings: Setting) -> None:
        self._by_key = {setting.key: setting for setting in settings}

    def __getitem__(self, key: str) -> Setting:
        return self._by_key[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    @property
    def defaults(self) -> dict[str, Any]:
        """The values until others are chosen."""
        return self.read({})[0]

    def read(self, query: Mapping[str, str]) -> tuple[dict[str, Any], list[Mended]]:
        """The values of all settings, and those of them that had to be mended.

        Parameters
        ----------
        query : mapping
            Names and texts of an address. Unknown names are left alone; missing and empty ones stand for
            defaults.
        """
        values: dict[str, Any] = {}
        mended: list[Mended] = []
        for key in self:
            values[key], notice = self.mend(key, query.get(key) or None, values)
            mended += [notice] if notice else []
        return values, mended

    def mend(
        self, key: str, asked: Any, values: Mapping[str, Any], high: int | None = None
    ) -> tuple[Any, Mended | None]:
        """The possible value nearest to what is asked for, and what to say if it is another.

        Parameters
        ----------
        asked : from an address, a keyboard or a browser; None stands for the default.
        values : mapping
            Of the settings that its default depends on.
        high : int, optional
            Of a whole number: how far the page narrows the range.
        """
        setting = self._by_key[key]
        if high is not None and isinstance(setting.kind, Whole):
            setting = replace(setting, kind=replace(setting.kind, high=high))
        default = setting.default_in(values)
        if asked is None:
            return default, None
        value = setting.kind.nearest(asked, default)
        mended = Mended(setting, asked, value)
        return value, mended if mended.why else None

    def write(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The address of these values; those that are defaults anyway are left out."""
        return {
            key: setting.kind.written(values[key])
            for key, setting in self._by_key.items()
            if values[key] not in (setting.default_in(values), [])  # a multiselect's "none" is an empty list
        }


def settings_of(controls: Iterable[Control]) -> Settings:
    """Those of a page's controls whose values its address carries."""
    return Settings(*(control for control in controls if isinstance(control, Setting)))
