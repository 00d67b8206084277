"""The left side of Train: the widgets whose values make a RunConfig, and the button that starts it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import streamlit as st

from fmnist.language import _, in_a_row, n_
from fmnist.lesson import pace
from fmnist.lesson.glossary import explain, meaning, numbers
from fmnist.lesson.run_text import duration
from fmnist.lesson.train_address import FORM
from fmnist.networks.architectures import (
    NETWORKS,
    RECOMMENDED,
    Network,
    parameter_count,
    summary,
)
from fmnist.networks.config import DEFAULT_LEARNING_RATES, OPTIMIZER_NAMES, RANGES, SCHEDULE_NAMES, RunConfig
from fmnist.runs.store import RunError
from fmnist.workers.queue import WorkerError
from pages.parts.shell import shared, visitor
from pages.parts.train import address

DOUBLE_CLICK = 1.0  # seconds within which a second click on Train is the same click
_RECOMMENDED = "recommended"  # which network was given which settings, and what they were before
_STARTING = threading.Lock()  # two messages of one browser may be answered by two threads


def show() -> None:
    """Draw the settings, which scroll by themselves, and below them the button that starts a run."""
    with st.container(key="settings"):
        _all_settings()
    config = _config()
    _facts(config)
    _buttons(config)


def _all_settings() -> None:
    _choose(_("Network"), "network", lambda key: _(NETWORKS[key].title), on_change=_recommend)
    network = NETWORKS[st.session_state.network]
    with st.container(key="network_note"):
        st.caption(in_a_row(_(network.teaches), _recommended_in_words(network)))
    if network.settings:
        _network_settings(network.settings)
    with st.expander(_("How it learns"), icon=":material/tune:"):
        _step_settings()
        _checking_settings()
    with st.expander(_("What it learns from"), icon=":material/dataset:"):
        _data_settings()
    with st.expander(_("Layer by layer"), icon=":material/layers:"):
        _layer_table(_config())


def _buttons(config: RunConfig) -> None:
    if message := st.session_state.get("start_error"):  # it stays until the next click
        st.error(str(message))
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


def _network_settings(names: tuple[str, ...]) -> None:
    if "hidden_layers" in names:
        layers = FORM["hidden_layers"].kind
        _slide(_("Hidden layers"), "hidden_layers", layers.low, layers.high, 1, meaning("hidden unit"))
    if "hidden_units" in names:
        several = "hidden_layers" in names
        label = _("Units in each hidden layer") if several else _("Units in the hidden layer")
        _enter(label, "hidden_units", meaning("hidden unit"))
    if "activation" in names:
        _choose(_("Activation"), "activation", help=meaning("activation"))
    if "dropout" in names:
        _slide_share(_("Dropout"), "dropout", meaning("dropout"))


def _step_settings() -> None:
    _enter(_("Epochs"), "epochs", meaning("epoch"))
    _choose(_("Optimizer"), "optimizer", lambda key: _(OPTIMIZER_NAMES[key]), meaning("optimizer"))
    optimizer = st.session_state.optimizer
    usual = _("Usual for {optimizer}: {rate:g}.").format(
        optimizer=_(OPTIMIZER_NAMES[optimizer]), rate=DEFAULT_LEARNING_RATES[optimizer]
    )
    rate = FORM["learning_rate"]
    st.select_slider(
        _("Learning rate"),
        rate.kind.steps,
        rate.default,
        format_func=rate.kind.written,
        key=rate.key,
        help=in_a_row(meaning("learning rate"), usual),
        persist_state="session",
    )
    _choose(
        _("Learning-rate schedule"),
        "schedule",
        lambda key: _(SCHEDULE_NAMES[key]),
        _(
            "One cycle: the rate rises to the chosen one in the first third of the epochs, then falls nearly "
            "to 0. A run that is continued beyond its cycle goes on at the last, smallest rate."
        ),
    )
    _enter(_("Batch size"), "batch_size", meaning("step"))
    spread = _("This share of each label is spread over all ten classes: the network is never quite sure.")
    _slide_share(_("Label smoothing"), "label_smoothing", spread)


def _checking_settings() -> None:
    _slide_share(_("Validation share"), "validation_share", meaning("validation"), format="percent")
    needs = _("Needs a validation share above 0.")
    _enter(
        _("Early stopping: epochs without a better validation loss (0: never)"),
        "early_stopping",
        in_a_row(meaning("early stopping"), needs),
        disabled=not st.session_state.validation_share,
    )
    _enter(_("Seed"), "seed", meaning("seed"))


def _data_settings() -> None:
    fewer = _("Fewer images: watch for overfitting.")
    help = in_a_row(fewer, meaning("overfitting"))
    _enter(_("Training images"), "training_images", help)
    _switch(_("Scale the pixels to 0–1"), "scale_pixels", meaning("scaling"))
    _switch(_("Shuffle the labels, so that they mean nothing"), "shuffle_labels")
    _switch(_("Also learn from drawings made of the photos"), "learn_drawings", meaning("shift"))


# ---- the widget of each kind of setting: what it can be is in the table of the page


def _enter(label: str, key: str, help: str, disabled: bool = False) -> None:
    kind = FORM[key].kind
    st.number_input(
        label,
        kind.low,
        kind.high,
        FORM[key].default,
        step=RANGES[key].step,
        key=key,
        help=help,
        disabled=disabled,
        persist_state="session",
    )


def _choose(
    label: str,
    key: str,
    shown: Callable[[str], str] = str,
    help: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> None:
    choices = FORM[key].kind.choices
    first = choices.index(FORM[key].default)
    st.selectbox(
        label,
        choices,
        first,
        format_func=shown,
        key=key,
        help=help,
        persist_state="session",
        on_change=on_change,
    )


def _slide(label: str, key: str, low: float, high: float, step: float, help: str, **options) -> None:
    st.slider(
        label,
        low,
        high,
        FORM[key].default,
        step=step,
        key=key,
        help=help,
        persist_state="session",
        **options,
    )


def _slide_share(label: str, key: str, help: str, **options) -> None:
    steps = FORM[key].kind.steps
    _slide(label, key, steps[0], steps[-1], steps[1] - steps[0], help, **options)


def _switch(label: str, key: str, help: str | None = None) -> None:
    st.toggle(label, FORM[key].default, key=key, help=help, persist_state="session")


def _config() -> RunConfig:
    values = address.form.values()
    return RunConfig(
        **values | {"early_stopping": values["early_stopping"] if values["validation_share"] else 0}
    )


def _facts(config: RunConfig) -> None:
    count = _("{count:,} parameters").format(count=parameter_count(config))
    about = n_("about {time} for {epochs} epoch", "about {time} for {epochs} epochs", config.epochs)
    about = about.format(time=duration(pace.seconds(config, shared.store().list())), epochs=config.epochs)
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
    """Start a run once, however often the button is hit at a time, by however many messages at once."""
    with _STARTING:
        last_config, last_time = st.session_state.get("last_start", (None, 0.0))
        if config == last_config and time.monotonic() - last_time < DOUBLE_CLICK:
            return
        st.session_state.last_start = (config, time.monotonic())
    st.session_state.start_error = ""
    try:
        st.session_state.watched = visitor.actions().start(config)
        st.session_state.just_started = True
    except (WorkerError, RunError) as error:
        st.session_state.start_error = error.sentence
        st.session_state.last_start = (None, 0.0)


def _recommend() -> None:
    """Give a network that was just chosen the settings recommended for it; what a person has typed stays."""
    network = NETWORKS[st.session_state.network]
    wanted = {name: network.recommended.get(name, FORM[name].default) for name in RECOMMENDED}
    before = {name: st.session_state[name] for name in RECOMMENDED}
    changed = [name for name in RECOMMENDED if wanted[name] != before[name] and not _is_typed(name)]
    st.session_state.update({name: wanted[name] for name in changed})
    st.session_state[_RECOMMENDED] = (network.key, {name: (before[name], wanted[name]) for name in changed})


def _is_typed(name: str) -> bool:
    """Whether a setting has a value that no network recommends."""
    usual = {FORM[name].default, *(each.recommended.get(name) for each in NETWORKS.values())}
    return st.session_state[name] not in usual


def _recommended_in_words(network: Network) -> str:
    """What choosing the network has changed, until it is changed again, and how many epochs it needs."""
    key, changed = st.session_state.get(_RECOMMENDED) or ("", {})
    changed = {name: pair for name, pair in changed.items() if st.session_state[name] == pair[1]}
    words = [_("Give it {epochs} epochs to show what it can do.").format(epochs=network.epochs)]
    if key != network.key:
        return in_a_row(*words)
    if "epochs" in changed:
        before, epochs = changed.pop("epochs")
        told = _("**Epochs are now {epochs} instead of {before}**, as recommended for this network.")
        words = [told.format(epochs=epochs, before=before)]
    if changed:
        names = _(", ").join(_(FORM[name].title) for name in changed)
        words.append(_("Set as recommended, under “How it learns”: {names}.").format(names=names))
    return in_a_row(*words)


def _reset() -> None:
    st.session_state.update(FORM.defaults | {"start_error": ""})
