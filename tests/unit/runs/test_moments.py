"""Moments: what is written comes back, at most 24 stay, broken files have a sentence, kill -9 leaves none."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from fmnist.runs import moments

WEIGHTS = [np.arange(784 * 3, dtype=np.float32).reshape(784, 3), np.zeros(3, np.float32)]


def random_probabilities(count=500, sharpness=8.0, seed=0):
    scores = sharpness * np.random.default_rng(seed).normal(size=(count, 10))
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


def write(folder, epoch, *, weights=WEIGHTS, probabilities=None, **more):
    moments.write(folder, epoch, 7, weights=weights, probabilities=probabilities, **more)


@pytest.mark.parametrize("sharpness", [0.01, 1.0, 8.0, 60.0])
def test_probabilities_come_back_as_fine_as_float16_with_the_same_predicted_class(tmp_path, sharpness):
    given = random_probabilities(sharpness=sharpness)
    write(tmp_path, 1, probabilities=given)
    found = moments.read(tmp_path, 1)[0].probabilities
    assert (found.argmax(axis=1) == given.argmax(axis=1)).all()
    assert np.abs(found - given).max() <= 2.0**-12  # half a step of float16 between 0.5 and 1
    assert np.abs(found.sum(axis=1) - 1).max() < 1e-3


def test_equal_probabilities_keep_the_class_that_argmax_takes(tmp_path):
    given = np.full((2, 10), 0.1, np.float32)
    given[1, [3, 8]] = 0.1 + 1e-6, 0.1 + 2e-6
    write(tmp_path, 1, probabilities=given)
    found = moments.read(tmp_path, 1)[0].probabilities
    assert found.argmax(axis=1).tolist() == [0, 8]


def test_all_test_images_take_less_than_200_kb(tmp_path):
    write(tmp_path, 1, probabilities=random_probabilities(10_000))
    whole = moments.size_of(tmp_path)
    write(tmp_path, 2)
    without = moments.size_of(tmp_path) - whole
    assert whole - without <= 200_000


def test_a_small_network_is_kept_whole_and_exactly_of_a_large_one_the_first_units(tmp_path):
    large = [np.random.default_rng(0).normal(size=(784, 1000)).astype(np.float32), np.zeros(1000, np.float32)]
    write(tmp_path, 0)
    write(tmp_path, 0.01, weights=large, probabilities=random_probabilities(10))
    small, cut = moments.read(tmp_path, 0)[0], moments.read(tmp_path, 0.01)[0]
    assert all((one == other).all() for one, other in zip(small.weights, WEIGHTS, strict=True))
    assert cut.weights == () and cut.kernel.shape == (784, moments.MOST_UNITS)
    np.testing.assert_allclose(cut.kernel, large[0][:, : moments.MOST_UNITS], rtol=1e-3)
    assert (small.epoch, small.step) == (0, 7)


def test_of_more_than_24_moments_every_second_goes_and_first_last_and_best_stay(tmp_path):
    epochs = [0, *moments.EARLY, *range(1, 20)]
    for epoch in epochs:
        write(tmp_path, epoch)
    assert moments.kept(tmp_path) == tuple(epochs)
    write(tmp_path, 20, best=4)
    kept = moments.kept(tmp_path)
    assert kept[0] == 0 and kept[-1] == 20 and 4 in kept
    assert set(kept) == {0, 0.04, 0.4, *range(2, 20, 2), 4, 20}


def test_an_older_run_has_no_moments(tmp_path):
    assert moments.kept(tmp_path) == ()
    assert moments.read(tmp_path, 1) == (None, "")
    assert moments.size_of(tmp_path) == 0


@pytest.mark.parametrize(
    "spoil", [lambda whole: b"", lambda whole: whole[:-100], lambda whole: b"x" * 9_000_000]
)
def test_a_broken_file_has_a_sentence_that_names_it(tmp_path, spoil):
    write(tmp_path, 1)
    path = moments.path_of(tmp_path, 1)
    path.write_bytes(spoil(path.read_bytes()))
    moment, problem = moments.read(tmp_path, 1)
    assert moment is None and "moments/1.npz" in str(problem)


@pytest.mark.parametrize(
    "arrays",
    [
        {"step": 1},
        {"step": 1, "weight_000": np.full((784, 3), np.nan, np.float32)},
        {
            "step": 1,
            "weight_000": WEIGHTS[0],
            "likeliest": np.full(5, 11, np.uint8),
            "others": np.zeros((5, 9)),
        },
    ],
)
def test_a_file_with_other_content_is_refused(tmp_path, arrays):
    write(tmp_path, 1)
    np.savez(moments.path_of(tmp_path, 1), **arrays)
    moment, problem = moments.read(tmp_path, 1)
    assert moment is None and "moments/1.npz" in str(problem)


def test_kill_9_while_a_moment_is_written_leaves_the_one_before_and_no_half_one(tmp_path):
    """The process dies between the temporary file and its final name."""
    write(tmp_path, 1)
    before = moments.path_of(tmp_path, 1).read_bytes()
    program = f"""
import os, pathlib, signal
import numpy as np
from fmnist.runs import files, moments
files._replace = lambda source, target: os.kill(os.getpid(), signal.SIGKILL)
moments.write(pathlib.Path({str(tmp_path)!r}), 1, 9, weights=[np.ones((784, 3))], probabilities=None)
"""
    ended = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert moments.path_of(tmp_path, 1).read_bytes() == before
    assert moments.kept(tmp_path) == (1,)
    assert len(os.listdir(tmp_path / moments.FOLDER)) == 2
    moments.remove_leftovers(tmp_path)
    assert len(os.listdir(tmp_path / moments.FOLDER)) == 1
