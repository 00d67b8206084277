"""The views: each is complete, leads to one that exists, and uses words that are explained."""

import pytest

from fmnist.evaluation.scores import ORDERS
from fmnist.lesson import glossary
from fmnist.lesson.experiments import EXPERIMENTS
from fmnist.lesson.views import PAGES, VIEWS

ALL = PAGES | VIEWS


def test_no_two_views_have_the_same_key():
    assert len(ALL) == len(PAGES) + len(VIEWS)
    assert all(view.key == key for key, view in ALL.items())


@pytest.mark.parametrize("view", ALL.values(), ids=ALL)
def test_a_view_is_complete(view):
    assert view.title and view.words and view.first_order in ORDERS
    assert 0 < len(view.purpose.split()) <= 40


@pytest.mark.parametrize("view", ALL.values(), ids=ALL)
def test_a_view_leads_to_another_that_exists(view):
    assert view.next.view in ALL and view.next.view != view.key
    assert set(view.next.query.values()) <= set(EXPERIMENTS)


def test_every_word_of_a_view_is_explained_and_every_explanation_belongs_to_a_view():
    assert {key for view in ALL.values() for key in view.words} == set(glossary.TERMS)
