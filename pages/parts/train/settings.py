"""The left side of Train: the widgets whose values make a RunConfig, and the button that starts it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import streamlit as st

from fmnist.language import N_, _, in_a_row, n_
from fmnist.lesson import pace
from fmnist.lesson.glossary import explain, meaning, numbers
from fmnist.lesson.run_text import duration
from fmnist.lesson.train_address import FORM, WRONG_LABELS
from fmnist.networks.architectures import NETWORKS, RECOMMENDED, Network, parameter_count, summary
from fmnist.networks.config import (
    DEFAULT_LEARNING_RATES,
    OPTIMIZER_NAMES,
    RANGES,
    SCHEDULE_NAMES,
    TODAYS,
    TODAYS_TUTORIAL,
    RunConfig,
)
from fmnist.plots import network_picture
from fmnist.runs.store import RunError
from fmnist.workers.queue import WorkerError
from pages.parts.shell import number, shared, visitor
from pages.parts.train import address, sweep_form, wrong_labels

DOUBLE_CLICK = 1.0  # seconds within which a second click on Train is the same click
_SET = "set_at_once"  # what a click has set beside what was clicked, and what it was before: see _set
PRESETS = {
    "reset_settings": (N_("As in the tutorial"), RunConfig()),
    "todays_settings": (N_("As in today's tutorial"), TODAYS),
}
_LAST_LAYERS = {
    "softmax": N_("softmax: gives probabilities"),
    "logits": N_("logits, and a softmax after it"),
}
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
    with st.container(key="network_note", gap="xxsmall"):
        _note(network)
    picture = st.container(key="network_picture")  # to be drawn when all settings are known
    if network.settings:
        _network_settings(network.settings)
    with st.expander(_("How it learns"), icon=":material/tune:"):
        _step_settings()
        _checking_settings()
    with st.expander(_("What it learns from"), icon=":material/dataset:"):
        _data_settings()
    with st.expander(_("Layer by layer"), icon=":material/layers:"):
        _layer_table(_config())
    with picture:
        drawn = network_picture.network_svg(_config(), shared.is_dark())
        st.image(drawn, alt=network_picture.in_words(_config()), width="stretch")


def _buttons(config: RunConfig) -> None:
    if message := st.session_state.get("start_error"):  # it stays until the next click
        st.error(str(message))
    start, many, presets = st.columns([4, 5, 5])
    with many:
        sweep_form.show(config)
    start.button(
        _("Train"),
        key="train",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        on_click=_start,
        args=(config,),
    )
    with presets.popover(_("Presets"), icon=":material/restart_alt:", width="stretch", key="presets"):
        _presets()


def _presets() -> None:
    """Two buttons, each for all settings at once."""
    st.caption(_("Sets every setting back to the tutorial's."))
    for key, (title, config) in PRESETS.items():
        values = config.as_dict() | WRONG_LABELS.defaults
        st.button(_(title), key=key, width="stretch", on_click=_set, args=(title, values))
    words = _(
        "[Today's tutorial]({address}) trains for {epochs} epochs, and its last layer gives logits: "
        "the loss takes them as they are, and a softmax after training makes probabilities of them."
    )
    st.caption(words.format(address=TODAYS_TUTORIAL, epochs=TODAYS.epochs))


def _note(network: Network) -> None:
    """What the network teaches, and what a click has set beside what was clicked, with a way back."""
    if not (told := _what_was_set(network)):
        st.caption(in_a_row(_(network.teaches), _enough(network)))
        return
    st.caption(in_a_row(_(network.teaches), told))
    st.button(_("Undo"), key="undo_settings", icon=":material/undo:", type="tertiary", on_click=_undo)


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
    one_cycle = _(
        "One cycle: the rate rises to the chosen one in the first third of the epochs, then falls nearly "
        "to 0. A run that is continued beyond its cycle goes on at the last, smallest rate."
    )
    growing = _(
        "Growing: from a hundred-thousandth of the rate up to it, to see where the loss falls and rises."
    )
    _choose(
        _("Learning-rate schedule"),
        "schedule",
        lambda key: _(SCHEDULE_NAMES[key]),
        in_a_row(one_cycle, growing),
    )
    _enter(_("Batch size"), "batch_size", meaning("step"))
    _choose(_("Last layer"), "last_layer", lambda key: _(_LAST_LAYERS[key]), meaning("softmax"))
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
    _photo_settings()
    wrong_labels.show()


def _photo_settings() -> None:
    fewer = _("Fewer images: watch for overfitting.")
    help = in_a_row(fewer, meaning("overfitting"))
    _enter(_("Training images"), "training_images", help)
    _switch(_("Scale the pixels to 0–1"), "scale_pixels", meaning("scaling"))
    _switch(_("Shuffle the labels, so that they mean nothing"), "shuffle_labels")
    _switch(_("Also learn from drawings made of the photos"), "learn_drawings", meaning("shift"))
    copies = _("Above 0, each photo is also learned as a copy, moved and turned by lot.")
    attacks = _("Every second image is first changed by so much, pixel by pixel, so that the loss grows.")
    for key, label, help in (
        ("shifts", _("Moved copies: by up to (pixels)"), copies),
        ("turns", _("Turned copies: by up to (degrees)"), copies),
        ("attacked", _("Attacked images: by (± grey levels)"), attacks),
    ):
        _slide(label, key, int(RANGES[key].low), int(RANGES[key].high), int(RANGES[key].step), help)


# ---- the widget of each kind of setting: what it can be is in the table of the page


def _enter(label: str, key: str, help: str, disabled: bool = False) -> None:
    kind = FORM[key].kind
    number.show(
        label,
        key,
        kind.low,
        kind.high,
        FORM[key].default,
        step=RANGES[key].step,
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
        **values
        | {
            "early_stopping": values["early_stopping"] if values["validation_share"] else 0,
            "changed_labels": wrong_labels.chosen(values["training_images"]),
        }
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
    st.session_state[_SET] = None
    _set("", {name: wanted[name] for name in RECOMMENDED if not _is_typed(name)})


def _is_typed(name: str) -> bool:
    """Whether a setting has a value that no network recommends."""
    usual = {FORM[name].default, *(each.recommended.get(name) for each in NETWORKS.values())}
    return st.session_state[name] not in usual


def _set(preset: str, values: dict[str, object]) -> None:
    """Set these settings at once, and remember what they were."""
    values = {key: value for key, value in values.items() if key in FORM or key in WRONG_LABELS}
    before = {key: st.session_state[key] for key in values}
    st.session_state.update(values | {"start_error": ""})
    changed = [key for key in values if values[key] != before[key]]
    st.session_state[_SET] = (
        (preset, {key: values[key] for key in changed}, {key: before[key] for key in changed})
        if changed
        else None
    )


def _undo() -> None:
    _preset, _values, before = st.session_state[_SET]
    st.session_state.update(before)
    st.session_state[_SET] = None


def _enough(network: Network) -> str:
    return _("Give it {epochs} epochs to show what it can do.").format(epochs=network.epochs)


def _what_was_set(network: Network) -> str:
    """What a click has set, in words; "" once it is changed again."""
    preset, values, before = st.session_state.get(_SET) or ("", {}, {})
    if not values or any(st.session_state[key] != value for key, value in values.items()):
        return ""
    if preset:
        return _("**All settings are now: {preset}**.").format(preset=_(preset))
    sentences = []
    if "epochs" in values:
        told = _("**Epochs are now {epochs} instead of {before}**, as recommended for this network.")
        sentences.append(told.format(epochs=values["epochs"], before=before["epochs"]))
    else:
        sentences.append(_enough(network))
    if others := [name for name in values if name != "epochs"]:
        names = _(", ").join(_(FORM[name].title) for name in others)
        sentences.append(_("Set as recommended, under “How it learns”: {names}.").format(names=names))
    return in_a_row(*sentences)
