"""Words about a run: its progress and times, its title, equal names told apart."""

import pytest

from fmnist.lesson import run_text
from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import RunConfig
from fmnist.runs.files import EpochRow, Progress

HALFWAY = Progress("running", epoch=2, epochs=5, step=50, steps=100, started=1000.0)


def epochs(*seconds):
    return [EpochRow(number, 0.5, 0.8, seconds=each) for number, each in enumerate(seconds, 1)]


def test_the_share_done_counts_whole_epochs_and_steps():
    assert run_text.share_done(HALFWAY) == pytest.approx(0.5)
    assert run_text.share_done(Progress("queued")) == 0


def test_the_time_left_follows_the_last_epochs_not_the_one_that_compiled():
    left = run_text.remaining(HALFWAY, epochs(9.0, 2.0, 2.0, 2.0), now=1015.0)
    assert left == pytest.approx(2.5 * 2.0)


def test_in_a_first_epoch_the_time_left_is_told_once_compiling_hardly_counts():
    first = Progress("running", epochs=2, step=50, steps=100, started=1000.0)
    assert run_text.remaining(first, now=1002.0) is None
    assert run_text.remaining(first, now=1010.0) == pytest.approx(30.0)


def test_a_clock_set_back_counts_as_no_time():
    assert run_text.elapsed(HALFWAY, now=900.0) == 0
    assert run_text.elapsed(Progress("queued")) == 0


def test_a_run_in_training_that_says_nothing_for_thirty_seconds_is_silent_and_no_other_one_is():
    running = Progress("running", heartbeat=100.0)
    assert [run_text.silence(running, now) for now in (90, 130, 131, 220)] == ["", "", "31 s", "2 min 0 s"]
    assert run_text.silence(Progress("finished", heartbeat=100.0), 1000) == ""


def test_the_line_names_epoch_share_and_times():
    line = run_text.progress_line(HALFWAY, epochs(1.0, 1.0), now=1002.0)
    assert line == "Epoch 3 of 5 · 50% · 2.0 s so far · about 2.5 s left"


@pytest.mark.parametrize(
    "seconds, words", [(0.44, "0.4 s"), (9.96, "10 s"), (200, "3 min 20 s"), (3900, "1 h 5 min")]
)
def test_durations_are_said_as_people_say_them(seconds, words):
    assert run_text.duration(seconds) == words


def test_a_title_is_the_name_or_what_sets_the_run_apart():
    assert run_text.title("Mine", RunConfig()) == "Mine"
    assert run_text.title("", RunConfig(hidden_units=16)) == "The tutorial's network, 16 units"
    assert run_text.title("", None) == "Damaged run"


def test_changed_labels_are_counted_in_a_title():
    assert run_text.title("", RunConfig(changed_labels="1 2 3:4")).endswith(
        ", 2 images left out, 1 label corrected"
    )
    assert run_text.labels_changed("") == "all labels as they are"


def test_settings_recommended_for_a_network_are_said_in_two_words():
    recommended = NETWORKS["small-cnn"].recommended
    config = RunConfig(network="small-cnn", seed=3, **recommended)
    assert run_text.title("", config) == "Small convolutional network, as recommended, seed 3"
    other = RunConfig(network="small-cnn", **recommended | {"batch_size": 64})
    assert "batch 64" in run_text.title("", other) and "one-cycle" in run_text.title("", other)
    assert run_text.title("", RunConfig(network="small-cnn")) == "Small convolutional network"


def test_equal_names_are_numbered():
    named = [("a", 1), ("a", 2), ("b", 3), ("a", 4)]
    assert run_text.by_distinct_names(named) == {"a": 1, "a (2)": 2, "b": 3, "a (3)": 4}
