"""The dashboard under AppTest: pages run in this process, each test with its own runs folder."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from fmnist.runs import Store
from fmnist.workers import Workers
from pages.parts import shared
from tests.conftest import REPOSITORY
from tests.server import wait_until

SCRIPT_LIMIT = 30  # seconds, for busy machines


@pytest.fixture(scope="session")
def processes(tmp_path_factory):
    """Child processes for all tests of pages: TensorFlow takes six seconds to load, so it is loaded once."""
    workers = Workers(Store(tmp_path_factory.mktemp("runs")))
    workers.start()
    yield workers
    workers.close()


@pytest.fixture
def app(runs_dir, processes, dataset, monkeypatch):
    """A function from a page's address and query parameters to its AppTest, already run once.

    `app("train", epochs="3")` is what a person sees who opens /train?epochs=3.
    """
    st.cache_resource.clear()
    processes.store.root = runs_dir
    monkeypatch.setattr(shared, "workers", lambda: processes)
    monkeypatch.setattr(shared, "dataset", lambda: dataset)

    def visit(page: str, /, **query: str) -> AppTest:
        test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=SCRIPT_LIMIT)
        test.switch_page(f"pages/{page}.py")
        for name, value in query.items():
            test.query_params[name] = value
        return test.run()

    yield visit
    for run_id in [*processes.queue(), *processes.running()]:
        processes.stop(run_id)
    wait_until(lambda: not processes.running(), 10, "a run of the last test goes on")
    st.cache_resource.clear()
