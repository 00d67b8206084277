"""What the server remembers of its class: where waiting runs came from, in memory alone."""

import pytest

from fmnist.workers import classroom
from fmnist.workers.classroom import Classroom, network_of


def test_browsers_are_numbered_as_they_come_and_known_by_the_name_typed_there():
    room = Classroom()
    room.note_visit("a", 1.0, page="explore", step="look")
    room.note_visit("b", 2.0, page="train")
    room.note_visit("a", 3.0, step="draw")
    room.call("b", "  Ben\n<b>\x1b[31m  ")
    assert [(visit.number, visit.name) for visit in room.visits().values()] == [(1, ""), (2, "Ben <b> [31m")]
    anna = room.visits()["a"]
    assert (anna.page, anna.last, anna.steps) == ("explore", 3.0, {"look", "draw"})
    room.call("b", "x" * 1000)
    assert len(room.name_of("b")) == classroom.LONGEST_NAME
    room.forget("a")
    assert list(room.visits()) == ["b"]
    assert room.name_of("nobody") == ""


def test_of_very_many_browsers_those_seen_last_are_known(monkeypatch):
    monkeypatch.setattr(classroom, "MOST_VISITORS", 3)
    room = Classroom()
    for moment, owner in enumerate("abcad"):
        room.note_visit(owner, float(moment))
    assert list(room.visits()) == ["a", "c", "d"]


def test_each_invitation_is_another_one():
    room = Classroom()
    assert room.invitation is None
    room.invite("train", {"epochs": "3"}, "x" * 1000)
    first = room.invitation
    room.invite("train", {"epochs": "3"})
    assert first.number != room.invitation.number
    assert len(first.words) == classroom.LONGEST_WORDS


def test_runs_are_counted_by_where_they_were_started_from():
    room = Classroom()
    for id, address in (("a", "10.0.0.1"), ("b", "10.0.0.2"), ("c", "10.0.0.1"), ("d", "")):
        room.note_origin(id, address)
    assert room.count_from("10.0.0.1", ["a", "b", "c", "d"]) == 2
    assert room.count_from("10.0.0.1", ["c", "unknown"]) == 1
    assert room.count_from("", ["a", "d"]) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.168.1.7", "192.168.1.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.168.1.7", "192.168.1.7"),
        ("testclient", "testclient"),
    ],
)
def test_whoever_has_many_addresses_of_version_6_has_them_in_one_network(address, network):
    assert network_of(address) == network


def test_it_remembers_no_more_than_it_has_to(monkeypatch):
    monkeypatch.setattr(classroom, "MOST_KNOWN", 2)
    room = Classroom()
    for id in "abc":
        room.note_origin(id, "10.0.0.1")
    assert room.count_from("10.0.0.1", "abc") == 2
