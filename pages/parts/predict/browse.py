"""The view `test` of Predict: one test image with its ten probabilities, and the gallery of all."""

from __future__ import annotations

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_names
from fmnist.evaluation.scores import Evaluation
from fmnist.language import _
from fmnist.lesson import predict_address as view_state
from fmnist.runs.store import Snapshot
from pages.parts.predict import address, compare, gallery, image_choice, life, one_image, run_choice
from pages.parts.predict.compare import Judged
from pages.parts.shell import frame, pins, shared


def show(run: Snapshot) -> None:
    """Show the view for a run that has predictions."""
    evaluation = run_choice.evaluation_of(run)
    if evaluation is None:
        return
    companions = compare.companions()
    judged = Judged(run_choice.title_of(run), evaluation)
    chosen, all_images = frame.stage(7, 6)
    with chosen:
        _image(run, judged, companions)
    with all_images:
        _gallery(run, judged, companions)
    life.show_lists(run)


@st.fragment(key=address.IMAGE)
def _image(run: Snapshot, judged: Judged, companions: list[Judged]) -> None:
    address.send_values()
    evaluation = judged.evaluation
    with st.container(key=gallery.SHOWN_IN):
        index = image_choice.show((address.IMAGE, address.IMAGES))  # the gallery marks it, too
        one_image.show(evaluation, index)
        life.show_story(run, index)
        pins.offer(index)
    if companions:
        compare.show_one_image([judged, *companions], index)
        compare.show_parting(run)
    with st.expander(_("The ten probabilities as numbers"), icon=":material/format_list_numbered:"):
        _numbers(evaluation, index)
    with st.expander(_("One image alone: (28, 28) → (1, 28, 28)"), icon=":material/code:"):
        _one_alone(evaluation, index)
    address.write()


def _numbers(evaluation: Evaluation, index: int) -> None:
    values, label = evaluation.probabilities[index], int(evaluation.labels[index])
    st.markdown(
        _(
            "A prediction is ten numbers that add up to 1, one per class. The network's answer is the class "
            "with the largest (`argmax`)."
        )
    )
    st.code(
        f">>> predictions[{index}]\n{np.array_repr(values, precision=4, suppress_small=True)}\n"
        f">>> np.argmax(predictions[{index}])\n{int(values.argmax())}\n"
        f">>> test_labels[{index}]\n{label}",
        language="python",
    )
    shared.show_table(
        {
            _("Number"): list(map(str, range(10))),
            _("Class"): list(class_names()),
            _("Probability"): [f"{value:.1%}" for value in values],
        }
    )


def _one_alone(evaluation: Evaluation, index: int) -> None:
    st.markdown(
        _(
            "Keras networks judge many images at once. One image alone has the shape (28, 28); "
            "put into a list of one it has the shape (1, 28, 28), and the answer is a list of one, too."
        )
    )
    values = evaluation.probabilities[index : index + 1]
    image = shared.dataset().test_images[index]
    st.code(
        f">>> img = test_images[{index}]\n>>> img.shape\n{image.shape}\n"
        f">>> img = np.expand_dims(img, 0)\n>>> img.shape\n{image[None].shape}\n"
        f">>> model.predict(img)\n{np.array_repr(values, precision=4, suppress_small=True)}",
        language="python",
    )


@st.fragment(key=address.IMAGES)
def _gallery(run: Snapshot, judged: Judged, companions: list[Judged]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        gallery.choose_outcome()
        gallery.choose_order()
        with st.popover(_("More filters"), icon=":material/filter_alt:", key="more_filters"):
            gallery.choose_classes(address.restart_pages)
            gallery.choose_confidence()
            life.choose_list()
    found = life.arranged(run, judged.evaluation, view_state.wanted_images(address.values()))
    if companions:
        found = compare.choose_disagreements(judged, companions[0], found)
    images = len(judged.evaluation.labels)
    words = _("**{count:,} of {images:,}** test images. Click one.")
    if not len(found):
        words = _("**None** of {images:,} test images.")
    gallery.show(judged.evaluation, found, words.format(count=len(found), images=images))
    address.write()
