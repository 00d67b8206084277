"""One test image as the tutorial shows it: picture with blue or red label, ten bars, and a sentence."""

from __future__ import annotations

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_name
from fmnist.evaluation.scores import Evaluation, rank_of_true
from fmnist.evaluation.verdict import verdict
from fmnist.language import _, in_a_row
from fmnist.plots import kept_figures
from pages.parts.shell import shared


def show(evaluation: Evaluation, index: int, widths: tuple[int, int] = (230, 390)) -> None:
    """The tutorial's two pictures of a test image, `widths` pixels wide, and the same in words."""
    words = verdict(evaluation, index)
    place = rank_of_true(evaluation.labels[index : index + 1], evaluation.probabilities[index : index + 1])[0]
    alt = _("Test image {index}. {words}").format(index=index, words=words)
    rank = _("The true class is number {place} of 10 by probability.") if place > 1 else ""
    with st.container(key="answer"):
        st.markdown(in_a_row(marked(words, evaluation.right[index]), rank.format(place=place)))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="two_pictures"):
            shared.show_picture(_picture(evaluation, index, shared.is_dark()), alt=alt, width=widths[0])
            shared.show_picture(
                bars(evaluation, index, shared.is_dark()),
                alt=bars_in_words(evaluation, index),
                width=widths[1],
            )


def marked(words: str, right: bool) -> str:
    """A sentence as Markdown, in blue with a tick or in red with a cross."""
    return f":blue[✓ **{words}**]" if right else f":red[✗ **{words}**]"


def bars(evaluation: Evaluation, index: int, dark: bool) -> bytes:
    """The bar chart of one image's ten probabilities, a PNG file."""
    values, label = evaluation.probabilities[index], int(evaluation.labels[index])
    return kept_figures.probability_bars_png(values, label, dark)


def bars_in_words(evaluation: Evaluation, index: int) -> str:
    """The bar chart's text alternative."""
    values = evaluation.probabilities[index]
    each = _(", ").join(f"{class_name(label)} {100 * values[label]:.0f}%" for label in np.argsort(-values))
    return _("Bar chart of the ten probabilities, largest first: {each}.").format(each=each)


def _picture(evaluation: Evaluation, index: int, dark: bool) -> bytes:
    image = shared.dataset().test_images[index]
    values, label = evaluation.probabilities[index], int(evaluation.labels[index])
    return kept_figures.prediction_image_png(image, values, label, dark)
