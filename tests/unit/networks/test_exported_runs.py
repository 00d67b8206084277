"""The code a run is taken home as, executed: it learns as the run did, epoch by epoch."""

import gzip
import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from fmnist.networks.architectures import NETWORKS
from fmnist.networks.config import RunConfig
from fmnist.networks.export import script
from fmnist.runs.store import Store
from fmnist.training import fit
from tests.unit.tiny_set import idx_bytes

IMAGES, TEST_IMAGES = 4_000, 1_000  # sixty thousand would prove no more
SETTINGS = {  # with steps so small that differences by rounding do not grow
    "softmax": {"epochs": 3, "batch_size": 32, "learning_rate": 5e-4},
    "tutorial": {"epochs": 3, "batch_size": 32, "learning_rate": 3e-4},
    "dense": {"epochs": 3, "batch_size": 32, "learning_rate": 3e-4},
    "small-cnn": {"epochs": 3, "batch_size": 32, "learning_rate": 5e-4, "training_images": 1_500},
    "strong-cnn": {"epochs": 3, "batch_size": 16, "learning_rate": 3e-4},  # enough for batch normalisation
}
LOSS_APART = {  # by rounding; by the random numbers of dropout and augmentation in the last
    "softmax": 0.001,
    "tutorial": 0.001,
    "dense": 0.001,
    "small-cnn": 0.004,
    "strong-cnn": 0.04,
}
ACCURACY_APART = {"strong-cnn": 0.03}  # of the other networks 0.01
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


@pytest.mark.parametrize("network", NETWORKS)
def test_the_script_of_a_run_learns_as_the_run_did(network, few, keras_home, tmp_path):
    config = RunConfig(network=network, seed=1, **SETTINGS[network])
    run = Store(tmp_path).create(config, info={}, hold=True)
    fit.train(config, few, run)
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
    assert float(found[1]) == pytest.approx(
        run.history[-1].test_accuracy, abs=ACCURACY_APART.get(network, 0.01)
    )
