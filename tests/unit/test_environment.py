"""What stands in the environment: our settings are read by one rule, and other projects' reach no child."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fmnist import environment
from fmnist.workers.children import ForkNursery
from tests.conftest import REPOSITORY

SWITCHES = [name for name, one in environment.SETTINGS.items() if one.kind == environment.SWITCH]


@pytest.fixture(autouse=True)
def nothing_mentioned_yet(monkeypatch):
    monkeypatch.setattr(environment, "_mentioned", set())


@pytest.mark.parametrize("word", ["1", "true", "TRUE", "Yes", " on ", "y\r", "\tt\n"])
@pytest.mark.parametrize("name", SWITCHES)
def test_yes_may_be_said_in_several_ways(name, word):
    assert environment.switch(name, {name: word}) is True


@pytest.mark.parametrize("word", ["0", "false", "False\r", "no", "off", "N", "", "  ", None])
@pytest.mark.parametrize("name", SWITCHES)
def test_no_may_be_said_in_as_many_ways_and_by_saying_nothing(name, word):
    assert environment.switch(name, {} if word is None else {name: word}) is False


def test_what_is_neither_is_not_taken_and_said_once(caplog):
    for _ in range(3):
        assert environment.switch("FMNIST_OFFLINE", {"FMNIST_OFFLINE": "flase"}) is False
    assert caplog.messages == ["FMNIST_OFFLINE must be true or false, not 'flase': false is used."]


def test_blanks_and_the_ends_of_lines_from_windows_are_no_part_of_a_value():
    assert environment.text("FMNIST_MIRROR", {"FMNIST_MIRROR": " http://a.example/b c \r\n"}) == (
        "http://a.example/b c"
    )
    assert environment.count("FMNIST_WAITING_RUNS", {"FMNIST_WAITING_RUNS": "\t7\r"}) == 7
    assert environment.folder("FMNIST_RUNS_DIR", {"FMNIST_RUNS_DIR": " /a b \r"}) == Path("/a b")
    assert environment.folder("FMNIST_RUNS_DIR", {"FMNIST_RUNS_DIR": " \r"}) is None


@pytest.mark.parametrize(
    "name", [name for name, one in environment.SETTINGS.items() if one.kind == environment.FOLDER]
)
def test_the_tilde_of_every_folder_is_the_persons_own(name, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    assert environment.folder(name, {name: "~/fashion"}) == Path("/home/ada/fashion")


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "many", "٣", "9" * 5000])
def test_a_count_that_is_none_is_not_taken_and_said(typed, caplog):
    assert environment.count("FMNIST_WAITING_RUNS", {"FMNIST_WAITING_RUNS": typed}) == 30
    (said,) = caplog.messages
    assert said.startswith("FMNIST_WAITING_RUNS must be a whole number above 0, not ")
    assert len(said) < 160


def test_an_unknown_name_is_mentioned_once_with_the_one_that_may_be_meant(caplog):
    typed = {"FMNIST_OFLINE": "1", "FMNIST_": "", "PATH": "/bin", "FMNIST_SHARED": "1", "FASHION": "x"}
    for _ in range(3):
        environment.mention_faults(typed)
    assert caplog.messages == [
        "FMNIST_ is not a setting of this program and changes nothing.",
        "FMNIST_OFLINE is not a setting of this program and changes nothing. Is FMNIST_OFFLINE meant?",
    ]


def test_a_setting_is_asked_for_by_its_kind():
    with pytest.raises(AssertionError):
        environment.text("FMNIST_OFFLINE", {})
    with pytest.raises(KeyError):
        environment.text("FMNIST_CLUSTERS", {})


# ------------------------------------------------------------------------------------- other projects'


@pytest.fixture
def another_project(tmp_path):
    """The environment of somebody whose other project computes in another way with another Keras."""
    (tmp_path / "keras").mkdir()
    settings = {"backend": "jax", "floatx": "float16", "epsilon": 0.1, "image_data_format": "channels_first"}
    (tmp_path / "keras" / "keras.json").write_text(json.dumps(settings))
    return {
        "KERAS_HOME": str(tmp_path / "keras"),
        "KERAS_BACKEND": "torch",
        "KERAS_MAX_EPOCHS": "1",
        "TF_USE_LEGACY_KERAS": "1",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_XLA_FLAGS": "--nonsense",
        "XLA_FLAGS": "--xla_nonsense=1",
        "TF_CPP_MIN_LOG_LEVEL": "0",
    }


COMPUTES = """
import os, sys
import fmnist.training, keras
from fmnist.networks.config import RunConfig
from fmnist.training.build import build
c = keras.config
print(c.backend(), c.floatx(), c.epsilon(), c.image_data_format(), c.max_epochs(), keras.__version__[0])
print(sorted(name for name in os.environ if name.startswith(("KERAS_", "TF_", "XLA_"))))
import tensorflow
print(float(tensorflow.function(lambda x: x + 1, jit_compile=True)(1.0)))
"""


def test_none_of_it_reaches_what_we_compute_with(another_project, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", COMPUTES],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | another_project,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    settings, names, computed = done.stdout.splitlines()
    assert settings == "tensorflow float32 1e-07 channels_last None 3"
    assert "KERAS_MAX_EPOCHS" not in names and "XLA_FLAGS" not in names
    assert "KERAS_HOME" in names, "the images may lie there"
    assert computed == "2.0", "XLA ends a process at a flag that it does not know"
    assert [path.name for path in (tmp_path / "keras").iterdir()] == ["keras.json"]


def test_none_of_it_reaches_a_child_of_the_fork_server(another_project, tmp_path, monkeypatch):
    for name, value in another_project.items():
        monkeypatch.setenv(name, value)
    nursery = ForkNursery(preload=())
    try:
        child = nursery.start("tests.unit.fake_jobs:write_environment", [str(tmp_path / "seen")])
        assert child.wait(60)
        child.close()
    finally:
        nursery.close()
    seen = json.loads((tmp_path / "seen").read_text())
    assert {name: seen.get(name) for name in another_project} == {
        **dict.fromkeys(another_project),
        **environment.PINNED,
        "KERAS_HOME": another_project["KERAS_HOME"],
    }


@pytest.mark.parametrize(
    ("library", "file"), [("keras", "keras/__init__.py"), ("tensorflow", "tensorflow.py")]
)
def test_what_cannot_be_kept_away_is_named_in_a_sentence(tmp_path, caplog, library, file):
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).touch()
    for _ in range(2):
        environment.mention_faults({"PYTHONPATH": f"/nowhere{os.pathsep}{tmp_path}{os.pathsep}"})
    (said,) = caplog.messages
    assert said.startswith(f"PYTHONPATH names {tmp_path}: what that folder calls {library} is used")


def test_this_programs_own_packages_in_the_path_of_modules_are_nothing_to_mention(caplog):
    import keras

    caplog.clear()  # what its libraries say of themselves the first time
    environment.mention_faults({"PYTHONPATH": str(Path(keras.__file__).parents[1])})
    assert caplog.messages == []


def test_a_short_passphrase_is_mentioned_and_not_shown(caplog):
    environment.mention_faults({"FMNIST_TEACHER_PASSPHRASE": "open sesame"})
    assert "FMNIST_TEACHER_PASSPHRASE is short: take at least 12 characters." in caplog.text
    caplog.clear()
    environment.mention_faults({"FMNIST_TEACHER_PASSPHRASE": "open sesame, please"})
    assert "sesame" not in caplog.text and "short" not in caplog.text
