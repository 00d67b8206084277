"""Guided experiments as plain data: a question, guesses, the runs that decide, and words for their results.

An experiment's runs are known again by name and settings, so its state is what the runs on disk say.
Answers are decided by the numbers: where an expected effect did not show, they say so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from fmnist.data.class_words import class_name
from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.difference import differ, paired, shares_differ
from fmnist.evaluation.doubtful import Estimate
from fmnist.evaluation.rate_range import RateRange
from fmnist.evaluation.scores import accuracy, shown_gap
from fmnist.language import N_, _, in_a_row
from fmnist.networks.architectures import parameter_count, seconds_per_epoch
from fmnist.networks.config import RunConfig
from fmnist.runs.state import ACTIVE

if TYPE_CHECKING:
    from fmnist.data.sources import Dataset
    from fmnist.evaluation.run_predictions import Predicts
    from fmnist.runs.store import Snapshot

GUESSING = 0.12  # a test accuracy up to this is no better than guessing among ten classes
NOTE = "Guess: "  # how the note of a run begins that keeps what was guessed
FORMER = {  # options as earlier versions wrote them into notes
    "As many, within 1 point": "As many: a difference may be chance",
    "As good, within 1 point": "As good: a difference may be chance",
}
DRAWINGS, DRAWINGS_SEED = 200, 20_251_124  # a seed that Sketch-ready's training does not use

HARMLESS = N_("The harm that is to be expected did not show here. It may with another seed.")
UNEXPECTED = N_("That is not what is to be expected: see whether another seed agrees.")


@dataclass(frozen=True)
class Arm:
    """One of the runs that are compared: what sets it apart, and its settings."""

    label: str
    config: RunConfig
    is_crippled: bool = False  # the settings are bad on purpose: nobody wants such a network to judge
    leaves_out: int = 0  # so many training images, those whose labels networks doubt most: known at its start


@dataclass(frozen=True)
class Measured:
    """What a finished run reached: accuracies from 0 to 1; nan for what its experiment does not ask about.

    `right` says of each test image whether it is named rightly, (n,) bool; None if that cannot be read.
    """

    train_accuracy: float = math.nan
    test_accuracy: float = math.nan
    drawings: float = math.nan
    right: np.ndarray | None = field(default=None, repr=False, compare=False)
    learned: tuple[float, ...] = ()  # of each class, the share that was right within the first epoch
    changed: tuple[float, ...] = ()  # test accuracy once the images are changed, as the experiment says
    doubted: float = math.nan  # the share of all labels that networks doubt
    rates: RateRange | None = field(default=None, repr=False, compare=False)  # what a growing rate showed
    judged: Estimate | None = None  # how many are wrong by what the visitor has judged


@dataclass(frozen=True)
class Answer:
    """Which of the guesses came true, and what was measured, in sentences."""

    option: int
    words: str


@dataclass(frozen=True)
class Experiment:
    """A question that a few short runs answer.

    Parameters
    ----------
    options : tuple of str
        The guesses to choose from: exactly one comes true, whatever is measured.
    arms : tuple of Arm
        The runs, in the order in which `decide` gets what they measured.
    decide : callable
        From a Measured per arm (and, with `judges_drawings`, one for Sketch-ready) to the Answer.
    """

    key: str
    title: str
    question: str
    options: tuple[str, ...]
    arms: tuple[Arm, ...]
    decide: Callable[[Sequence[Measured]], Answer] = field(repr=False)
    judges_drawings: bool = False
    looks_at_own_images: bool = False  # its point is how well a run names what it has learned from
    asks_what_first: bool = False  # `decide` gets what was learned first
    finds_rate: bool = False  # `decide` gets the loss over a rate that grows
    asks_about_labels: bool = False  # `decide` gets what is doubted; its runs need a search for that first
    changes: tuple[tuple[str, int, str], ...] = ()  # of test images, `decide` wants the accuracy with each:
    # kind and strength as `workers.robustness` has them, and words

    def name(self, arm: Arm) -> str:
        """The name of a run on disk, in English: all of an experiment begin alike."""
        return f"{self.title}: {arm.label}"

    def is_run(self, arm: Arm, run: Snapshot) -> bool:
        """Whether a run on disk is this arm's: by its settings, and by how its name begins."""
        if not run.name.startswith(f"{self.title}: "):
            return False
        if arm.leaves_out and run.config is not None and run.config.changed_labels:
            return replace(run.config, changed_labels="") == arm.config
        return run.config == arm.config and not arm.leaves_out

    @property
    def settings(self) -> RunConfig:
        """The settings that the form shows: those of the run that is unusual."""
        return self.arms[-1].config


# ---------------------------------------------------------------------------------------- what was measured


def figures(experiment: Experiment, measured: Sequence[Measured]) -> list[tuple[str, float]]:
    """The few numbers that are the point of an experiment, to be shown large: words, and a share.

    Parameters
    ----------
    measured : sequence of Measured
        As `Experiment.decide` gets it.
    """
    if experiment.judges_drawings:
        run, ready = measured
        ready_words = _("Drawings, by Sketch-ready")
        return [
            (_("Test photos"), run.test_accuracy),
            (_("Drawings"), run.drawings),
            (ready_words, ready.drawings),
        ]
    if experiment.asks_what_first and (learned := measured[0].learned):
        first = sorted(range(len(learned)), key=lambda label: -learned[label])
        return [(class_name(label), learned[label]) for label in (*first[:2], first[-1])]
    labels = [_(arm.label) for arm in experiment.arms]
    if experiment.asks_about_labels:
        return _figures_of_labels(labels, measured)
    if experiment.changes:
        return [
            (_("{run}: {change}").format(run=label, change=_(change[2])), share)
            for label, each in zip(labels, measured, strict=True)
            for change, share in zip(experiment.changes, each.changed, strict=False)
        ]
    if experiment.looks_at_own_images:
        unusual, label = measured[-1], labels[-1]
        return [
            (_("{run}: its own images").format(run=label), unusual.train_accuracy),
            (_("{run}: test images").format(run=label), unusual.test_accuracy),
        ]
    words = _("{run}: test images")
    return [
        (words.format(run=label), each.test_accuracy) for label, each in zip(labels, measured, strict=True)
    ]


def _figures_of_labels(labels: Sequence[str], measured: Sequence[Measured]) -> list[tuple[str, float]]:
    judged, words = measured[0].judged, _("{run}: test images")
    return [
        (_("Doubted by networks"), measured[0].doubted),
        *([(_("Wrong, by your judgements"), judged.share)] if judged else []),
        *(
            (words.format(run=label), each.test_accuracy)
            for label, each in zip(labels, measured, strict=True)
        ),
    ]


def _decide_scaling(measured: Sequence[Measured]) -> Answer:
    scaled, raw = (each.test_accuracy for each in measured)
    words = _(
        "Scaled to 0–1, {scaled:.1%} of the test images are named correctly; left at 0–255, {raw:.1%}."
    ).format(scaled=scaled, raw=raw)
    if raw <= GUESSING:
        return _answer(
            0, words, _("With inputs 255 times as large, steps of the usual size ruin the weights.")
        )
    if _same(*measured):
        return _answer(2, words, _(HARMLESS))
    if raw > scaled:
        return _answer(3, words, _(UNEXPECTED))
    rougher = _("Inputs 255 times as large make every step rougher: it learns, but overshoots on the way.")
    return _answer(1, words, rougher)


def _decide_units(measured: Sequence[Measured]) -> Answer:
    shares = [each.test_accuracy for each in measured]
    gains = np.diff(shares)
    listed = _(", ").join(f"{units:,}: {share:.1%}" for units, share in zip(UNITS, shares, strict=True))
    words = _("Test accuracy with {units}.").format(units=listed), _of_one_unit(shares[0])
    if not _steps_differ(measured, int(gains.argmax()), int(gains.argmin())):
        return _answer(3, *words, _("No step brought more than another."))
    before, after = (parameter_count(arm.config) for arm in UNIT_ARMS[2:])
    last = _("The last step, from {before:,} to {after:,} parameters, changed it by {gain:+.1f} points.")
    return _answer(int(gains.argmax()), *words, last.format(before=before, after=after, gain=100 * gains[2]))


def _of_one_unit(share: float) -> str:
    if share <= GUESSING:
        return _(
            "One unit was no better than guessing: if its sum is negative for all images, it passes on 0."
        )
    return _("One unit passes on a single number, from which ten classes are hard to tell.")


def _decide_rate(measured: Sequence[Measured]) -> Answer:
    usual, large = (each.test_accuracy for each in measured)
    words = _(
        "With rate 0.001, {usual:.1%} of the test images are named correctly; with 0.1, {large:.1%}."
    ).format(usual=usual, large=large)
    if large <= GUESSING:
        return _answer(
            3,
            words,
            _("Its first steps threw the weights so far off that it only guesses, and no step led back."),
        )
    if _same(*measured):
        return _answer(1, words, _(HARMLESS))
    if large > usual:
        return _answer(0, words, _(UNEXPECTED))
    return _answer(2, words, _("Each step jumps past the better values, so it learns less, not faster."))


def _decide_few(measured: Sequence[Measured]) -> Answer:
    many, few = measured
    gap = few.train_accuracy - few.test_accuracy
    words = _(
        "Of its own 600 images it names {own:.1%}, of the test images {new:.1%}: a gap of {gap:.1f} points. "
        "With 60,000 images these are {own_of_many:.1%} and {new_of_many:.1%}."
    ).format(**_both(many, few), gap=shown_gap(few.train_accuracy, few.test_accuracy))
    if abs(gap) < 0.02:
        return _answer(0, words, _("No overfitting showed here."))
    if gap < 0:
        return _answer(2, words, _(UNEXPECTED))
    return _answer(
        1,
        words,
        _("It has learned its few images rather than what garments have in common: overfitting."),
    )


def _decide_labels(measured: Sequence[Measured]) -> Answer:
    many, few = measured
    words = _(
        "Of the 1,000 images with shuffled labels it names {own:.1%} as their labels say, of the test images "
        "{new:.1%} correctly. With 60,000 these are {own_of_many:.1%} and {new_of_many:.1%}."
    ).format(**_both(many, few))
    if few.test_accuracy > 0.2:
        return _answer(
            2, words, _("Something of the garments came through: see whether another seed agrees.")
        )
    if few.train_accuracy > 0.5:
        return _answer(
            1,
            words,
            _("It has learned accidents by heart: a high training accuracy alone proves nothing."),
        )
    return _answer(
        0,
        words,
        _("There is nothing to find in such labels, and it did not learn them by heart either."),
    )


def _both(many: Measured, few: Measured) -> dict[str, float]:
    return {
        "own": few.train_accuracy,
        "new": few.test_accuracy,
        "own_of_many": many.train_accuracy,
        "new_of_many": many.test_accuracy,
    }


def _decide_drawings(measured: Sequence[Measured]) -> Answer:
    run, ready = measured
    no_gap = run.drawings > run.test_accuracy - 0.1
    words = _(
        "Your network names {photos:.1%} of the test photos, but {drawn:.1%} of {count} drawings by this "
        "program."
    )
    if no_gap:
        words = _(
            "Your network names {photos:.1%} of the test photos, and {drawn:.1%} of {count} drawings by this "
            "program."
        )
    sentences = [
        words.format(photos=run.test_accuracy, drawn=run.drawings, count=DRAWINGS),
        _("Sketch-ready names {drawn:.1%} of the same drawings.").format(drawn=ready.drawings),
    ]
    if ready.drawings > run.drawings:
        sentences.append(_("It has practised on drawings of this kind, your network on grey surfaces alone."))
    if no_gap:
        return _answer(0, *sentences, _("The gap that is to be expected did not show here."))
    return _answer(
        1 if run.drawings >= run.test_accuracy / 2 else 2, *sentences, _("Now try your own drawing.")
    )


def _decide_first(measured: Sequence[Measured]) -> Answer:
    learned = np.array(measured[0].learned or (0.0,) * len(CLASS_NAMES))
    best, worst = int(learned.argmax()), int(learned.argmin())
    words = _(
        "At the kept moments of the first epoch it named {best:.1%} of the images of the class {first} "
        "correctly, the most, and {worst:.1%} of the class {last}, the fewest."
    ).format(best=learned[best], worst=learned[worst], first=class_name(best), last=class_name(worst))
    option = next(place for place, group in enumerate(GROUPS) if best in group)
    return _answer(option, words, _("A shape that no other class shares is easy to tell from the rest."))


def _decide_moved(measured: Sequence[Measured]) -> Answer:
    plain, mended = measured
    (plain_moved,), (mended_moved,) = (each.changed or (math.nan,) for each in measured)
    words = _(
        "Moved by {pixels} pixels, {plain_moved:.1%} of the test images are named correctly instead of "
        "{plain:.1%}. The network that has practised names {mended_moved:.1%} instead of {mended:.1%}."
    ).format(
        pixels=MOVED,
        plain=plain.test_accuracy,
        plain_moved=plain_moved,
        mended=mended.test_accuracy,
        mended_moved=mended_moved,
    )
    lost, still_lost = plain.test_accuracy - plain_moved, mended.test_accuracy - mended_moved
    if lost <= LITTLE:
        return _answer(0, words, _(HARMLESS))
    if still_lost > lost / 2:
        return _answer(2, words, _("Practice helped less than is to be expected."))
    return _answer(1, words, _("Each weight belongs to one pixel: what moves meets other weights."))


def _decide_fooled(measured: Sequence[Measured]) -> Answer:
    plain, mended = measured
    (noise, attack), (_noise, mended_attack) = (each.changed or (math.nan,) * 2 for each in measured)
    words = _(
        "Noise of ±{size} leaves {noise:.1%} of the test images named correctly, an attack {attack:.1%}, no "
        "change {plain:.1%}. Practised on attacks, the network names {mended_attack:.1%} of the attacked."
    ).format(
        size=HARDLY_SEEN,
        noise=noise,
        attack=attack,
        plain=plain.test_accuracy,
        mended_attack=mended_attack,
    )
    if plain.test_accuracy - attack <= LITTLE:
        return _answer(0, words, _(HARMLESS))
    if plain.test_accuracy - noise > LITTLE:
        return _answer(3, words, _(UNEXPECTED))
    why = _("Noise cancels out in each sum; an attack pushes every pixel the way that hurts.")
    halved = mended.test_accuracy - mended_attack <= (plain.test_accuracy - attack) / 2
    return _answer(1 if halved else 2, words, why)


def _decide_wrong_labels(measured: Sequence[Measured]) -> Answer:
    plain, without = measured
    share = plain.doubted
    words = _("Networks doubt {doubted:.1%} of the labels.").format(doubted=plain.doubted)
    if judged := plain.judged:
        share = judged.share
        told = _("By your {count:,} judgements {share:.1%} are wrong (95%: {low:.1%} to {high:.1%}).")
        told = told.format(count=judged.judged, share=share, low=judged.low, high=judged.high)
    else:
        told = _("How many of them are wrong only eyes can tell: once you judge images by lot, that counts.")
    accuracy = _("Without the {count:,} most doubtful it names {without:.1%} of the test images, {change}.")
    change = without.test_accuracy - plain.test_accuracy
    if _same(plain, without):
        verdict = _("a difference of {points:+.1f} points that may be chance")
    else:
        verdict = _("a difference of {points:+.1f} points")
    accuracy = accuracy.format(
        count=DOUBTFUL_LEFT_OUT,
        without=without.test_accuracy,
        change=verdict.format(points=100 * change),
    )
    return _answer(sum(share >= edge for edge in WRONG_SHARES), words, told, accuracy)


def _decide_finder(measured: Sequence[Measured]) -> Answer:
    found = measured[0].rates
    if found is None:
        return _answer(
            0, _("This run has kept too few points within its epoch to tell at which rate it was.")
        )
    words = _("The loss fell fastest near a rate of {steepest} and was lowest near {lowest}.").format(
        steepest=_short(found.steepest), lowest=_short(found.lowest)
    )
    lost = _("Up to the largest rate it did not rise much again.")
    if found.grown is not None:
        lost = _("From {grown} on it was half as much again: steps so large undo what was learned.")
        lost = lost.format(grown=_short(found.grown))
    advice = _("A rate a few times smaller than that of the lowest loss is a good first choice.")
    return _answer(sum(found.lowest >= edge for edge in RATE_EDGES), words, lost, advice)


def _short(rate: float) -> str:
    """A rate in two digits, never as a power of ten: "0.000052"."""
    return np.format_float_positional(rate, precision=2, fractional=False, trim="-")


RATE_EDGES = (1e-4, 1e-3, 1e-2)  # where one guess ends and the next begins
WRONG_SHARES = (0.01, 0.05, 0.1)  # of all labels: where one guess ends and the next begins
DOUBTFUL_LEFT_OUT = 1_000
LITTLE = 0.1  # a loss of accuracy up to this is little
MOVED = 2  # pixels
HARDLY_SEEN = 8  # grey levels of 255

GROUPS = ((1,), (5, 7, 9), (8,), (0, 2, 3, 4, 6))
"""The classes by the guess that names them: trousers, shoes, bags, and what covers the upper body."""


def _answer(option: int, *sentences: str) -> Answer:
    return Answer(option, in_a_row(*sentences))


def _same(one: Measured, other: Measured) -> bool:
    """Whether the difference of two test accuracies may be chance."""
    if one.right is None or other.right is None:
        return not shares_differ(one.test_accuracy, other.test_accuracy)
    return not paired(one.right, other.right).is_real


def _steps_differ(measured: Sequence[Measured], one: int, other: int) -> bool:
    """Whether one step up, from a run to the next, brings more than another one, and not by chance."""
    right = [each.right.astype(int) for each in measured if each.right is not None]
    if len(right) == len(measured):
        return differ(right[one + 1] - right[one], right[other + 1] - right[other])
    gains = [measured[step + 1].test_accuracy - measured[step].test_accuracy for step in (one, other)]
    return shares_differ(0.5 + gains[0] / 2, 0.5 + gains[1] / 2)


# ------------------------------------------------------------------------------------------ the experiments

UNITS = (1, 16, 128, 1024)
SHORT = 3  # epochs
UNIT_ARMS = tuple(
    Arm(f"{units:,}", RunConfig(hidden_units=units, batch_size=128, epochs=SHORT), units == 1)
    for units in UNITS
)

EXPERIMENTS: dict[str, Experiment] = {
    experiment.key: experiment
    for experiment in (
        Experiment(
            "scaling",
            N_("Unscaled pixels"),
            N_("The tutorial divides every pixel by 255. What happens if the pixels stay 0–255?"),
            (
                N_("It learns nothing"),
                N_("It names fewer test images correctly"),
                N_("As many: a difference may be chance"),
                N_("It names more correctly"),
            ),
            (
                Arm("0–1", RunConfig(epochs=SHORT)),
                Arm("0–255", RunConfig(scale_pixels=False, epochs=SHORT), True),
            ),
            _decide_scaling,
        ),
        Experiment(
            "hidden-units",
            N_("Hidden units"),
            N_("A network with 1, 16, 128 or 1,024 hidden units: which step up brings most?"),
            (N_("From 1 to 16"), N_("From 16 to 128"), N_("From 128 to 1,024"), N_("All about the same")),
            UNIT_ARMS,
            _decide_units,
        ),
        Experiment(
            "learning-rate",
            N_("Learning rate"),
            N_("Steps a hundred times as large, rate 0.1 instead of 0.001: what becomes of it?"),
            (
                N_("It learns faster and ends better"),
                N_("As good: a difference may be chance"),
                N_("Worse, but better than guessing"),
                N_("It only guesses"),
            ),
            (
                Arm("0.001", RunConfig(epochs=SHORT)),
                Arm("0.1", RunConfig(learning_rate=0.1, epochs=SHORT), True),
            ),
            _decide_rate,
        ),
        Experiment(
            "rate-finder",
            N_("Find a rate"),
            N_(
                "In one epoch the learning rate grows from 0.00001 to 1, by the same factor in each step. At "
                "which rate is the loss lowest?"
            ),
            (
                N_("Below 0.0001"),
                N_("Between 0.0001 and 0.001"),
                N_("Between 0.001 and 0.01"),
                N_("Above 0.01"),
            ),
            (Arm("0.00001–1", RunConfig(epochs=1, learning_rate=1.0, schedule="growing"), True),),
            _decide_finder,
            finds_rate=True,
        ),
        Experiment(
            "few-images",
            N_("Few images"),
            N_(
                "With only 600 images to learn from: how well does it name those, and how well the test "
                "images?"
            ),
            (
                N_("Both equally well, within 2 points"),
                N_("Its own images better"),
                N_("The test images better"),
            ),
            (
                Arm("60,000", RunConfig(epochs=SHORT)),
                Arm("600", RunConfig(training_images=600, epochs=40), True),
            ),
            _decide_few,
            looks_at_own_images=True,
        ),
        Experiment(
            "shuffled-labels",
            N_("Shuffled labels"),
            N_(
                "The labels of 1,000 images are shuffled, so that they mean nothing. What can a network "
                "still learn?"
            ),
            (
                N_("Nothing at all"),
                N_("The 1,000 labels by heart, but nothing about test images"),
                N_("To name test images better than guessing"),
            ),
            (
                Arm("60,000", RunConfig(shuffle_labels=True, epochs=SHORT), True),
                Arm(
                    "1,000",
                    RunConfig(shuffle_labels=True, training_images=1000, hidden_units=512, epochs=60),
                    True,
                ),
            ),
            _decide_labels,
            looks_at_own_images=True,
        ),
        Experiment(
            "learned-first",
            N_("Learned first"),
            N_("Which garments does it learn first?"),
            (
                N_("Trousers"),
                N_("Shoes: sandals, sneakers or ankle boots"),
                N_("Bags"),
                N_("What covers the upper body"),
            ),
            (Arm(N_("as in the tutorial"), RunConfig(epochs=SHORT)),),
            _decide_first,
            asks_what_first=True,
        ),
        Experiment(
            "moved",
            N_("How far can it move?"),
            N_(
                "All test images are moved by two pixels, each to one of the four sides. How many are still "
                "named correctly, and does it help to practise with moved copies?"
            ),
            (
                N_("Nearly as many, at most 10 points fewer"),
                N_("Clearly fewer; with practice the loss is at most half"),
                N_("Clearly fewer; and practice helps less than that"),
            ),
            (
                Arm(N_("as in the tutorial"), RunConfig(epochs=SHORT)),
                Arm(N_("practised with moved copies"), RunConfig(epochs=SHORT, shifts=MOVED)),
            ),
            _decide_moved,
            changes=(("shift", MOVED, N_("moved by 2 pixels")),),
        ),
        Experiment(
            "fooled",
            N_("Can noise you cannot see fool it?"),
            N_(
                "Each pixel of the test images is changed by at most 8 of 255 grey levels, which is hard to "
                "see: by lot, or as an attack that makes the loss grow. Which of them fools the network?"
            ),
            (
                N_("Neither: at most 10 points are lost"),
                N_("Only the attack; practice with attacked images at least halves the loss"),
                N_("Only the attack; and practice helps less than that"),
                N_("Both"),
            ),
            (
                Arm(N_("as in the tutorial"), RunConfig(epochs=SHORT)),
                Arm(N_("practised with attacked images"), RunConfig(epochs=SHORT, attacked=HARDLY_SEEN)),
            ),
            _decide_fooled,
            changes=(
                ("noise", HARDLY_SEEN, N_("noise ±8")),
                ("attack", HARDLY_SEEN, N_("attack ±8")),
            ),
        ),
        Experiment(
            "wrong-labels",
            N_("Wrong labels"),
            N_(
                "Three networks look for doubtful labels among the 60,000; then one network learns from all "
                "images, another without the 1,000 most doubtful. How many of the labels are wrong?"
            ),
            (
                N_("Fewer than 1 in 100"),
                N_("1 to 5 in 100"),
                N_("5 to 10 in 100"),
                N_("More than 10 in 100"),
            ),
            (
                Arm(N_("all labels"), RunConfig(epochs=SHORT)),
                Arm(N_("1,000 fewer"), RunConfig(epochs=SHORT), leaves_out=DOUBTFUL_LEFT_OUT),
            ),
            _decide_wrong_labels,
            asks_about_labels=True,
        ),
        Experiment(
            "drawings",
            N_("Drawings"),
            N_(
                "A network that has seen photos alone is shown drawings of garments. How many does it "
                "name correctly?"
            ),
            (
                N_("Nearly as many as photos, at most 10 points fewer"),
                N_("Clearly fewer, but at least half as many"),
                N_("Less than half as many"),
            ),
            (Arm(N_("photos alone"), RunConfig(epochs=SHORT)),),
            _decide_drawings,
            judges_drawings=True,
        ),
    )
}


def name_shown(name: str) -> str:
    """A run's name in the language of now if an experiment has given it; what a person has typed stays."""
    for experiment in EXPERIMENTS.values():
        for arm in experiment.arms:
            if name == experiment.name(arm):
                return _("{title}: {label}").format(title=_(experiment.title), label=_(arm.label))
    return name


def is_of_an_experiment(run: Snapshot) -> bool:
    """Whether an experiment has started a run, or it has the settings that one cripples, at any length."""
    arms = [(each.name(arm), arm) for each in EXPERIMENTS.values() for arm in each.arms]
    return any(
        run.name == name or (arm.is_crippled and _is_alike(arm.config, run.config)) for name, arm in arms
    )


def _is_alike(one: RunConfig, other: RunConfig | None) -> bool:
    return other is not None and one.as_dict() | {"epochs": 0} == other.as_dict() | {"epochs": 0}


def to_judge(runs: Sequence[Snapshot], is_mine: Callable[[Snapshot], bool]) -> tuple[Snapshot, str]:
    """The run that judges where none is asked for, and the sentence that says why this one.

    A visitor's last run that is no experiment's comes first; without one, the best by test accuracy.

    Parameters
    ----------
    runs : sequence of Snapshot
        At least one, newest first.
    is_mine : callable
        Whether this visitor has started a run.
    """
    ordinary = [run for run in runs if is_mine(run) and not is_of_an_experiment(run)]
    if ordinary:
        is_newest = ordinary[0] is runs[0]
        passed = N_("Your last run that was no experiment judges here.")
        return ordinary[0], N_("Your last run judges here.") if is_newest else passed
    best = max(runs, key=lambda run: run.test_accuracy or 0.0)
    return best, N_("The run with the best test accuracy judges here.")


def following(key: str) -> Experiment | None:
    """The experiment to do after this one; None after the last."""
    keys = list(EXPERIMENTS)
    place = keys.index(key) + 1
    return EXPERIMENTS[keys[place]] if place < len(keys) else None


# -------------------------------------------------------------------------------------- the runs on disk


def runs_of(
    experiment: Experiment,
    summaries: Sequence[Snapshot],
    is_mine: Callable[[Snapshot], bool],
    is_real_data: bool,
) -> list[Snapshot | None]:
    """The run of each arm: a finished one, else one that waits or trains, else one that ended early; or None.

    Parameters
    ----------
    summaries : sequence of Snapshot
        All runs, newest first. Those on other data than what is loaded now do not count.
    is_mine : callable
        Whether this visitor has started a run.
    """
    usable = [run for run in summaries if run.is_real_data in (None, is_real_data) and is_mine(run)]
    return [_best([run for run in usable if experiment.is_run(arm, run)]) for arm in experiment.arms]


def is_done(run: Snapshot | None) -> bool:
    """Whether an arm's run has something to compare."""
    return run is not None and run.state == "finished" and run.test_accuracy is not None


def is_active(run: Snapshot | None) -> bool:
    """Whether an arm's run waits or trains."""
    return run is not None and run.state in ACTIVE


def missing(experiment: Experiment, found: Sequence[Snapshot | None]) -> list[Arm]:
    """The arms that still need a run to be started."""
    return [
        arm for arm, run in zip(experiment.arms, found, strict=True) if not (is_done(run) or is_active(run))
    ]


def guess_of(experiment: Experiment, found: Sequence[Snapshot | None]) -> int | None:
    """What was guessed before these runs were started: the number of the option, None for no guess."""
    noted = [run.note.removeprefix(NOTE) for run in found if run is not None]
    notes = [FORMER.get(note, note) for note in noted]
    return next((experiment.options.index(note) for note in notes if note in experiment.options), None)


def seconds(arms: Sequence[Arm]) -> float:
    """About how long it takes to train these on two ordinary cores."""
    return sum(seconds_per_epoch(arm.config) * arm.config.epochs for arm in arms)


def drawing_share(judge: Predicts, model: str, dataset: Dataset) -> float:
    """How many of 200 drawings, made by the program from test photos and shapes, a model names correctly.

    They are made as those that Sketch-ready has practised on, but not the same ones.
    """
    from fmnist.drawing.made_drawings import make_drawings  # here, because few visits want it

    seen = slice(DRAWINGS)
    images, labels = make_drawings(
        dataset.test_images[seen], dataset.test_labels[seen], DRAWINGS, DRAWINGS_SEED
    )
    return accuracy(labels, judge.predict(model, images).argmax(axis=1))


def _best(runs: list[Snapshot]) -> Snapshot | None:
    return next(
        (run for wanted in (is_done, is_active) for run in runs if wanted(run)), next(iter(runs), None)
    )
