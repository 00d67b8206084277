"""The view `inside` of Predict for networks with convolutions: an image's way from layer to layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_name
from fmnist.evaluation import arithmetic
from fmnist.evaluation.dense import WeightedSum
from fmnist.evaluation.layers import GLOBAL_POOLING, LayeredNetwork, Steps
from fmnist.evaluation.scores import Evaluation
from fmnist.evaluation.verdict import best_guesses, verdict
from fmnist.language import _
from fmnist.lesson.predict_address import ANY
from fmnist.plots import maps as plain_maps
from fmnist.runs.store import Snapshot
from pages.parts.predict import address, cell, excited, looked_at, looking, maps, one_image, through_time
from pages.parts.predict.looked_at import LookedAt
from pages.parts.shell import frame, shared

WAY, CELL = "way_part", "cell_part"  # fragments beside predict_address.IMAGE
SAME = 0.01  # a larger difference of probabilities is more than rounding
LARGEST = 8  # products that are named one by one


def show(run: Snapshot, network: LayeredNetwork, evaluation: Evaluation) -> None:
    """Show the view for a network that has more than dense layers."""
    _image(network, evaluation)
    way, made_of = frame.stage(9, 5)
    with way:
        _way(network)
    with made_of:
        _made_of(run, network)
    if through_time.chosen() is None:
        excited.show(run, network, _chosen, _parts())
        looking.show(run)
    else:
        st.caption(_("Where it looked, and what excites a map, are shown of the last moment alone."))


def _parts() -> tuple[str, ...]:
    """The fragments that show the image, what is waited for first: Streamlit runs them in this order.

    And it refuses to run one again that is not there.
    """
    at_the_end = (excited.PART, looking.PART) if through_time.chosen() is None else ()
    return (WAY, address.IMAGE, CELL, *at_the_end)


@st.fragment(key=address.IMAGE)
def _image(network: LayeredNetwork, evaluation: Evaluation) -> None:
    address.send_values()
    with st.container(horizontal=True, vertical_alignment="center"):
        looked = looked_at.choose(_parts())
        with st.container(key="answer", width=330):
            st.markdown(_answer(looked, network.way(looked.image), evaluation))
    address.write()


@st.fragment(key=WAY)
def _way(network: LayeredNetwork) -> None:
    steps = network.way(looked_at.now().image)
    strip = plain_maps.strip(network, steps, shared.is_dark())
    maps.show(strip, _chosen(network, steps), lambda asked: _choose(network, steps, asked))
    address.write()


def _answer(looked: LookedAt, steps: Steps, evaluation: Evaluation) -> str:
    if looked.index is None:
        first, *others = best_guesses(steps.probabilities[0])
        return f"**{first}** · {' · '.join(others)}"
    words = one_image.marked(verdict(evaluation, looked.index), evaluation.right[looked.index])
    if np.abs(steps.probabilities[0] - evaluation.probabilities[looked.index]).max() > SAME:
        other = _("The weights shown here are from another moment of the training than this prediction.")
        return f"{words} :material/info: {other}"
    return words


def _chosen(network: LayeredNetwork, steps: Steps) -> tuple[int, int]:
    asked = st.session_state.layer, st.session_state.map
    if ANY not in asked and plain_maps.is_known(network, steps, *asked):
        return asked
    return plain_maps.default_choice(network, steps)


def _choose(network: LayeredNetwork, steps: Steps, asked: Any) -> None:
    """Take over what a browser says was clicked, in its callback."""
    if isinstance(asked, list) and len(asked) == 2 and plain_maps.is_known(network, steps, *asked):
        st.session_state.layer, st.session_state.map = asked
    st.rerun([part for part in _parts() if part in (CELL, excited.PART)])


# ---- what made the chosen one


@st.fragment(key=CELL)
def _made_of(run: Snapshot, network: LayeredNetwork) -> None:
    steps = network.way(looked_at.now().image)
    place, chosen = _chosen(network, steps)
    column = network.columns[place]
    title = plain_maps.title(network, column)
    if plain_maps.is_spatial(steps, column):
        st.markdown(
            _("**Map {map} of {layer}.** Point at a cell: what made it?").format(map=chosen, layer=title)
        )
        cell.show(
            plain_maps.made_of(network, steps, place, chosen, shared.is_dark()),
            f"{run.id} {st.session_state.epoch} {run.epochs_done} {place} {chosen}",
        )
    elif column.kind == "Dense":
        _unit(network, steps, place, chosen)
    else:
        _place_in_row(network, steps, place, title)
    address.write()


def _place_in_row(network: LayeredNetwork, steps: Steps, place: int, title: str) -> None:
    """Where a number of a flattened row comes from, chosen by its place."""
    values = steps.after(network.columns[place])[0]
    st.markdown(_("**{layer}.** {count:,} numbers in a row.").format(layer=title, count=len(values)))
    if network.columns[place].kind in GLOBAL_POOLING:
        st.markdown(_("Each number stands for one whole map: number 3 for map 3."))
    key = "place_in_row"
    st.session_state[key] = min(st.session_state.get(key, st.session_state.map or 0), len(values) - 1)
    chosen = st.number_input(_("Place in the row"), 0, len(values) - 1, step=1, key=key, width=160)
    words = _("Place {place} is {origin}: **{value}**.")
    origin = plain_maps.origin(steps, network, place + 1, chosen)
    st.markdown(words.format(place=chosen, origin=origin, value=arithmetic.number(values[chosen])))


def _unit(network: LayeredNetwork, steps: Steps, place: int, unit: int) -> None:
    """The sum of a dense unit or of a class, as far as it is worth naming, and its activation."""
    column = network.columns[place]
    total = network.weighted_sum(steps, column, unit)
    is_last = place == len(network.columns) - 1
    heading = _("**Unit {unit} of {layer}: its sum**").format(
        unit=unit, layer=plain_maps.title(network, column)
    )
    st.markdown(_("**The score of {name}**").format(name=class_name(unit)) if is_last else heading)
    words = _(
        "Each of {count:,} numbers times its weight, added up, and a bias. The {most} largest products:"
    )
    st.markdown(words.format(count=len(total.inputs), most=LARGEST))
    _steps_table(total, lambda number: plain_maps.origin(steps, network, place, number))
    if is_last:
        scores = network.layers[column.first].sums(_before(steps, column.first))[0]
        lines = arithmetic.softmax_lines(scores, unit)
    else:
        output = float(network.layers[column.first].computed(_before(steps, column.first))[0, unit])
        activation = network.layers[column.first].activation
        lines = "" if activation == "linear" else arithmetic.activation_line(activation, total.total, output)
    st.code(f"{arithmetic.sum_line(total)}\n{lines}", language=None, wrap_lines=True)


def _before(steps: Steps, first: int) -> np.ndarray:
    return steps.outputs[first - 1]


def _steps_table(total: WeightedSum, name: Any) -> None:
    parts = arithmetic.parts(total, LARGEST, name)
    shared.show_table(
        {
            _("Step"): [part.name for part in parts],
            _("How"): [part.product for part in parts],
            _("Adds"): [arithmetic.signed(part.value) for part in parts],
            _("So far"): [arithmetic.number(part.so_far) for part in parts],
        }
    )
