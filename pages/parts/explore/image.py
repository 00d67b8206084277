"""One image: its picture before and after scaling, and the 784 numbers that it is."""

from __future__ import annotations

import random

import streamlit as st

from fmnist.data.class_words import class_name
from fmnist.data.sources import Dataset
from fmnist.language import _
from fmnist.lesson.path import LOOK
from fmnist.plots.kept_figures import image_with_colorbar_png
from pages.parts.explore import address, inputs, numbers
from pages.parts.shell import frame, path, shared

SECTION = "explore_image"
VARIABLES = {"training": "train_images", "test": "test_images"}  # as the tutorial names them
FIRST = ("training", 0)  # what is shown before a visitor has opened any image
REQUEST = "explore_request"  # (split, index) that another part of the page wants shown here


def images_and_labels(dataset: Dataset, split: str):
    """The images (n, 28, 28) and labels (n,) of the "training" or the "test" set."""
    if split == "test":
        return dataset.test_images, dataset.test_labels
    return dataset.train_images, dataset.train_labels


def open_image(split: str, index: int) -> None:
    """For the callback of a click elsewhere on the page: show this image here, and bring it into view."""
    st.session_state[REQUEST] = split, index
    st.rerun(SECTION)


def open_another() -> None:
    """For the callback of a click above this section, which may not be drawn yet: open a random image."""
    st.session_state[REQUEST] = "training", random.randint(1, len(shared.dataset().train_images) - 1)
    path.mark(LOOK)


@st.fragment(key=SECTION)
def show(dataset: Dataset) -> None:
    """The section, with its inputs."""
    request = st.session_state.pop(REQUEST, None)
    if request:
        st.session_state.explore_split, st.session_state.explore_index = request
        address.bound("explore_split")  # it comes from a browser, which can send anything
    with st.container(key=SECTION):
        looking, numbers_of_it = frame.stage(7, 6)
        with looking, st.container(key="look"):
            split, index, is_mended = _show_inputs(dataset)
            images, labels = images_and_labels(dataset, split)
            words = {"split": _(split), "index": index, "name": class_name(labels[index])}
            _show_pictures(images[index], words, split)
        with numbers_of_it:
            _show_numbers(images[index], words)
        st.caption(
            _(
                "The picture stays the same, only the numbers shrink. Training takes many small steps: with "
                "numbers between 0 and 1 they have a sensible size, with numbers up to 255 they overshoot."
            )
        )
    if (split, index) != FIRST:
        path.mark(LOOK)
    if path.is_news(LOOK) and not is_mended:  # the notice would be gone after another run
        if request:
            st.session_state[REQUEST] = request
        st.rerun()  # once in a visit: the panel above learns of it
    address.write()
    if request:
        shared.scroll_to(f".st-key-{SECTION}")


def _show_inputs(dataset: Dataset) -> tuple[str, int, bool]:
    last = len(images_and_labels(dataset, st.session_state.explore_split)[0]) - 1
    row, below = st.container(horizontal=True, vertical_alignment="bottom"), st.container()
    with below:
        is_mended = address.bound("explore_index", last)
    with row:
        split = inputs.one_of_few(_("Set"), "explore_split")
        index = inputs.number(_("Index (0–{last:,})").format(last=last), "explore_index")
        st.button(_("Previous"), key="explore_previous", disabled=index == 0, on_click=_go, args=(index - 1,))
        st.button(_("Next"), key="explore_next", disabled=index == last, on_click=_go, args=(index + 1,))
        st.button(_("Random"), key="explore_random", on_click=_go_anywhere, args=(last,))
    return split, index, is_mended


def _go(index: int) -> None:
    st.session_state.explore_index = index


def _go_anywhere(last: int) -> None:
    _go(random.randint(0, last))


def _show_pictures(image, words: dict, split: str) -> None:
    st.markdown(_("Image **{index:,}** of the {split} set is labelled **{name}**.").format(**words))
    stored, scaled = st.columns(2)
    with stored:
        _show_picture(image, False, words, split)
    with scaled:
        _show_picture(image, True, words, split)


def _show_numbers(image, words: dict) -> None:
    alt = _("The 28 times 28 pixel values of {split} image {index} ({name}), written on the pixels")
    numbers.show(image, alt.format(**words), key="explore_pixels")


def _show_picture(image, scaled: bool, words: dict, split: str) -> None:
    expression = f"{VARIABLES[split]}[{words['index']}]" + " / 255.0" * scaled
    st.markdown(f"`{expression}`")
    alt = _("{name}, {split} image {index}, with a colour bar from 0 to {top}")
    shared.show_picture(
        image_with_colorbar_png(image, scaled, shared.is_dark()),
        alt=alt.format(**words, top=1 if scaled else 255),
        caption=_("Scaled: from 0 to 1, as the network gets it.")
        if scaled
        else _("Stored: whole numbers, 0 to 255."),
    )
