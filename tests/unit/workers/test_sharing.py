"""Many-user mode: a visitor changes only their own runs, within limits; a passphrase unlocks the rest."""

from dataclasses import replace

import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs.store import RunError, Store
from fmnist.workers import sharing
from fmnist.workers.classroom import Classroom
from fmnist.workers.sharing import Actions, Rules, Space, Visitor

SHARED = Rules(shared=True, passphrase="open sesame", runs_per_visitor=2, waiting_runs=3, disk_megabytes=100)
ANNA, BEN, TEACHER = Visitor("anna"), Visitor("ben"), Visitor("teacher", is_teacher=True)
ROOM = Space(used=0, free=10**12)


class Workers:
    """The queue without processes: what is submitted stays queued."""

    def __init__(self, root):
        self.store, self.calls, self.queued = Store(root), [], []

    def submit(self, config, *, name="", owner="", sweep=""):
        info = {"sweep": sweep} if sweep else {}
        self.queued.append(self.store.create(config, info=info, name=name, owner=owner, hold=True))
        return self.queued[-1].id

    def stop(self, id):
        self.calls.append(("stop", id))

    def withdraw(self, owner):
        self.calls.append(("withdraw", owner))
        return 0

    def running(self):
        return [run.id for run in self.store.list()]

    def resume(self, id, more_epochs):
        self.calls.append(("resume", id, more_epochs))


@pytest.fixture
def workers(tmp_path):
    return Workers(tmp_path / "runs")


CHANGES = {
    "stop": lambda actions, id: actions.stop(id),
    "resume": lambda actions, id: actions.resume(id, 1),
    "rename": lambda actions, id: actions.rename(id, "mine"),
    "annotate": lambda actions, id: actions.annotate(id, "mine"),
    "delete": lambda actions, id: actions.delete(id),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_what_another_browser_has_started(workers, change):
    id = Actions(workers, SHARED, ANNA).start(RunConfig(), name="Anna's")
    with pytest.raises(RunError, match="started from another browser"):
        CHANGES[change](Actions(workers, SHARED, BEN), id)
    assert workers.calls == []
    assert [run.name for run in workers.store.list()] == ["Anna's"]


@pytest.mark.parametrize("visitor", [ANNA, TEACHER])
def test_the_owner_and_the_teacher_change_a_run(workers, visitor):
    id = Actions(workers, SHARED, ANNA).start(RunConfig())
    theirs = Actions(workers, SHARED, visitor)
    theirs.rename(id, "renamed")
    theirs.stop(id)
    assert workers.store.open(id).name == "renamed"
    assert workers.calls == [("stop", id)]


@pytest.fixture
def deleted(workers):
    """The token of a run of Anna's that she has deleted."""
    store = workers.store
    return Actions(workers, SHARED, ANNA).delete(store.create(RunConfig(), info={}, owner="anna").id)


def test_only_its_owner_and_the_teacher_bring_a_deleted_run_back(workers, deleted):
    with pytest.raises(RunError, match="started from another browser"):
        Actions(workers, SHARED, BEN).restore(deleted)
    assert workers.store.list() == []
    id = Actions(workers, SHARED, ANNA).restore(deleted)
    assert [run.id for run in workers.store.list()] == [id]


def test_a_deleted_run_comes_back_only_where_there_is_a_place_for_it(workers, deleted):
    annas = Actions(workers, SHARED, ANNA)
    annas.start(RunConfig())
    annas.start(RunConfig())
    with pytest.raises(RunError, match="You have 2 runs"):
        annas.restore(deleted)


@pytest.mark.parametrize("space", [Space(used=100_000_001, free=10**12), Space(used=0, free=199_999_999)])
def test_deleted_runs_make_room_when_the_disk_needs_it(workers, deleted, monkeypatch, space):
    annas = Actions(workers, SHARED, ANNA)
    annas.start(RunConfig())
    assert workers.store.deleted(deleted)
    monkeypatch.setattr(sharing, "space_of", lambda root: space)
    with pytest.raises(RunError, match="Delete runs"):
        annas.start(RunConfig())
    with pytest.raises(RunError, match="removed for good"):
        annas.restore(deleted)


def test_a_run_without_an_owner_belongs_to_the_teacher_alone():
    assert not sharing.may_change(SHARED, Visitor(""), "")
    assert not sharing.may_change(SHARED, ANNA, "")
    assert sharing.may_change(SHARED, TEACHER, "")


def test_outside_many_user_mode_everybody_may_do_everything(workers):
    alone = Rules(runs_per_visitor=1, waiting_runs=1, disk_megabytes=1)
    ids = [Actions(workers, alone, ANNA).start(RunConfig()) for _ in range(3)]
    Actions(workers, alone, BEN).rename(ids[0], "renamed")
    assert workers.store.open(ids[0]).name == "renamed"


def test_a_visitor_who_has_as_many_runs_as_allowed_is_told_to_delete_one(workers):
    annas = Actions(workers, SHARED, ANNA)
    annas.start(RunConfig())
    annas.start(RunConfig())
    with pytest.raises(RunError, match="You have 2 runs, as many as each visitor may keep"):
        annas.start(RunConfig())
    Actions(workers, SHARED, BEN).start(RunConfig())
    assert len(workers.store.list()) == 3


def test_a_full_queue_takes_nobody_but_the_teacher(workers):
    for name in ("a", "b", "c"):
        Actions(workers, SHARED, Visitor(name)).start(RunConfig())
    with pytest.raises(RunError, match="3 runs are waiting already"):
        Actions(workers, SHARED, ANNA).start(RunConfig())
    Actions(workers, SHARED, TEACHER).start(RunConfig())


CROWD = replace(SHARED, waiting_runs=30, runs_per_visitor=4, waiting_per_address=2)


def from_there(workers, room, browser, address="10.0.0.7", **more):
    """What a new browser at an address may do."""
    return Actions(workers, CROWD, Visitor(browser, address=address, **more), room)


def test_a_new_browser_for_each_run_does_not_fill_the_queue_from_one_address(workers):
    room = Classroom()
    for browser in ("a", "b"):
        from_there(workers, room, browser).start(RunConfig())
    with pytest.raises(RunError, match="2 runs started from your network address are waiting already; 2 may"):
        from_there(workers, room, "c").start(RunConfig())
    from_there(workers, room, "c", address="10.0.0.8").start(RunConfig())
    from_there(workers, room, "t", is_teacher=True).start(RunConfig())
    room.counts_addresses = False
    from_there(workers, room, "c").start(RunConfig())


def test_a_sweep_from_one_address_may_be_as_long_as_what_one_visitor_keeps(workers):
    room = Classroom()
    from_there(workers, room, "a").start_sweep(rates(3))
    with pytest.raises(RunError, match="3 runs started from your network address"):
        from_there(workers, room, "b").start_sweep(rates(2))
    from_there(workers, room, "b").start(RunConfig())  # of a sweep: behind, and in nobody's way


def test_only_its_owner_and_the_teacher_empty_an_owners_queue(workers):
    with pytest.raises(RunError, match="started from another browser"):
        Actions(workers, SHARED, BEN).withdraw("anna")
    for visitor in (ANNA, TEACHER):
        Actions(workers, SHARED, visitor).withdraw("anna")
    assert workers.calls == [("withdraw", "anna")] * 2


def test_all_of_an_owner_is_ended_and_nothing_of_others(workers):
    hers, his = (workers.store.create(RunConfig(), info={}, owner=owner).id for owner in ("anna", "ben"))
    with pytest.raises(RunError, match="started from another browser"):
        Actions(workers, SHARED, BEN).end_all("anna")
    assert Actions(workers, SHARED, TEACHER).end_all("anna") == 1
    assert workers.calls == [("withdraw", "anna"), ("stop", hers)] and his not in str(workers.calls)


def test_while_the_teacher_has_paused_nobody_else_starts_or_continues_a_run(workers):
    room = Classroom()
    room.is_paused = True
    anna, teacher = (Actions(workers, SHARED, visitor, room) for visitor in (ANNA, TEACHER))
    id = teacher.start(RunConfig())
    hers = workers.store.create(RunConfig(), info={}, owner="anna").id
    for start in (
        lambda: anna.start(RunConfig()),
        lambda: anna.start_sweep([RunConfig()]),
        lambda: anna.resume(hers, 1),
    ):
        with pytest.raises(RunError, match="paused new trainings"):
            start()
    assert {run.id for run in workers.store.list()} == {id, hers}
    room.is_paused = False
    assert anna.start(RunConfig())


ROOMY = replace(SHARED, runs_per_visitor=5, waiting_runs=4)


def rates(count):
    return [RunConfig(learning_rate=0.001 * (each + 1)) for each in range(count)]


def test_a_sweeps_runs_are_the_visitors_and_know_their_sweep(workers):
    sweep = Actions(workers, ROOMY, ANNA).start_sweep(rates(3))
    runs = workers.store.list()
    assert {(run.sweep, run.owner) for run in runs} == {(sweep, "anna")}
    assert {run.config for run in runs} == set(rates(3))


def test_a_sweep_that_does_not_fit_into_a_visitors_limit_starts_nothing(workers):
    annas = Actions(workers, replace(ROOMY, waiting_runs=9), ANNA)
    annas.start(RunConfig())
    with pytest.raises(RunError, match="5 runs are too many: you have 1, and each visitor may keep 5"):
        annas.start_sweep(rates(5))
    assert len(workers.store.list()) == 1
    annas.start_sweep(rates(4))


def test_a_sweep_that_does_not_fit_into_the_queue_starts_nothing(workers):
    Actions(workers, ROOMY, BEN).start(RunConfig())
    with pytest.raises(RunError, match="4 runs are more than may still wait here: 3"):
        Actions(workers, ROOMY, ANNA).start_sweep(rates(4))
    assert len(workers.store.list()) == 1


def test_a_sweep_leaves_room_in_the_queue_for_the_runs_of_others(workers):
    Actions(workers, ROOMY, ANNA).start_sweep(rates(4))
    Actions(workers, ROOMY, BEN).start(RunConfig())
    with pytest.raises(RunError, match="runs are waiting already"):
        Actions(workers, ROOMY, Visitor("cleo")).start_sweep(rates(1))


@pytest.mark.parametrize("rules", [Rules(sweep_runs=3), replace(ROOMY, sweep_runs=3)])
def test_a_sweep_longer_than_the_cap_is_refused_in_every_mode(workers, rules):
    with pytest.raises(RunError, match="These are 4 runs; a sweep may have 3"):
        Actions(workers, rules, TEACHER).start_sweep(rates(4))
    assert workers.store.list() == []


@pytest.mark.parametrize(
    ("space", "said"),
    [
        (Space(used=100_000_001, free=10**12), "All runs together fill the 100 MB"),
        (Space(used=0, free=199_999_999), "The disk of this server is nearly full"),
    ],
)
@pytest.mark.parametrize("visitor", [ANNA, TEACHER])
def test_no_run_starts_without_room_on_the_disk(space, said, visitor):
    assert str(sharing.obstacle(SHARED, visitor, [], space)).startswith(said)
    assert sharing.obstacle(SHARED, visitor, [], ROOM) == ""


def test_space_counts_the_bytes_in_all_run_folders(workers):
    id = Actions(workers, SHARED, ANNA).start(RunConfig())
    before = sharing.space_of(workers.store.root).used
    (workers.store.open(id).path / "model.keras").write_bytes(bytes(12_345))
    assert sharing.space_of(workers.store.root).used - before == 12_345


def test_the_folder_keeps_a_digest_of_the_secret_and_never_the_secret(workers):
    secret = "0123456789abcdef0123456789abcdef"
    owner = sharing.owner_of(secret)
    id = Actions(workers, SHARED, Visitor(owner)).start(RunConfig())
    stored = b"".join(path.read_bytes() for path in workers.store.open(id).path.iterdir())
    assert secret.encode() not in stored
    assert workers.store.open(id).owner == owner == sharing.owner_of(secret) != sharing.owner_of(secret[:-1])


def test_the_environment_sets_the_rules_and_a_faulty_limit_is_not_taken(caplog):
    rules = Rules.from_environment(
        {
            "FMNIST_SHARED": "1",
            "FMNIST_TEACHER_PASSPHRASE": "open sesame",
            "FMNIST_RUNS_PER_VISITOR": "3",
            "FMNIST_WAITING_RUNS": "many",
        }
    )
    assert rules == Rules(shared=True, passphrase="open sesame", runs_per_visitor=3)
    assert "FMNIST_WAITING_RUNS must be a whole number above 0" in caplog.text
    assert Rules.from_environment({}) == Rules()
    assert "sesame" not in repr(rules)


def test_the_moments_of_a_run_count_for_the_disk(tmp_path):
    moments = tmp_path / "runs" / "20260101-000000-000000-abcd" / "moments"
    moments.mkdir(parents=True)
    before = sharing.space_of(tmp_path / "runs").used
    (moments / "1.npz").write_bytes(bytes(5_000))
    assert sharing.space_of(tmp_path / "runs").used == before + 5_000
