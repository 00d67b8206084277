"""What all tests share: the images, a runs folder of their own, and one running server for each worker."""

import os
import shutil
from pathlib import Path

import pytest

from fmnist.runs.store import Store
from tools.server import Server, wait_until

FOLDERS = ("browser", "live", "pages", "unit", "repository")  # in this order: the longest files come first
ENDING = 30  # seconds for a run to heed a request to stop, on a busy machine

REPOSITORY = Path(__file__).resolve().parent.parent
BESIDE_THE_REPOSITORY = REPOSITORY.parent / "shared" / "data"

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
if "FMNIST_DATA_DIR" not in os.environ and (BESIDE_THE_REPOSITORY / "fashion-mnist").is_dir():
    os.environ["FMNIST_DATA_DIR"] = str(BESIDE_THE_REPOSITORY / "fashion-mnist")


def pytest_collection_modifyitems(items):
    """Begin with what takes longest: a long file handed out last would leave the other worker idle."""
    items.sort(key=lambda item: FOLDERS.index(item.path.relative_to(REPOSITORY / "tests").parts[0]))


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


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory):
    """The running dashboard of this worker: a server for each file would load TensorFlow a dozen times."""
    folder = tmp_path_factory.mktemp("server") / "runs"
    folder.mkdir()
    with Server(folder) as running:
        yield running


@pytest.fixture(scope="module")
def server(dashboard):
    """A running dashboard whose runs folder is empty when the tests of a file begin."""
    remove_runs(dashboard)
    return dashboard


def remove_runs(server):
    """End and delete what the tests before have left in a server's runs folder."""
    store = Store(server.runs_dir)

    def active():
        return [run for run in store.list() if run.state in ("queued", "running")]

    for run in active():
        store.open(run.id).request_stop()
    wait_until(lambda: not active(), ENDING, "a run of the tests before goes on")
    shutil.rmtree(server.runs_dir)
    server.runs_dir.mkdir()


@pytest.fixture
def own_server(tmp_path):
    """A server for one test alone, which has had no visitor."""
    (tmp_path / "runs").mkdir()
    with Server(tmp_path / "runs") as running:
        yield running
