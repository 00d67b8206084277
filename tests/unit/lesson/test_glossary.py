"""The glossary: short, complete, and its numbers are those of the run."""

import math

import numpy as np
import pytest

from fmnist.evaluation.scores import Evaluation
from fmnist.lesson import glossary
from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import RunConfig
from fmnist.plots.thumbnails import ink_on_white
from fmnist.runs.files import EpochRow

HISTORY = [
    EpochRow(1, 0.6, 0.7, seconds=1.0, test_loss=0.55, test_accuracy=0.71),
    EpochRow(2, 0.4, 0.86, seconds=1.0, test_loss=0.45, test_accuracy=0.832),
]
EVERYTHING = RunConfig(
    network="dense", hidden_layers=4, dropout=0.8, validation_share=0.3, early_stopping=9, learn_drawings=True
)


def judged():
    """Two of four images named rightly, each with confidence 0.91; class 0 is twice taken for class 1."""
    probabilities = np.full((4, 10), 0.01)
    probabilities[:, 1] = 0.91
    return Evaluation(np.array([0, 0, 1, 1]), probabilities)


@pytest.mark.parametrize("config", [*(RunConfig(network=key) for key in NETWORKS), EVERYTHING])
def test_no_word_takes_more_than_sixty_words_to_explain_or_leaves_a_place_empty(config):
    known = glossary.numbers(config, HISTORY, judged())
    for key in glossary.TERMS:
        text = glossary.explain(key, known)
        assert len(text.split()) <= 60, key
        assert "{" not in text and "None" not in text, key
        if glossary.TERMS[key].examples:
            assert glossary.example(key, known), key


def test_the_tutorials_steps_and_parameters_are_those_of_the_tutorial():
    known = glossary.numbers(RunConfig())
    expected = "This run: 60,000 images in batches of 32 make 1,875 steps per epoch."
    assert glossary.example("step", known) == expected
    assert "784 × 128 + 128" in glossary.example("parameters", known)
    assert "101,770 in all" in glossary.example("parameters", known)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"training_images": 1000},
            "1,000 images in batches of 32 make 32 steps per epoch, the last with 8.",
        ),
        ({"training_images": 20}, "20 images in batches of 20 make 1 step per epoch."),
        (
            {"validation_share": 0.1, "batch_size": 50},
            "54,000 images in batches of 50 make 1,080 steps per epoch.",
        ),
        ({"learn_drawings": True}, "120,000 images in batches of 32 make 3,750 steps per epoch."),
    ],
)
def test_steps_follow_from_images_batches_held_back_images_and_drawings(settings, expected):
    known = glossary.numbers(RunConfig(**settings))
    assert glossary.example("step", known).endswith(expected)


def test_photos_that_are_held_back_and_drawings_are_counted_apart():
    known = glossary.numbers(RunConfig(training_images=50, learn_drawings=True, validation_share=0.2))
    assert (known["images"], known["validation_images"], known["drawings"]) == (80, 10, 40)


def test_results_are_those_of_the_last_epoch():
    known = glossary.numbers(RunConfig(epochs=3), HISTORY)
    assert glossary.example("epoch", known) == "This run: 2 of 3 epochs are done."
    assert glossary.example("loss", known) == "This run: 0.400 on training images, 0.450 on test images."
    assert glossary.example("overfitting", known).endswith("training 86.0%, test 83.2%: a gap of 2.8 points.")


def test_where_the_test_images_go_better_no_gap_is_told():
    history = [EpochRow(1, 3.9, 0.262, seconds=1.0, test_loss=1.7, test_accuracy=0.334)]
    told = glossary.example("overfitting", glossary.numbers(RunConfig(epochs=1), history))
    assert told.endswith("no sign of it, the test images are 7.2 points ahead.")


def test_a_run_without_results_on_the_test_set_has_numbers_all_the_same():
    found = glossary.numbers(RunConfig(), [EpochRow(1, 0.5, 0.8, 0.4, 0.85, 1.0)])
    assert found["accuracy"] == 0.8 and found.keys().isdisjoint({"test_accuracy", "gap"})


def test_numbers_of_judging_come_from_the_predictions():
    known = glossary.numbers(RunConfig(), [], judged())
    assert known["mistakes"] == 2
    assert glossary.example("confusion matrix", known).endswith("T-shirt/top taken for Trouser.")
    assert glossary.example("calibration", known) == f"This run: {0.91 - 0.5:.1%}."


def test_without_a_run_there_are_meanings_and_no_examples():
    assert glossary.example("validation", {}) == ""
    assert f"{math.log(10):.2f}" in glossary.explain("loss")


def test_the_numbers_of_a_pixel_are_said_in_the_shades_that_the_pictures_show():
    darkest, lightest = ink_on_white(np.array([[255, 0]], np.uint8))[0]
    assert (darkest, lightest) == (0, 255)
    assert "0 white, 255 black" in glossary.TERMS["pixel"].meaning
