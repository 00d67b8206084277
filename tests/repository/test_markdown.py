"""What the Markdown files name is there: pages and their headings, files, folders and modules."""

import importlib.util
import re

import pytest

from tests.conftest import REPOSITORY
from tests.repository import markdown

ROOTS = "app|benchmarks|docs|fmnist|pages|tests|tools"
PATH = re.compile(rf"(?<![\w./-])((?:{ROOTS}|\.ci|\.streamlit)/[\w./-]*[\w/])")
MODULE = re.compile(rf"(?<![\w./-])((?:{ROOTS})(?:\.[a-z_]\w*)+)(?!\w*[(/])")
RUN = re.compile(r"python3? -m ([a-z_][\w.]*)")
TO_BE_MADE = {"pages/name.py", "fmnist/locale/de/LC_MESSAGES/fmnist.po"}  # by the reader, as an example


def code(name):
    """Everything in a Markdown file that is set as code."""
    text = markdown.text(name)
    return "\n".join([*re.findall(r"`([^`\n]+)`", text), *re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)])


def is_module(name):
    """Whether Python finds a module, without importing it."""
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("name", markdown.NAMES)
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(name):
    astray = []
    for target in markdown.links(name):
        path, _, anchor = target.partition("#")
        file = ((REPOSITORY / name).parent / path).resolve() if path else REPOSITORY / name
        reached = file.exists() and file.is_relative_to(REPOSITORY)
        if not reached or (
            anchor and anchor not in markdown.anchors(file.relative_to(REPOSITORY).as_posix())
        ):
            astray.append(target)
    assert astray == []


@pytest.mark.parametrize("name", markdown.NAMES)
def test_every_file_and_folder_it_names_is_there(name):
    named = set(PATH.findall(code(name))) - TO_BE_MADE
    assert sorted(path for path in named if not (REPOSITORY / path).exists()) == []


@pytest.mark.parametrize("name", markdown.NAMES)
def test_every_module_it_names_is_there(name):
    words = code(name)
    files = {
        found for found in MODULE.findall(words) if (REPOSITORY / found).is_file()
    }  # app.py is no module
    named = {*MODULE.findall(words), *RUN.findall(words)} - files
    assert sorted(module for module in named if not is_module(module)) == []


def test_it_looks_at_files_that_name_something():
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/figures.md"} <= set(markdown.NAMES)
    assert len(set(PATH.findall(code("README.md")))) > 10
    assert "benchmarks.train_speed" in MODULE.findall(code("docs/figures.md"))
    assert "fmnist" in RUN.findall(code("README.md"))
