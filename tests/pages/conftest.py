"""The dashboard under AppTest: pages run in this process, each test with its own runs folder."""

import time

import numpy as np
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from fmnist import language
from fmnist.networks.config import RunConfig
from fmnist.runs.held_out import HeldOut
from fmnist.runs.label_judgements import LabelJudgements
from fmnist.runs.store import Progress, Store
from fmnist.workers.neighbours import Neighbours
from fmnist.workers.queue import Workers
from pages.parts.predict import through_time
from pages.parts.shell import languages, shared  # noqa: F401 (languages makes itself known)
from tests.conftest import REPOSITORY
from tests.pages.predict_page import certain
from tools.server import wait_until

SCRIPT_LIMIT = 120  # seconds, for busy machines
LOOKS_AT_NEIGHBOURS = Neighbours.start


@pytest.fixture(scope="session")
def processes(tmp_path_factory):
    """Child processes for all tests of pages: TensorFlow takes six seconds to load, so it is loaded once."""
    workers = Workers(Store(tmp_path_factory.mktemp("runs")))
    workers.start()
    yield workers
    workers.close()


@pytest.fixture(scope="session", autouse=True)
def components():
    """What AppTest looks for at its every start, in the metadata of all packages: found once, 0.2 s each."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture
def app(runs_dir, processes, dataset, monkeypatch):
    """A function from a page's address and query parameters to its AppTest, already run once.

    `app("train", epochs="3")` is what a person sees who opens /train?epochs=3, without the frame that all
    pages share; `app("")` is the first page with it.
    """
    st.cache_resource.clear()
    processes.store.root = runs_dir
    monkeypatch.setattr(shared, "workers", lambda: processes)
    monkeypatch.setattr(shared, "dataset", lambda: dataset)
    monkeypatch.setattr(through_time, "PATIENCE", SCRIPT_LIMIT)  # no fragment looks again in AppTest
    if Neighbours.start is LOOKS_AT_NEIGHBOURS:  # its thread would ask the judge that the next test replaces
        monkeypatch.setattr(Neighbours, "start", lambda self: None)

    def visit(page: str, /, **query: str) -> AppTest:
        language.use(query.get("lang", language.ENGLISH))  # AppTest formats options in this thread
        test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=SCRIPT_LIMIT)
        if page:
            test.switch_page(f"pages/{page}.py")
        for name, value in query.items():
            test.query_params[name] = value
        return test.run()

    yield visit
    language.use(language.ENGLISH)
    for run_id in [*processes.queue(), *processes.running()]:
        processes.stop(run_id)
    wait_until(lambda: not processes.running(), SCRIPT_LIMIT, "a run of the last test goes on")
    st.cache_resource.clear()


@pytest.fixture
def truth(dataset):
    """What the made-up network predicts: right but for every seventh image, which it calls the next class."""
    predicted = dataset.test_labels.astype(int)
    predicted[::7] = (predicted[::7] + 1) % 10
    return predicted


@pytest.fixture
def make_run(runs_dir, dataset):
    """A function that makes a run with such predictions; a run without any when they are None."""

    def make(predicted, name="", state="finished", fingerprint=dataset.fingerprint, **settings):
        facts = {"source": "look-alikes", "fingerprint": fingerprint}
        run = Store(runs_dir).create(RunConfig(**settings), info={"data": facts}, name=name)
        if predicted is not None:
            run.write_predictions(certain(predicted))
        run.write_progress(Progress(state, epoch=5, epochs=5, heartbeat=time.time()))
        return run.id

    return make


@pytest.fixture(scope="session")
def probabilities(dataset):
    """Of networks that agree with every label but those of the first forty images."""
    taken_for = dataset.train_labels.astype(int)
    taken_for[:40] = (taken_for[:40] + 1) % 10
    found = np.full((len(taken_for), 10), 0.01, np.float32)
    found[np.arange(len(taken_for)), taken_for] = 0.91
    return found


@pytest.fixture
def searched(runs_dir, processes, dataset, probabilities, monkeypatch):
    """A runs folder in which the search is over."""
    monkeypatch.setattr(processes.detective, "_root", runs_dir)
    monkeypatch.setattr(processes.detective, "_results", {})
    work = HeldOut.of(runs_dir, RunConfig(), dataset.fingerprint)
    work.begin(RunConfig())
    work.write_probabilities(probabilities)
    return LabelJudgements(runs_dir, dataset.fingerprint)
