"""What the README tells people to type is what the program understands."""

import re

import pytest

from docs import screenshots
from fmnist.workers.sharing import Rules
from tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def classroom():
    """The part about a classroom."""
    return README.split("## In a classroom")[1].split("\n## ")[0]


def test_it_says_how_to_open_the_dashboard_to_a_classroom(classroom):
    (command,) = re.findall(r"^FMNIST_SHARED=1 .*streamlit run app\.py.*$", classroom, re.MULTILINE)
    assert "--server.address 0.0.0.0" in command
    settings = dict(re.findall(r'(FMNIST_\w+)=("[^"]+"|\S+)', command))
    rules = Rules.from_environment({name: value.strip('"') for name, value in settings.items()})
    assert rules.shared
    assert rules.passphrase


@pytest.mark.parametrize(
    "words", ["nothing is encrypted", "can look\nat all runs", "use its processor and disk", "no accounts"]
)
def test_it_says_what_opening_it_means(classroom, words):
    assert words in classroom


def test_the_limits_it_lists_are_the_programs(classroom):
    listed = {name: int(value) for name, value in re.findall(r"`(FMNIST_\w+)` \| (\d+)", classroom)}
    rules = Rules()
    assert listed == {
        "FMNIST_RUNS_PER_VISITOR": rules.runs_per_visitor,
        "FMNIST_WAITING_RUNS": rules.waiting_runs,
        "FMNIST_DISK_MEGABYTES": rules.disk_megabytes,
    }


def test_every_picture_and_file_it_shows_is_there():
    shown = re.findall(r"\]\(((?!https?:)[^)#]+)\)", README)
    assert shown
    assert [name for name in shown if not (REPOSITORY / name).is_file()] == []


def test_the_script_for_pictures_makes_those_that_are_shown():
    shown = set(re.findall(r"docs/([\w-]+)\.png", README))
    assert shown <= screenshots.PICTURES.keys()
