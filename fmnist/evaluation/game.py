"""A game against a network: twenty test images, a person's answers, and who named more of them rightly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fmnist.data.class_words import class_name
from fmnist.evaluation.scores import Evaluation
from fmnist.language import _, in_a_row, n_

IMAGES = 20
MOST_SEED = 9_999


def choose_images(seed: int, available: int) -> tuple[int, ...]:
    """The images of a game: the same seed chooses the same, everywhere.

    Parameters
    ----------
    seed : int >= 0
    available : int
        How many test images there are, 20 or more.

    Returns
    -------
    tuple of 20 different integers, 0 to available - 1
    """
    return tuple(np.random.default_rng(seed).choice(available, IMAGES, replace=False).tolist())


@dataclass(frozen=True)
class Game:
    """The images of a game, by their indices, and the classes (0 to 9) answered so far, in the same order."""

    indices: tuple[int, ...]
    answers: tuple[int, ...] = ()

    @property
    def position(self) -> int:
        """How many images are answered, which is also the place of the one to answer next."""
        return len(self.answers)

    @property
    def is_over(self) -> bool:
        """Whether all images are answered."""
        return self.position == len(self.indices)

    def answered(self, position: int, label: int) -> Game:
        """The game after an answer; the same game if the answer was not meant for the image to answer next.

        A double click sends two answers for one image: the second comes when the next image is due.
        """
        if position != self.position or self.is_over:
            return self
        return replace(self, answers=(*self.answers, label))

    def score(self, labels: np.ndarray) -> int:
        """How many answers are the true class; `labels` (n,) are those of all test images."""
        return int(np.sum(labels[list(self.indices[: self.position])] == np.array(self.answers, int)))

    def network_score(self, evaluation: Evaluation) -> int:
        """How many of the images answered the network names rightly."""
        return int(evaluation.right[list(self.indices[: self.position])].sum())

    def disagreements(self, predicted: np.ndarray) -> list[int]:
        """The places of the images to which the network, `predicted` (n,), gives another class."""
        return [
            place for place, answer in enumerate(self.answers) if predicted[self.indices[place]] != answer
        ]


def feedback(game: Game, evaluation: Evaluation) -> tuple[str, bool]:
    """A sentence or two on the last answer of a game, and whether it was right."""
    place = game.position - 1
    index, answer = game.indices[place], game.answers[place]
    true, said = (class_name(each[index]) for each in (evaluation.labels, evaluation.predicted))
    right = answer == evaluation.labels[index]
    yours = (
        _("Right: image {number} is of class {true}.")
        if right
        else _("Wrong: image {number} is of class {true}, not {answer}.")
    ).format(number=place + 1, true=true, answer=class_name(answer))
    verdict = _("also right") if right and evaluation.right[index] else in_a_word(evaluation.right[index])
    networks = _("The network said {said}: {verdict}.").format(said=said, verdict=verdict)
    return in_a_row(yours, networks), bool(right)


def outcome(mine: int, networks: int) -> str:
    """Who won, as a sentence."""
    if mine == networks:
        return _("A draw: you and the network named equally many rightly.")
    ahead = abs(mine - networks)
    if mine > networks:
        words = n_("You beat the network by one image.", "You beat the network by {number} images.", ahead)
    else:
        words = n_("The network won by one image.", "The network won by {number} images.", ahead)
    return words.format(number=ahead)


def in_a_word(right: bool) -> str:
    """What an answer was, in a word."""
    return _("right") if right else _("wrong")
