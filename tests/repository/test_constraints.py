"""constraints.txt: one exact version of all that is required, used by every command that installs."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import REPOSITORY
from tests.repository import markdown

HEADER = re.compile(r"^# .+ command:\n#    (.+)\n")
CONSTRAINTS = (REPOSITORY / "constraints.txt").read_text("utf-8")
PYTHONS = ("3.11", "3.12", "3.13")


def requirements(name):
    """The requirements in a file of the repository, without its remarks and its options."""
    lines = (line.partition("#")[0].strip() for line in (REPOSITORY / name).read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def versions(python):
    """By each package's name: the version it is held to on Linux with a version of Python."""
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    found = {}
    for each in requirements("constraints.txt"):
        (only,) = each.specifier
        if each.marker is None or each.marker.evaluate(environment):
            assert canonicalize_name(each.name) not in found
            found[canonicalize_name(each.name)] = only.version
    return found


def test_each_line_holds_one_exact_version_and_nothing_of_the_machine_that_made_it():
    lines = HEADER.sub("", CONSTRAINTS).splitlines()
    assert len(lines) > 50
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+( ; [\w.' <>=!]+)?", line)] == []


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_all_that_is_required_is_held_to_a_version_in_its_range(name, python):
    held = versions(python)
    required = {canonicalize_name(each.name): each.specifier for each in requirements(name)}
    assert required.keys() - held.keys() == set(), "make constraints.txt again, as CONTRIBUTING.md says"
    assert [key for key, allowed in required.items() if held[key] not in allowed] == []


def test_it_was_made_by_the_command_that_people_are_told():
    (command,) = HEADER.findall(CONSTRAINTS)
    assert f"   {command}\n" in markdown.section("CONTRIBUTING.md", "Change a dependency")


def test_the_list_for_the_container_has_the_same_versions_with_hashes_and_all_that_is_required():
    text = (REPOSITORY / "requirements-image.txt").read_text("utf-8")
    (command,) = HEADER.findall(text)
    assert f"   {command}\n" in markdown.section("CONTRIBUTING.md", "Change a dependency")
    entries = [entry for entry in re.split(r"\n(?=\S)", HEADER.sub("", text).strip()) if entry]
    packages = [re.fullmatch(r"([^\\]+?)( \\\n    --hash=sha256:[0-9a-f]{64})+", entry) for entry in entries]
    assert all(packages), "a package without a hash"
    listed = {package[1] for package in packages}
    versions_only = {line.partition(" ;")[0] for line in CONSTRAINTS.splitlines()}
    assert {line.partition(" ;")[0] for line in listed} <= versions_only
    names = {canonicalize_name(Requirement(line).name) for line in listed}
    assert {canonicalize_name(each.name) for each in requirements("requirements.txt")} <= names


@pytest.mark.parametrize("marker", ["start-command", "test-command"])
def test_both_commands_of_the_readme_install_these_versions(marker):
    (installing,) = re.findall(r"pip install ([^&]+[^& ])", markdown.command(marker))
    assert installing.endswith(" -c constraints.txt")


def test_ci_installs_these_versions():
    installing = re.findall(r"^.*pip install .*$", (REPOSITORY / ".ci/run").read_text("utf-8"), re.MULTILINE)
    assert installing
    assert all(line.endswith("--constraint constraints.txt") for line in installing)
