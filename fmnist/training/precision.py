"""Whether convolutions multiply bfloat16 numbers: only where this processor gains by it and is as exact."""

from __future__ import annotations

import functools
import time
from pathlib import Path

import tensorflow as tf

FASTER = 1.15  # times, at least; below, the numbers' shortness is not worth it
APART = (
    0.01  # of a gradient's length, at most: 8 bits of a number are kept, so single products differ by 0.004
)
TRIES = 3
CPU_FLAGS = ("avx512_bf16", "amx_bf16")  # as Linux names what multiplies such numbers
CPU_INFO = Path("/proc/cpuinfo")


@functools.cache
def convolutions_in_bfloat16() -> bool:
    """Check once in this process: True if a convolution, there and back, is faster in bfloat16 and as exact.

    Takes no time on a processor that cannot multiply such numbers, else about a tenth of a second.
    """
    if not has_instructions():
        return False
    images = tf.random.stateless_normal((128, 14, 14, 32), (0, 1))
    kernel = tf.random.stateless_normal((3, 3, 32, 64), (0, 2)) * 0.06
    (plain, plain_seconds), (short, short_seconds) = (_timed(images, kernel, half) for half in (False, True))
    apart = tf.norm(short - plain) / tf.norm(plain)
    return plain_seconds > FASTER * short_seconds and float(apart) < APART


def has_instructions() -> bool:
    """Whether Linux says that this processor multiplies bfloat16; False where nothing is said."""
    try:
        words = set(CPU_INFO.read_text("ascii", errors="replace").split())
    except OSError:
        return False
    return not words.isdisjoint(CPU_FLAGS)


def convolved(values: tf.Tensor, kernel: tf.Tensor, strides: tuple[int, int], padding: str) -> tf.Tensor:
    """A convolution whose products are of bfloat16 numbers; float32 in and out.

    Parameters
    ----------
    values : tf.Tensor (n, height, width, channels)
    kernel : tf.Tensor (height, width, channels, filters)
    strides : down and right.
    padding : "same" or "valid"
    """
    short = tf.nn.conv2d(tf.cast(values, tf.bfloat16), tf.cast(kernel, tf.bfloat16), strides, padding.upper())
    return tf.cast(short, tf.float32)


def _timed(images: tf.Tensor, kernel: tf.Tensor, half: bool) -> tuple[tf.Tensor, float]:
    """The gradient of a kernel, and the least time that computing it took."""

    @tf.function(autograph=False)
    def gradient() -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(kernel)
            out = (
                convolved(images, kernel, (1, 1), "same") if half else tf.nn.conv2d(images, kernel, 1, "SAME")
            )
            loss = tf.reduce_mean(tf.square(out))
        return tape.gradient(loss, kernel)

    found, times = gradient(), []
    for _ in range(TRIES):
        start = time.perf_counter()
        gradient()
        times.append(time.perf_counter() - start)
    return found, min(times)
