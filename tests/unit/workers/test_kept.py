"""What is kept in memory stays within its limit."""

from dataclasses import dataclass

import pytest

from fmnist.workers.kept import Kept


@dataclass(frozen=True)
class Thing:
    bytes: int


def never():
    raise AssertionError("it was made again")


def test_a_thing_is_made_once():
    kept = Kept(100)
    thing = kept.get("a", lambda: Thing(10))
    assert kept.get("a", never) is thing


def test_the_one_unused_for_longest_goes_first():
    kept = Kept(30)
    for key in "abc":
        kept.get(key, lambda: Thing(10))
    kept.get("a", never)
    kept.get("d", lambda: Thing(10))
    for key in "acd":
        kept.get(key, never)
    with pytest.raises(AssertionError):
        kept.get("b", never)


def test_a_thing_larger_than_the_limit_is_given_but_not_kept():
    kept = Kept(30)
    assert kept.get("a", lambda: Thing(31)) == Thing(31)
    with pytest.raises(AssertionError):
        kept.get("a", never)


def test_a_failure_is_passed_on_and_not_kept():
    kept = Kept(30)
    with pytest.raises(AssertionError):
        kept.get("a", never)
    assert kept.get("a", lambda: Thing(1)) == Thing(1)
