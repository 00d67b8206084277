"""A clock before 1980: archives cannot note such a date, and are written all the same."""

import time
import zipfile

import pytest

from fmnist.training.zip_dates import EARLIEST, early_clock_allowed

IN_1970 = 3 * 24 * 3600.0


def test_an_archive_is_written_in_1970_with_the_earliest_date_there_is(tmp_path, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: IN_1970)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        with pytest.raises(ValueError, match="before 1980"):  # Python's own way
            archive.writestr("weights", b"1")
        with early_clock_allowed():
            archive.writestr("weights", b"1")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.read("weights") == b"1"
        assert archive.getinfo("weights").date_time == EARLIEST


def test_the_library_is_as_before_afterwards_and_with_a_right_clock(monkeypatch):
    before = zipfile.ZipInfo
    with early_clock_allowed():
        assert zipfile.ZipInfo is before
    monkeypatch.setattr(time, "time", lambda: IN_1970)
    with pytest.raises(KeyError), early_clock_allowed():
        assert zipfile.ZipInfo is not before
        raise KeyError
    assert zipfile.ZipInfo is before
