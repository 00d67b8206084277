"""The code a run is taken home as, executed: its test accuracy is the run's, within a point."""

import gzip
import os
import re
import struct
import subprocess
import sys

import pytest

from fmnist import training
from fmnist.config import RunConfig
from fmnist.export import script
from fmnist.networks import NETWORKS
from fmnist.runs import Store

APART = 0.01
SETTINGS = {  # steps so small, or so many, that the order of the images hardly matters: 0.54 points were seen
    "softmax": {"epochs": 3, "batch_size": 256, "learning_rate": 5e-4},
    "tutorial": {"epochs": 3, "batch_size": 256, "learning_rate": 3e-4},
    "dense": {"epochs": 3, "batch_size": 256, "learning_rate": 3e-4},
    "small-cnn": {"epochs": 6, "batch_size": 128, "learning_rate": 5e-4, "training_images": 20_000},
    "strong-cnn": {"epochs": 6, "batch_size": 64, "training_images": 10_000},
}
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
def test_the_script_of_a_run_scores_like_the_run(network, dataset, keras_home, tmp_path):
    config = RunConfig(network=network, seed=1, **SETTINGS[network])
    run = Store(tmp_path).create(config, info={}, hold=True)
    training.train(config, dataset, run)
    shown = subprocess.run(
        [sys.executable, "-c", script(config)],
        capture_output=True,
        text=True,
        env=os.environ | {"MPLBACKEND": "agg", "KERAS_HOME": str(keras_home)},
        timeout=600,
    )
    found = re.search(r"Test accuracy: (0\.\d+)", shown.stdout)
    assert found, shown.stderr
    assert abs(float(found[1]) - run.history[-1].test_accuracy) <= APART
