"""The convolutional networks against a plain fit, their own convolutions and PyTorch: speed and accuracy.

    python -m benchmarks.cnn_speed                        processor time per image, alternating, medians
    python -m benchmarks.cnn_speed --accuracy 3           test accuracy and time of recommended runs
    python -m benchmarks.cnn_speed --network small-cnn    the same of another network

Processor time in microseconds per image on one thread: it says the same on a busy machine. Compared are our
engine with the recommended settings (bfloat16 where the check at start shows a gain), Keras's `fit` of the
same network and of the strong network's earlier form, and the network's convolutions alone, forward and
backward; at prediction the folded network and its convolutions forward. PyTorch takes part if it is installed
(`pip install torch`, for this alone): channels-last, the same layers and batches.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf

from fmnist.data import sources
from fmnist.data.sources import Dataset
from fmnist.networks.architectures import NETWORKS, walk
from fmnist.networks.config import EARLIER_STRONG_CNN, RunConfig
from fmnist.runs.store import Store
from fmnist.training import fit
from fmnist.training.build import build
from fmnist.training.engine import Engine
from fmnist.training.folding import folded
from fmnist.training.precision import convolutions_in_bfloat16

IMAGES = 3_840  # in each measurement: 30 batches of 128
JUDGED = 500  # images judged at once


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--network", choices=("small-cnn", "strong-cnn"), default="strong-cnn")
    parser.add_argument("--rounds", type=int, default=5, help="how often all alternate (default 5)")
    parser.add_argument("--accuracy", type=int, metavar="SEEDS", help="train recommended runs instead")
    options = parser.parse_args()
    dataset = sources.load()
    print(dataset.notice or "Official Fashion-MNIST, checksums verified.")
    print(f"Convolutions multiply {'bfloat16' if convolutions_in_bfloat16() else 'float32'} numbers.")
    if options.accuracy:
        compare_accuracy(dataset, options.network, options.accuracy)
    else:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        compare_speed(dataset, options.network, options.rounds)


def compare_accuracy(dataset: Dataset, network: str, seeds: int) -> None:
    """Print test accuracy, wall time and processor time of whole runs with recommended settings."""
    reached, took = [], []
    for seed in range(seeds):
        config = RunConfig(network=network, seed=seed, **NETWORKS[network].recommended)
        start, used = time.perf_counter(), time.process_time()
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            run = Store(Path(folder)).create(config, info={}, hold=True)
            fit.train(config, dataset, run)
            reached.append(run.history[-1].test_accuracy)
        took.append(time.perf_counter() - start)
        used = time.process_time() - used
        print(f"seed {seed}: {reached[-1]:.4f} in {took[-1]:.0f} s, processor {used:.0f} s", flush=True)
    print(f"mean {mean(reached):.4f}, median time {median(took):.0f} s, {config.epochs} epochs")


def compare_speed(dataset: Dataset, network: str, rounds: int) -> None:
    """Print processor time per image of each way, round by round, then medians and ratios."""
    config = RunConfig(network=network, **NETWORKS[network].recommended)
    ways = training_ways(dataset, config) | prediction_ways(dataset, config) | torch_ways(dataset, config)
    for way in ways.values():
        way()  # compiles
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            way()
            times[name].append((time.process_time() - start) / IMAGES * 1e6)
    for name, each in times.items():
        print(f"{name:42}{median(each):8.0f}   {[round(value) for value in each]}")
    for one, other in (("engine", "convolutions"), ("engine", "fit"), ("folded", "convolutions forward")):
        print(f"{one} / {other}: {median(map(np.divide, times[one], times[other])):.2f}")


def training_ways(dataset: Dataset, config: RunConfig) -> dict[str, Callable[[], object]]:
    """Name → what trains once on all images: our engine, Keras's fit, and only the convolutions."""
    ways = {
        "engine": engine(dataset, config),
        "fit": plain_fit(dataset, config),
        "convolutions": convolutions(config, config.batch_size, there_and_back=True),
    }
    if config.network == "strong-cnn":
        ways["fit of the earlier form, batch 32"] = plain_fit(dataset, RunConfig(network=EARLIER_STRONG_CNN))
    return ways


def prediction_ways(dataset: Dataset, config: RunConfig) -> dict[str, Callable[[], object]]:
    """Name → what judges all images once: the network, the folded one, and only the convolutions."""
    network, images = build(config), dataset.train_images[:IMAGES] / np.float32(255)

    def judging(model: keras.Model) -> Callable[[], object]:
        judge = tf.function(lambda batch: model(batch, training=False), autograph=False)
        return lambda: [judge(images[i : i + JUDGED]) for i in range(0, IMAGES, JUDGED)]

    return {
        "not folded": judging(network),
        "folded": judging(folded(network)),
        "convolutions forward": convolutions(config, JUDGED, there_and_back=False),
    }


def engine(dataset: Dataset, config: RunConfig) -> Callable[[], object]:
    """Our loop."""
    ours = Engine(
        fit._new_network(config),
        dataset.train_images[:IMAGES],
        dataset.train_labels[:IMAGES],
        batch_size=config.batch_size,
        steps_per_block=10,
        divisor=255.0,
        seed=0,
        label_smoothing=config.label_smoothing,
        **fit._way_to_compute(config),
    )

    def train() -> None:
        ours.begin_epoch(0)
        ours.fit(ours.block_numbers(), steps_per_epoch=ours.blocks, epochs=1, shuffle=False, verbose=0)

    return train


def plain_fit(dataset: Dataset, config: RunConfig) -> Callable[[], object]:
    """Keras's own loop."""
    network = fit._new_network(config)
    images, labels = dataset.train_images[:IMAGES] / 255.0, dataset.train_labels[:IMAGES]
    return lambda: network.fit(images, labels, batch_size=config.batch_size, verbose=0)


def convolutions(config: RunConfig, batch: int, there_and_back: bool) -> Callable[[], object]:
    """Each convolution of the network by itself, forward, or also its gradients."""
    pairs = []
    for _, layer, shape in walk(config):
        if layer.kind == "Conv2D":
            size, filters = layer.arguments["kernel_size"], layer.arguments["filters"]
            kernel = tf.Variable(tf.random.normal((size, size, shape[2], filters)))
            pairs.append(
                (tf.Variable(tf.random.normal((batch, *shape))), kernel, layer.arguments.get("strides", 1))
            )

    @tf.function(autograph=False)
    def once() -> list[tf.Tensor]:
        found = []
        for number, (values, kernel, strides) in enumerate(pairs):
            with tf.GradientTape() as tape:
                out = tf.nn.conv2d(values, kernel, strides, "SAME")
                loss = tf.reduce_sum(out)
            sources = [kernel] if number == 0 else [values, kernel]  # nobody needs the gradient of the pixels
            found += tape.gradient(loss, sources) if there_and_back else [out]
        return found

    return lambda: [once() for _ in range(0, IMAGES, batch)]


def torch_ways(dataset: Dataset, config: RunConfig) -> dict[str, Callable[[], object]]:
    """The same network in PyTorch, float32 and bfloat16; nothing where PyTorch is not installed."""
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed here, so it takes no part.")
        return {}
    torch.set_num_threads(1)
    pixels = torch.tensor(dataset.train_images[:IMAGES, None] / np.float32(255))
    labels = torch.tensor(dataset.train_labels[:IMAGES].astype(np.int64))

    def way(short: bool) -> Callable[[], object]:
        model = torch.nn.Sequential(*_torch_layers(config)).to(memory_format=torch.channels_last)
        optimizer = torch.optim.AdamW(model.parameters(), config.learning_rate, fused=True)
        loss_of = torch.nn.CrossEntropyLoss(label_smoothing=config.label_smoothing)

        def train() -> None:
            for start in range(0, IMAGES, config.batch_size):
                part = slice(start, start + config.batch_size)
                optimizer.zero_grad()
                with torch.autocast("cpu", torch.bfloat16, enabled=short):
                    scores = model(pixels[part].contiguous(memory_format=torch.channels_last))
                loss_of(scores.float(), labels[part]).backward()
                optimizer.step()

        return train

    return {"PyTorch, channels-last": way(False), "PyTorch, channels-last, bfloat16": way(True)}


def _torch_layers(config: RunConfig) -> list:
    """The layers but augmentation, which PyTorch leaves to other packages."""
    from torch import nn

    made = []
    for _, layer, shape in walk(config):
        arguments = layer.arguments
        match layer.kind:
            case "Conv2D":
                size, stride = arguments["kernel_size"], arguments.get("strides", 1)
                bias = arguments.get("use_bias", True)
                made.append(nn.Conv2d(shape[2], arguments["filters"], size, stride, size // 2, bias=bias))
            case "Dense":
                made.append(nn.Linear(shape[0], arguments["units"]))
            case "BatchNormalization":
                made.append(nn.BatchNorm2d(shape[2]))
            case "MaxPooling2D":
                made.append(nn.MaxPool2d(arguments["pool_size"]))
            case "Dropout":
                made.append(nn.Dropout(arguments["rate"]))
            case "Flatten":
                made.append(nn.Flatten())
        if layer.kind == "Activation" or arguments.get("activation") == "relu":
            made.append(nn.ReLU())
    return made


if __name__ == "__main__":
    main()
