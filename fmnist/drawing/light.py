"""Paper and light: how bright the paper is at each place of a photo, and how noisy.

Paper is what the margin of a picture shows, changing slowly from place to place. So it is described by a
smooth surface, a polynomial of the third degree: lit from one side and darker in the corners are such
surfaces. On the 560 pixels that the conversion works on this takes about 12 milliseconds and 6 MB, and no
package. Adaptive thresholds take the inside of a filled garment for paper, and OpenCV, which has a good one,
160 MB on the disk (SciPy 114).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

CELLS = 64  # along the longest edge; the median of a cell knows no specks, lines or noise
MARGIN = 0.14  # of an edge: where the paper is looked for first
CORNER_VOTES = 3  # a corner is paper more often than the middle of a side, where sleeves and hems may be
GUESSES = 300  # random sets of four cells
ALIKE = 0.04  # of the paper's brightness: what differs less in a cell's median may be paper
DARKEST_PAPER = 60.0  # grey levels; below, nothing can be seen to be darker
DEGREE = 3
SHADOWLESS = 0.8  # of the margin is paper where no shadow falls on it
SHADOW_STEP = 0.03  # of the brightness from cell to cell; a garment has an edge
DEEPEST_SHADOW = 0.45  # of the light is left
SPREADS = (24, 12, 6, 3, 1)  # cells


@dataclass(frozen=True)
class Paper:
    """How the paper of a picture looks."""

    brightness: np.ndarray  # float32 (h, w), grey levels from 0 to 255
    cells: np.ndarray  # bool (h, w): in cells that are paper in the main

    def contrast(self, grey: np.ndarray) -> np.ndarray:
        """How far each pixel is from the paper, light removed: float32 (h, w), below 0 where it is lighter.

        255 is black on paper of any brightness, or white on black paper.
        """
        darker = self.brightness - grey
        lighter = np.maximum(self.brightness, 255 - self.brightness)
        scale = np.where(darker > 0, np.maximum(self.brightness, DARKEST_PAPER), lighter)
        contrast: np.ndarray = darker * (255 / scale)
        return contrast

    @property
    def evenness(self) -> float:
        """The darkest place of the paper over its brightest, 0 to 1."""
        return float(self.brightness.min() / max(float(self.brightness.max()), 1.0))


def find_paper(grey: np.ndarray) -> Paper:
    """The paper that a garment or drawing lies on.

    Parameters
    ----------
    grey
        uint8 (h, w), at least 2 × 2.

    Returns
    -------
    Paper

    Notes
    -----
    A first guess by consensus in the margin (Fischler and Bolles, "Random sample consensus", 1981), then
    least squares over all cells that agree, a few times. Where much of the margin still disagrees, shadows
    fall on it: the paper is followed into them, cell by cell.
    """
    cell = max(1, round(max(grey.shape) / CELLS))
    medians = _medians(grey, cell)
    x, y = (_axis(side) for side in medians.shape[::-1])
    powers = _powers(*(each.ravel() for each in np.meshgrid(x, y)))
    values = medians.ravel()
    agree = _consensus(powers, values, _margin(medians.shape).ravel())
    coefficients = np.zeros(powers.shape[1])
    for terms in (6, 6, 6, 10, 10, 10):  # second degree first: few cells say little about the third
        coefficients = _fit(powers, values, agree, terms)
        surface = powers @ coefficients
        agree = np.abs(values - surface) < _tolerance(surface)
    brightness = _surface(coefficients, grey.shape, cell)
    surface, agree = surface.reshape(medians.shape), agree.reshape(medians.shape)
    if _share_of_margin(agree) < SHADOWLESS:
        agree = _with_shadows(medians, surface, agree)
        factors = _spread(np.where(agree, medians / np.maximum(surface, 1), 0), agree)
        brightness = np.clip(brightness * _enlarged(factors, grey.shape, cell), 0, 255)
    cells = agree.reshape(medians.shape).repeat(cell, 0).repeat(cell, 1)[: grey.shape[0], : grey.shape[1]]
    return Paper(brightness, cells)


def _share_of_margin(agree: np.ndarray) -> float:
    """How much of the margin is paper, without the outermost cells, where a frame may be."""
    inner = agree[2:-2, 2:-2]
    return float(inner[_margin(inner.shape) > 0].mean()) if inner.size else 1.0


def _with_shadows(medians: np.ndarray, surface: np.ndarray, agree: np.ndarray) -> np.ndarray:
    """Paper, and what it passes into so gradually that it is paper in a shadow; bool like `medians`."""
    share = medians / np.maximum(surface, 1)
    possible = (share > DEEPEST_SHADOW) & (share < 2 - DEEPEST_SHADOW)
    agree = agree.copy()
    while True:
        before = np.count_nonzero(agree)
        for near, far in (np.s_[1:, :], np.s_[:-1, :]), (np.s_[:, 1:], np.s_[:, :-1]):
            passing = np.abs(share[near] - share[far]) < SHADOW_STEP
            reached = passing & possible[near] & possible[far] & (agree[near] | agree[far])
            agree[near] |= reached
            agree[far] |= reached
        if np.count_nonzero(agree) == before:
            return agree


def _spread(factors: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Where a factor is not known, the mean of the known ones around; float64 like `factors`."""
    weights, spread = known.astype(np.float64), np.ones_like(factors)
    for reach in SPREADS:  # from far to near: the nearest that says enough has the last word
        weight, total = _sum_around(weights, reach), _sum_around(factors * weights, reach)
        enough = weight > 0.15 * (2 * reach + 1) ** 2
        spread = np.where(enough, total / np.maximum(weight, 1e-9), spread)
    return spread


def _sum_around(values: np.ndarray, reach: int) -> np.ndarray:
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (reach + 1, reach)
        sums = np.cumsum(np.pad(values, pad), axis=axis)
        edge = 2 * reach + 1
        values = sums[edge:] - sums[:-edge] if axis == 0 else sums[:, edge:] - sums[:, :-edge]
    return values


def _enlarged(cells: np.ndarray, shape: tuple[int, int], cell: int) -> np.ndarray:
    """One value for each pixel, smoothly, float32 (h, w)."""
    picture = Image.fromarray(cells.astype(np.float32))
    large = picture.resize((cells.shape[1] * cell, cells.shape[0] * cell), Image.Resampling.BILINEAR)
    return np.asarray(large)[: shape[0], : shape[1]]


def _medians(grey: np.ndarray, cell: int) -> np.ndarray:
    """The median of each cell, float64 (rows, columns); cells at the lower and right edge may be repeated."""
    rows, columns = (-(-side // cell) for side in grey.shape)
    padded = np.pad(
        grey, ((0, rows * cell - grey.shape[0]), (0, columns * cell - grey.shape[1])), mode="edge"
    )
    cells = padded.reshape(rows, cell, columns, cell).swapaxes(1, 2).reshape(rows, columns, -1)
    middle = cells.shape[2] // 2
    return np.partition(cells, middle, axis=2)[..., middle].astype(
        np.float64
    )  # ten times as fast as np.median


def _axis(count: int) -> np.ndarray:
    return (np.arange(count) + 0.5) / count * 2 - 1


# Exponents of x and y, by degree.
_EXPONENTS = [(a, degree - a) for degree in range(DEGREE + 1) for a in range(degree, -1, -1)]


def _powers(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.stack([x**a * y**b for a, b in _EXPONENTS], axis=1)


def _margin(shape: tuple[int, int]) -> np.ndarray:
    """How much each cell's vote counts at first: 0 in the middle."""
    near = [
        np.minimum(np.arange(side), np.arange(side)[::-1]) < max(1, round(side * MARGIN)) for side in shape
    ]
    rows, columns = near[0][:, None], near[1][None, :]
    return np.where(rows & columns, CORNER_VOTES, (rows | columns).astype(int))


def _tolerance(surface: np.ndarray) -> np.ndarray:
    return np.maximum(ALIKE * surface, 2.5)


def _consensus(powers: np.ndarray, values: np.ndarray, votes: np.ndarray) -> np.ndarray:
    """Which cells of the margin agree with the surface that most of them agree with; bool (n,).

    The surface is a slope and a fall-off to all corners, four numbers, so four cells give one.
    """
    x, y = powers[:, 1], powers[:, 2]
    simple = np.stack([np.ones_like(x), x, y, x * x + y * y], axis=1)
    margin = np.flatnonzero(votes)
    chance = np.random.default_rng(0)  # the same picture always gives the same answer
    drawn = margin[chance.integers(len(margin), size=(GUESSES, 4))]
    guesses = _solved(simple[drawn], values[drawn], float(np.median(values[margin])))
    some = margin[::4]  # enough to tell the best guess
    surfaces = np.einsum("gk,ck->gc", guesses, simple[some])  # so small that BLAS's threads would be slower
    agree = np.abs(values[some] - surfaces) < _tolerance(surfaces)
    surface = simple @ guesses[(agree @ votes[some]).argmax()]
    paper: np.ndarray = (votes > 0) & (np.abs(values - surface) < _tolerance(surface))
    return paper


def _solved(equations: np.ndarray, values: np.ndarray, level: float) -> np.ndarray:
    """The solution of each set of four equations, damped so that four cells in a row do no harm."""
    weights = np.array([0.0, 1e-4, 1e-4, 1e-3])  # slopes are small unless the cells say otherwise
    normal = np.einsum("nij,nik->njk", equations, equations) + np.diag(weights + 1e-9)
    right = np.einsum("nij,ni->nj", equations, values - level)
    solved = np.linalg.solve(normal, right[..., None])[..., 0]
    solved[:, 0] += level
    return solved


def _fit(powers: np.ndarray, values: np.ndarray, agree: np.ndarray, terms: int) -> np.ndarray:
    """Least squares over the cells that agree; coefficients beyond `terms` are 0."""
    if not agree.any():
        agree = np.ones_like(agree)
    basis, level = powers[agree, :terms], float(np.median(values[agree]))
    damping = np.array([0.0 if a + b == 0 else 10.0 ** (a + b - 4) for a, b in _EXPONENTS[:terms]])
    normal = np.einsum("ni,nj->ij", basis, basis) + np.diag(damping + 1e-9)
    coefficients = np.zeros(powers.shape[1])
    coefficients[:terms] = np.linalg.solve(normal, basis.T @ (values[agree] - level))
    coefficients[0] += level
    return coefficients


def _surface(coefficients: np.ndarray, shape: tuple[int, int], cell: int) -> np.ndarray:
    """The surface at each pixel, float32 (h, w), within 0 to 255."""
    table = np.zeros((DEGREE + 1, DEGREE + 1))
    for (a, b), coefficient in zip(_EXPONENTS, coefficients, strict=True):
        table[b, a] = coefficient
    y, x = ((np.arange(side) + 0.5) / (-(-side // cell) * cell) * 2 - 1 for side in shape)
    down, across = (np.stack([axis**power for power in range(DEGREE + 1)]) for axis in (y, x))
    surface = np.einsum("pi,pj->ij", down, np.einsum("pq,qj->pj", table, across))
    bounded: np.ndarray = np.clip(surface, 0, 255).astype(np.float32)
    return bounded
