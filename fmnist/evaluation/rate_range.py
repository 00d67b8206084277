"""A learning-rate finder: what the loss does while the rate grows with every step of a short run.

Smith, "Cyclical Learning Rates for Training Neural Networks", 2017, section 3.3 ("LR range test").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fmnist.networks.architectures import growing_rate
from fmnist.networks.config import RunConfig

SMOOTHED = 5  # points averaged: a single one shows as much chance as learning
FEWEST = 2 * SMOOTHED  # points from which anything can be said
GROWN = 1.5  # times the lowest loss


@dataclass(frozen=True)
class RateRange:
    """The loss over the rate, and the rates that matter.

    Attributes
    ----------
    rates, losses : numpy.ndarray (n,) float64
        Rising rates, and the mean loss of the images learned at about that rate.
    steepest : float
        Where the loss falls fastest, per tenfold rate.
    lowest : float
        Where it is lowest.
    grown : float or None
        From where on it is half as much again as at its lowest; None if that did not happen.
    """

    rates: np.ndarray
    losses: np.ndarray
    steepest: float
    lowest: float
    grown: float | None


def curve(config: RunConfig, batches: Sequence[tuple[float, float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """The rates and losses (n,), from the points within the epochs of a run whose rate grows."""
    points = np.array([(epoch, loss) for epoch, loss, _ in batches], np.float64).reshape(-1, 2)
    before = np.concatenate([[0.0], points[:-1, 0]]) if len(points) else points[:, 0]
    return growing_rate(config, (before + points[:, 0]) / 2), points[:, 1]


def rate_range(config: RunConfig, batches: Sequence[tuple[float, float, float]]) -> RateRange | None:
    """What the finder says; None of fewer than ten points.

    Parameters
    ----------
    config : RunConfig
        With the schedule "growing".
    batches : sequence of (epoch as a fraction, loss, accuracy)
    """
    rates, losses = curve(config, batches)
    if len(rates) < FEWEST:
        return None
    edges = np.pad(losses, SMOOTHED // 2, mode="edge")
    smooth = np.convolve(edges, np.full(SMOOTHED, 1 / SMOOTHED), mode="valid")
    lowest = int(smooth.argmin())
    slopes = np.gradient(smooth, np.log10(rates))
    steepest = int(slopes[: lowest + 1].argmin())
    grown = np.flatnonzero(smooth[lowest:] > GROWN * smooth[lowest])
    return RateRange(
        rates,
        losses,
        float(rates[steepest]),
        float(rates[lowest]),
        float(rates[lowest + grown[0]]) if len(grown) else None,
    )
