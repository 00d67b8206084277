"""Arrays as keys: equal where type, shape and values are, and never changed from outside."""

import numpy as np
import pytest

from fmnist.plots.array_key import ArrayKey

ONE = np.arange(6, dtype=np.uint8)


def test_equal_arrays_are_one_key():
    assert ArrayKey.of(ONE) == ArrayKey.of(ONE.copy())
    assert hash(ArrayKey.of(ONE)) == hash(ArrayKey.of(ONE.copy()))


@pytest.mark.parametrize("other", [ONE + 1, ONE.reshape(2, 3), ONE.view(np.int8), ONE[:5]])
def test_other_values_shapes_and_types_are_other_keys(other):
    assert ArrayKey.of(ONE) != ArrayKey.of(other)


def test_whoever_changes_the_array_changes_no_key():
    mine = ONE.copy()
    key = ArrayKey.of(mine)
    mine[:] = 0
    assert key == ArrayKey.of(ONE) and np.array_equal(key.values, ONE)
