"""What the teacher sees of the class and does about it, and what students are told, without a browser."""

import csv
import io
import time

import pytest

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Progress, Store
from fmnist.workers.classroom import Classroom, Visit
from fmnist.workers.sharing import Rules, Visitor
from pages.parts.shell import visitor
from pages.parts.train import in_class
from tests.pages.made_runs import finished_run
from tests.pages.test_train import shown, widget


@pytest.fixture
def room(monkeypatch):
    """The class of a server in many-user mode, seen by the browser "me"."""
    room = Classroom()
    monkeypatch.setattr(visitor, "rules", lambda: Rules(shared=True, passphrase="open"))
    monkeypatch.setattr(visitor, "classroom", lambda: room)
    monkeypatch.setattr(visitor, "_secret", lambda: "0" * 32)  # there is no browser with a cookie
    return room


@pytest.fixture
def teachers(app, room, monkeypatch):
    """A function that opens Train as the teacher."""

    def opened():
        monkeypatch.setattr(visitor, "me", lambda: Visitor("teacher", is_teacher=True))
        test = app("train")
        test.session_state["is_teacher"] = True
        return test.run()

    return opened


def table_of_class(test):
    return next(each for each in test.dataframe if each.key and each.key.startswith("class_of"))


def has(test, kind, key):
    return any(each.key == key for each in getattr(test, kind))


def test_each_browser_is_a_row_with_its_name_path_training_and_best_accuracy(teachers, room, runs_dir):
    store = Store(runs_dir)
    room.note_visit("anna", time.time() - 12, page="predict", step="draw")
    room.note_visit("ben", time.time() - 90, page="start")
    room.call("anna", "**Anna** <b>")
    finished_run(store, owner="anna", test_accuracy=0.81)
    finished_run(store, owner="anna", test_accuracy=0.88)
    trains = store.create(RunConfig(), info={}, owner="ben", name="Mine", hold=True)
    trains.write_progress(Progress("running", epoch=1, epochs=5, step=1, steps=9, heartbeat=time.time()))
    test = teachers()
    assert not test.exception
    rows = table_of_class(test).value
    assert list(rows["Name"]) == ["**Anna** <b>", "Visitor 2"]
    assert list(rows["Path"]) == ["Train ✓ Draw ✓", ""]
    assert list(rows["Best test accuracy"])[0] == pytest.approx(88)
    assert list(rows["Trains"])[1] == "Mine: epoch 2 of 5"
    assert (
        list(rows["Last action"])[0].startswith("Predict, 1") and "Explore, 1 min 3" in rows["Last action"][1]
    )


def test_the_class_is_ranked_only_when_the_teacher_switches_that_on(teachers, room, runs_dir):
    for owner, accuracy in (("low", 0.7), ("high", 0.9)):
        room.note_visit(owner, 1.0, page="train")
        room.call(owner, owner)
        finished_run(Store(runs_dir), owner=owner, test_accuracy=accuracy)
    test = teachers()
    assert list(table_of_class(test).value["Name"]) == ["low", "high"]
    test = widget(test, "toggle", "rank_class").set_value(True).run()
    assert list(table_of_class(test).value["Name"]) == ["high", "low"]


def test_a_click_on_a_row_opens_the_run_of_that_browser_and_offers_to_end_all_of_it(
    teachers, room, runs_dir, monkeypatch
):
    ended = []
    monkeypatch.setattr("fmnist.workers.sharing.Actions.end_all", lambda self, owner: ended.append(owner))
    room.note_visit("ben", 1.0, page="train")
    finished_run(Store(runs_dir), owner="ben", name="Of Ben")
    test = teachers()
    assert not has(test, "button", "end_all")
    key = table_of_class(test).key
    test.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    test.run()
    assert not test.exception
    assert "Of Ben" in [each.value for each in test.subheader]
    widget(test, "button", "end_all").click().run()
    assert ended == ["ben"]


def test_the_file_of_the_class_makes_no_formula_of_a_name():
    rows = [
        in_class.row_of(Visit(1, '=HYPERLINK("http://evil.example")', page="train", last=5.0), [], now=9.0)
    ]
    (header, row) = csv.reader(io.StringIO(in_class.as_csv(rows).removeprefix("\ufeff")))
    assert header[0] == "Name" and len(row) == len(header)
    assert row[0] == '\'=HYPERLINK("http://evil.example")'
    assert row[-1] == "Train, 4.0 s ago"


def test_the_teacher_pauses_new_trainings_and_the_page_says_so_to_who_presses_train(
    teachers, app, room, runs_dir, monkeypatch
):
    widget(teachers(), "toggle", "pause_trainings").set_value(True).run()
    assert room.is_paused
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    test = app("train")
    widget(test, "button", "train").click().run()
    assert any("paused new trainings" in each.value for each in test.error)
    assert Store(runs_dir).list() == []


def test_everybody_is_asked_to_open_a_link_of_this_dashboard_and_no_other(teachers, room):
    test = teachers()
    widget(test, "text_input", "invite_link").set_value("https://elsewhere.example/login")
    test = widget(test, "button", "invite").click().run()
    assert room.invitation is None
    assert any("no link of this dashboard" in each.value for each in test.error)
    widget(test, "text_input", "invite_link").set_value("http://school:8501/train?epochs=7")
    widget(test, "text_input", "invite_words").set_value("Seven *epochs*")
    test = widget(test, "button", "invite").click().run()
    assert (room.invitation.page, room.invitation.query) == ("train", {"epochs": "7"})
    widget(test, "button", "invite_no_more").click().run()
    assert room.invitation is None


def test_a_student_is_told_what_the_teacher_sees_and_may_give_a_name(app, room, monkeypatch):
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    room.note_visit("me", 1.0, page="train")
    test = app("train")
    (told,) = [each.value for each in test.caption if "The teacher sees" in each.value]
    assert "Visitor 1" in told and "best test accuracy" in told and "written nowhere" in told
    widget(test, "text_input", "my_name").set_value("Anna").run()
    assert room.name_of("me") == "Anna"
    assert not any(each.key == "pause_trainings" for each in test.toggle)


def test_without_a_teacher_nobody_is_seen_and_nothing_is_said_of_one(app, room, monkeypatch):
    monkeypatch.setattr(visitor, "rules", lambda: Rules(shared=True))
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    test = app("train")
    assert not test.exception
    assert room.visits() == {}
    assert not has(test, "text_input", "my_name")


def test_an_invitation_is_shown_as_text_until_it_is_answered(app, room, monkeypatch):
    monkeypatch.setattr(visitor, "me", lambda: Visitor("me"))
    room.invite("train", {"epochs": "7"}, "Seven *epochs*")
    test = app("")
    assert room.visits()["me"].page in ("", "start")
    assert "Your teacher asks everybody to open **Train**. Seven \\*epochs\\*" in shown(test)
    widget(test, "button", "invitation_no").click().run()
    assert "Your teacher asks" not in shown(test)
    room.invite("train", {"epochs": "7"})
    assert "Your teacher asks" in shown(test.run())
