"""The code a run is taken home as, executed: its test accuracy is the run's, within two points."""

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
from fmnist.runs import Store

APART = 0.02  # runs this short swing by a point: 1.07 were seen
SETTINGS = {
    "softmax": {"epochs": 5, "batch_size": 256},
    "tutorial": {"epochs": 5, "batch_size": 256},
    "dense": {"epochs": 5, "batch_size": 256},
    "small-cnn": {"epochs": 2, "batch_size": 256, "training_images": 20_000},
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
@pytest.mark.parametrize("network", SETTINGS)
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
