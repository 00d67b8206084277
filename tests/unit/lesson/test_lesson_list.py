"""A lesson is read whole, or each of its faults has a sentence that names the line."""

import pytest

from fmnist.language import in_english
from fmnist.lesson import lesson_list

WHOLE = """# Monday

/explore Look at   ten garments.
http://school:8501/train?epochs=3&hide=seed Train a <b>network</b>.
"""


def faults(text):
    lesson, found = lesson_list.read(text)
    assert lesson == ()
    return list(map(in_english, found))


def test_a_lesson_is_its_links_and_sentences_in_order():
    lesson, found = lesson_list.read(WHOLE)
    assert found == []
    assert [(step.page, dict(step.query), step.words) for step in lesson] == [
        ("explore", {}, "Look at ten garments."),
        ("train", {"epochs": "3", "hide": "seed"}, "Train a <b>network</b>."),
    ]


def test_each_fault_has_a_sentence_with_its_line_and_then_there_is_no_lesson():
    assert faults(f"/explore Look.\n/login Enter.\n/train\n/train {'x' * 201}") == [
        "Line 2: “/login” is no link of this dashboard.",
        "Line 3 has no sentence after its link.",
        "Line 4: the sentence is longer than 200 letters.",
    ]
    assert faults("/explore Look.\n" * 21) == ["A lesson has at most 20 steps; this one has 21."]
    assert faults("# nothing\n\n") == ["This lesson has no steps: write a link and a sentence in each line."]


def test_a_file_is_read_and_one_that_cannot_be_is_told_of(tmp_path):
    assert lesson_list.load(None) == ((), [])
    (tmp_path / "lesson.txt").write_text("\ufeff" + WHOLE, "utf-8")
    assert len(lesson_list.load(tmp_path / "lesson.txt")[0]) == 2


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"/explore Look.\n" * 10_000])
def test_a_file_that_is_missing_no_text_or_huge_is_a_sentence(tmp_path, content):
    if content is not None:
        (tmp_path / "lesson.txt").write_bytes(content)
    lesson, (fault,) = lesson_list.load(tmp_path / "lesson.txt")
    assert lesson == () and in_english(fault).startswith("The lesson lesson.txt cannot be read: ")
