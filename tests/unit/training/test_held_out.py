"""Each image is judged by a network that has not seen it, and the doubtful ones among them are found."""

import numpy as np
import pytest

from fmnist.evaluation.doubtful import find_doubtful
from fmnist.networks.config import RunConfig
from fmnist.training import fit, held_out

KNOWN_AS_WRONG = (45592, 16691, 28264, 33982, 40513, 42018)  # zalandoresearch/fashion-mnist, issue 166


def test_folds_are_of_one_size_and_hold_equally_many_of_each_class():
    labels = np.random.default_rng(0).integers(0, 10, 3001)
    fold = held_out.folds(labels)
    for label in range(10):
        counts = np.bincount(fold[labels == label], minlength=held_out.FOLDS)
        assert counts.max() - counts.min() <= 1


def test_an_image_is_judged_only_by_a_network_that_was_trained_without_it(monkeypatch):
    images = np.arange(60, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8)
    labels, asked_about = np.arange(60) % 10, []

    def recorder(config, learned, asked, watch):
        numbers = set(learned[0][:, 0, 0])
        assert len(numbers) == 40 and not numbers & set(asked[0][:, 0, 0])
        assert np.array_equal(learned[1], learned[0][:, 0, 0] % 10)
        asked_about.extend(asked[0][:, 0, 0])
        return np.tile(asked[0][:, :1, 0] / 255, (1, 10)).astype(np.float32)

    monkeypatch.setattr(fit, "train_and_predict", recorder)
    probabilities = held_out.held_out_probabilities(RunConfig(), images, labels)
    assert sorted(asked_about) == list(range(60))
    assert np.allclose(probabilities[:, 0], np.arange(60) / 255)  # each in its own place


def test_progress_grows_to_the_end_and_the_answers_are_probabilities(dataset):
    told = []
    images, labels = dataset.train_images[:900], dataset.train_labels[:900]
    probabilities = held_out.held_out_probabilities(RunConfig(epochs=2), images, labels, told.append)
    assert told == sorted(told) and told[-1] == pytest.approx(1)
    assert probabilities.shape == (900, 10) and np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert np.mean(probabilities.argmax(axis=1) == labels) > 0.5


def test_labels_reported_as_wrong_are_among_the_first_hundred(real_dataset):
    labels = real_dataset.train_labels
    probabilities = held_out.held_out_probabilities(RunConfig(), real_dataset.train_images, labels)
    first = set(find_doubtful(labels, probabilities).images[:100])
    assert len(first & set(KNOWN_AS_WRONG)) >= 5
