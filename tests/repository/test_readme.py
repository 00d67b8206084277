"""What the README and its sister pages tell people is what the program does."""

import re
import subprocess

import pytest

from docs import screenshots
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


def test_the_limits_it_lists_are_the_programs():
    listed = {name: int(value) for name, value in re.findall(r"`(FMNIST_\w+)` \| (\d+)", CLASSROOM)}
    rules = Rules()
    assert listed == {
        "FMNIST_RUNS_PER_VISITOR": rules.runs_per_visitor,
        "FMNIST_WAITING_RUNS": rules.waiting_runs,
        "FMNIST_DISK_MEGABYTES": rules.disk_megabytes,
    }


def test_the_settings_it_names_are_those_that_the_library_reads():
    code = "\n".join(file.read_text("utf-8") for file in REPOSITORY.glob("fmnist/**/*.py"))
    named = set(SETTING.findall(CLASSROOM + markdown.text("docs/server.md")))
    assert named == set(SETTING.findall(code))


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
