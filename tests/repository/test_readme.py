"""What the README and its sister pages tell people is what the program does."""

import re
import subprocess

import pytest

from docs import screenshots
from fmnist import environment
from fmnist.workers.sharing import Rules
from tests.conftest import REPOSITORY
from tests.repository import markdown

README = markdown.text("README.md")
CLASSROOM = markdown.text("docs/classroom.md")
SETTING = re.compile(r"FMNIST_[A-Z_]*[A-Z]")


def test_it_says_how_to_open_the_dashboard_to_a_classroom():
    (command,) = re.findall(r"^FMNIST_SHARED=1 .*streamlit run app\.py.*$", CLASSROOM, re.MULTILINE)
    assert "--server.address 0.0.0.0" in command
    settings = dict(re.findall(r'(FMNIST_\w+)=("[^"]+"|\S+)', command))
    rules = Rules.from_environment({name: value.strip('"') for name, value in settings.items()})
    assert rules.shared
    assert rules.passphrase


@pytest.mark.parametrize(
    "words", ["nothing is encrypted", "can look at all runs", "use its processor and disk", "no accounts"]
)
def test_it_says_what_opening_it_means(words):
    assert words in " ".join(CLASSROOM.split())


LISTED = {"docs/server.md": environment.OF_THE_SERVER, "docs/classroom.md": environment.OF_MANY_USERS}


@pytest.mark.parametrize("name", LISTED)
def test_the_settings_it_lists_are_exactly_those_that_there_are(name):
    listed = re.findall(r"^\| `(FMNIST_\w+)` \| (.+) \| (.+) \|$", markdown.text(name), re.MULTILINE)
    there = [(one.name, str(one.default).lower() or "–", one.purpose) for one in LISTED[name]]
    assert listed == there


def test_no_page_names_a_setting_that_there_is_not():
    named = set(SETTING.findall("\n".join(map(markdown.text, set(markdown.NAMES) - {"CHANGELOG.md"}))))
    assert named == environment.SETTINGS.keys()


def test_one_module_reads_all_settings():
    reading = [
        file.relative_to(REPOSITORY).as_posix()
        for folder in ("fmnist", "pages")
        for file in REPOSITORY.glob(f"{folder}/**/*.py")
        if re.search(r"environ\b[^\n]*FMNIST_|getenv", file.read_text("utf-8"))
    ]
    assert [file for file in reading if not file.endswith("paper.py")] == []


def test_the_script_for_pictures_makes_those_that_are_shown():
    shown = set(re.findall(r"docs/([\w-]+)\.png", README))
    assert shown
    assert shown <= screenshots.PICTURES.keys()


def test_it_leads_to_every_other_page():
    assert set(markdown.NAMES) - {"README.md"} <= set(markdown.links("README.md"))


def test_the_map_names_every_package_of_the_library():
    there = {file.parent.name for file in REPOSITORY.glob("fmnist/*/__init__.py")}
    listed = re.findall(
        r"^\| `fmnist/(\w+)/` \|", markdown.section("README.md", "How it is built"), re.MULTILINE
    )
    assert len(listed) == len(set(listed))
    assert set(listed) == there


def test_each_requirement_has_its_reason():
    required = re.findall(r"^[a-z][\w-]+", (REPOSITORY / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    reasons = re.findall(
        r"\*\*([a-z][\w-]+)\*\*\s\([^)]+\)", markdown.section("README.md", "How it is built")
    )
    assert sorted(reasons) == sorted(required)


def test_ci_runs_the_test_command():
    (reading,) = re.findall(
        r"^command=\$\((awk .+)\)$", (REPOSITORY / ".ci/run").read_text("utf-8"), re.MULTILINE
    )
    read = subprocess.run(["bash", "-c", reading], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert read.stdout.strip() == markdown.command("test-command")
