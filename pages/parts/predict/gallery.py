"""The filtered, ordered, paged gallery of test images; all of it lives in the address."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from fmnist.data.class_words import name_shown
from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation import stories
from fmnist.evaluation.scores import ORDERS, OUTCOMES, Evaluation
from fmnist.language import N_, _
from fmnist.lesson.predict_address import ANY, pages_of, shown_on_page
from fmnist.plots import figures, tiles
from pages.parts.predict import address
from pages.parts.predict import tiles as predict_tiles
from pages.parts.shell import shared

SHOWN_IN = "chosen_image"  # the key of the container in which a clicked image appears
ORDER_WORDS = {
    "index": N_("index"),
    "confidence": N_("confidence, most sure first"),
    "loss": N_("loss, worst first"),
    "margin": N_("margin, most undecided first"),
    "learned": N_("moment learned, latest first"),
    "changes": N_("changes of class, most first"),
}
OUTCOME_WORDS = {"all": N_("All"), "right": N_("Right"), "wrong": N_("Wrong")}


def choose_classes(on_change: Callable[[], None]) -> None:
    """The two selectboxes for the true and the predicted class."""
    for label, key in ((_("True class"), "true_class"), (_("Predicted class"), "predicted_class")):
        st.selectbox(
            label,
            (ANY, *CLASS_NAMES),
            format_func=lambda name: _("any") if name == ANY else name_shown(name),
            key=key,
            persist_state="session",
            on_change=on_change,
            width=150,
        )


def choose_outcome() -> None:
    """All images, the right ones or the wrong ones."""
    st.segmented_control(
        _("Outcome"),
        OUTCOMES,
        format_func=lambda name: _(OUTCOME_WORDS[name]),
        key="outcome",
        required=True,
        persist_state="session",
        on_change=address.restart_pages,
    )


def choose_confidence() -> None:
    """The range of confidence."""
    st.slider(
        _("Confidence"),
        0,
        100,
        step=1,
        format="%d%%",
        key="confidence",
        persist_state="session",
        on_change=address.restart_pages,
        width=200,
    )


def choose_order() -> None:
    """The order of the images."""
    st.selectbox(
        _("Order by"),
        (*ORDERS, *stories.ORDERS),
        format_func=lambda name: _(ORDER_WORDS[name]),
        key="order",
        persist_state="session",
        on_change=address.restart_pages,
        width=240,
    )


def show(evaluation: Evaluation, found: np.ndarray, words: str) -> None:
    """One page of the images found, and the way to the others.

    Parameters
    ----------
    evaluation : Evaluation
    found : array (m,) of integers
        Indices of test images, in the order to show them.
    words : str
        How many they are, as Markdown.
    """
    if not len(found):
        st.markdown(words)
        advice = _("No image fits. Choose “any” class or a wider range.")
        st.info(advice, icon=":material/filter_alt_off:")
        return
    pages = pages_of(found)
    address.bound("page", pages)
    st.markdown(words)
    shown = shown_on_page(found, st.session_state.page)
    images = shared.dataset().test_images
    predict_tiles.show(
        tiles.gallery_tiles(images, evaluation, shown, address.links()),
        key="gallery",
        shown_in=SHOWN_IN,
        opened=address.open_image,
        chosen=st.session_state.test_index,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.pagination(pages, key="page", max_visible_pages=5, persist_state="session")
        _offer_picture(evaluation, shown)


def _offer_picture(evaluation: Evaluation, shown: np.ndarray) -> None:
    images = shared.dataset().test_images
    st.download_button(
        _("Download these as a picture"),
        lambda: figures.to_png(
            figures.gallery(images[shown], evaluation.probabilities[shown], evaluation.labels[shown])
        ),
        "predictions.png",
        "image/png",
        key="download_gallery",
        icon=":material/download:",
        on_click="ignore",
    )
