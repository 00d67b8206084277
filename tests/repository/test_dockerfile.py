"""The Dockerfile, which no container engine has tried, does what the tested command of the README does."""

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


def test_it_installs_as_the_readme_does_but_only_files_known_by_their_hash(start_command):
    making, installing = next(line for line in arguments("RUN") if "pip" in line).split(" && ")
    assert making in re.split(r"\s*(?:&&|\|\||[(){};])\s*", start_command)
    assert installing == (
        ".venv/bin/pip install --require-hashes --only-binary :all: -r requirements-image.txt"
    )


def test_it_installs_before_it_copies_the_program():
    copies, installs = (
        "COPY --chown=learner ",
        next(n for n, line in enumerate(LINES) if "pip install" in line),
    )
    assert LINES.index(copies + "requirements-image.txt .") < installs < LINES.index(copies + ". .")


def test_the_image_below_can_be_held_to_a_digest():
    assert arguments("ARG") == ["BASE=python:3.12-slim"]
    assert arguments("FROM") == ["${BASE}"]
    assert "--build-arg BASE=python@sha256:" in markdown.section("docs/server.md", "Container")


@pytest.mark.parametrize("file", ["Dockerfile", "docs/server.md"])
def test_it_is_published_on_this_computer_alone_unless_told_otherwise(file):
    text = (REPOSITORY / file).read_text("utf-8")
    assert "-p 127.0.0.1:8501:8501" in text
    assert not re.search(r"docker run .*-p (?!127\.0\.0\.1:)", text)


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
