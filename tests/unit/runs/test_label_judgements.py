"""What people say of labels is kept for each of them, and whatever lies in its place loses nothing."""

from collections import Counter

import pytest

from fmnist.runs.label_judgements import CANNOT_TELL, RIGHT, WRONG, LabelJudgements


@pytest.fixture
def kept(tmp_path):
    return LabelJudgements(tmp_path, "0123abcd")


def test_judgements_come_back_in_their_order_also_to_another_process(kept, tmp_path):
    kept.note("anna", 7, WRONG)
    kept.note("anna", 3, RIGHT)
    kept.note("anna", 7, CANNOT_TELL)
    again = LabelJudgements(tmp_path, "0123abcd")
    assert list(again.of("anna").items()) == [(3, RIGHT), (7, CANNOT_TELL)]
    assert again.of("ben") == {}
    assert LabelJudgements(tmp_path, "other").of("anna") == {}


def test_the_last_one_is_taken_back(kept):
    kept.note("anna", 7, WRONG)
    kept.note("anna", 3, RIGHT)
    assert kept.take_back("anna") == 3
    assert kept.of("anna") == {7: WRONG}
    assert kept.take_back("anna") == 7
    assert kept.take_back("anna") is None


def test_everybodys_are_counted_by_image(kept):
    kept.note("anna", 7, WRONG)
    kept.note("ben", 7, RIGHT)
    kept.note("", 7, WRONG)
    kept.note("ben", 9, RIGHT)
    assert kept.everybody() == {7: Counter({WRONG: 2, RIGHT: 1}), 9: Counter({RIGHT: 1})}


@pytest.mark.parametrize("content", [b"", b"{}", b"[[1]]", b"[[1, 2, 3]]", b"\xff", b"[" * 100_000, b"7"])
def test_a_damaged_file_is_as_none_and_is_written_anew(kept, tmp_path, content):
    kept.note("anna", 7, WRONG)
    (path,) = tmp_path.rglob("anna.json")
    path.write_bytes(content)
    assert kept.of("anna") == {} == kept.everybody()
    kept.note("anna", 3, RIGHT)
    assert kept.of("anna") == {3: RIGHT}


def test_a_judgement_that_there_is_not_is_refused_and_a_name_leads_nowhere_else(kept, tmp_path):
    with pytest.raises(ValueError):
        kept.note("anna", 7, "maybe")
    kept.note("../../anna", 7, RIGHT)
    assert [path.name for path in tmp_path.rglob("*.json")] == ["anna.json"]
