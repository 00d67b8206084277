"""Claims about exported code: for every network the script runs on its own and scores like the run."""

import ast
import json
import os
import subprocess
import sys

import pytest

from fmnist.config import NETWORK_KEYS, RunConfig
from fmnist.export import notebook, script
from fmnist.networks import parameter_count

EVERYTHING = RunConfig(
    network="dense",
    hidden_layers=2,
    dropout=0.2,
    optimizer="momentum",
    learning_rate=0.05,
    validation_share=0.1,
    early_stopping=3,
    training_images=600,
    shuffle_labels=True,
    scale_pixels=False,
    seed=7,
)


def test_every_setting_that_differs_stands_in_the_script():
    code = script(EVERYTHING)
    ast.parse(code)
    for words in (
        "set_random_seed(7)",
        "train_images[:600]",
        "permutation(train_labels)",
        "SGD(learning_rate=0.05, momentum=0.9)",
        "validation_split=0.1",
        "EarlyStopping(",
        "Dropout(rate=0.2)",
    ):
        assert words in code
    assert "/ 255" not in code


def test_the_notebook_holds_the_same_code_in_cells():
    cells = json.loads(notebook(RunConfig()))["cells"]
    code = [line for cell in cells if cell["cell_type"] == "code" for line in cell["source"]]
    written = [line for line in script(RunConfig()).splitlines() if line and not line.startswith("# %%")]
    assert [line.strip("\n") for line in code if line.strip()] == written


@pytest.mark.parametrize("network", NETWORK_KEYS)
def test_the_script_builds_the_same_network(network):
    config = RunConfig(network=network, training_images=100, epochs=1)
    code = script(config).split("# %% The training")[0]
    code = code.replace("keras.datasets.fashion_mnist.load_data()", "((np.zeros((100, 28, 28)), 0), (0, 0))")
    code = code.replace("train_labels[:100]", "train_labels").replace("test_images / 255.0", "test_images")
    shown = subprocess.run(
        [sys.executable, "-c", code + "\nprint('parameters', model.count_params())"],
        capture_output=True,
        text=True,
        env=os.environ | {"MPLBACKEND": "agg"},
        timeout=120,
    )
    assert f"parameters {parameter_count(config)}" in shown.stdout, shown.stderr
