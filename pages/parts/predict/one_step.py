"""One step of learning in the view `inside`: loss, gradient, Adam's averages, new weight, in numbers."""

from __future__ import annotations

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_name
from fmnist.evaluation.arithmetic import number
from fmnist.evaluation.dense import ACTIVATIONS, DenseNetwork
from fmnist.evaluation.one_step import BETA_1, BETA_2, EPSILON, Averages, Change, Step, one_step
from fmnist.language import _
from fmnist.networks.config import RunConfig
from fmnist.runs.store import Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.shell import frame, shared


def is_explained(config: RunConfig) -> bool:
    """Whether a run was trained in the way that is worked out here: Adam, one rate, labels as they are."""
    return config.optimizer == "adam" and config.schedule == "constant" and not config.label_smoothing


def show(run: Snapshot, network: DenseNetwork, unit: int | None) -> None:
    """The section, for the test image that is open and one hidden unit; None where there is none."""
    st.subheader(_("One step of learning"), anchor=False)
    if run.config is None or not is_explained(run.config):
        st.markdown(_("It is worked out for runs with the optimizer Adam and a constant learning rate."))
        return
    try:
        averages = _averages(run.id, run.epochs_done)
    except WorkerError as error:
        st.warning(shared.plain(str(error)), icon=":material/error:")
        return
    dataset, index = shared.dataset(), st.session_state.test_index
    label = int(dataset.test_labels[index])
    step = one_step(network, dataset.test_images[index], label, run.config.learning_rate, averages)
    _show_loss(step, averages)
    last, first = frame.stage(1, 1)
    inputs = step.walk.outputs[-1] if step.walk.outputs else step.walk.pixels
    row = unit if unit is not None and len(step.walk.outputs) == 1 else _brightest(inputs)
    with last:
        _show_last(step, row)
    if unit is not None:
        with first:
            _show_first(step, unit)
    words = _(
        "Adam's averages begin at 0, and its rate makes up for that: now it is {rate} for a learning rate of "
        "{learning_rate:g}."
    )
    rate = small(step.change(len(step.before.layers) - 1, row, step.label).rate)
    st.caption(words.format(rate=rate, learning_rate=run.config.learning_rate))


@st.cache_resource(show_spinner=False, max_entries=8)
def _averages(run_id: str, epochs_done: int) -> Averages:
    return shared.workers().judge.adam_averages(run_id)


def _show_loss(step: Step, averages: Averages) -> None:
    words = _(
        "If this image were the next batch: the network gives its true class, **{name}**, "
        "{probability:.1%}. The loss is what that costs, −ln {probability:.3g} = **{before}**. After the "
        "step of all weights it is **{after}** for this image. Adam follows the average of many images, of "
        "which it has seen {steps:,} batches, so the loss of a single one may also grow."
    )
    st.markdown(
        words.format(
            name=class_name(step.label),
            probability=float(step.walk.probabilities[step.label]),
            before=small(step.loss),
            after=small(step.loss_after),
            steps=averages.steps,
        )
    )


def _show_last(step: Step, row: int) -> None:
    layer = len(step.before.layers) - 1
    change = step.change(layer, row, step.label)
    inputs = step.walk.outputs[-1] if step.walk.outputs else step.walk.pixels
    probability = float(step.walk.probabilities[step.label])
    title = (
        _("**The weight from unit {unit} to {name}**")
        if step.walk.outputs
        else _("**The weight from pixel {unit} to {name}**")
    )
    st.markdown(title.format(unit=row, name=class_name(step.label)))
    lines = [
        _("gradient = (probability − 1) × input"),
        f"= ({small(probability)} − 1) × {number(float(inputs[row]))} = {small(change.gradient)}",
    ]
    st.code("\n".join([*lines, *_adam(change)]), language=None, wrap_lines=True)


def _show_first(step: Step, unit: int) -> None:
    pixel = _brightest(step.walk.pixels)
    change = step.change(0, pixel, unit)
    st.markdown(
        _(
            "**The weight from the pixel in row {row}, column {column} to unit {unit}: the chain rule**"
        ).format(row=pixel // 28, column=pixel % 28, unit=unit)
    )
    layer = step.before.layers[0]
    slope = float(ACTIVATIONS[layer.activation][1](step.walk.sums[0])[unit])
    back = float(step.before.layers[1].kernel[unit].astype(np.float64) @ step.signals[1])
    lines = [
        _("gradient = Σ (signal of the next layer × weight to it) × slope of {activation} × pixel").format(
            activation=layer.activation
        ),
        f"= {small(back)} × {factor(slope)} × {number(float(step.walk.pixels[pixel]))}",
        f"= {small(change.gradient)}",
    ]
    st.code("\n".join([*lines, *_adam(change)]), language=None, wrap_lines=True)


def _adam(change: Change) -> list[str]:
    """How Adam makes a new weight of a gradient."""
    gradient, root = factor(change.gradient), small(change.square**0.5 + EPSILON)
    return [
        "",
        _("average of gradients = {beta} × before + {rest} × gradient").format(beta=BETA_1, rest=0.1),
        f"= {BETA_1} × {factor(change.mean_before)} + 0.1 × {gradient} = {small(change.mean)}",
        _("average of squares = {beta} × before + {rest} × gradient²").format(beta=BETA_2, rest=0.001),
        f"= {BETA_2} × {small(change.square_before)} + 0.001 × {small(change.gradient**2)}",
        f"= {small(change.square)}",
        "",
        _("new weight = weight − rate × average ÷ (√squares + {epsilon})").format(epsilon=small(EPSILON)),
        f"= {long(change.before)} − {small(change.rate)} × {factor(change.mean)} ÷ {root}",
        f"= {long(change.after)}",
    ]


def long(value: float) -> str:
    """A weight with six places, so that the step can be seen."""
    return f"{value:.6f}".replace("-", "−")


def small(value: float) -> str:
    """A number of any size with three figures and no power of ten: "0.0123", "−0.000045"."""
    text = np.format_float_positional(value, precision=3, unique=False, fractional=False, trim="-")
    return text.replace("-", "−")


def factor(value: float) -> str:
    """The same, to be multiplied: a minus after "×" needs brackets."""
    return f"({small(value)})" if value < 0 else small(value)


def _brightest(values: np.ndarray) -> int:
    return int(np.argmax(values))
