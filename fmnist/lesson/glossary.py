"""The words of the field, each in a few sentences, and what each of them is for one run in numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

from fmnist.data.class_words import class_name
from fmnist.data.facts import CLASSES
from fmnist.evaluation.scores import Evaluation, most_confused_pairs, per_class_scores, reliability, shown_gap
from fmnist.language import N_, _, in_a_row, n_
from fmnist.networks.architectures import NETWORKS, parameter_count
from fmnist.networks.config import OPTIMIZER_NAMES, RunConfig
from fmnist.networks.epoch import images_per_epoch, photos_held_back, photos_learned, steps_per_epoch
from fmnist.runs.files import EpochRow

Numbers = dict[str, Any]


@dataclass(frozen=True)
class Term:
    """One word.

    Parameters
    ----------
    title : str
        The word itself.
    meaning : str
        What it means, for any run.
    examples : tuple of str
        What it is for one run, with named places for numbers. The first whose numbers are all known is shown.
    """

    title: str
    meaning: str
    examples: tuple[str, ...] = ()


TERMS: dict[str, Term] = {
    "pixel": Term(
        N_("Pixel"),
        N_(
            "One point of an image. Here it is a whole number from 0 (nothing there) to 255 (the garment at "
            "its strongest), shown as ink on paper: 0 white, 255 black. An image is 28 rows of 28 of them: "
            "784 numbers."
        ),
    ),
    "label": Term(
        N_("Class and label"),
        N_(
            "A class is a kind of garment. The label of an image is the number of its class, 0 to 9: the "
            "right answer that training compares with."
        ),
    ),
    "training set": Term(
        N_("Training set"),
        N_(
            "The images a network learns from. It sees them again and again, so being right on them "
            "proves little."
        ),
        (N_("This run learns from {images:,} of them."),),
    ),
    "test set": Term(
        N_("Test set"),
        N_(
            "Images kept apart from training. Only they show how well a network does on garments it has "
            "never seen."
        ),
        (N_("This run named {test_accuracy:.1%} of them correctly."),),
    ),
    "scaling": Term(
        N_("Scaling"),
        N_(
            "Dividing every pixel by 255, so that the numbers lie between 0 and 1 and training's small steps "
            "have a sensible size."
        ),
        (N_("This run's pixels go from 0 to {largest_pixel}."),),
    ),
    "principal components": Term(
        N_("Principal components"),
        N_(
            "The directions in which images differ most. Two of them make a flat map on which similar images "
            "lie close together. No network and no labels are needed."
        ),
    ),
    "epoch": Term(
        N_("Epoch"),
        N_(
            "One pass over all training images. After each, the network is a little less often wrong, "
            "up to a point. Epoch 0.15 is a moment within the first: 15% of the images have been used."
        ),
        (N_("This run: {epochs_done} of {epochs} epochs are done."), N_("These settings: {epochs} epochs.")),
    ),
    "step": Term(
        N_("Step and batch"),
        N_(
            "A batch is the handful of images the network looks at before it changes its weights. That one "
            "change is a step."
        ),
        (
            N_(
                "This run: {images:,} images in batches of {batch_size:,} make {steps:,} {step_word} per "
                "epoch, the last with {last_batch:,}."
            ),
            N_(
                "This run: {images:,} images in batches of {batch_size:,} make {steps:,} {step_word} per "
                "epoch."
            ),
        ),
    ),
    "loss": Term(
        N_("Loss"),
        N_(
            "How wrong the probabilities are: minus the logarithm of the probability given to the true "
            "class, on average. Training makes it smaller. Always answering 10% for each class costs "
            "{guessing_loss:.2f}."
        ),
        (
            N_("This run: {loss:.3f} on training images, {test_loss:.3f} on test images."),
            N_("This run: {loss:.3f} on training images."),
            N_("This run: {test_loss:.3f} on test images."),
        ),
    ),
    "accuracy": Term(
        N_("Accuracy"),
        N_(
            "The share of images whose most probable class is the true one. Guessing is right one time in "
            "ten."
        ),
        (
            N_("This run: {accuracy:.1%} of the training images, {test_accuracy:.1%} of the test images."),
            N_("This run: {accuracy:.1%} of the training images."),
            N_("This run: {test_accuracy:.1%} of the test images."),
        ),
    ),
    "validation": Term(
        N_("Validation"),
        N_(
            "Training images held back and only used to check after each epoch. They show overfitting while "
            "there is still time to change something, and leave the test set for the end."
        ),
        (
            N_("This run holds back {validation_images:,} images and names {val_accuracy:.1%} of them."),
            N_("This run holds back {validation_images:,} images."),
            N_("This run holds none back."),
        ),
    ),
    "early stopping": Term(
        N_("Early stopping"),
        N_("Training ends by itself when the validation loss has not become better for some epochs."),
        (N_("This run waits {patience} epochs."), N_("This run does not use it.")),
    ),
    "overfitting": Term(
        N_("Overfitting"),
        N_(
            "Learning the training images by heart. The training accuracy goes on rising, that on new images "
            "does not. The gap between both shows it."
        ),
        (
            N_("This run: training {accuracy:.1%}, test {test_accuracy:.1%}: a gap of {gap:.1f} points."),
            N_(
                "This run: training {accuracy:.1%}, test {test_accuracy:.1%}: no sign of it, the test images "
                "are {lead:.1f} points ahead."
            ),
        ),
    ),
    "learning rate": Term(
        N_("Learning rate"),
        N_(
            "How far each step moves the weights. Too small: learning takes ages. Too large: each step jumps "
            "past the better values."
        ),
        (N_("This run: {learning_rate:g}."),),
    ),
    "optimizer": Term(
        N_("Optimizer"),
        N_(
            "The rule that turns the slope of the loss into a change of each weight. Adam chooses a step "
            "size per weight; SGD moves all by the same rule."
        ),
        (N_("This run: {optimizer}, {steps:,} steps per epoch."),),
    ),
    "parameters": Term(
        N_("Parameters"),
        N_(
            "The numbers that training changes: weights, one per connection, and biases, one per unit. All "
            "the network knows is in them."
        ),
        (
            N_(
                "This run: 784 × {units:,} + {units:,} weights and biases, then {units:,} × 10 + 10: "
                "{parameters:,} in all."
            ),
            N_("This run: {parameters:,}."),
        ),
    ),
    "hidden unit": Term(
        N_("Hidden unit"),
        N_(
            "A number between pixels and answer: a weighted sum of what comes in, passed through the "
            "activation. Each comes to react to some pattern."
        ),
        (N_("This run: {hidden_units}."), N_("This run's network has no dense hidden layer.")),
    ),
    "activation": Term(
        N_("Activation"),
        N_(
            "What is done to a unit's sum before it goes on; ReLU turns negatives into 0. Without it, "
            "several layers could do no more than one."
        ),
        (N_("This run: {activation}."), N_("This run's network has no hidden layer, so none but softmax.")),
    ),
    "dropout": Term(
        N_("Dropout"),
        N_(
            "In each step a random share of hidden units is switched off, so that no unit can rely on "
            "another. It works against overfitting."
        ),
        (N_("This run: {dropout:.0%} of the units."), N_("This run uses none.")),
    ),
    "convolution": Term(
        N_("Convolution"),
        N_(
            "A small filter slides over the image and finds one pattern wherever it is. It needs few "
            "weights, because every place shares them."
        ),
        (N_("This run's first layer has {filters} filters."), N_("This run's network has none.")),
    ),
    "seed": Term(
        N_("Seed"),
        N_(
            "Where the random numbers begin: starting weights, order of images, dropout. The same seed gives "
            "the same run; another shows how much is chance."
        ),
        (N_("This run: {seed}."),),
    ),
    "scores": Term(
        N_("Scores (logits)"),
        N_(
            "What the last layer adds up for each class before softmax: any number, the larger the likelier. "
            "Only the differences between the ten matter."
        ),
    ),
    "softmax": Term(
        N_("Softmax and logits"),
        N_(
            "Logits are the ten raw numbers of the last layer. Softmax turns them into ten probabilities "
            "that add up to 1: the larger the logit, the larger its share."
        ),
    ),
    "confidence": Term(
        N_("Confidence"),
        N_("The largest of the ten probabilities. It is how sure the network is, not how often it is right."),
        (
            N_(
                "This run: {mean_confidence:.1%} on average over the test images; {test_accuracy:.1%} are "
                "right."
            ),
        ),
    ),
    "confusion matrix": Term(
        N_("Confusion matrix"),
        N_(
            "A table of true classes (rows) by predicted classes (columns). On the diagonal the network is "
            "right; every other cell counts one kind of mistake."
        ),
        (N_("This run: {mistakes:,} mistakes, most often {confused_true} taken for {confused_predicted}."),),
    ),
    "precision": Term(
        N_("Precision and recall"),
        N_(
            "Precision: of the images called so, the share that are. Recall: of the images that are so, the "
            "share called so. F1 is high only if both are."
        ),
        (N_("This run: {worst_class} has the lowest recall, {worst_recall:.1%}."),),
    ),
    "calibration": Term(
        N_("Calibration error"),
        N_(
            "How far confidence is from being right, on average. 0 means that of all images judged with 80% "
            "confidence, 80% are right."
        ),
        (N_("This run: {calibration_error:.1%}."),),
    ),
    "shift": Term(
        N_("Distribution shift"),
        N_(
            "New images of another kind than those learned from. A network trained on photos has never seen "
            "a thin line, so its answer to a drawing is worth little, however sure it is."
        ),
        (
            N_("This run has also learned from {drawings:,} drawings."),
            N_("This run has learned from photos alone."),
        ),
    ),
    "features": Term(
        N_("Features"),
        N_(
            "The values of the last hidden layer: what a network keeps of an image. Images with similar "
            "values look alike to it."
        ),
    ),
}

EVERYWHERE: Numbers = {"guessing_loss": math.log(CLASSES)}


def numbers(
    config: RunConfig, history: Sequence[EpochRow] = (), evaluation: Evaluation | None = None
) -> Numbers:
    """What is known of a run, by the names that `Term.examples` use; what is not known is left out.

    The few words among the numbers are in the language of now.

    Parameters
    ----------
    config : RunConfig
    history : sequence of EpochRow
        Its finished epochs.
    evaluation : Evaluation, optional
        How it judges the test images.
    """
    found = _of_settings(config) | _of_layers(config) | _of_history(config, history) | _of_judging(evaluation)
    known = {name: value for name, value in found.items() if value is not None}
    if "accuracy" in known and "test_accuracy" in known:
        gap = shown_gap(known["accuracy"], known["test_accuracy"])
        known |= {"lead": -gap} if gap < 0 else {"gap": gap}
    return known


def meaning(key: str) -> str:
    """What a word means, for any run."""
    return _(TERMS[key].meaning).format(**EVERYWHERE)


def example(key: str, known: Numbers) -> str:
    """What a word is for one run, with its `numbers`; "" when too few are known."""
    filled = (_(text).format(**known) for text in TERMS[key].examples if _places(text) <= known.keys())
    return next(filled, "") if known else ""


def explain(key: str, known: Numbers | None = None) -> str:
    """Meaning and example in one paragraph, for a tooltip."""
    return in_a_row(meaning(key), example(key, known or {}))


def _places(text: str) -> set[str]:
    return {place[1] for place in Formatter().parse(text) if place[1]}


def _of_settings(config: RunConfig) -> Numbers:
    images = images_per_epoch(config)
    batch = min(config.batch_size, images)
    steps = steps_per_epoch(config)
    return {
        "epochs": config.epochs,
        "images": images,
        "batch_size": batch,
        "steps": steps,
        "step_word": n_("step", "steps", steps),
        "last_batch": images % batch or None,
        "validation_images": photos_held_back(config) or None,
        "patience": config.early_stopping or None,
        "learning_rate": config.learning_rate,
        "optimizer": _(OPTIMIZER_NAMES[config.optimizer]),
        "seed": config.seed,
        "largest_pixel": 1 if config.scale_pixels else 255,
        "drawings": photos_learned(config) if config.learn_drawings else None,
    }


def _of_layers(config: RunConfig) -> Numbers:
    layers = NETWORKS[config.network].layers(config)
    dense = [layer.arguments["units"] for layer in layers if layer.kind == "Dense"][:-1]
    filters = [layer.arguments["filters"] for layer in layers if layer.kind == "Conv2D"]
    dropped = [layer.arguments["rate"] for layer in layers if layer.kind == "Dropout"]
    activations = [layer.arguments.get("activation") for layer in layers[:-1]]
    return {
        "parameters": parameter_count(config),
        "units": dense[0] if len(dense) == 1 and not filters else None,
        "hidden_units": " + ".join(f"{units:,}" for units in dense) or None,
        "activation": next(filter(None, activations), None),
        "dropout": dropped[0] if dropped else None,
        "filters": filters[0] if filters else None,
    }


def _of_history(config: RunConfig, history: Sequence[EpochRow]) -> Numbers:
    if not history:
        return {}
    last = history[-1]
    return {
        "epochs_done": len(history),
        "loss": last.loss,
        "accuracy": last.accuracy,
        "val_accuracy": last.val_accuracy if config.validation_share else None,
        "test_loss": last.test_loss,
        "test_accuracy": last.test_accuracy,
    }


def _of_judging(evaluation: Evaluation | None) -> Numbers:
    if evaluation is None:
        return {}
    pairs = most_confused_pairs(evaluation.confusion, 1)
    worst = min(per_class_scores(evaluation.confusion), key=lambda score: score.recall)
    measured = reliability(evaluation.labels, evaluation.probabilities)
    return {
        "test_accuracy": evaluation.accuracy,
        "mistakes": int((~evaluation.right).sum()),
        "mean_confidence": float(evaluation.confidence.mean()),
        "confused_true": class_name(pairs[0].true) if pairs else None,
        "confused_predicted": class_name(pairs[0].predicted) if pairs else None,
        "worst_class": class_name(worst.label),
        "worst_recall": worst.recall,
        "calibration_error": measured.expected_calibration_error,
    }
