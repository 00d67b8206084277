"""Try many, on Train: which settings are varied, by which values, how many runs that makes, how long."""

from __future__ import annotations

import time

import streamlit as st

from fmnist.language import _, in_a_row, n_
from fmnist.lesson import sweep_text
from fmnist.lesson.run_text import duration
from fmnist.networks.config import ConfigError, RunConfig
from fmnist.networks.sweep import MOST_SETTINGS, Plan, plan
from fmnist.runs.store import RunError
from fmnist.workers.queue import WorkerError
from fmnist.workers.sharing import too_long
from pages.parts.shell import visitor
from pages.parts.train import sweep

FORM = "try_many"
SUGGESTED = ("learning_rate", "hidden_units")  # to begin with
_ERROR, _LAST = "sweep_error", "last_sweep_start"
DOUBLE_CLICK = 1.0  # seconds within which a second click on Start is the same click


def show(config: RunConfig) -> None:
    """Offer to train with many values; `config` is what the form says of all other settings."""
    with st.popover(_("Try many"), icon=":material/grid_on:", width="stretch", key=FORM, on_change="rerun"):
        if st.session_state.get(FORM):
            _form(config)


def _form(config: RunConfig) -> None:
    with st.container(width=620):
        _rows(config)


def _rows(config: RunConfig) -> None:
    words = _("Vary up to three settings: every combination is trained, all else as in the form.")
    st.markdown(in_a_row(words, _("The runs wait behind those that are started alone.")))
    names = sweep_text.offered(config)
    values: dict[str, list] = {}
    for place in range(MOST_SETTINGS):
        setting, chosen = st.columns([2, 3], vertical_alignment="bottom")
        with setting:
            name = _choose_setting(place, [name for name in names if name not in values])
        if name:
            with chosen:
                values[name] = _choose_values(name, config)
    seeds, start = st.columns([2, 3], vertical_alignment="bottom")
    count = seeds.number_input(
        _("Seeds"),
        1,
        sweep_text.MOST_SEEDS,
        1,
        key="sweep_seeds",
        help=_("Each combination is trained with so many seeds: their spread shows what is chance."),
        persist_state="session",
    )
    values["seed"] = sweep_text.seeds(config.seed, count)
    with start:
        _start_button(config, values)


def _choose_setting(place: int, names: list[str]) -> str | None:
    key = f"sweep_setting_{place}"
    suggested = SUGGESTED[place] if place < len(SUGGESTED) else None
    if st.session_state.setdefault(key, suggested) not in names:
        st.session_state[key] = None
    return st.selectbox(
        _("Setting {number}").format(number=place + 1),
        names,
        None,
        format_func=sweep_text.name_of,
        key=key,
        label_visibility="collapsed",
        placeholder=_("none"),
        persist_state="session",
    )


def _choose_values(name: str, config: RunConfig) -> list:
    key, values = f"sweep_values_{name}", sweep_text.values_of(name, config)
    chosen = st.session_state.setdefault(key, sweep_text.first_values(name))
    st.session_state[key] = [value for value in chosen if value in values]
    return st.multiselect(
        _("Values of {setting}").format(setting=sweep_text.name_of(name)),
        values,
        format_func=lambda value: sweep_text.shown(name, value),
        key=key,
        label_visibility="collapsed",
        placeholder=_("Choose values"),
        persist_state="session",
    )


def _start_button(config: RunConfig, values: dict[str, list]) -> None:
    try:
        planned = plan(config, values)
    except ConfigError as error:
        st.info(str(error))
        return
    count = len(planned.configs)
    words = n_(
        "{count} run, about {time} on two free cores.", "{count} runs, about {time} on two free cores.", count
    )
    why = too_long(visitor.rules(), count)
    if why:
        st.warning(str(why))
    else:
        st.caption(words.format(count=count, time=duration(planned.seconds)))
    st.button(
        n_("Train {count} run", "Train {count} runs", count).format(count=count),
        key="start_sweep",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=bool(why) or count < 2,
        on_click=_start,
        args=(planned,),
    )
    if message := st.session_state.get(_ERROR):  # it stays until the next click
        st.error(str(message))


def _start(planned: Plan) -> None:
    last, at = st.session_state.get(_LAST, (None, 0.0))
    if planned == last and time.monotonic() - at < DOUBLE_CLICK:
        return
    st.session_state[_LAST], st.session_state[_ERROR] = (planned, time.monotonic()), ""
    try:
        sweep.open_(visitor.actions().start_sweep(planned.configs))
    except (WorkerError, RunError) as error:
        st.session_state[_ERROR] = error.sentence
        return
    st.session_state[FORM] = False  # closes it
