"""Real servers, visited without a browser, and the processes behind them."""

import os

import pytest

from tools.server import Server


def pytest_collection_modifyitems(items):
    for item in items:
        if "/live/" in item.path.as_posix() and os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason="with these, CI might take more than its 15 minutes"))


@pytest.fixture
def anyio_backend():
    """What runs the tests that are coroutines."""
    return "asyncio"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A running dashboard with an empty runs folder, one for all tests of a file."""
    folder = tmp_path_factory.mktemp("live") / "runs"
    folder.mkdir()
    with Server(folder) as running:
        yield running


@pytest.fixture
def own_server(tmp_path):
    """A server for one test alone."""
    (tmp_path / "runs").mkdir()
    with Server(tmp_path / "runs") as running:
        yield running
