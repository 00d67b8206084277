"""Labels left out or corrected: their text, what it does to arrays, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmnist.networks.changed_labels import MOST, changed, changes_in, left_out, without, written
from fmnist.networks.config import ConfigError, RunConfig

CHANGES = st.dictionaries(st.integers(0, 59_999), st.none() | st.integers(0, 9))


@given(CHANGES)
def test_a_text_brings_back_the_changes_in_rising_order(changes):
    found = changes_in(written(changes))
    assert found == changes and list(found) == sorted(changes)


BAD = ["60000", "-1", "3 3", "3 3:1", "5:10", "5:", ":1", "x", "1,2", "\u0663", "1.5"]


@pytest.mark.parametrize("text", [*BAD, pytest.param(" ".join(map(str, range(MOST + 1))), id="too many")])
def test_what_is_no_such_text_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError):
        changes_in(text)
    with pytest.raises(ConfigError, match=r"changed_labels must list at most 5,000 training images.*\.$"):
        RunConfig(changed_labels=text)


@pytest.mark.parametrize("value", [None, 3, ["3"], True, pytest.param(10**5000, id="huge")])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(ConfigError, match="changed_labels"):
        RunConfig(changed_labels=value)


def test_as_many_as_are_allowed_are_taken():
    text = without(range(MOST))
    assert RunConfig(changed_labels=text).left_out == MOST


def test_images_go_and_labels_change_and_what_was_given_stays_as_it_was():
    images = np.arange(6, dtype=np.uint8)[:, None, None] * np.ones((1, 2, 2), np.uint8)
    labels = np.array([0, 1, 2, 3, 4, 5], np.uint8)
    labels.flags.writeable = False
    left, names = changed(images, labels, "1 3:9 5 6 59999:1")
    assert left[:, 0, 0].tolist() == [0, 2, 3, 4] and names.tolist() == [0, 2, 9, 4]
    assert labels.tolist() == [0, 1, 2, 3, 4, 5] and names.dtype == labels.dtype


def test_only_images_that_a_run_may_take_count_as_left_out():
    assert left_out("1 3:9 5 700") == 3 and left_out("1 3:9 5 700", first=700) == 2
    assert RunConfig(training_images=100, changed_labels="5 99 100").left_out == 2


def test_the_settings_keep_one_spelling_and_enough_images():
    assert RunConfig(changed_labels=" 7  03:4 ") == RunConfig(changed_labels="3:4 7")
    assert RunConfig(training_images=12, changed_labels="0 1 2:5").left_out == 2
    with pytest.raises(ConfigError, match="Of 12 training images, changed_labels leaves fewer than 10"):
        RunConfig(training_images=12, changed_labels="0 1 2")
