"""What the server remembers of its class: where waiting runs came from, in memory alone."""

import pytest

from fmnist.workers import classroom
from fmnist.workers.classroom import Classroom, network_of


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
