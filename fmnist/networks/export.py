"""A run as code to take home: a plain Keras script and a notebook that do the same on their own."""

from __future__ import annotations

import inspect
import json
import shlex
import textwrap
from collections.abc import Iterable
from dataclasses import fields
from textwrap import dedent

from fmnist.data.facts import CLASS_NAMES, CLASSES, IMAGE_SHAPE, TRAIN_IMAGES
from fmnist.networks.architectures import NETWORKS, WEIGHT_DECAY, Layer, growing, one_cycle
from fmnist.networks.changed_labels import changes_in
from fmnist.networks.config import NETWORK_KEYS, RunConfig
from fmnist.networks.epoch import photos_learned
from fmnist.networks.moved_images import moved_copies
from fmnist.networks.training_set import label_seed

CELL = "# %%"  # what editors take for the start of a notebook cell
OPTIMIZERS = {
    "adam": "keras.optimizers.Adam(learning_rate={})",
    "sgd": "keras.optimizers.SGD(learning_rate={})",
    "momentum": "keras.optimizers.SGD(learning_rate={}, momentum=0.9)",
    "rmsprop": "keras.optimizers.RMSprop(learning_rate={})",
    "adamw": f"keras.optimizers.AdamW(learning_rate={{}}, weight_decay={WEIGHT_DECAY})",
}


def script(config: RunConfig) -> str:
    """A complete Python program: this network, these settings, and the tutorial's figures.

    It needs tensorflow, numpy and matplotlib. It starts from the run's weights and shows the images in the
    run's order; its numbers differ by rounding, and by the random numbers of dropout and augmentation.
    """
    parts = [_head(config), _data(config), _network(config), _training(config), _test(config), _FIGURES]
    if config.learns_moved:
        parts.insert(1, ("Moved copies of the images", inspect.getsource(moved_copies)))
    if config.attacked:
        parts.insert(-4, ("Learning from attacked images", _attacks(config)))
    return "\n\n".join(f"{CELL} {title}\n{dedent(code).strip()}" for title, code in parts) + "\n"


def notebook(config: RunConfig) -> str:
    """The same program as a Jupyter notebook (nbformat 4.5), one cell for each part."""
    cells = []
    for number, cell in enumerate(script(config).split(CELL)[1:]):
        title, code = cell.split("\n", 1)
        cells.append(_cell("markdown", f"## {title.strip()}", 2 * number))
        cells.append(_cell("code", code.strip(), 2 * number + 1))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}, indent=1
    )


def _cell(kind: str, source: str, number: int) -> dict[str, object]:
    cell = {
        "cell_type": kind,
        "id": f"cell-{number}",
        "metadata": {},
        "source": source.splitlines(keepends=True),
    }
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def command(config: RunConfig) -> str:
    """The line that trains such a run: "python -m fmnist train --seed 3"; "" for a network of the past."""
    if config.network not in NETWORK_KEYS:
        return ""
    words = ["python", "-m", "fmnist", "train"]
    for field in fields(RunConfig):
        value, flag = getattr(config, field.name), field.name.replace("_", "-")
        if value == field.default:
            continue
        words += (
            [f"--{flag}" if value else f"--no-{flag}"]
            if isinstance(value, bool)
            else [f"--{flag}", str(value)]
        )
    return shlex.join(words)


def _head(config: RunConfig) -> tuple[str, str]:
    return (
        f"{NETWORKS[config.network].title} on Fashion-MNIST",
        f"""
        import keras
        import numpy as np
        from matplotlib import pyplot as plt

        CLASS_NAMES = {list(CLASS_NAMES)!r}
        keras.utils.set_random_seed({config.seed})
    """,
    )


def _data(config: RunConfig) -> tuple[str, str]:
    """What `training_set` does, line by line."""
    lines = [
        "(train_images, train_labels), (test_images, test_labels) = keras.datasets.fashion_mnist.load_data()"
    ]
    if config.training_images < TRAIN_IMAGES:
        lines.append(_first(config.training_images))
    lines += _changed_labels(config)
    if config.shuffle_labels:
        lines += [
            "# The experiment: labels that mean nothing.",
            f"train_labels = np.random.default_rng({label_seed(config)}).permutation(train_labels)",
        ]
    if config.validation_share:
        learned = photos_learned(config)
        lines += [
            "# The last ones are held back: to check with after each epoch, never to learn from.",
            f"validation_images, validation_labels = train_images[{learned:_}:], train_labels[{learned:_}:]",
            _first(learned),
        ]
    added_images, added_labels = ["train_images"], ["train_labels"]
    if config.learns_moved:
        how = f"{config.shifts}, {config.turns}, {config.seed}"
        lines += [
            f"moved = moved_copies(train_images, {how})  # up to so many pixels and degrees, and the seed",
        ]
        added_images.append("moved")
        added_labels.append("train_labels")
    if config.learn_drawings:
        added_images.append("drawings")
        added_labels.append("drawn")
        lines += [
            "# Drawings made from the photos: this part needs the dashboard's own package.",
            "from fmnist.drawing import made_drawings",
            "drawings, drawn = made_drawings.make_drawings(",
            f"    train_images, train_labels, len(train_images), {config.seed}",
            ")",
        ]
    if len(added_images) > 1:
        lines += [
            f"train_images = np.concatenate([{', '.join(added_images)}])",
            f"train_labels = np.concatenate([{', '.join(added_labels)}])",
        ]
    lines += _pixels(config)
    lines.append("print(train_images.shape, test_images.shape)")
    return "The data", "\n".join(lines)


def _changed_labels(config: RunConfig) -> list[str]:
    """Lines that leave images out, and give others another label."""
    known = changes_in(config.changed_labels)
    known = {image: label for image, label in known.items() if image < config.training_images}
    gone = [image for image, label in known.items() if label is None]
    corrected = {image: label for image, label in known.items() if label is not None}
    lines = []
    if corrected:
        lines += [
            f"# {len(corrected):,} labels that were judged wrong: the image, and the class it is learned as.",
            *_wrapped("corrected = {", (f"{image}: {label}" for image, label in corrected.items()), "}"),
            "train_labels = train_labels.copy()",
            "for image, label in corrected.items():",
            "    train_labels[image] = label",
        ]
    if gone:
        lines += [
            f"# {len(gone):,} images whose labels are doubtful: they are left out.",
            *_wrapped("left_out = [", map(str, gone), "]"),
            "train_images = np.delete(train_images, left_out, axis=0)",
            "train_labels = np.delete(train_labels, left_out)",
        ]
    return lines


def _wrapped(before: str, entries: Iterable[str], after: str) -> list[str]:
    """A long list as lines of a program."""
    body = textwrap.wrap(", ".join(entries) + ",", 100, break_long_words=False, break_on_hyphens=False)
    return [before, *(f"    {line}" for line in body), after]


def _first(count: int) -> str:
    return f"train_images, train_labels = train_images[:{count:_}], train_labels[:{count:_}]"


def _pixels(config: RunConfig) -> list[str]:
    """Lines that turn pixels into the numbers that the network gets."""
    names = ["train_images", "test_images", *(["validation_images"] if config.validation_share else [])]
    if config.scale_pixels:
        return [f"{name} = {name} / 255.0" for name in names]
    return [f'{name} = {name}.astype("float32")' for name in names]


def _network(config: RunConfig) -> tuple[str, str]:
    """The layers that are trained; a softmax that comes after logits is put on top once they are."""
    layers = NETWORKS[config.network].layers(config)
    trained = [layer for layer in layers if layer.kind != "Softmax"]
    lines = [f"keras.Input({IMAGE_SHAPE}),", *(f"{_layer(layer)}," for layer in trained)]
    body = "\n".join(f"    {line}" for line in lines)
    kind = "Attacked" if config.attacked else "keras.Sequential"
    return "The network", f"model = {kind}([\n{body}\n])\nmodel.summary()"


def _attacks(config: RunConfig) -> str:
    """A kind of network whose steps change every second image first, as `Engine` does."""
    white = 1.0 if config.scale_pixels else 255.0
    return f"""
        import tensorflow as tf


        class Attacked(keras.Sequential):
            \"\"\"Learns every second image changed: each pixel a little, so that the loss grows.\"\"\"

            def train_step(self, data):
                images, labels = data
                with tf.GradientTape() as tape:
                    tape.watch(images)
                    loss = self.compute_loss(y=labels, y_pred=self(images, training=False))
                change = {config.attacked} * {white} / 255 * tf.sign(tape.gradient(loss, images))
                attacked = tf.clip_by_value(images + change, 0.0, {white})
                is_second = tf.range(tf.shape(images)[0]) % 2 == 1
                return super().train_step((tf.where(is_second[:, None, None], attacked, images), labels))
    """


def _layer(layer: Layer) -> str:
    arguments = ", ".join(f"{name}={value!r}" for name, value in layer.arguments.items())
    return f"keras.layers.{layer.kind}({arguments})"


def _training(config: RunConfig) -> tuple[str, str]:
    return "The training", "\n".join(
        [
            *_schedule(config),
            "model.compile(",
            f"    optimizer={OPTIMIZERS[config.optimizer].format(_rate(config))},",
            f"    loss={_loss(config)},",
            '    metrics=["accuracy"],',
            ")",
            "model.fit(",
            "    train_images,",
            f"    {_wanted('train_labels', config)},",
            *(f"    {argument}," for argument in _fit_arguments(config)),
            ")",
        ]
    )


def _schedule(config: RunConfig) -> list[str]:
    """Lines that define the learning rate of a run with a schedule."""
    if config.schedule == "constant":
        return []
    if config.schedule == "growing":
        return [
            f"# The rate grows in each step by the same factor, over {config.planned_epochs} epochs.",
            "rate = keras.optimizers.schedules.ExponentialDecay(",
            *(f"    {name}={value!r}," for name, value in growing(config).items()),
            ")",
        ]
    return [
        f"# One cycle over {config.planned_epochs} epochs: up in a straight line, down along half a cosine.",
        "rate = keras.optimizers.schedules.CosineDecay(",
        *(f"    {name}={value!r}," for name, value in one_cycle(config).items()),
        ")",
    ]


def _rate(config: RunConfig) -> str:
    return repr(config.learning_rate) if config.schedule == "constant" else "rate"


def _loss(config: RunConfig) -> str:
    options = ["from_logits=True"] if config.last_layer == "logits" else []
    if config.label_smoothing:
        options.append(f"label_smoothing={config.label_smoothing!r}")
        return f"keras.losses.CategoricalCrossentropy({', '.join(options)})"
    if options:
        return f"keras.losses.SparseCategoricalCrossentropy({', '.join(options)})"
    return '"sparse_categorical_crossentropy"'


def _wanted(labels: str, config: RunConfig) -> str:
    """The labels as the loss wants them: smoothed ones are ten numbers each."""
    return f"keras.ops.one_hot({labels}, {CLASSES})" if config.label_smoothing else labels


def _fit_arguments(config: RunConfig) -> list[str]:
    arguments = [f"epochs={config.epochs}", f"batch_size={config.batch_size}"]
    if config.validation_share:
        labels = _wanted("validation_labels", config)
        arguments.append(f"validation_data=(validation_images, {labels})")
    callbacks = []
    if config.early_stopping:
        callbacks.append(f'keras.callbacks.EarlyStopping("val_loss", patience={config.early_stopping})')
    slowing = NETWORKS[config.network].slowing
    if slowing != 1 and config.schedule == "constant":
        rate = f"{config.learning_rate!r} * {slowing} ** epoch"
        callbacks.append(f"keras.callbacks.LearningRateScheduler(lambda epoch: {rate})")
    if callbacks:
        arguments.append(f"callbacks=[{', '.join(callbacks)}]")
    return arguments


def _test(config: RunConfig) -> tuple[str, str]:
    labels = _wanted("test_labels", config)
    lines = [
        f"test_loss, test_accuracy = model.evaluate(test_images, {labels}, verbose=2)",
        'print(f"Test accuracy: {test_accuracy:.4f}")',
    ]
    if config.last_layer == "logits":
        lines += [
            "# The model gives logits; a softmax turns them into probabilities.",
            "probability_model = keras.Sequential([model, keras.layers.Softmax()])",
            "predictions = probability_model.predict(test_images)",
        ]
    else:
        lines.append("predictions = model.predict(test_images)")
    return "The test", "\n".join(lines)


_FIGURES = (
    "The tutorial's figures",
    '''
        def plot_image(axes, index):
            """The image, with "predicted 90% (true)" in blue when right and red when wrong."""
            predicted, true = predictions[index].argmax(), test_labels[index]
            axes.imshow(test_images[index], cmap="binary")
            axes.set(xticks=[], yticks=[])
            words = f"{CLASS_NAMES[predicted]} {predictions[index].max():.0%} ({CLASS_NAMES[true]})"
            axes.set_xlabel(words, color="blue" if predicted == true else "red")


        def plot_bars(axes, index, names=False):
            """The ten probabilities: predicted red, true blue."""
            bars = axes.bar(range(10), predictions[index], color="#777777")
            bars[predictions[index].argmax()].set_color("red")
            bars[test_labels[index]].set_color("blue")
            axes.set(xticks=range(10), yticks=[], ylim=(0, 1))
            if names:
                axes.set_xticks(range(10), CLASS_NAMES, rotation=45, ha="right")


        for index in (0, 12):
            figure, (left, right) = plt.subplots(1, 2, figsize=(8, 4))
            plot_image(left, index)
            plot_bars(right, index, names=True)
            figure.tight_layout()

        figure, gallery = plt.subplots(5, 6, figsize=(12, 10))
        for index in range(15):
            plot_image(gallery.flat[2 * index], index)
            plot_bars(gallery.flat[2 * index + 1], index)
        figure.tight_layout()
        plt.show()
    ''',
)
