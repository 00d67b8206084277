"""The Dockerfile, which no container engine has tried, does only what the README's tested command does."""

import json
import re

import pytest

from tests.conftest import REPOSITORY
from tests.repository import markdown

LINES = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8").splitlines()


def arguments(instruction):
    """What follows each line's `instruction`."""
    return [line.removeprefix(instruction + " ") for line in LINES if line.startswith(instruction + " ")]


@pytest.fixture
def start_command():
    return markdown.command("start-command")


def test_it_installs_with_the_commands_of_the_readme(start_command):
    installing = next(line for line in arguments("RUN") if "pip" in line)
    known = re.split(r"\s*(?:&&|\|\||[(){};])\s*", start_command)
    assert [command for command in installing.split(" && ") if command not in known] == []


def test_it_starts_with_the_command_of_the_readme_and_an_address_of_its_own(start_command):
    *command, option, address = json.loads(arguments("CMD")[0])
    assert start_command.endswith(" ".join(command))
    assert (option, address) == ("--server.address", "0.0.0.0")


def test_it_does_not_run_as_root():
    assert arguments("USER")[-1] not in ("root", "0")
    assert LINES.index("USER " + arguments("USER")[-1]) < next(
        number for number, line in enumerate(LINES) if line.startswith("CMD")
    )


def test_what_is_written_goes_into_the_two_volumes():
    variables = dict(pair.split("=") for pair in arguments("ENV")[0].split())
    volumes = json.loads(arguments("VOLUME")[0])
    assert variables["FMNIST_RUNS_DIR"] in volumes
    assert variables["FMNIST_CACHE_DIR"] in volumes
    assert variables["TMPDIR"] in volumes
