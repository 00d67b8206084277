"""The code a run is taken home as, executed: it learns as the run did, epoch by epoch."""

import gzip
import os
import re
import struct
import subprocess
import sys

import nbclient
import nbformat
import pytest

from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import RunConfig
from fmnist.networks.export import notebook, script
from fmnist.runs.store import Store
from fmnist.training import fit
from tests.conftest import REPOSITORY

SETTINGS = {  # with steps so small that differences by rounding do not grow
    "softmax": {"epochs": 3, "batch_size": 256, "learning_rate": 5e-4},
    "tutorial": {"epochs": 3, "batch_size": 256, "learning_rate": 3e-4},
    "dense": {"epochs": 3, "batch_size": 256, "learning_rate": 3e-4},
    "small-cnn": {"epochs": 3, "batch_size": 128, "learning_rate": 5e-4, "training_images": 20_000},
    "strong-cnn": {"epochs": 6, "batch_size": 64, "training_images": 10_000},
}
LOSS_APART = {  # by rounding; by the random numbers of dropout and augmentation in the last
    "softmax": 0.001,
    "tutorial": 0.001,
    "dense": 0.001,
    "small-cnn": 0.004,
    "strong-cnn": 0.02,
}
ACCURACY_APART = 0.01
END_OF_EPOCH = r"step - [^\b]*? loss: (\d+\.\d+)[^\b]*$"  # what Keras takes back with backspaces is not it
FILES = {
    "train-images-idx3-ubyte.gz": "train_images",
    "train-labels-idx1-ubyte.gz": "train_labels",
    "t10k-images-idx3-ubyte.gz": "test_images",
    "t10k-labels-idx1-ubyte.gz": "test_labels",
}


@pytest.fixture(scope="module")
def keras_home(tmp_path_factory, dataset):
    """A folder where Keras finds the images as if it had downloaded them."""
    home = tmp_path_factory.mktemp("keras")
    folder = home / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    for name, part in FILES.items():
        array = getattr(dataset, part)
        head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        (folder / name).write_bytes(gzip.compress(head + array.tobytes(), compresslevel=1))
    return home


COMBINED = {  # what changes the images a run learns from and is checked with
    "held back": {"validation_share": 0.2, "early_stopping": 2},
    "drawings, some photos held back": {"validation_share": 0.1, "learn_drawings": True},
    "labels that mean nothing, held back": {"validation_share": 0.1, "shuffle_labels": True},
    "pixels as they are": {"scale_pixels": False, "learning_rate": 1e-6, "optimizer": "sgd"},
}


@pytest.mark.skipif(bool(os.environ.get("CI")), reason="with this, CI might take more than its 15 minutes")
@pytest.mark.parametrize("network", NETWORKS)
def test_the_script_of_a_run_learns_as_the_run_did(network, dataset, keras_home, tmp_path):
    config = RunConfig(network=network, seed=1, **SETTINGS[network])
    assert_learns_alike(config, LOSS_APART[network], dataset, keras_home, tmp_path)


@pytest.mark.skipif(bool(os.environ.get("CI")), reason="with this, CI might take more than its 15 minutes")
@pytest.mark.parametrize("chosen", COMBINED)
def test_the_script_learns_alike_whatever_the_run_learned_from(chosen, dataset, keras_home, tmp_path):
    common = {"epochs": 3, "batch_size": 128, "learning_rate": 3e-4, "training_images": 4_000}
    config = RunConfig(seed=1, **common | COMBINED[chosen])
    assert_learns_alike(config, 0.002, dataset, keras_home, tmp_path)


def assert_learns_alike(config, loss_apart, dataset, keras_home, tmp_path):
    """The script, executed, has the losses of the run, and its test accuracy within one point."""
    run = Store(tmp_path).create(config, info={}, hold=True)
    fit.train(config, dataset, run)
    shown = subprocess.run(
        [sys.executable, "-c", script(config)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | {"MPLBACKEND": "agg", "KERAS_HOME": str(keras_home)},
        timeout=600,
    )
    found = re.search(r"Test accuracy: (0\.\d+)", shown.stdout)
    assert found, shown.stderr
    losses = [float(loss) for loss in re.findall(END_OF_EPOCH, shown.stdout, re.MULTILINE)]
    assert losses[: config.epochs] == pytest.approx([row.loss for row in run.history], abs=loss_apart)
    assert float(found[1]) == pytest.approx(run.history[-1].test_accuracy, abs=ACCURACY_APART)
    if config.validation_share:
        checked = [float(loss) for loss in re.findall(r"val_loss: (\d+\.\d+)", shown.stdout)]
        assert checked == pytest.approx([row.val_loss for row in run.history], abs=loss_apart)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_notebook_of_each_network_runs_from_its_first_cell_to_its_last(
    network, keras_home, tmp_path, monkeypatch
):
    monkeypatch.setenv("KERAS_HOME", str(keras_home))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
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
