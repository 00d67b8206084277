"""What a network no longer sees: a square covers each place of an image in turn.

Source: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014.
"""

from __future__ import annotations

import numpy as np

from fmnist.data.facts import IMAGE_SHAPE

SIDE, STEP = 6, 2  # of the square, and from one place to the next, in pixels


def corners() -> list[tuple[int, int]]:
    """The top left corner of each place of the square."""
    rows, columns = (range(0, size - SIDE + 1, STEP) for size in IMAGE_SHAPE)
    return [(row, column) for row in rows for column in columns]


def covered(image: np.ndarray) -> np.ndarray:
    """An image (28, 28) uint8 with the square, as dark as the ground, at each place: (places, 28, 28)."""
    places = corners()
    images = np.repeat(image[None], len(places), axis=0)
    for each, (row, column) in zip(images, places, strict=True):
        each[row : row + SIDE, column : column + SIDE] = 0
    return images


def lost(whole: float, probabilities: np.ndarray) -> np.ndarray:
    """How much of a class's probability is lost, on average, where a pixel is covered.

    Parameters
    ----------
    whole : float
        The probability for the image as it is.
    probabilities : array (places,)
        For each of the images of `covered`.

    Returns
    -------
    array (28, 28) float64
        Above 0: covering the pixel makes the class less probable; below 0: more.
    """
    fallen, times = np.zeros(IMAGE_SHAPE), np.zeros(IMAGE_SHAPE)
    for (row, column), value in zip(corners(), probabilities, strict=True):
        fallen[row : row + SIDE, column : column + SIDE] += whole - float(value)
        times[row : row + SIDE, column : column + SIDE] += 1
    means: np.ndarray = fallen / times
    return means
