"""The names of the classes as a page shows them: those of the data set, and beside them what they mean."""

from __future__ import annotations

from fmnist.data.facts import CLASS_NAMES
from fmnist.language import N_, _, cached

MEANINGS = N_("T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot")
"""Of the names of the classes. In one text: names of their own would be translated elsewhere too."""


def class_name(label: int) -> str:
    """The name of a class, and in another language than English what it means: "Coat 外套"."""
    return class_names()[label]


@cached
def class_names() -> tuple[str, ...]:
    """All ten, by label."""
    pairs = zip(CLASS_NAMES, meanings(), strict=True)
    return tuple(name if meaning == name else f"{name} {meaning}" for name, meaning in pairs)


def meanings() -> list[str]:
    """What the names mean in the visitor's language, by label."""
    return _(MEANINGS).split(", ")


def name_shown(name: str) -> str:
    """The same for a name as an address has it; what is no class stays as it is."""
    return class_name(CLASS_NAMES.index(name)) if name in CLASS_NAMES else name
