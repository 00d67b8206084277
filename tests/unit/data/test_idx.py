"""Claims about reading IDX files: the right array, or a sentence that names the file and its fault."""

import gzip
import hashlib
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmnist.data import idx
from fmnist.data.idx import OFFICIAL_FILES, DataError, OfficialFile
from tests.unit.tiny_set import idx_bytes, make

IMAGES = OfficialFile("images.gz", 0, "", (2, 28, 28), "")
LABELS = OfficialFile("labels.gz", 0, "", (4,), "")
PIXELS = np.arange(2 * 28 * 28).reshape(2, 28, 28) % 256
GOOD_LABELS = gzip.compress(idx_bytes(np.array([9, 0, 3, 7])), mtime=0)  # the same in each process


def read_images(raw: bytes) -> np.ndarray:
    return idx.read(gzip.compress(raw), IMAGES)


def test_images_and_labels_come_out_as_they_went_in():
    np.testing.assert_array_equal(read_images(idx_bytes(PIXELS)), PIXELS)
    np.testing.assert_array_equal(idx.read(GOOD_LABELS, LABELS), [9, 0, 3, 7])


def test_the_official_headers_are_those_of_the_format():
    assert OFFICIAL_FILES[0].header.hex() == "000008030000ea600000001c0000001c"
    assert OFFICIAL_FILES[3].header.hex() == "0000080100002710"


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (idx_bytes(np.zeros(2)), "magic number in images.gz is 2,049, not 2,051"),
        (idx_bytes(np.zeros((3, 28, 28)))[:1584], "count in images.gz is 3, not 2"),
        (idx_bytes(np.zeros((2, 32, 28)))[:1584], "height in images.gz is 32, not 28"),
        (idx_bytes(np.zeros((2, 28, 32)))[:1584], "width in images.gz is 32, not 28"),
        (idx_bytes(PIXELS)[:-1], "images.gz holds 1,567 values after its header, not 1,568"),
        (idx_bytes(PIXELS) + b"\0", "images.gz holds more than the 1,584 bytes"),
        (b"", "magic number in images.gz"),
    ],
)
def test_a_wrong_header_or_length_is_named(raw, fault):
    with pytest.raises(DataError, match=fault):
        read_images(raw)


def test_a_label_above_nine_is_named_with_its_place():
    with pytest.raises(DataError, match=r"labels.gz has the label 10 at position 2"):
        idx.read(gzip.compress(idx_bytes(np.array([9, 0, 10, 7]))), LABELS)


@pytest.mark.parametrize(
    ("packed", "fault"),
    [
        (b"not packed at all", "not a gzip file"),
        (b"", "cut off"),
        (GOOD_LABELS[:-5], "cut off"),
        (GOOD_LABELS + b"more", "4 bytes too many"),
        (GOOD_LABELS[:-8] + bytes(8), "damaged"),  # the check sum and length at the end of a gzip file
    ],
    ids=["no gzip", "empty", "cut off", "too long", "damaged"],
)
def test_a_faulty_gzip_file_is_named(packed, fault):
    with pytest.raises(DataError, match=f"labels.gz.*{fault}"):
        idx.read(packed, LABELS)


def test_a_small_file_that_unpacks_to_far_more_does_not_fill_the_memory():
    bomb = gzip.compress(bytes(1 << 24), 1)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="holds more than the 12 bytes"):
            idx.read(bomb, LABELS)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_only_the_official_bytes_pass_the_check():
    contents = make()
    file, packed = next(iter(contents.items()))
    idx.check(packed, file)
    for wrong, fault in [
        (packed[:-1], "cut off"),
        (b"<!DOCTYPE html>", "web page"),
        (list(contents.values())[1], "magic number"),
        (gzip.compress(idx_bytes(np.zeros(file.shape))) + b"x" * len(packed), "too many"),
        (gzip.compress(idx_bytes(np.zeros(file.shape)), 0), "SHA-256 of what is in it starts with"),
        (idx_bytes(np.zeros(file.shape)), "SHA-256 of what is in it starts with"),
    ]:
        with pytest.raises(DataError, match=fault) as caught:
            idx.check(wrong, file)
        assert file.name in str(caught.value)


def test_a_file_with_the_content_of_another_is_recognised(real_dataset):
    if real_dataset.source != "folder":
        pytest.skip("needs the official files in the folder named by FMNIST_DATA_DIR")
    train_labels = Path(os.environ["FMNIST_DATA_DIR"], "train-labels-idx1-ubyte.gz").read_bytes()
    with pytest.raises(DataError, match="t10k-labels.* has the content of train-labels"):
        idx.check(train_labels, OFFICIAL_FILES[3])


@given(st.binary())
def test_any_bytes_give_an_array_or_a_data_error(packed):
    for file in (IMAGES, LABELS):
        _array_or_sentence(packed, file)
        _array_or_sentence(gzip.compress(packed), file)


@given(st.integers(0, 11), st.integers(0, 255), st.integers(0, 12), st.binary(max_size=4))
def test_a_changed_cut_or_lengthened_label_file_gives_an_array_or_a_data_error(place, value, cut, tail):
    raw = bytearray(idx_bytes(np.array([9, 0, 3, 7])))
    raw[place] = value
    _array_or_sentence(gzip.compress(bytes(raw[: len(raw) - cut]) + tail), LABELS)


@given(st.integers(0, len(GOOD_LABELS) - 1), st.integers(0, 7))
def test_a_flipped_bit_in_a_packed_file_gives_an_array_or_a_data_error(place, bit):
    packed = bytearray(GOOD_LABELS)
    packed[place] ^= 1 << bit
    _array_or_sentence(bytes(packed), LABELS)


def _array_or_sentence(packed: bytes, file: OfficialFile) -> None:
    try:
        array = idx.read(packed, file)
    except DataError as error:
        assert file.name in str(error) and str(error).endswith(".")
        return
    assert array.shape == file.shape and array.dtype == np.uint8
    assert file is IMAGES or array.max() <= 9


def test_the_checksums_of_what_is_inside_are_those_of_the_official_files(real_dataset):
    for file, array in zip(OFFICIAL_FILES, _arrays(real_dataset), strict=True):
        assert hashlib.sha256(idx_bytes(array)).hexdigest() == file.unpacked_sha256


def _arrays(dataset):
    return dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels
