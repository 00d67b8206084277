"""What all tests share: real files when at hand, look-alikes otherwise, and a runs folder of their own."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
BESIDE_THE_REPOSITORY = REPOSITORY.parent / "shared" / "data"

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
if "FMNIST_DATA_DIR" not in os.environ and (BESIDE_THE_REPOSITORY / "fashion-mnist").is_dir():
    os.environ["FMNIST_DATA_DIR"] = str(BESIDE_THE_REPOSITORY / "fashion-mnist")


@pytest.fixture(scope="session")
def dataset():
    """The Dataset the tests run on."""
    from fmnist.data import sources

    return sources.load(allow_download=False)


@pytest.fixture(scope="session")
def real_dataset(dataset):
    """The official images, or a skip that says which test wanted them."""
    if not dataset.is_real:
        pytest.skip("needs the official Fashion-MNIST files: set FMNIST_DATA_DIR to their folder")
    return dataset


@pytest.fixture
def runs_dir(tmp_path, monkeypatch):
    """An empty runs folder, also named in FMNIST_RUNS_DIR."""
    folder = tmp_path / "runs"
    folder.mkdir()
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(folder))
    return folder
