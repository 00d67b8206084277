"""Claims about exported code: for every network the script runs on its own and scores like the run."""

import ast
import json
import os
import subprocess
import sys

from fmnist.networks.architectures import parameter_count
from fmnist.networks.config import NETWORK_KEYS, TODAYS, RunConfig
from fmnist.networks.export import notebook, script

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
        "default_rng([7, 0, 2]).permutation(train_labels)",
        "SGD(learning_rate=0.05, momentum=0.9)",
        "validation_data=(validation_images, validation_labels)",
        "EarlyStopping(",
        "Dropout(rate=0.2)",
    ):
        assert words in code
    assert "/ 255" not in code


def test_todays_tutorial_trains_logits_and_puts_a_softmax_on_top_afterwards():
    code = script(TODAYS)
    tree = ast.parse(code)
    network, training, test = code.split("# %%")[3:6]
    assert "Dense(units=10)," in network and "oftmax" not in network
    assert "loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)" in training
    assert "epochs=10" in training
    assert "probability_model = keras.Sequential([model, keras.layers.Softmax()])" in test
    assert "predictions = probability_model.predict(test_images)" in test
    assert tree and "probability_model" not in script(RunConfig())


def test_the_notebook_holds_the_same_code_in_cells():
    cells = json.loads(notebook(RunConfig()))["cells"]
    code = [line for cell in cells if cell["cell_type"] == "code" for line in cell["source"]]
    written = [line for line in script(RunConfig()).splitlines() if line and not line.startswith("# %%")]
    assert [line.strip("\n") for line in code if line.strip()] == written


def test_each_networks_script_builds_the_same_network():
    empty = "((np.zeros((100, 28, 28)), np.zeros(100)),) * 2"
    programs, counts = [], []
    for network in NETWORK_KEYS:
        config = RunConfig(network=network)
        code = script(config).split("# %% The training")[0]
        programs.append(code.replace("keras.datasets.fashion_mnist.load_data()", empty))
        programs.append("print('parameters', model.count_params())")
        counts.append(f"parameters {parameter_count(config)}")
    shown = subprocess.run(
        [sys.executable, "-c", "\n".join(programs)],
        capture_output=True,
        text=True,
        env=os.environ | {"MPLBACKEND": "agg"},
        timeout=240,
    )
    assert [line for line in shown.stdout.splitlines() if line.startswith("parameters")] == counts, (
        shown.stderr
    )
