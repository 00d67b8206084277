"""The Markdown files of the repository, and what stands in them."""

import re
from collections import Counter

from tests.conftest import REPOSITORY

FILES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])
NAMES = [file.relative_to(REPOSITORY).as_posix() for file in FILES]
_FENCED = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)


def text(name):
    """A file's text, by its path from the repository's folder."""
    return (REPOSITORY / name).read_text("utf-8")


def section(name, heading):
    """What stands below one second-level heading of a file, as far as the next."""
    return text(name).split(f"\n## {heading}\n")[1].split("\n## ")[0]


def prose(name):
    """A file's text without its blocks of code."""
    return _FENCED.sub("", text(name))


def links(name):
    """The targets of a file's links and pictures, but for addresses in the web."""
    return re.findall(r"\]\(((?!https?:)[^)\s]+)\)", prose(name))


def anchors(name):
    """The anchors that GitHub makes of a file's headings."""
    seen, made = Counter(), set()
    for heading in re.findall(r"^#+ +(.+?) *$", prose(name), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        made.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return made


def command(marker):
    """The README's command after a marker: "start-command" or "test-command"."""
    return re.search(rf"<!-- {marker} -->\s*```sh\n(.*?)\n```", text("README.md"), re.DOTALL)[1]
