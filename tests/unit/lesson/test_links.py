"""Links for a lesson: they carry the settings, hide what they name, and say what they name in vain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmnist.lesson import links


def test_a_link_has_the_settings_and_what_is_left_out():
    address = links.link("http://localhost:8501/train", {"epochs": "3", "hide": "log"}, ("seed", "code"))
    assert address == "http://localhost:8501/train?epochs=3&hide=seed,code"
    assert links.link("http://localhost:8501/train?a=b", {}, ()) == "http://localhost:8501/train"


def test_controls_are_hidden_once_and_in_order():
    assert links.read_hidden("seed, epochs,seed,,") == (("seed", "epochs"), [])


def test_an_unknown_name_gets_a_sentence_with_the_nearest_one():
    hidden, notices = links.read_hidden("epochz,seed")
    assert hidden == ("seed",)
    assert list(map(str, notices)) == [
        "The link hides “epochz”, but there is no such control. Is “epoch” meant?"
    ]


@given(st.text())
def test_whatever_the_address_says_only_known_controls_are_hidden(asked):
    hidden, notices = links.read_hidden(asked)
    assert set(hidden) <= links.ALL and len(notices) <= 3


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("http://school:8501/train?epochs=10&hide=seed", ("train", {"epochs": "10", "hide": "seed"})),
        (" /predict?view=draw ", ("predict", {"view": "draw"})),
        ("train", ("train", {})),
        ("http://school:8501", ("explore", {})),
        ("http://school:8501/lesson/explore?explore_index=7", ("explore", {"explore_index": "7"})),
        ("https://elsewhere.example/train", ("train", {})),
        ("https://elsewhere.example/login", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_a_link_is_read_as_a_page_of_this_program_or_not_at_all(address, found):
    assert links.read_link(address) == found


def test_a_page_is_known_by_its_address():
    assert links.page_of("http://x/lesson/predict?view=draw") == "predict"
    assert links.page_of("http://x/") == links.page_of("http://x/start") == "explore"
