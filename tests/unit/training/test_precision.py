"""Short numbers in convolutions: only where they pay, and then close to the long ones."""

import numpy as np
import pytest
import tensorflow as tf

from fmnist.networks.config import RunConfig
from fmnist.runs.store import Store
from fmnist.training import fit, precision


@pytest.fixture(autouse=True)
def unchecked():
    precision.convolutions_in_bfloat16.cache_clear()
    yield
    precision.convolutions_in_bfloat16.cache_clear()


@pytest.mark.parametrize(
    "words, has", [("flags : fpu avx2 avx512_bf16 fma", True), ("flags : fpu avx2 fma", False)]
)
def test_only_a_processor_that_multiplies_short_numbers_is_tried(words, has, tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text(words)
    monkeypatch.setattr(precision, "CPU_INFO", tmp_path / "cpuinfo")
    assert precision.has_instructions() == has
    monkeypatch.setattr(precision, "CPU_INFO", tmp_path / "missing")
    assert not precision.convolutions_in_bfloat16()


@pytest.mark.parametrize(
    "seconds, apart, pays", [((1.0, 0.5), 0.001, True), ((1.0, 0.95), 0.001, False), ((1.0, 0.5), 0.1, False)]
)
def test_it_must_be_faster_and_as_exact(seconds, apart, pays, monkeypatch):
    monkeypatch.setattr(precision, "has_instructions", lambda: True)
    found = {False: (tf.ones(4), seconds[0]), True: (tf.ones(4) * (1 + apart), seconds[1])}
    monkeypatch.setattr(precision, "_timed", lambda images, kernel, half: found[half])
    assert precision.convolutions_in_bfloat16() == pays


def test_a_convolution_of_short_numbers_is_close_to_that_of_long_ones():
    random = np.random.default_rng(0)
    images, kernel = random.random((2, 9, 9, 3), np.float32), random.normal(size=(3, 3, 3, 4)).astype("f4")
    for strides, padding in (((1, 1), "same"), ((2, 2), "valid")):
        short = precision.convolved(images, kernel, strides, padding)
        plain = tf.nn.conv2d(images, kernel, strides, padding.upper())
        assert short.dtype == tf.float32
        np.testing.assert_allclose(short, plain, atol=0.05)


def test_a_run_says_which_numbers_it_was_trained_with_and_learns_alike(few, tmp_path, monkeypatch):
    config = RunConfig(network="strong-cnn", training_images=96, epochs=2)
    losses = {}
    for numbers, short in (("float32", False), ("bfloat16", True)):
        monkeypatch.setattr(fit, "convolutions_in_bfloat16", lambda short=short: short)
        run = Store(tmp_path / numbers).create(config, info={}, hold=True)
        fit.train(config, few, run)
        assert run.info["convolutions"] == numbers
        losses[numbers] = [row.loss for row in run.history]
    assert losses["bfloat16"] == pytest.approx(losses["float32"], rel=0.05)
