"""What a run can be taken home as: each file is offered in the table of runs, and is what it says."""

import pytest

from fmnist import language
from fmnist.runs.store import Store
from pages.parts.train import deleting, take_home
from tests.pages.made_runs import finished_run
from tests.pages.test_runs_table import tick


def opened(app, run, **query):
    """Train with this run ticked and its files shown."""
    test = app("train", **query)
    test.session_state[deleting.key_of("taking", [run.id])] = True
    return tick(test, 0)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_model_card_of_a_ticked_run_is_made_in_the_visitors_language(app, runs_dir, dataset, code):
    run = finished_run(Store(runs_dir), name="Mine")
    test = opened(app, run, lang=code)
    assert not test.exception
    (button,) = [each for each in test.get("download_button") if each.proto.id.endswith("download_card")]
    assert button.proto.label == {"en": "Model card", "zh": "模型卡"}[code]
    language.use(code)
    make = take_home._card(Store(runs_dir), run.id, dataset)
    language.use("en")
    text = make()
    language.use("en")
    assert text.splitlines()[0] == {"en": "# Model card: Mine", "zh": "# 模型卡：Mine"}[code]


def test_a_run_that_was_deleted_meanwhile_is_a_sentence(app, runs_dir, dataset):
    run = finished_run(Store(runs_dir))
    make = take_home._card(Store(runs_dir), run.id, dataset)
    Store(runs_dir).delete(run.id)
    assert make() == f"There is no run {run.id}: it may have been deleted."
