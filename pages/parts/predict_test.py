"""The view `test` of Predict: one test image with its ten probabilities, and the gallery of all."""

from __future__ import annotations

import numpy as np
import streamlit as st

from fmnist import view_state
from fmnist.data import CLASS_NAMES
from fmnist.evaluation import Evaluation, select
from fmnist.language import _
from fmnist.runs import Run
from pages.parts import (
    predict_address,
    predict_choose,
    predict_compare,
    predict_gallery,
    predict_one,
    predict_runs,
    shared,
)
from pages.parts.predict_compare import Judged


def show(run: Run) -> None:
    """Show the view for a run that has predictions."""
    evaluation = predict_runs.evaluation_of(run)
    if evaluation is None:
        return
    companions = predict_compare.companions()
    judged = Judged(predict_runs.title_of(run), evaluation)
    _image(judged, companions)
    _gallery(judged, companions)


@st.fragment(key=predict_address.IMAGE)
def _image(judged: Judged, companions: list[Judged]) -> None:
    predict_address.send_values()
    evaluation = judged.evaluation
    with st.container(key=predict_gallery.SHOWN_IN):
        index = predict_choose.show()
        predict_one.show(evaluation, index)
    if companions:
        predict_compare.show_one_image([judged, *companions], index)
    with st.expander(_("The ten probabilities as numbers"), icon=":material/format_list_numbered:"):
        _numbers(evaluation, index)
    with st.expander(_("One image alone: (28, 28) → (1, 28, 28)"), icon=":material/code:"):
        _one_alone(evaluation, index)
    predict_address.write()


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
            _("Class"): list(CLASS_NAMES),
            _("Probability"): [f"{100 * value:.2f}%" for value in values],
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


@st.fragment(key=predict_address.IMAGES)
def _gallery(judged: Judged, companions: list[Judged]) -> None:
    st.subheader(_("Gallery"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        predict_gallery.choose_outcome()
        predict_gallery.choose_classes(predict_address.restart_pages)
        predict_gallery.choose_confidence()
        predict_gallery.choose_order()
    found = select(judged.evaluation, view_state.wanted_images(predict_address.values()))
    if companions:
        found = predict_compare.choose_disagreements(judged, companions[0], found)
    images = len(judged.evaluation.labels)
    words = _("**{count:,} of {images:,}** test images. Click one to see it above.")
    if not len(found):
        words = _("**None** of {images:,} test images.")
    st.markdown(words.format(count=len(found), images=images))
    predict_gallery.show(judged.evaluation, found)
    predict_address.write()
