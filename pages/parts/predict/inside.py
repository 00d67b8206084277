"""The view `inside` of Predict: what units of a dense network look for, and how they add up.

Networks with other layers are shown by `layers`.
"""

from __future__ import annotations

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_name, name_shown
from fmnist.data.facts import CLASS_NAMES
from fmnist.drawing.picture_files import png_file
from fmnist.evaluation import arithmetic
from fmnist.evaluation import units as inside
from fmnist.evaluation.dense import DenseNetwork, Walk, WeightedSum
from fmnist.evaluation.scores import Evaluation
from fmnist.evaluation.verdict import verdict
from fmnist.language import N_, _
from fmnist.lesson.predict_address import ANY, PREDICTED, UNIT_ORDERS, UNITS_PER_PAGE, pages_of, shown_on_page
from fmnist.networks.architectures import is_dense
from fmnist.plots import waterfall, weight_pictures
from fmnist.plots.thumbnails import ink_on_white, thumbnail
from fmnist.plots.tiles import template_tiles, unit_tiles
from fmnist.runs.store import RunError, Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.predict import (
    address,
    arrangement,
    early_units,
    image_choice,
    layers,
    one_image,
    one_step,
    run_choice,
    through_time,
)
from pages.parts.predict import units as predict_units
from pages.parts.shell import frame, shared, small_pictures
from pages.parts.shell.small_pictures import SmallPicture

UNITS, SCORE, STEP = "units_part", "score_part", "step_part"  # fragments beside predict_address.IMAGE
EDGE = 114  # pixels of the image: four screen pixels for each of its own, and a frame
SMALL = 104  # of these three fit beside each other on a phone
LARGEST = 8  # contributions that are named one by one
ORDER_WORDS = {"contribution": N_("contribution to the predicted class"), "number": N_("number")}
SAME = 0.01  # a larger difference of probabilities is more than rounding


def show(run: Snapshot) -> None:
    """Show the view for a run that has predictions."""
    evaluation = run_choice.evaluation_of(run)
    if evaluation is None:
        return
    judge, epoch = shared.workers().judge, through_time.chosen()
    try:
        if epoch is not None:
            early = early_units.network_or_units(run, epoch)
            if isinstance(early, DenseNetwork):
                _show_dense(early, evaluation)
            elif early is not None:
                layers.show(run, early, evaluation)
        elif is_dense(run.settings):
            network = judge.dense_network(run.id)
            _show_dense(network, evaluation)
            _step(run, network)
        else:
            with shared.waiting(_("Reading the network's layers …"), 400):
                network = judge.layered_network(run.id)
            layers.show(run, network, evaluation)
        arrangement.show(run, evaluation)
    except (WorkerError, RunError) as error:
        st.warning(shared.plain(str(error)), icon=":material/error:")


def _show_dense(network: DenseNetwork, evaluation: Evaluation) -> None:
    _image(network, evaluation)
    _units(network)
    _score(network)


def _there(*parts: str) -> tuple[str, ...]:
    """Those of these fragments that are on the page: Streamlit refuses to run another one again."""
    return tuple(part for part in parts if part != STEP or through_time.chosen() is None)


@st.fragment(key=STEP)
def _step(run: Snapshot, network: DenseNetwork) -> None:
    unit = _chosen_unit(network, _walk(network)) if network.hidden_layers else None
    one_step.show(run, network, unit)


def _walk(network: DenseNetwork) -> Walk:
    return network.walk(shared.dataset().test_images[st.session_state.test_index])


# ---- the image


@st.fragment(key=address.IMAGE)
def _image(network: DenseNetwork, evaluation: Evaluation) -> None:
    address.send_values()
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width=700):
            index = image_choice.show(_there(address.IMAGE, UNITS, SCORE, STEP))
        walk = _walk(network)
        image = ink_on_white(shared.dataset().test_images[index])
        true = class_name(evaluation.labels[index])
        alt = _("Test image {index}: {name}").format(index=index, name=true)
        shared.show_picture(png_file(thumbnail(image, EDGE)), alt=alt, width=EDGE)
        with st.container(width=360, key="answer", gap="xsmall"):
            st.markdown(one_image.marked(verdict(evaluation, index), evaluation.right[index]))
            st.markdown(_path(network))
    if np.abs(walk.probabilities - evaluation.probabilities[index]).max() > SAME:
        words = _("The weights shown here are from another moment of the training than this prediction.")
        st.warning(words, icon=":material/info:")
    address.write()


def _path(network: DenseNetwork) -> str:
    units = _("{count:,} units ({activation})")
    sizes = [
        _("784 pixels"),
        *(units.format(count=len(each.bias), activation=each.activation) for each in network.hidden_layers),
        _("10 scores"),
        _("10 probabilities (softmax)"),
    ]
    return " → ".join(sizes)


# ---- the units


@st.fragment(key=UNITS)
def _units(network: DenseNetwork) -> None:
    walk = _walk(network)
    if network.hidden_layers:
        _hidden_units(network, walk)
    else:
        _templates(network, walk)
    address.write()


def _templates(network: DenseNetwork, walk: Walk) -> None:
    st.subheader(_("Each class's template"), anchor=False)
    st.markdown(
        _(
            "Each class has one weight per pixel. Garment on orange raises the class's score, garment on "
            "violet lowers it. Below each: its score for this image. Click one to see its sum."
        )
    )
    predict_units.show(template_tiles(network, walk, shared.is_dark()), _output_class(walk), _choose_output)
    _show_scale(network)


def _hidden_units(network: DenseNetwork, walk: Walk) -> None:
    st.subheader(_("What each hidden unit looks for"), anchor=False)
    st.markdown(
        _(
            "Each picture shows the 784 weights that lead into one unit. Garment on orange raises the unit's "
            "sum, garment on violet lowers it. Below each: its output for this image. Click one for its "
            "arithmetic."
        )
    )
    unit = _chosen_unit(network, walk)
    look_for, adds_up = frame.stage(7, 6)
    with look_for:
        order = _choose_order(network)
        units = inside.ordered_units(network, walk, order)
        predict_units.show(unit_tiles(network, walk, _page_of(units), shared.is_dark()), unit, _choose_unit)
        _show_scale(network)
    with adds_up:
        _unit_arithmetic(network, walk, unit)


def _choose_order(network: DenseNetwork) -> str:
    order = st.segmented_control(
        _("Sorted by"),
        UNIT_ORDERS,
        format_func=lambda name: _(ORDER_WORDS[name]),
        key="unit_order",
        required=True,
        persist_state="session",
        on_change=_restart_pages,
    )
    if order == "contribution":
        exact = len(network.hidden_layers) == 1
        how = _("output × weight to it") if exact else _("output × gradient of its score, an approximation")
        words = _("First those that speak for the predicted class, last those against it ({how}).")
        st.caption(words.format(how=how))
    return order


def _restart_pages() -> None:
    st.session_state.unit_page = 1


def _page_of(units: np.ndarray) -> np.ndarray:
    pages = pages_of(units, UNITS_PER_PAGE)
    address.bound("unit_page", pages)
    page = st.session_state.unit_page
    if pages > 1:
        page = st.pagination(pages, key="unit_page", persist_state="session")
    return shown_on_page(units, page, UNITS_PER_PAGE)


def _chosen_unit(network: DenseNetwork, walk: Walk) -> int:
    address.bound("unit", len(walk.outputs[0]) - 1)
    chosen = st.session_state.unit
    return inside.loudest_unit(network, walk) if chosen == ANY else chosen


def _choose_unit(unit: int) -> None:
    st.session_state.unit = unit
    st.rerun(list(_there(UNITS, STEP)))


def _show_scale(network: DenseNetwork) -> None:
    limit = arithmetic.number(weight_pictures.color_limit(network.layers[0].kernel))
    alt = _("Scale of colours, from violet for −{limit} or less to orange for +{limit} or more")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_("weight −{limit}").format(limit=limit), width="content")
        shared.show_picture(
            weight_pictures.scale_png(shared.is_dark()), alt=alt.format(limit=limit), width=120
        )
        st.caption(f"+{limit}", width="content")


def _unit_arithmetic(network: DenseNetwork, walk: Walk, unit: int) -> None:
    words = _("**Unit {unit}: every pixel times its weight, added up, then the activation**")
    st.markdown(words.format(unit=unit))
    total = network.unit_sum(walk, unit)
    _show_products(total)
    layer, formula = network.layers[0], _("Σ pixel × weight + bias")
    st.code(
        f"{formula}\n= {arithmetic.sum_line(total)}\n"
        + arithmetic.activation_line(layer.activation, total.total, walk.outputs[0][unit]),
        language=None,
        wrap_lines=True,
    )


def _show_products(total: WeightedSum) -> None:
    """Pixels, weights and their products, when the inputs are pixels."""
    dark = shared.is_dark()
    product_limit = float(np.abs(total.products).max()) or 1.0
    image = ink_on_white(shared.dataset().test_images[st.session_state.test_index])
    weight_limit = float(np.abs(total.weights).max()) or 1.0
    weights = weight_pictures.signed_png(total.weights, weight_limit, dark, EDGE // 28)
    products = weight_pictures.signed_png(total.products, product_limit, dark, EDGE // 28)
    alt = _("Each pixel times its weight: orange raises the sum, violet lowers it")
    small_pictures.show(
        [
            SmallPicture(png_file(thumbnail(image, EDGE)), _("pixels"), _("The pixels of the image")),
            SmallPicture(weights, _("× weights"), _("The weights: orange above zero, violet below")),
            SmallPicture(products, _("= products"), alt),
        ],
        SMALL,
    )


# ---- the scores


def _output_class(walk: Walk) -> int:
    asked = st.session_state.output_class
    return walk.predicted if asked == PREDICTED else CLASS_NAMES.index(asked)


def _choose_output(label: int) -> None:
    st.session_state.output_class = CLASS_NAMES[label]
    st.rerun([UNITS, SCORE])


def _rerun_both() -> None:
    st.rerun([UNITS, SCORE])


@st.fragment(key=SCORE)
def _score(network: DenseNetwork) -> None:
    walk = _walk(network)
    title = _("From outputs to a score") if network.hidden_layers else _("From pixels to a score")
    st.subheader(title, anchor=False)
    st.selectbox(
        _("Output class"),
        (PREDICTED, *CLASS_NAMES),
        format_func=lambda name: _("the predicted class") if name == PREDICTED else name_shown(name),
        key="output_class",
        persist_state="session",
        on_change=None if network.hidden_layers else _rerun_both,
        width=240,
    )
    label = _output_class(walk)
    total = network.score_sum(walk, label)
    _score_sum(network, total, label)
    _softmax(walk, total, label)
    address.write()


def _score_sum(network: DenseNetwork, total: WeightedSum, label: int) -> None:
    words = _(
        "The score of **{name}** is each {input} times its weight to this class, added up, and a bias. "
        "The {count} largest products one by one:"
    )
    st.markdown(words.format(name=class_name(label), input=_inputs_in_words(network), count=LARGEST))
    if not network.hidden_layers:
        _show_products(total)
    name = arithmetic.unit_name if network.hidden_layers else arithmetic.pixel_name
    steps = arithmetic.parts(total, LARGEST, name)
    with st.container(horizontal=True, gap="large"):
        with st.container(width=480):
            _steps_table(steps)
        with st.container(width=waterfall.WIDTH):
            st.image(waterfall.waterfall_svg(steps, shared.is_dark()), alt=waterfall.in_words(steps))


def _inputs_in_words(network: DenseNetwork) -> str:
    if not network.hidden_layers:
        return _("pixel")
    several = len(network.hidden_layers) > 1
    return _("output of the last hidden layer") if several else _("output of the hidden layer")


def _steps_table(steps: list[arithmetic.Part]) -> None:
    score = _("score")
    shared.show_table(
        {
            _("Step"): [step.name for step in steps] + [f"**{score}**"],
            _("How"): [step.product for step in steps] + [""],
            _("Adds"): [arithmetic.signed(step.value) for step in steps] + [""],
            _("So far"): [arithmetic.number(step.so_far) for step in steps]
            + [f"**{arithmetic.number(steps[-1].so_far)}**"],
        }
    )


def _softmax(walk: Walk, total: WeightedSum, label: int) -> None:
    st.subheader(_("From ten scores to ten probabilities"), anchor=False)
    st.markdown(
        _(
            "Softmax raises e to each score, so that all are above 0, and divides by their sum, so that they "
            "add up to 1."
        )
    )
    score = _("score of {name}").format(name=class_name(label))
    with st.container(horizontal=True, gap="large"):
        with st.container(width=480):
            st.code(
                f"{score}\n= {arithmetic.sum_line(total)}\n" + arithmetic.softmax_lines(walk.scores, label),
                language=None,
                wrap_lines=True,
            )
            st.caption(_("Computed from the run's own weights; rounded only to be shown."))
        with st.container(width=420):
            shared.show_table(arithmetic.softmax_table(walk.scores))
