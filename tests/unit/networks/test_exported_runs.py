"""The code a run is taken home as, executed: it learns as the run did, epoch by epoch."""

import gzip
import os
import re
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import nbclient
import nbformat
import pytest

from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import RunConfig
from fmnist.networks.export import notebook, script
from fmnist.runs.store import Store
from fmnist.training import fit
from fmnist.workers.children import ForkNursery
from tests.conftest import REPOSITORY
from tests.unit.tiny_set import idx_bytes

IMAGES, TEST_IMAGES = 4_000, 1_000  # sixty thousand would prove no more
SETTINGS = {  # with steps so small that differences by rounding do not grow
    "softmax": {"epochs": 3, "batch_size": 32, "learning_rate": 5e-4},
    "tutorial": {"epochs": 3, "batch_size": 32, "learning_rate": 3e-4},
    "dense": {"epochs": 3, "batch_size": 32, "learning_rate": 3e-4},
    "small-cnn": {"epochs": 3, "batch_size": 32, "learning_rate": 5e-4, "training_images": 1_500},
    "strong-cnn": {"epochs": 2, "batch_size": 16, "learning_rate": 3e-4, "training_images": 2_000},
    "strong-cnn-1": {"epochs": 2, "batch_size": 16, "learning_rate": 3e-4, "training_images": 2_000},
}
LOSS_APART = {  # by rounding; by the random numbers of dropout and augmentation in the last
    "softmax": 0.001,
    "dense": 0.001,
    "small-cnn": 0.004,
    "strong-cnn": 0.04,
    "strong-cnn-1": 0.04,
}
ACCURACY_APART = {"strong-cnn": 0.03, "strong-cnn-1": 0.03}  # of the other networks 0.01
END_OF_EPOCH = r"step - [^\b]*? loss: (\d+\.\d+)[^\b]*$"  # what Keras takes back with backspaces is not it
FILES = {
    "train-images-idx3-ubyte.gz": "train_images",
    "train-labels-idx1-ubyte.gz": "train_labels",
    "t10k-images-idx3-ubyte.gz": "test_images",
    "t10k-labels-idx1-ubyte.gz": "test_labels",
}


@pytest.fixture(scope="module")
def few(dataset):
    """The first images of the data."""
    return replace(
        dataset,
        train_images=dataset.train_images[:IMAGES],
        train_labels=dataset.train_labels[:IMAGES],
        test_images=dataset.test_images[:TEST_IMAGES],
        test_labels=dataset.test_labels[:TEST_IMAGES],
    )


@pytest.fixture(scope="module")
def keras_home(tmp_path_factory, few):
    """A folder where Keras finds the images as if it had downloaded them."""
    home = tmp_path_factory.mktemp("keras")
    folder = home / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    for name, part in FILES.items():
        array = getattr(few, part)
        (folder / name).write_bytes(gzip.compress(idx_bytes(array), compresslevel=1))
    return home


@pytest.fixture(scope="module")
def nursery(keras_home):
    """Forks interpreters in which TensorFlow is loaded: it takes longer than such a script needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "agg")
        patch.setenv("KERAS_HOME", str(keras_home))
        loaded = ForkNursery(["tensorflow", "matplotlib.pyplot"])
        loaded.warm()
    yield loaded
    loaded.close()


def execute(source, said, complained):
    """In a child of the nursery: run a script as Python does that is given its file."""
    for path, stream in ((said, 1), (complained, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
    exec(compile(source, "script.py", "exec"), {"__name__": "__main__"})


@pytest.fixture
def forked(nursery, tmp_path):
    """A function from a script to what it printed."""

    def run(source):
        said, complained = tmp_path / "said.txt", tmp_path / "complained.txt"
        child = nursery.start(f"{__name__}:execute", [source, str(said), str(complained)])
        assert child.wait(600)
        child.close()
        return SimpleNamespace(stdout=said.read_text(), stderr=complained.read_text())

    return run


@pytest.fixture
def started(keras_home):
    """The same with an interpreter of its own, as a person runs it."""

    def run(source):
        return subprocess.run(
            [sys.executable, "-c", source],
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            env=os.environ | {"MPLBACKEND": "agg", "KERAS_HOME": str(keras_home)},
            timeout=600,
        )

    return run


COMBINED = {  # what changes the images a run learns from and is checked with
    "held back": {"validation_share": 0.2, "early_stopping": 2},
    "drawings, some photos held back": {"validation_share": 0.1, "learn_drawings": True},
    "labels that mean nothing, held back": {"validation_share": 0.1, "shuffle_labels": True},
    "one cycle, smoothed labels, held back": {
        "schedule": "one-cycle",
        "label_smoothing": 0.1,
        "optimizer": "adamw",
        "validation_share": 0.1,
    },
    "moved copies, held back": {"shifts": 2, "turns": 10, "validation_share": 0.1},
    "moved copies and drawings": {"shifts": 1, "learn_drawings": True},
    "attacked images": {"attacked": 8},
    "attacked images, smoothed labels, logits": {
        "attacked": 8,
        "label_smoothing": 0.1,
        "last_layer": "logits",
    },
    "attacked pixels as they are": {
        "attacked": 8,
        "scale_pixels": False,
        "learning_rate": 1e-6,
        "optimizer": "sgd",
    },
    "labels left out and corrected, held back": {
        "changed_labels": "0 3 5:1 7:2 1990 1999:4 2000 59999",
        "validation_share": 0.1,
    },
    "a rate that grows": {"schedule": "growing", "learning_rate": 1e-3},
    "pixels as they are": {"scale_pixels": False, "learning_rate": 1e-6, "optimizer": "sgd"},
}


def test_the_tutorials_script_learns_as_the_run_did_in_an_interpreter_of_its_own(few, started, tmp_path):
    assert_learns_alike(RunConfig(seed=1, **SETTINGS["tutorial"]), 0.001, few, started, tmp_path)


@pytest.mark.parametrize("network", [name for name in NETWORKS if name != "tutorial"])
def test_the_script_of_a_run_learns_as_the_run_did(network, few, forked, tmp_path):
    config = RunConfig(network=network, seed=1, **SETTINGS[network])
    assert_learns_alike(config, LOSS_APART[network], few, forked, tmp_path)


@pytest.mark.parametrize("chosen", COMBINED)
def test_the_script_learns_alike_whatever_the_run_learned_from(chosen, few, forked, tmp_path):
    common = {"epochs": 3, "batch_size": 128, "learning_rate": 3e-4, "training_images": 2_000}
    config = RunConfig(seed=1, **common | COMBINED[chosen])
    assert_learns_alike(config, 0.002, few, forked, tmp_path)


def assert_learns_alike(config, loss_apart, few, run_script, tmp_path):
    """The script, executed, has the losses of the run, and its test accuracy within one point."""
    run = Store(tmp_path).create(config, info={}, hold=True)
    fit.train(config, few, run)
    shown = run_script(script(config))
    found = re.search(r"Test accuracy: (0\.\d+)", shown.stdout)
    assert found, shown.stderr
    losses = [float(loss) for loss in re.findall(END_OF_EPOCH, shown.stdout, re.MULTILINE)]
    assert losses[: config.epochs] == pytest.approx(
        [row.loss for row in run.history], abs=loss_apart, rel=1e-4
    )  # some losses are in the hundreds
    assert float(found[1]) == pytest.approx(
        run.history[-1].test_accuracy, abs=ACCURACY_APART.get(config.network, 0.01)
    )
    if config.validation_share:
        checked = [float(loss) for loss in re.findall(r"val_loss: (\d+\.\d+)", shown.stdout)]
        assert checked == pytest.approx([row.val_loss for row in run.history], abs=loss_apart)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_notebook_of_each_network_runs_from_its_first_cell_to_its_last(
    network, keras_home, tmp_path, monkeypatch
):
    monkeypatch.setenv("KERAS_HOME", str(keras_home))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # Streamlit sets it where pages were tested before
    chosen = {"epochs": 1, "training_images": 500, "validation_share": 0.1, "batch_size": 100}
    written = nbformat.reads(notebook(RunConfig(network=network, **chosen)), as_version=4)
    nbformat.validate(written)
    nbclient.NotebookClient(written, timeout=600, kernel_name="python3").execute(cwd=str(tmp_path))
    cells = [cell for cell in written.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    said = "".join(output.get("text", "") for cell in cells for output in cell.outputs)
    assert "Test accuracy: 0." in said
    pictures = [output for output in cells[-1].outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 3  # two images with their bars, and the gallery
