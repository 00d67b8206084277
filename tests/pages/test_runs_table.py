"""The table of runs on Train: ticks mean runs, what is deleted is named and can come back."""

import time

import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Progress, Store
from fmnist.workers.sharing import Actions, Rules, Visitor
from pages.parts.shell import visitor
from pages.parts.train import deleting
from tests.pages.made_runs import finished_run


def table(test):
    """The table of runs: its key is that of the list it shows."""
    return test.dataframe[0]


def tick(test, *rows):
    test.session_state[table(test).key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return test.run()


def ticked(test):
    rows = test.session_state[table(test).key]["selection"]["rows"]
    return [table(test).value["Name"][row] for row in rows]


def button(test, key):
    return next(each for each in test.button if each.key == key)


def has_button(test, key):
    return any(each.key == key for each in test.button)


def question(test):
    """What deleting asks, as it is read."""
    (text,) = [each.value for each in test.markdown if each.value.startswith("Delete ")]
    return text.replace("\\", "")


def names(runs_dir):
    return [run.name for run in Store(runs_dir).list()]


@pytest.fixture
def three(make_run):
    """Runs A, B and C, in the table C first."""
    return [make_run(None, name) for name in "ABC"]


def test_a_tick_stays_with_its_run_when_others_come_and_go(app, make_run, runs_dir, three):
    test = tick(app("train"), 1)
    assert ticked(test) == ["B"]
    make_run(None, "D")
    assert ticked(test.run()) == ["B"] and "**B**" in question(test)
    Store(runs_dir).delete(three[2])
    assert ticked(test.run()) == ["B"] and "**B**" in question(test)
    Store(runs_dir).delete(three[1])
    assert ticked(test.run()) == [] and not has_button(test, "delete_for_good")


def test_a_tick_sent_for_an_older_list_is_not_taken_for_another_run(app, make_run, three):
    test = app("train")
    old = table(test).key
    make_run(None, "D")
    test.run()
    assert table(test).key != old


def test_a_tick_can_be_taken_away_again_and_stays_away(app, make_run, three):
    test = tick(tick(app("train"), 0, 1), 1)
    make_run(None, "D")
    assert ticked(test.run()) == ["B"]
    tick(test)
    make_run(None, "E")
    assert ticked(test.run()) == []


def test_ticks_of_one_page_are_not_those_of_another(app, three, monkeypatch):
    monkeypatch.setattr("pages.parts.train.runs.ON_ONE_PAGE", 2)
    test = tick(app("train"), 0)
    page = test.pagination[0]
    page.set_value(2).run()
    assert ticked(test) == []
    test.pagination[0].set_value(1).run()
    assert ticked(test) == ["C"]


def test_deleting_closes_and_takes_that_run_alone_also_when_clicked_twice(app, runs_dir, three):
    test = tick(app("train"), 1)
    button(test, "delete_for_good").click().run()
    assert names(runs_dir) == ["C", "A"]
    assert not has_button(test, "delete_for_good") and ticked(test) == []
    tick(test, 1)
    assert test.session_state[deleting.key_of("deleting", [three[0]])] is False
    assert "**A**" in question(test)
    assert names(runs_dir) == ["C", "A"]


def test_what_is_deleted_is_named_also_without_a_name(app, runs_dir):
    run = Store(runs_dir).create(RunConfig(hidden_units=64), info={})
    run.write_progress(Progress("stopped", epoch=0, epochs=5))
    test = tick(app("train"), 0)
    assert "64 units" in question(test) and run.id in question(test)


def test_several_ticked_runs_are_deleted_after_one_question_and_brought_back(app, runs_dir, three):
    test = tick(app("train"), 0, 2)
    assert "these 2 runs" in question(test) and "**C**" in question(test) and "**A**" in question(test)
    button(test, "delete_for_good").click().run()
    assert names(runs_dir) == ["B"]
    assert "Deleted: **C**, **A**." in [each.value for each in test.markdown]
    button(test, "undo_delete").click().run()
    assert names(runs_dir) == ["C", "B", "A"]
    assert not has_button(test, "undo_delete") and not test.exception


def test_the_last_run_is_brought_back_too(app, make_run, runs_dir):
    make_run(None, "A")
    test = tick(app("train"), 0)
    button(test, "delete_for_good").click().run()
    assert names(runs_dir) == []
    button(test, "undo_delete").click().run()
    assert names(runs_dir) == ["A"]


def test_what_has_been_removed_for_good_is_told(app, make_run, runs_dir):
    make_run(None, "A")
    test = tick(app("train"), 0)
    button(test, "delete_for_good").click().run()
    Store(runs_dir).purge()
    button(test, "undo_delete").click().run()
    assert "cannot be brought back" in test.error[0].value


def test_undo_is_offered_no_longer_than_the_files_are_kept(app, make_run, monkeypatch):
    make_run(None, "A")
    test = tick(app("train"), 0)
    button(test, "delete_for_good").click().run()
    monkeypatch.setattr("pages.parts.train.deleting.KEPT_ASIDE", 0.0)
    assert not has_button(test.run(), "undo_delete")


def test_rename_closes_after_save(app, three, runs_dir):
    test = tick(app("train"), 0)
    key = deleting.key_of("renaming", [three[2], names(runs_dir)[0]])
    test.session_state[key] = True
    test.run()
    next(field for field in test.text_input if field.key == f"name_{three[2]}").set_value("Z").run()
    button(test, "save_name").click().run()
    assert names(runs_dir)[0] == "Z"
    assert not test.session_state[key]
    assert ticked(test) == ["Z"]


def test_the_state_stands_second_and_no_column_is_empty(app, make_run):
    make_run(None, "A", hidden_units=64)
    columns = list(table(app("train")).value)
    assert columns[:2] == ["Name", "State"]
    assert {"Network", "Differs in"} <= set(columns)
    assert "Validation accuracy" not in columns and "Test accuracy" not in columns and "Yours" not in columns


def test_what_a_run_is_called_is_not_said_again(app, make_run):
    make_run(None, hidden_units=64)
    assert {"Network", "Differs in"}.isdisjoint(table(app("train")).value)
    make_run(None, "A", hidden_units=32)
    rows = table(app("train")).value
    assert list(rows["Differs in"]) == ["32 units", ""]


@pytest.fixture
def anna(monkeypatch):
    """Many-user mode, seen by Anna."""
    monkeypatch.setattr(visitor, "rules", lambda: Rules(shared=True))
    monkeypatch.setattr(visitor, "me", lambda: Visitor("anna"))


def _made(runs_dir, name, owner, state="finished"):
    run = Store(runs_dir).create(RunConfig(), info={}, name=name, owner=owner)
    run.write_progress(Progress(state, epoch=5, epochs=5))
    return run


def test_in_many_user_mode_ones_own_runs_are_marked_and_deleted_alone(app, runs_dir, anna):
    for name, owner in [("mine", "anna"), ("theirs", "ben")]:
        _made(runs_dir, name, owner)
    test = app("train")
    assert dict(zip(table(test).value["Name"], table(test).value["Yours"], strict=True)) == {
        "mine": "✓",
        "theirs": "",
    }
    tick(test, 0, 1)
    assert "**mine**" in question(test) and "theirs" not in question(test)


def test_in_many_user_mode_anothers_run_is_shown_only_when_chosen(app, runs_dir, anna):
    _made(runs_dir, "theirs", "ben")
    test = app("train")
    assert "No run yet" in [each.value for each in test.subheader]
    tick(test, 0)
    button(test, "watch").click().run()
    assert "theirs" in [each.value for each in test.subheader]
    _made(runs_dir, "mine", "anna")
    _made(runs_dir, "theirs too", "ben")
    assert "mine" in [each.value for each in app("train").subheader]


@pytest.fixture
def many_users(monkeypatch):
    monkeypatch.setattr(visitor, "rules", lambda: Rules(shared=True, passphrase="open"))
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    monkeypatch.setattr(visitor, "_secret", lambda: "0" * 32)  # there is no browser with a cookie


def test_in_many_user_mode_one_sees_which_runs_are_ones_own_and_can_see_only_those(app, runs_dir, many_users):
    for name, owner in (("Mine", "me"), ("Theirs", "them")):
        finished_run(Store(runs_dir), name=name, owner=owner)
    test = app("train")
    assert list(table(test).value["Name"]) == ["Theirs", "Mine"]
    assert list(table(test).value["Yours"]) == ["", "✓"]
    (only_mine,) = [each for each in test.toggle if each.key == "only_mine"]
    assert only_mine.label == "Only mine (1 of 2)"
    only_mine.set_value(True).run()
    assert list(table(test).value["Name"]) == ["Mine"]


def test_in_many_user_mode_nobody_is_shown_or_offered_anothers_run(app, runs_dir, many_users):
    theirs = Store(runs_dir).create(RunConfig(), info={}, name="Theirs", owner="them", hold=True)
    theirs.write_progress(Progress("running", epoch=0, epochs=5, step=1, steps=9, heartbeat=time.time()))
    test = app("train")
    assert "No run yet" in [each.value for each in test.subheader]
    theirs.write_progress(Progress("running", epochs=5, step=1, steps=9, heartbeat=time.time() - 31))
    test.session_state["watched"] = theirs.id
    (said,) = [each.value for each in test.run().warning]
    assert "nothing has been heard" in said and "Stop" not in said
    finished_run(Store(runs_dir), name="Mine", owner="me")
    test = app("train")
    assert "Mine" in [each.value for each in test.subheader]
    assert "watch_next" not in {each.key for each in test.button}


def test_enter_sends_the_teachers_passphrase(app, many_users):
    """In a form the browser sends the text with the button's message, also at Enter; there is one button."""
    test = app("train")
    (field,) = [each for each in test.text_input if each.key == "passphrase"]
    (unlock,) = [each for each in test.button if each.key == "unlock"]
    assert field.form_id == unlock.form_id != ""
    field.set_value("open")
    unlock.click().run()
    assert test.session_state["is_teacher"]


def test_all_waiting_runs_of_a_browser_leave_the_queue_with_one_click(app, runs_dir, many_users, monkeypatch):
    monkeypatch.setattr(Actions, "withdraw", lambda self, owner: withdrawn.append(owner))
    withdrawn, runs = [], []
    for name, owner in (("mine", "me"), ("mine too", "me"), ("theirs", "them"), ("theirs too", "them")):
        run = Store(runs_dir).create(RunConfig(), info={}, name=name, owner=owner, hold=True)
        runs.append(run)
    test = tick(app("train"), 0)
    assert not has_button(test, "leave_all")
    test = tick(app("train"), 3)
    assert button(test, "leave_all").label == "Take all 2 waiting runs of this browser out of the queue"
    button(test, "leave_all").click().run()
    assert withdrawn == ["me"]


def test_the_teacher_switches_the_count_by_address_for_all(app, many_users):
    test = app("train")
    test.session_state["is_teacher"] = True
    test.run()
    (switch,) = [each for each in test.toggle if each.key == "count_addresses"]
    assert switch.value
    switch.set_value(False).run()
    assert not visitor.classroom().counts_addresses
