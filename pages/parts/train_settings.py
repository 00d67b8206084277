"""The left side of Train: the widgets whose values make a RunConfig, and the button that starts it."""

from __future__ import annotations

import time

import streamlit as st

from fmnist.config import (
    ACTIVATIONS,
    DEFAULT_LEARNING_RATES,
    NETWORK_KEYS,
    OPTIMIZER_NAMES,
    OPTIMIZERS,
    RunConfig,
)
from fmnist.glossary import explain, meaning, numbers
from fmnist.networks import NETWORKS, parameter_count, seconds_per_epoch, summary
from fmnist.run_text import duration
from fmnist.runs import RunError
from fmnist.train_state import STEPS
from fmnist.workers import WorkerError
from pages.parts import visitor
from pages.parts.train_address import DEFAULTS

DOUBLE_CLICK = 1.0  # seconds within which a second click on Train is the same click


def show() -> None:
    """Draw the settings and start a run when asked to."""
    st.selectbox(
        "Network",
        NETWORK_KEYS,
        NETWORK_KEYS.index(DEFAULTS["network"]),
        format_func=lambda key: NETWORKS[key].title,
        key="network",
        persist_state="session",
    )
    network = NETWORKS[st.session_state.network]
    st.caption(f"{network.teaches} Give it {network.epochs} epochs to show what it can do.")
    if network.settings:
        _network_settings(network.settings)
    with st.expander("How it learns", icon=":material/tune:"):
        _step_settings()
        _checking_settings()
    with st.expander("What it learns from", icon=":material/dataset:"):
        _data_settings()
    config = _config()
    _facts(config)
    start, reset = st.columns(2)
    start.button(
        "Train",
        key="train",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        on_click=_start,
        args=(config,),
    )
    reset.button(
        "As in the tutorial",
        key="reset_settings",
        width="stretch",
        on_click=_reset,
        help="Sets every setting back to the tutorial's.",
    )
    if message := st.session_state.get("start_error"):  # it stays until the next click
        st.error(message)
    with st.expander("Layer by layer", icon=":material/layers:"):
        _layer_table(config)


def _network_settings(names: tuple[str, ...]) -> None:
    if "hidden_layers" in names:
        st.slider(
            "Hidden layers",
            1,
            4,
            DEFAULTS["hidden_layers"],
            key="hidden_layers",
            help=meaning("hidden unit"),
            persist_state="session",
        )
    if "hidden_units" in names:
        label = "Units in each hidden layer" if "hidden_layers" in names else "Units in the hidden layer"
        st.number_input(
            label,
            1,
            2048,
            DEFAULTS["hidden_units"],
            step=16,
            key="hidden_units",
            help=meaning("hidden unit"),
            persist_state="session",
        )
    if "activation" in names:
        st.selectbox(
            "Activation",
            ACTIVATIONS,
            key="activation",
            help=meaning("activation"),
            persist_state="session",
        )
    if "dropout" in names:
        st.slider(
            "Dropout",
            0.0,
            0.8,
            step=0.05,
            key="dropout",
            help=meaning("dropout"),
            persist_state="session",
        )


def _step_settings() -> None:
    st.number_input(
        "Epochs",
        1,
        100,
        DEFAULTS["epochs"],
        key="epochs",
        help=meaning("epoch"),
        persist_state="session",
    )
    st.selectbox(
        "Optimizer",
        OPTIMIZERS,
        format_func=OPTIMIZER_NAMES.get,
        key="optimizer",
        help=meaning("optimizer"),
        persist_state="session",
    )
    optimizer = st.session_state.optimizer
    st.select_slider(
        "Learning rate",
        STEPS["learning_rate"],
        DEFAULTS["learning_rate"],
        format_func=lambda rate: f"{rate:g}",
        key="learning_rate",
        help=f"{meaning('learning rate')} Usual for {OPTIMIZER_NAMES[optimizer]}: "
        f"{DEFAULT_LEARNING_RATES[optimizer]:g}.",
        persist_state="session",
    )
    st.number_input(
        "Batch size",
        1,
        60_000,
        DEFAULTS["batch_size"],
        step=16,
        key="batch_size",
        help=meaning("step"),
        persist_state="session",
    )


def _checking_settings() -> None:
    st.slider(
        "Validation share",
        0.0,
        0.3,
        step=0.05,
        format="percent",
        key="validation_share",
        help=meaning("validation"),
        persist_state="session",
    )
    st.number_input(
        "Early stopping: epochs without a better validation loss (0: never)",
        0,
        20,
        key="early_stopping",
        disabled=not st.session_state.validation_share,
        help=f"{meaning('early stopping')} Needs a validation share above 0.",
        persist_state="session",
    )
    st.number_input(
        "Seed",
        0,
        2**31 - 1,
        key="seed",
        help=meaning("seed"),
        persist_state="session",
    )


def _data_settings() -> None:
    st.number_input(
        "Training images",
        10,
        60_000,
        DEFAULTS["training_images"],
        step=1000,
        key="training_images",
        help=f"Fewer images: watch for overfitting. {meaning('overfitting')}",
        persist_state="session",
    )
    st.toggle(
        "Scale the pixels to 0–1",
        DEFAULTS["scale_pixels"],
        key="scale_pixels",
        help=meaning("scaling"),
        persist_state="session",
    )
    st.toggle("Shuffle the labels, so that they mean nothing", key="shuffle_labels", persist_state="session")
    st.toggle(
        "Also learn from drawings made of the photos",
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
    epoch = seconds_per_epoch(config)
    st.markdown(
        f":violet-badge[:material/data_array: {parameter_count(config):,} parameters] "
        f":violet-badge[:material/timer: about {duration(epoch * config.epochs)} "
        f"for {config.epochs} epoch{'s' if config.epochs > 1 else ''}]",
        help=explain("parameters", numbers(config)),
    )


def _layer_table(config: RunConfig) -> None:
    rows = summary(config)
    st.table(
        {
            "Layer": [row.layer for row in rows],
            "Output shape": [str(row.output_shape) for row in rows],
            "Parameters": [f"{row.parameters:,}" for row in rows],
        }
    )
    st.caption(f"Total: {parameter_count(config):,} parameters, the numbers that training changes.")


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
        st.session_state.start_error = str(error)


def _reset() -> None:
    st.session_state.update(DEFAULTS | {"start_error": ""})
