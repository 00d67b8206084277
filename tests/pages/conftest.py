"""The dashboard under AppTest: pages run in this process, with their own runs folder and child processes."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.parts import shared
from tests.conftest import REPOSITORY

SCRIPT_LIMIT = 30  # seconds, for busy machines


@pytest.fixture
def app(runs_dir):
    """A function from a page's address and query parameters to its AppTest, already run once.

    `app("train", epochs="3")` is what a person sees who opens /train?epochs=3.
    """
    st.cache_resource.clear()

    def visit(page: str, /, **query: str) -> AppTest:
        test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=SCRIPT_LIMIT)
        test.switch_page(f"pages/{page}.py")
        for name, value in query.items():
            test.query_params[name] = value
        return settled(test.run())

    yield visit
    shared.workers().close()
    st.cache_resource.clear()


def settled(test: AppTest) -> AppTest:
    """The page once the images have been loaded."""
    while shared._loader().status().dataset is None:
        test = test.run()
    return test.run() if not test.title else test
