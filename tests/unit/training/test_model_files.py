"""A model's file that is small on the disk and monstrous in memory is refused before it is unpacked."""

import io
import zipfile

import h5py
import pytest

from fmnist.networks.shipped import MODEL_PATH
from fmnist.training import model_files
from fmnist.training.model_files import ModelFileError


def keras_file(path, weights, **more):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.weights.h5", weights)
        for name, content in more.items():
            archive.writestr(name, content)
    return path


def unwritten(size):
    """An HDF5 file with an array of so many bytes, none of which was ever written."""
    file = io.BytesIO()
    with h5py.File(file, "w") as weights:
        weights.create_group("layers").create_dataset("kernel", (size // 4,), "f4", chunks=(20,))
    return file.getvalue()


def test_an_array_that_is_larger_than_any_network_is_refused(tmp_path):
    path = keras_file(tmp_path / "model.keras", unwritten(3_000_000_000))
    assert path.stat().st_size < 10_000
    with pytest.raises(ModelFileError, match=r"model.keras would take 3,000 MB of memory; no network"):
        model_files.load(path)


def test_an_archive_that_unpacks_to_more_than_any_network_is_refused(tmp_path):
    path = keras_file(tmp_path / "model.keras", unwritten(100), filling=bytes(model_files.LARGEST))
    with pytest.raises(ModelFileError, match="would take 300 MB"):
        model_files.load(path)


def test_a_link_to_a_model_elsewhere_is_not_followed(tmp_path):
    path = tmp_path / "model.keras"
    path.symlink_to(MODEL_PATH)
    with pytest.raises(ModelFileError, match="symbolic link"):
        model_files.load(path)


def test_the_shipped_model_is_loaded():
    model_files.check(MODEL_PATH)
