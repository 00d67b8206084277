"""What a work on doubtful labels leaves on disk is read back; what is broken there is as if it were not."""

import json

import numpy as np
import pytest

from fmnist.language import say
from fmnist.networks.config import ConfigError, RunConfig
from fmnist.runs import files
from fmnist.runs.held_out import FOLDER, MOST_BYTES, HeldOut

CONFIG = RunConfig(network="small-cnn", epochs=3, seed=5)
PROBABILITIES = np.random.default_rng(0).dirichlet(np.ones(10), 20)


@pytest.fixture
def work(tmp_path):
    """A work that has begun."""
    work = HeldOut.of(tmp_path, CONFIG, "f1")
    work.begin(CONFIG)
    return work


def test_each_network_and_data_set_has_a_folder_of_its_own(tmp_path):
    others = [CONFIG, RunConfig(epochs=3, seed=5), RunConfig(network="small-cnn", seed=5)]
    others.append(RunConfig(network="small-cnn", epochs=3, seed=6))
    works = [HeldOut.of(tmp_path, config, "f1") for config in others] + [HeldOut.of(tmp_path, CONFIG, "f2")]
    assert len({work.path for work in works}) == len(works)
    assert {work.path.parent for work in works} == {tmp_path / FOLDER}
    assert HeldOut.of(tmp_path, CONFIG, "f1") == works[0]


def test_a_work_that_nobody_has_begun_has_nothing(tmp_path):
    work = HeldOut.of(tmp_path, CONFIG, "f1")
    assert (work.share(), work.problem(), work.probabilities(20)) == (0.0, "", None)
    with pytest.raises(OSError):
        work.config()


def test_what_is_written_is_read_back(work):
    work.write_share(0.25)
    work.write_problem(say("{count} images are missing.", count=3))
    work.write_probabilities(PROBABILITIES)
    assert work.config() == CONFIG
    assert work.share() == 0.25
    assert str(work.problem()) == "3 images are missing."
    found = work.probabilities(20)
    assert np.array_equal(found, PROBABILITIES.astype(np.float32)) and found.dtype == np.float32
    assert not found.flags.writeable


def test_beginning_again_forgets_how_the_last_attempt_ended(work):
    work.write_share(1.0)
    work.write_problem("It ended.")
    (work.path / f"{files.TEMPORARY}share.json").write_text("half")
    work.begin(CONFIG)
    assert (work.share(), work.problem()) == (0.0, "")
    assert {each.name for each in work.path.iterdir()} == {"settings.json"}


@pytest.mark.parametrize("share", [0, 1, 0.5])
def test_a_share_is_anything_from_nothing_to_all(work, share):
    work.write_share(share)
    assert work.share() == share


@pytest.mark.parametrize("text", ["", "{", "-0.1", "1.01", "NaN", '"0.5"', "null", "[0.5]", "[" * 100_000])
def test_what_is_no_share_counts_as_nothing(work, text):
    (work.path / "share.json").write_text(text)
    assert work.share() == 0.0


@pytest.mark.parametrize("text", ["", "{", "5", "null", "[]", "[" * 100_000])
def test_what_is_no_sentence_is_no_problem(work, text):
    (work.path / "problem.json").write_text(text)
    assert work.problem() == ""


@pytest.mark.parametrize("text", ["", "5", json.dumps({"network": "none"})])
def test_settings_that_are_none_are_refused(work, text):
    (work.path / "settings.json").write_text(text)
    with pytest.raises((ValueError, ConfigError)):
        work.config()


def write(work, **arrays):
    with open(work.path / "held_out.npz", "wb") as file:
        np.savez(file, **arrays)


@pytest.mark.parametrize(
    "found",
    [
        PROBABILITIES[:19].astype(np.float32),
        PROBABILITIES[:, :9].astype(np.float32),
        PROBABILITIES,
        np.where(np.eye(20, 10) > 0, np.nan, PROBABILITIES).astype(np.float32),
    ],
    ids=["an image less", "a class less", "twice as fine", "not a number"],
)
def test_what_are_no_probabilities_of_these_images_is_not_taken(work, found):
    write(work, probabilities=found)
    assert work.probabilities(20) is None


def test_a_file_of_another_kind_or_far_too_large_is_not_taken(work):
    write(work, others=PROBABILITIES)
    assert work.probabilities(20) is None
    (work.path / "held_out.npz").write_bytes(b"no archive")
    assert work.probabilities(20) is None
    work.write_probabilities(PROBABILITIES)
    with open(work.path / "held_out.npz", "ab") as file:
        file.write(bytes(MOST_BYTES + 1 - file.tell()))
    assert work.probabilities(20) is None
