"""Claims about the look-alikes: the right form, always the same, soon made, and like the real images."""

import hashlib
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from fmnist.data import fit_lookalikes, lookalikes

MADE_ON_THE_FIRST_MACHINE = "ad061532ba9364fc6fd13d995576b1bd0215e00060a216891d3eece93f0836a5"


@pytest.fixture(scope="module")
def made_in():
    begun = time.process_time()  # not wall time, which on a busy computer measures the others
    return lookalikes.generate(), time.process_time() - begun


@pytest.fixture(scope="module")
def made(made_in):
    return made_in[0]


def digest(arrays):
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


def test_they_have_the_form_of_the_official_data(made):
    assert [array.shape for array in made] == [(60_000, 28, 28), (60_000,), (10_000, 28, 28), (10_000,)]
    assert {array.dtype for array in made} == {np.dtype(np.uint8)}
    assert np.bincount(made[1]).tolist() == [6_000] * 10
    assert np.bincount(made[3]).tolist() == [1_000] * 10
    assert made[1][0] == 9, "the first is an ankle boot, as in the tutorial"


def test_the_classes_are_shuffled_in_both_sets(made):
    for labels in (made[1], made[3]):
        for part in np.array_split(labels, 10):
            share = np.bincount(part, minlength=10) / len(part)
            assert share.min() > 0.06 and share.max() < 0.14


def test_they_are_the_same_bytes_on_every_machine(made):
    assert digest(made) == MADE_ON_THE_FIRST_MACHINE


def test_another_number_of_threads_changes_no_byte():
    code = (
        "import hashlib; from fmnist.data.lookalikes import generate;"
        "print(hashlib.sha256(b''.join(array.tobytes() for array in generate())).hexdigest())"
    )
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    answer = subprocess.run([sys.executable, "-c", code], env=one_thread, capture_output=True, text=True)
    assert answer.stdout.strip() == MADE_ON_THE_FIRST_MACHINE


def test_all_are_made_in_three_seconds_of_computing(made_in):
    assert made_in[1] < 3


def test_the_file_they_are_made_from_is_small():
    assert lookalikes.ASSET.stat().st_size <= 1_500_000


def test_the_model_has_as_many_images_as_each_class_and_sums_that_stay_exact():
    with np.load(lookalikes.ASSET) as asset:
        assert (asset["sizes"].sum(axis=1) == (6_000, 1_000)).all()
        largest = np.abs(asset["factors"].astype(int)).sum(axis=2).max() * 127.5 * lookalikes.NORMAL_BYTES
    assert largest < 2**24, "float32 holds whole numbers up to here exactly"


def test_the_mean_image_of_each_class_is_close_to_the_real_one(made, real_dataset):
    for label in range(10):
        mean = made[0][made[1] == label].mean(axis=0)
        real = real_dataset.train_images[real_dataset.train_labels == label].mean(axis=0)
        assert np.corrcoef(mean.ravel(), real.ravel())[0, 1] > 0.98, label


def test_the_nearest_class_mean_of_look_alikes_tells_real_images_apart(made, real_dataset):
    means = np.stack([made[0][made[1] == label].mean(axis=0).ravel() for label in range(10)])
    images = real_dataset.test_images[:2_000].reshape(-1, 784).astype(float)
    nearest = ((means**2).sum(axis=1) - 2 * images @ means.T).argmin(axis=1)
    assert (nearest == real_dataset.test_labels[:2_000]).mean() > 0.6


def test_test_images_are_not_copies_of_training_images(made):
    training = {image.tobytes() for image in made[0]}
    assert not any(image.tobytes() in training for image in made[2])


def test_a_fit_to_blurs_finds_their_mean_spread_and_sizes(monkeypatch):
    monkeypatch.setattr(fit_lookalikes, "CLUSTERS", 2)
    monkeypatch.setattr(fit_lookalikes, "FACTORS", 1)
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(10), 60)
    images = np.zeros((600, 8, 8), np.uint8)  # the fit cares for no shape, and small is fast
    images[:, :4] = np.clip(rng.normal(100, 10, 600), 0, 255)[:, None, None]  # the upper half varies as one
    images[::3, 4:] = 200  # a third has a bright lower half: two clusters, 40 and 20
    model = fit_lookalikes.fit(images, labels)
    assert sorted(model["sizes"][0].tolist()) == [[20, 3], [40, 7]]
    lower = model["means"][0].reshape(2, 8, 8)[:, 4:]
    assert sorted(lower.mean(axis=(1, 2))) == [0, 200]
    assert np.abs(model["means"][..., :32].astype(int) - 100).max() < 10
    spread = np.abs(model["factors"][:, :, 0, :32].astype(int))
    assert 5 < spread.mean() < 15 and not model["factors"][..., 32:].any()
    assert model["noise"].max() <= 1, "one factor explains everything here"
