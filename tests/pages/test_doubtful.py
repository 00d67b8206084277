"""Doubtful labels on Explore: searched for, judged, taken back, and the estimate that follows."""

from fmnist.evaluation.doubtful import find_doubtful
from fmnist.runs.label_judgements import CANNOT_TELL, RIGHT, WRONG, LabelJudgements
from fmnist.workers.detective import Status
from fmnist.workers.queue import WorkerError
from tests.pages.predict_page import widget
from tests.pages.words_shown import untranslated

PART = {"explore_part": "Doubtful labels"}


def judge(test, number):
    (button,) = [
        b for b in test.button if str(b.key).startswith("doubtful_") and b.key.endswith(f"_{number}")
    ]
    return button.click().run()


def words(test):
    return " ".join(each.value for each in test.markdown)


def test_before_a_search_one_button_starts_it(app, runs_dir, processes, monkeypatch):
    started = []
    monkeypatch.setattr(processes.detective, "_root", runs_dir)
    monkeypatch.setattr(processes.detective, "start", lambda *given: started.append(given))
    test = app("explore", **PART)
    widget(test, "button", "doubtful_start").click().run()
    assert len(started) == 1 and not test.exception


def test_while_it_goes_on_its_share_is_shown_and_trouble_is_a_sentence(app, processes, monkeypatch):
    status = Status(0.4, True, "", None)
    monkeypatch.setattr(processes.detective, "status", lambda *_: status)
    test = app("explore", **PART)
    assert "40%" in str(test.get("progress")[0].proto)
    status = Status(0.0, False, "The search ended.", None)
    test = app("explore", **PART)
    assert [each.value for each in test.warning] == ["The search ended."]

    def refuse(*_):
        raise WorkerError("Another search goes on.")

    monkeypatch.setattr(processes.detective, "start", refuse)
    widget(test, "button", "doubtful_start").click().run()
    assert "Another search goes on." in [each.value for each in test.error]


def test_the_most_doubtful_label_comes_first_and_each_button_is_kept(app, searched, dataset, probabilities):
    order = find_doubtful(dataset.train_labels, probabilities).images
    assert len(order) == 40
    test = app("explore", **PART)
    assert f"Image **{order[0]:,}** is labelled" in words(test)
    judge(test, 2)
    judge(test, 1)
    judge(test, 3)
    assert not test.exception
    assert list(searched.of("").items()) == [
        (order[0], WRONG),
        (order[1], RIGHT),
        (order[2], CANNOT_TELL),
    ]
    assert f"Image **{order[3]:,}** is labelled" in words(test)
    widget(test, "button", "doubtful_back").click().run()
    assert f"Image **{order[2]:,}** is labelled" in words(test)
    assert "an estimate stands here" in words(test)  # none of these was drawn by lot


def test_from_images_drawn_by_lot_follows_an_estimate(app, searched):
    test = app("explore", doubtful_turn="drawn by lot", **PART)
    assert "The networks take it for" not in words(test)
    judge(test, 2)
    judge(test, 1)
    assert "with 95% certainty between" in words(test)
    assert any("2 images drawn by lot" in each.value for each in test.caption)
    assert test.query_params["doubtful_turn"] == "drawn by lot"


def test_it_is_there_in_chinese(app, searched):
    test = app("explore", lang="zh", **PART)
    judge(test, 2)
    assert not test.exception and untranslated(test) == []


def test_when_nothing_can_be_written_a_sentence_says_so(app, searched, monkeypatch):
    def refuse(*_):
        raise OSError("full")

    monkeypatch.setattr(LabelJudgements, "note", refuse)
    test = judge(app("explore", **PART), 1)
    assert any("could not be kept" in each.value for each in test.error)
