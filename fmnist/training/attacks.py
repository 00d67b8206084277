"""Changes of an image, too small to see, that make a network wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

STEP_SHARE = 0.25  # of the largest change, in each step of the iterated attack


def attacked(
    losses: Callable[[np.ndarray, np.ndarray], np.ndarray],
    images: np.ndarray,
    labels: np.ndarray,
    sizes: np.ndarray,
    steps: int,
    divisor: float,
) -> np.ndarray:
    """Images changed, each pixel by at most a size, so that the loss of the label grows.

    With one step this is the fast gradient sign method (Goodfellow, Shlens and Szegedy, "Explaining and
    Harnessing Adversarial Examples", 2015): each pixel goes up or down by `size`, whichever makes the loss
    grow. With more it is the basic iterative method (Kurakin, Goodfellow and Bengio, "Adversarial Examples in
    the Physical World", 2017): each step a quarter of the size, never farther than the size in all.

    Parameters
    ----------
    losses : callable
        From scaled images (n, 28, 28) and labels (n,) to the gradient of the summed loss, (n, 28, 28).
    images : array (n, 28, 28) uint8
    labels : array (n,) of integers 0 to 9
    sizes : array (n,) of integers 0 to 255
    steps : int >= 1
    divisor : float
        What the network's pixels are divided by.

    Returns
    -------
    array (n, 28, 28) uint8
    """
    original = images.astype(np.float32)
    largest = sizes.astype(np.float32)[:, None, None]
    step = largest if steps == 1 else np.maximum(largest * STEP_SHARE, np.minimum(largest, 1))
    changed = original
    for _ in range(steps):
        direction = np.sign(losses(changed / np.float32(divisor), labels))
        changed = np.clip(changed + step * direction, original - largest, original + largest).clip(0, 255)
    return changed.round().astype(np.uint8)
