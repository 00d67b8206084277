"""Bring the files of all languages up to date: python -m docs.translate [--fill FILE]

Collects the texts marked in the code, adds new ones to each language's file, drops those that are gone, makes
the files that gettext reads, and lists what has no translation yet. To be filled in with any editor for
gettext's files, or with --fill from JSON, text to translation: for a text that depends on a number from the
singular to the list of its forms.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from fmnist.language import DOMAIN, FOLDER

ROOT = Path(__file__).parent.parent
CODE = ("fmnist/**.py", "pages/**.py", "app.py")
KEYWORDS = DEFAULT_KEYWORDS | {"n_": (1, 2), "counted": (1, 2)}
WIDTH = 110


def main() -> None:
    """Do it, for every language that has a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fill", type=Path, help="JSON with translations: {text: translation}")
    options = parser.parse_args()
    filled = json.loads(options.fill.read_text("utf-8")) if options.fill else {}
    marked = collected()
    for file in language_files():
        catalog = updated(file, marked)
        for message in catalog:
            text = message.id[0] if message.pluralizable else message.id
            if text in filled:
                message.string = filled[text]
                message.flags.discard("fuzzy")
        write(catalog, file)
        lacking = [message.id for message in catalog if message.id and not translated(message)]
        print(f"{file.relative_to(ROOT)}: {len(catalog)} texts, {len(lacking)} without a translation")
        for text in lacking:
            print(f"  {text!r}")


def language_files() -> list[Path]:
    """The file of each language."""
    return sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def collected() -> Catalog:
    """Every text that the code marks with _, n_, N_ or counted."""
    catalog = Catalog(charset="utf-8")
    for text, comments, context, name, line in _marked():
        catalog.add(text, None, [(name, line)], auto_comments=comments, context=context)
    return catalog


def updated(file: Path, marked: Catalog) -> Catalog:
    """What a language's file should hold: its translations of what the code marks now, and no others."""
    with file.open("rb") as stream:
        catalog = read_po(stream, locale=file.parents[1].name)
    catalog.update(marked, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def translated(message: Message) -> bool:
    """Whether a message has a translation, in all its forms."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(forms) and not message.fuzzy


def write(catalog: Catalog, file: Path) -> None:
    """Write a language's file, and beside it the one that gettext reads."""
    with file.open("wb") as stream:
        write_po(stream, catalog, width=WIDTH, omit_header=False, include_lineno=False)
    with file.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, catalog)


def _marked() -> Iterator[tuple]:
    for name, line, text, comments, context in extract_from_dir(
        ROOT, [(pattern, "python") for pattern in CODE], keywords=KEYWORDS, strip_comment_tags=True
    ):
        yield text, comments, context, name, line


if __name__ == "__main__":
    main()
