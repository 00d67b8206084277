"""Is the difference real? How far two networks are apart on the same images, and whether it may be chance.

Two networks that are judged by the same images mostly fail at the same ones, so only the images count that
exactly one of them names rightly. That sees differences which two accuracies alone would not show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fmnist.data.facts import TEST_IMAGES
from fmnist.language import _, in_a_row

CHANCE = 0.05  # a gap that chance brings less often than this is called real
Z = 1.959963984540054  # of a 95% interval
STEPS = 60  # halvings when an end of the interval is looked for: more than float64 can tell apart


@dataclass(frozen=True)
class Difference:
    """How two networks differ in what they name rightly; "first minus second" wherever there is a sign.

    Parameters
    ----------
    images : int
        How many both have judged; 1 or more.
    only_first, only_second : int
        How many of them the one names rightly and the other does not.
    """

    images: int
    only_first: int
    only_second: int

    @property
    def gap(self) -> float:
        """The difference of the two accuracies, -1 to 1."""
        return (self.only_first - self.only_second) / self.images

    @property
    def chance(self) -> float:
        """How often a gap at least as large would come about if both were equally good, 0 to 1.

        McNemar's test with the mid-p value: Fagerland, Lydersen, Laake, BMC Medical Research Methodology 13
        (2013), 91.
        """
        discordant = self.only_first + self.only_second
        fewer = min(self.only_first, self.only_second)
        at = _binomial(fewer, discordant)
        if self.only_first == self.only_second:
            return 1 - at / 2
        return 2 * math.fsum(_binomial(number, discordant) for number in range(fewer)) + at

    @property
    def is_real(self) -> bool:
        """Whether chance alone would bring such a gap less than once in twenty times."""
        return self.chance < CHANCE

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the gap; it holds 0 exactly when the difference is not real.

        Tango's score interval for paired shares: Statistics in Medicine 17 (1998), 891-908.
        """
        low, high = self._end(-1.0, self.gap, Z), self._end(1.0, self.gap, -Z)
        if not self.is_real:  # the two methods may differ by a hair where few images decide
            return min(low, 0.0), max(high, 0.0)
        return (max(low, 0.0), high) if self.gap > 0 else (low, min(high, 0.0))

    def _end(self, outside: float, inside: float, wanted: float) -> float:
        """Where, between a gap that is too far away and the measured one, the score is the wanted one."""
        for _step in range(STEPS):
            middle = (outside + inside) / 2
            if abs(self._score(middle)) > abs(wanted):
                outside = middle
            else:
                inside = middle
        return inside

    def _score(self, gap: float) -> float:
        """How many standard errors the measured gap is above this one."""
        n, b, c = self.images, self.only_first, self.only_second
        linear = -b - c + (2 * n - b + c) * gap
        square = linear**2 + 8 * n * c * gap * (1 - gap)
        only_second = (math.sqrt(max(square, 0.0)) - linear) / (4 * n)  # its share, if the gap were this one
        variance = n * (2 * only_second + gap * (1 - gap))
        away = b - c - n * gap
        return away / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, away)


def share_interval(count: int, of: int) -> tuple[float, float]:
    """The 95% interval of a share, 0 to 1 (Wilson 1927); 0 to 1 where nothing was counted.

    Parameters
    ----------
    count, of : int
        So many of so many.
    """
    if not of:
        return 0.0, 1.0
    share, z2 = count / of, Z**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def paired(first: np.ndarray, second: np.ndarray) -> Difference:
    """The difference of two networks that have judged the same images.

    Parameters
    ----------
    first, second : arrays (n,) of bool
        Whether each image is named rightly, as `Evaluation.right`.

    Raises
    ------
    ValueError
        If these cannot be the same images.
    """
    if first.shape != second.shape or not first.size:
        raise ValueError(_("These two were not judged by the same images."))
    return Difference(len(first), int((first & ~second).sum()), int((second & ~first).sum()))


def differ(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two scores of the same images, (n,) numbers each, differ in the mean by more than chance.

    The score test on the differences: of right (1) and wrong (0) it makes McNemar's.
    """
    apart = first.astype(np.float64) - second
    squares = float((apart**2).sum())
    return squares > 0 and abs(float(apart.sum())) / math.sqrt(squares) > Z


def shares_differ(first: float, second: float, images: int = TEST_IMAGES) -> bool:
    """Whether two accuracies, 0 to 1, differ by more than chance, when no more is known than they say.

    The test of two independent shares, which needs larger gaps than `paired` does.
    """
    mean = (first + second) / 2
    error = math.sqrt(2 * mean * (1 - mean) / images)
    return error > 0 and abs(first - second) / error > Z


def in_words(first: str, second: str, difference: Difference) -> str:
    """What a first-week student should know about the difference of two networks, as Markdown.

    Parameters
    ----------
    first, second : str
        What the two are called, safe as Markdown.
    """
    return in_a_row(_gap_in_words(first, second, difference), _decided_by(difference), _verdict(difference))


def _gap_in_words(first: str, second: str, difference: Difference) -> str:
    more = difference.only_first - difference.only_second
    if more == 0:
        words = _("**{first}** and **{second}** name equally many of the {images:,} images correctly.")
        return words.format(first=first, second=second, images=difference.images)
    low, high = sorted(abs(end) * math.copysign(1, end * more) for end in difference.interval)
    better, other = (first, second) if more > 0 else (second, first)
    words = _(
        "**{better}** names {more:,} more of the {images:,} images correctly than **{other}**: "
        "{gap:.1f} points (95% interval {low} to {high})."
    )
    return words.format(
        better=better,
        other=other,
        more=abs(more),
        images=difference.images,
        gap=100 * abs(difference.gap),
        low=_signed(100 * low),
        high=_signed(100 * high),
    )


def _signed(points: float) -> str:
    """One place and a sign, as "+1.3" and "−0.4"; "0.0" has none."""
    rounded = round(points, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def _decided_by(difference: Difference) -> str:
    few, many = sorted((difference.only_first, difference.only_second))
    if not many:
        return _("On every image both are right or both are wrong.")
    words = _("Exactly one of the two is right on {count:,} images: {many:,} against {few:,}.")
    return words.format(count=few + many, many=many, few=few)


def _verdict(difference: Difference) -> str:
    if not difference.is_real:
        words = _("**This may be chance**: two equally good networks differ as much {often}.")
        return words.format(often=_often(difference.chance))
    words = _(
        "**The difference is real**: two equally good networks differ as much {often}. "
        "It is one between these two networks: whether their settings differ, too, other seeds tell."
    )
    return words.format(often=_often(difference.chance))


def _often(chance: float) -> str:
    if chance < 0.001:
        return _("less than once in 1,000 times")
    if chance < 0.02:
        return _("about {count} times in 1,000").format(count=round(1000 * chance))
    return _("about {count} times in 100").format(count=round(100 * chance))


def _binomial(successes: int, trials: int) -> float:
    """The probability of so many heads when a fair coin is thrown so many times."""
    ways = math.lgamma(trials + 1) - math.lgamma(successes + 1) - math.lgamma(trials - successes + 1)
    return math.exp(ways - trials * math.log(2))
