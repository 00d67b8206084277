"""The code a run is taken home as, executed: it learns as the run did, epoch by epoch."""

import gzip
import os
import re
import struct
import subprocess
import sys

import pytest

from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import RunConfig
from fmnist.networks.export import script
from fmnist.runs.store import Store
from fmnist.training import fit

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


@pytest.mark.skipif(bool(os.environ.get("CI")), reason="with this, CI might take more than its 15 minutes")
@pytest.mark.parametrize("network", NETWORKS)
def test_the_script_of_a_run_learns_as_the_run_did(network, dataset, keras_home, tmp_path):
    config = RunConfig(network=network, seed=1, **SETTINGS[network])
    run = Store(tmp_path).create(config, info={}, hold=True)
    fit.train(config, dataset, run)
    shown = subprocess.run(
        [sys.executable, "-c", script(config)],
        capture_output=True,
        text=True,
        env=os.environ | {"MPLBACKEND": "agg", "KERAS_HOME": str(keras_home)},
        timeout=600,
    )
    found = re.search(r"Test accuracy: (0\.\d+)", shown.stdout)
    assert found, shown.stderr
    losses = [float(loss) for loss in re.findall(END_OF_EPOCH, shown.stdout, re.MULTILINE)]
    assert losses[: config.epochs] == pytest.approx(
        [row.loss for row in run.history], abs=LOSS_APART[network]
    )
    assert float(found[1]) == pytest.approx(run.history[-1].test_accuracy, abs=ACCURACY_APART)
