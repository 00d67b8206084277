"""Guided experiments: valid settings, short runs, and answers that are decided by what was measured."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from fmnist.evaluation.doubtful import share_of_wrong
from fmnist.evaluation.rate_range import RateRange
from fmnist.lesson import experiments
from fmnist.lesson.experiments import EXPERIMENTS, Measured, figures
from fmnist.networks.config import RunConfig
from fmnist.runs.files import MAX_NAME
from fmnist.runs.store import Progress, Snapshot

LIMIT = 30  # seconds that an experiment may take on two ordinary cores
SHARES = (0.1, 0.13, 0.45, 0.86, 0.865, 1.0)


def run(experiment, place, state="finished", **changes):
    """The run of one arm as the list of runs shows it."""
    arm = experiment.arms[place]
    return replace(
        Snapshot(
            id=f"run-{place}",
            name=experiment.name(arm),
            note="",
            config=arm.config,
            info={"data": {"is_real": True}},
            progress=Progress(state, test_accuracy=0.8 if state == "finished" else None),
            history=(),
            has_model=True,
            has_predictions=True,
            problem="",
            created=datetime.now(UTC),
            path=Path(),
            signature={},
        ),
        **changes,
    )


def found(experiment, summaries, is_mine=lambda run: True):
    return experiments.runs_of(experiment, summaries, is_mine, is_real_data=True)


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=list(EXPERIMENTS))
def test_an_experiment_is_short_and_has_a_question_guesses_and_runs_named_alike(experiment):
    assert experiment.question.endswith("?") and len(experiment.question.split()) <= 60
    assert 2 <= len(experiment.options) <= 4
    assert len(set(experiment.options)) == len(experiment.options)
    assert experiments.seconds(experiment.arms) < LIMIT
    names = [experiment.name(arm) for arm in experiment.arms]
    different = {(arm.config, arm.leaves_out) for arm in experiment.arms}
    assert len(set(names)) == len(names) == len(different)
    assert all(name.startswith(experiment.title) and len(name) <= MAX_NAME for name in names)


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=list(EXPERIMENTS))
def test_whatever_is_measured_one_guess_comes_true_in_at_most_sixty_words(experiment):
    arms = len(experiment.arms) + experiment.judges_drawings
    for shares in itertools.product(SHARES, repeat=min(arms, 3)):
        for trained in SHARES:
            tested = [*shares, *shares][:arms]
            changed = (trained, shares[0])[: len(experiment.changes)]
            answer = experiment.decide(
                [Measured(trained, share, shares[0], changed=changed) for share in tested]
            )
            assert 0 <= answer.option < len(experiment.options)
            assert 5 < len(answer.words.split()) <= 60


ANSWERS = [
    ("scaling", [(0.88, 0.869), (0.80, 0.808)], "It names fewer test images correctly", "rougher"),
    ("scaling", [(0.88, 0.869), (0.88, 0.866)], "As many: a difference may be chance", "did not show"),
    ("scaling", [(0.88, 0.869), (0.10, 0.100)], "It learns nothing", "10.0%"),
    ("scaling", [(0.88, 0.84), (0.90, 0.87)], "It names more correctly", "not what is to be expected"),
    ("hidden-units", [(0.1, 0.1), (0.84, 0.835), (0.87, 0.862), (0.88, 0.87)], "From 1 to 16", "+0.8 points"),
    ("hidden-units", [(0.2, 0.27), (0.4, 0.4), (0.87, 0.86), (0.8, 0.84)], "From 16 to 128", "-2.0 points"),
    ("hidden-units", [(0.2, 0.5)] * 4, "All about the same", "No step"),
    ("learning-rate", [(0.88, 0.869), (0.29, 0.315)], "Worse, but better than guessing", "jumps past"),
    ("learning-rate", [(0.88, 0.869), (0.1, 0.1)], "It only guesses", "10.0%"),
    ("learning-rate", [(0.88, 0.85), (0.9, 0.88)], "It learns faster and ends better", "not what is"),
    ("few-images", [(0.879, 0.869), (0.998, 0.791)], "Its own images better", "20.7 points"),
    ("few-images", [(0.879, 0.869), (0.80, 0.79)], "Both equally well, within 2 points", "No overfitting"),
    (
        "shuffled-labels",
        [(0.099, 0.097), (0.978, 0.096)],
        "The 1,000 labels by heart, but nothing about test images",
        "97.8%",
    ),
    ("shuffled-labels", [(0.099, 0.097), (0.2, 0.1)], "Nothing at all", "nothing to find"),
    (
        "shuffled-labels",
        [(0.1, 0.1), (0.9, 0.4)],
        "To name test images better than guessing",
        "came through",
    ),
]


@pytest.mark.parametrize(("key", "shares", "option", "words"), ANSWERS)
def test_the_answer_follows_the_numbers_also_when_the_expected_did_not_happen(key, shares, option, words):
    experiment = EXPERIMENTS[key]
    answer = experiment.decide([Measured(*each) for each in shares])
    assert experiment.options[answer.option] == option
    assert words in answer.words


FOUND = RateRange(np.zeros(2), np.zeros(2), steepest=3e-4, lowest=4.9e-3, grown=0.036)
FINDER = [
    (FOUND, 2, "near a rate of 0.0003 and was lowest near 0.0049. From 0.036 on"),
    (
        replace(FOUND, lowest=5.16e-5, grown=None),
        0,
        "lowest near 0.000052. Up to the largest rate it did not rise",
    ),
    (replace(FOUND, lowest=0.02), 3, "lowest near 0.02"),
    (replace(FOUND, lowest=1e-4), 1, "lowest near 0.0001"),
    (None, 0, "too few points"),
]


@pytest.mark.parametrize(("found", "option", "words"), FINDER)
def test_the_rate_of_the_lowest_loss_decides(found, option, words):
    answer = EXPERIMENTS["rate-finder"].decide([Measured(0.5, 0.1, rates=found)])
    assert answer.option == option and words in answer.words


LABELS = [
    (0.061, None, 0.861, 0.880, 2, "eyes can tell", "a difference of +1.9 points."),
    (0.061, share_of_wrong(1, 400), 0.861, 0.862, 0, "By your 400 judgements", "may be chance"),
    (0.061, share_of_wrong(12, 400), 0.861, 0.800, 1, "3.0% are wrong", "-6.1 points."),
    (0.2, None, 0.861, 0.861, 3, "20.0%", "+0.0 points that may be chance"),
]


@pytest.mark.parametrize(("doubted", "judged", "plain", "without", "option", "told", "gap"), LABELS)
def test_how_many_labels_are_wrong_the_visitors_eyes_say_before_the_networks(
    doubted, judged, plain, without, option, told, gap
):
    known = {"doubted": doubted, "judged": judged}
    measured = [Measured(0.88, share, **known) for share in (plain, without)]
    answer = EXPERIMENTS["wrong-labels"].decide(measured)
    assert answer.option == option and told in answer.words and gap in answer.words
    shown = [share for _, share in figures(EXPERIMENTS["wrong-labels"], measured)]
    assert shown == [doubted, *([judged.share] if judged else []), plain, without]


@pytest.mark.parametrize(("place", "changed"), [(0, ""), (1, "1 7")])
def test_a_run_without_doubtful_labels_is_known_whichever_they_were(place, changed):
    experiment = EXPERIMENTS["wrong-labels"]
    config = replace(experiment.arms[place].config, changed_labels=changed)
    started = run(experiment, place, config=config)
    assert [experiment.is_run(arm, started) for arm in experiment.arms] == [place == 0, place == 1]


CHANGED = [
    ("moved", [(0.866, 0.485), (0.86, 0.83)], 1, "48.5%"),
    ("moved", [(0.866, 0.485), (0.86, 0.6)], 2, "less than"),
    ("moved", [(0.866, 0.80), (0.86, 0.83)], 0, "did not show"),
    ("fooled", [(0.866, 0.865, 0.578), (0.85, 0.85, 0.78)], 1, "cancels out"),
    ("fooled", [(0.866, 0.865, 0.578), (0.85, 0.85, 0.6)], 2, "57.8%"),
    ("fooled", [(0.866, 0.6, 0.578), (0.85, 0.85, 0.8)], 3, "not what is to be expected"),
    ("fooled", [(0.866, 0.86, 0.8), (0.85, 0.85, 0.8)], 0, "did not show"),
]


@pytest.mark.parametrize(("key", "shares", "option", "words"), CHANGED)
def test_what_changed_images_cost_before_and_after_practice_decides(key, shares, option, words):
    measured = [Measured(0.88, test, changed=tuple(changed)) for test, *changed in shares]
    answer = EXPERIMENTS[key].decide(measured)
    assert answer.option == option and words in answer.words
    shown = [share for _, share in figures(EXPERIMENTS[key], measured)]
    assert shown == [share for each in measured for share in each.changed]


@pytest.mark.parametrize(("first", "option"), [(1, 0), (5, 1), (9, 1), (8, 2), (3, 3), (6, 3)])
def test_what_it_learns_first_is_the_class_most_often_right_in_the_first_epoch(first, option):
    learned = [0.5] * 10
    learned[first] = 0.9
    answer = EXPERIMENTS["learned-first"].decide([Measured(0.8, 0.8, learned=tuple(learned))])
    assert answer.option == option and "90.0%" in answer.words and "50.0%" in answer.words


@pytest.mark.parametrize(
    ("drawn", "ready", "option", "practised"),
    [(0.3, 0.95, 2, True), (0.5, 0.95, 1, True), (0.85, 0.6, 0, False)],
)
def test_drawings_compare_this_run_with_sketch_ready(drawn, ready, option, practised):
    measured = [Measured(0.88, 0.87, drawn), Measured(drawings=ready)]
    answer = EXPERIMENTS["drawings"].decide(measured)
    assert answer.option == option
    assert f"{drawn:.1%}" in answer.words and f"{ready:.1%}" in answer.words
    assert ("practised" in answer.words) == practised


def test_a_run_belongs_to_an_experiment_by_name_and_settings():
    scaling = EXPERIMENTS["scaling"]
    renamed = run(scaling, 0, name="Mine")
    changed = run(scaling, 0, config=RunConfig(epochs=4))
    assert found(scaling, [renamed, changed]) == [None, None]
    suffix = run(scaling, 1, name="Unscaled pixels: second")
    assert found(scaling, [renamed, suffix]) == [None, suffix]


def test_runs_of_others_and_runs_on_other_data_do_not_count():
    scaling = EXPERIMENTS["scaling"]
    theirs, lookalikes = (
        run(scaling, 0, info={"owner": "b"}),
        run(scaling, 1, info={"data": {"is_real": False}}),
    )
    assert found(scaling, [theirs, lookalikes], lambda run: run.owner == "a") == [None, None]


def test_a_finished_run_counts_before_one_that_waits_and_that_before_one_that_failed():
    scaling = EXPERIMENTS["scaling"]
    failed, waiting, done = (run(scaling, 0, state) for state in ("failed", "queued", "finished"))
    assert found(scaling, [failed, waiting, done])[0] is done
    assert found(scaling, [failed, waiting])[0] is waiting
    assert found(scaling, [failed])[0] is failed


def test_only_runs_that_neither_wait_nor_train_nor_are_finished_are_missing():
    scaling = EXPERIMENTS["scaling"]
    first, second = scaling.arms
    assert experiments.missing(scaling, [None, None]) == [first, second]
    assert experiments.missing(scaling, [run(scaling, 0, "queued"), run(scaling, 1)]) == []
    assert experiments.missing(scaling, [run(scaling, 0, "stopped"), run(scaling, 1)]) == [first]


def test_the_guess_is_read_from_the_notes_of_the_runs():
    scaling = EXPERIMENTS["scaling"]
    noted = run(scaling, 1, note=f"{experiments.NOTE}{scaling.options[2]}")
    assert experiments.guess_of(scaling, [None, noted]) == 2
    assert experiments.guess_of(scaling, [run(scaling, 0, note="Guess: something else"), None]) is None


def test_the_share_of_drawings_named_is_that_of_the_classes_drawn(dataset):
    from fmnist.drawing.made_drawings import make_drawings

    class Judge:
        def predict(self, model, images):
            self.asked = model, len(images)
            return np.eye(10)[np.full(len(images), 8)]

    judge, count = Judge(), experiments.DRAWINGS
    share = experiments.drawing_share(judge, "a-run", dataset)
    labels = make_drawings(
        dataset.test_images[:count], dataset.test_labels[:count], count, experiments.DRAWINGS_SEED
    )[1]
    assert judge.asked == ("a-run", count)
    assert share == (labels == 8).sum() / count > 0


def test_each_experiment_but_the_last_is_followed_by_another():
    keys = list(EXPERIMENTS)
    assert [experiments.following(key) for key in keys] == [*list(EXPERIMENTS.values())[1:], None]


def ordinary(identity, config=None, accuracy=0.8):
    """A run that a person has started."""
    progress = Progress("finished", test_accuracy=accuracy)
    config = config or RunConfig()
    return run(EXPERIMENTS["drawings"], 0, id=identity, name="", config=config, progress=progress)


def test_an_experiments_runs_are_known_by_name_or_by_settings_that_are_bad_on_purpose():
    for experiment in EXPERIMENTS.values():
        for place, arm in enumerate(experiment.arms):
            assert experiments.is_of_an_experiment(run(experiment, place))
            renamed = run(experiment, place, name="renamed", config=replace(arm.config, epochs=7))
            assert experiments.is_of_an_experiment(renamed) is arm.is_crippled
    assert not experiments.is_of_an_experiment(ordinary("mine"))
    assert not experiments.is_of_an_experiment(run(EXPERIMENTS["drawings"], 0, name="", config=None))


def test_the_visitors_last_ordinary_run_judges_before_better_and_newer_ones():
    newer, mine = run(EXPERIMENTS["scaling"], 1), ordinary("mine", accuracy=0.7)
    runs = [newer, ordinary("other's", accuracy=0.9), mine]
    chosen, why = experiments.to_judge(runs, lambda each: each is mine or each is newer)
    assert chosen is mine and "no experiment" in why
    chosen, why = experiments.to_judge(runs[1:], lambda each: True)
    assert chosen is runs[1] and why == "Your last run judges here."


def test_without_an_ordinary_run_of_the_visitors_the_best_judges():
    runs = [run(EXPERIMENTS["scaling"], 1), ordinary("weak", accuracy=0.5), ordinary("best", accuracy=0.9)]
    chosen, why = experiments.to_judge(runs, lambda each: each is runs[0])
    assert chosen is runs[2] and "best test accuracy" in why


def test_the_numbers_shown_large_are_the_point_of_the_experiment():
    few, scaling, drawings = (EXPERIMENTS[key] for key in ("few-images", "scaling", "drawings"))
    measured = [Measured(0.879, 0.869), Measured(0.998, 0.792)]
    assert figures(few, measured) == [("600: its own images", 0.998), ("600: test images", 0.792)]
    assert figures(scaling, measured) == [("0–1: test images", 0.869), ("0–255: test images", 0.792)]
    drawn = [Measured(0.88, 0.87, 0.31), Measured(None, None, 0.8)]
    assert [share for _, share in figures(drawings, drawn)] == [0.87, 0.31, 0.8]
