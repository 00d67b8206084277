"""The left side of Train: the widgets whose values make a RunConfig, and the button that starts it."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from fmnist.language import _, in_a_row, n_
from fmnist.lesson.glossary import explain, meaning, numbers
from fmnist.lesson.run_text import duration
from fmnist.lesson.train_address import STEPS
from fmnist.networks.architectures import NETWORKS, parameter_count, seconds_per_epoch, summary
from fmnist.networks.config import (
    ACTIVATIONS,
    DEFAULT_LEARNING_RATES,
    NETWORK_KEYS,
    OPTIMIZER_NAMES,
    OPTIMIZERS,
    RANGES,
    RunConfig,
)
from fmnist.runs.store import RunError
from fmnist.workers.queue import WorkerError
from pages.parts.shell import shared, visitor
from pages.parts.train.address import DEFAULTS

DOUBLE_CLICK = 1.0  # seconds within which a second click on Train is the same click


def show() -> None:
    """Draw the settings and start a run when asked to."""
    st.selectbox(
        _("Network"),
        NETWORK_KEYS,
        NETWORK_KEYS.index(DEFAULTS["network"]),
        format_func=lambda key: _(NETWORKS[key].title),
        key="network",
        persist_state="session",
    )
    network = NETWORKS[st.session_state.network]
    enough = _("Give it {epochs} epochs to show what it can do.").format(epochs=network.epochs)
    with st.container(key="network_note"):
        st.caption(in_a_row(_(network.teaches), enough))
    if network.settings:
        _network_settings(network.settings)
    with st.expander(_("How it learns"), icon=":material/tune:"):
        _step_settings()
        _checking_settings()
    with st.expander(_("What it learns from"), icon=":material/dataset:"):
        _data_settings()
    config = _config()
    _facts(config)
    start, reset = st.columns(2)
    start.button(
        _("Train"),
        key="train",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        on_click=_start,
        args=(config,),
    )
    reset.button(
        _("As in the tutorial"),
        key="reset_settings",
        width="stretch",
        on_click=_reset,
        help=_("Sets every setting back to the tutorial's."),
    )
    if message := st.session_state.get("start_error"):  # it stays until the next click
        st.error(str(message))
    with st.expander(_("Layer by layer"), icon=":material/layers:"):
        _layer_table(config)


def _number(name: str, label: str, **more: Any) -> None:
    """A field for a whole number: bounds and steps are those of the setting."""
    bounds = RANGES[name]
    st.number_input(
        label,
        bounds.low,
        bounds.high,
        DEFAULTS[name],
        step=bounds.step,
        key=name,
        persist_state="session",
        **more,
    )


def _slider(name: str, label: str, **more: Any) -> None:
    """A slider over the values of a setting."""
    bounds = RANGES[name]
    st.slider(
        label,
        bounds.low,
        bounds.high,
        DEFAULTS[name],
        step=bounds.step,
        key=name,
        persist_state="session",
        **more,
    )


def _network_settings(names: tuple[str, ...]) -> None:
    if "hidden_layers" in names:
        _slider("hidden_layers", _("Hidden layers"), help=meaning("hidden unit"))
    if "hidden_units" in names:
        several = "hidden_layers" in names
        label = _("Units in each hidden layer") if several else _("Units in the hidden layer")
        _number("hidden_units", label, help=meaning("hidden unit"))
    if "activation" in names:
        st.selectbox(
            _("Activation"),
            ACTIVATIONS,
            key="activation",
            help=meaning("activation"),
            persist_state="session",
        )
    if "dropout" in names:
        _slider("dropout", _("Dropout"), help=meaning("dropout"))


def _step_settings() -> None:
    _number("epochs", _("Epochs"), help=meaning("epoch"))
    st.selectbox(
        _("Optimizer"),
        OPTIMIZERS,
        format_func=lambda key: _(OPTIMIZER_NAMES[key]),
        key="optimizer",
        help=meaning("optimizer"),
        persist_state="session",
    )
    optimizer = st.session_state.optimizer
    usual = _("Usual for {optimizer}: {rate:g}.").format(
        optimizer=_(OPTIMIZER_NAMES[optimizer]), rate=DEFAULT_LEARNING_RATES[optimizer]
    )
    st.select_slider(
        _("Learning rate"),
        STEPS["learning_rate"],
        DEFAULTS["learning_rate"],
        format_func=lambda rate: f"{rate:g}",
        key="learning_rate",
        help=in_a_row(meaning("learning rate"), usual),
        persist_state="session",
    )
    _number("batch_size", _("Batch size"), help=meaning("step"))


def _checking_settings() -> None:
    _slider("validation_share", _("Validation share"), format="percent", help=meaning("validation"))
    needs = _("Needs a validation share above 0.")
    _number(
        "early_stopping",
        _("Early stopping: epochs without a better validation loss (0: never)"),
        disabled=not st.session_state.validation_share,
        help=in_a_row(meaning("early stopping"), needs),
    )
    _number("seed", _("Seed"), help=meaning("seed"))


def _data_settings() -> None:
    fewer = _("Fewer images: watch for overfitting.")
    _number("training_images", _("Training images"), help=in_a_row(fewer, meaning("overfitting")))
    st.toggle(
        _("Scale the pixels to 0–1"),
        DEFAULTS["scale_pixels"],
        key="scale_pixels",
        help=meaning("scaling"),
        persist_state="session",
    )
    st.toggle(
        _("Shuffle the labels, so that they mean nothing"), key="shuffle_labels", persist_state="session"
    )
    st.toggle(
        _("Also learn from drawings made of the photos"),
        key="learn_drawings",
        help=meaning("shift"),
        persist_state="session",
    )


def _config() -> RunConfig:
    values = {name: st.session_state[name] for name in DEFAULTS}
    return RunConfig(
        **values | {"early_stopping": values["early_stopping"] if values["validation_share"] else 0}
    )


def _facts(config: RunConfig) -> None:
    count = _("{count:,} parameters").format(count=parameter_count(config))
    about = n_("about {time} for {epochs} epoch", "about {time} for {epochs} epochs", config.epochs)
    about = about.format(time=duration(seconds_per_epoch(config) * config.epochs), epochs=config.epochs)
    st.markdown(
        f":violet-badge[:material/data_array: {count}] :violet-badge[:material/timer: {about}]",
        help=explain("parameters", numbers(config)),
    )


def _layer_table(config: RunConfig) -> None:
    rows = summary(config)
    shared.show_table(
        {
            _("Layer"): [f"`{row.layer}`" for row in rows],
            _("Output shape"): [str(row.output_shape) for row in rows],
            _("Parameters"): [f"{row.parameters:,}" for row in rows],
        }
    )
    total = _("Total: {count:,} parameters, the numbers that training changes.")
    st.caption(total.format(count=parameter_count(config)))


def _start(config: RunConfig) -> None:
    """Start a run once, however often the button is hit at a time."""
    last_config, last_time = st.session_state.get("last_start", (None, 0.0))
    if config == last_config and time.monotonic() - last_time < DOUBLE_CLICK:
        return
    st.session_state.start_error = ""
    try:
        st.session_state.watched = visitor.actions().start(config)
        st.session_state.last_start = (config, time.monotonic())
    except (WorkerError, RunError) as error:
        st.session_state.start_error = error.sentence


def _reset() -> None:
    st.session_state.update(DEFAULTS | {"start_error": ""})
