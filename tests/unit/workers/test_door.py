"""The teacher's door: the right word opens whoever guesses meanwhile, and guessing gets slower and slower."""

import pytest

from fmnist.workers import door as doors
from fmnist.workers.door import TeachersDoor

WORDS = "open sesame, please"


class Clock:
    """A time that passes only while somebody waits."""

    def __init__(self):
        self.now, self.waits = 1_000.0, []

    def wait(self, seconds):
        self.now += seconds
        self.waits.append(seconds)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(doors.time, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def door(clock):
    return TeachersDoor(WORDS, clock.wait)


def test_the_right_word_opens_at_once_while_somebody_else_guesses(door, clock):
    for _ in range(31):
        assert not door.opens("sesame", "guesser", "10.0.0.7")
        clock.waits.clear()
        assert door.opens(WORDS, "teacher", "10.0.0.1")
        assert clock.waits == [0.0]


def test_the_guesser_waits_longer_after_each_wrong_word(door, clock):
    for number in range(9):
        door.opens(f"guess {number}", "guesser", "10.0.0.7")
    assert clock.waits == [0, 1, 2, 4, 8, 16, 32, 60, 60]


def test_a_teacher_who_mistypes_is_not_refused(door):
    assert not door.opens(WORDS[:-1], "teacher", "10.0.0.1")
    assert door.opens(WORDS, "teacher", "10.0.0.1")


def test_a_new_browser_for_each_guess_waits_for_its_address_and_the_teacher_there_two_seconds_at_most(
    door, clock
):
    for number in range(100):
        door.opens("guess", f"browser {number}", "10.0.0.7")
    assert clock.waits[20:] == [2.0] * 80
    assert door.opens(WORDS, "teacher", "10.0.0.7") and clock.waits[-1] <= 2.0


def test_wrong_words_are_in_the_log_and_do_not_fill_it(door, caplog):
    for number in range(100):
        door.opens("secret guess", f"browser {number}", "10.0.0.7")
    assert [record.args[0] for record in caplog.records] == [1, 2, 4, 8, 16, 32, 64]
    assert "guess" not in caplog.text and "10.0.0.7" not in caplog.text


def test_what_was_typed_long_ago_is_forgotten(door, clock):
    for _ in range(5):
        door.opens("guess", "guesser", "")
    clock.now += doors.FORGOTTEN_AFTER + 1
    door.opens("guess", "guesser", "")
    assert clock.waits[-1] == 0.0


def test_very_many_guessers_take_no_more_memory(door, monkeypatch):
    monkeypatch.setattr(doors, "MOST_KNOWN", 20)
    for number in range(100):
        door.opens("guess", f"browser {number}", f"address {number}")
    assert len(door._browsers) <= 21 and len(door._addresses) <= 21


def test_without_a_passphrase_nobody_is_the_teacher(clock):
    assert not TeachersDoor("", clock.wait).opens("")
