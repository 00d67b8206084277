"""Which test images excite a map of a convolutional network most, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_name
from fmnist.evaluation.layers import Column, LayeredNetwork, Steps
from fmnist.language import _
from fmnist.plots import excited as pictures
from fmnist.plots import maps as plain_maps
from fmnist.runs.store import Snapshot
from fmnist.workers.excitement import Excitement
from pages.parts.predict import address, looked_at
from pages.parts.predict import units as picture_buttons
from pages.parts.shell import growing, shared

PART = "excited_part"
KEY = "excited"
WIDTH = 1080  # nine pictures in a row


@st.fragment(key=PART)
def show(
    run: Snapshot,
    network: LayeredNetwork,
    chosen: Callable[[LayeredNetwork, Steps], tuple[int, int]],
    parts: tuple[str, ...],
) -> None:
    """The nine images of the map that is chosen.

    Parameters
    ----------
    chosen : callable
        Says which column and which map that is.
    parts : tuple of str
        The fragments that follow when another image is clicked.
    """
    steps = network.way(looked_at.now().image)
    place, number = chosen(network, steps)
    column = network.columns[place]
    st.subheader(_("Which test images excite it most?"), anchor=False)
    if not plain_maps.is_spatial(steps, column):
        st.caption(_("Choose a map of a convolution or a pooling above."))
        return
    sides = steps.after(column).shape[1:3]
    search = _searching(run.id, run.epochs_done, shared.dataset().fingerprint, column.last)
    words = _("Looking at all test images: {share:.0%}")

    def draw() -> None:
        _draw(network, column, number, sides, search, parts)

    growing.show([search], draw, words)


def _draw(
    network: LayeredNetwork,
    column: Column,
    number: int,
    sides: tuple[int, int],
    search: Excitement,
    parts: tuple[str, ...],
) -> None:
    if search.most is None:
        return
    most = [each[:, number] for each in (search.most.indices, search.most.values, search.most.cells)]
    found = [
        (int(index), float(value), divmod(int(cell), sides[1]))
        for index, value, cell in zip(*most, strict=True)
        if value > 0
    ]
    name = {"map": number, "layer": plain_maps.title(network, column)}
    if not found:
        if search.is_done:
            st.markdown(_("Map {map} of {layer} is above 0 for no test image.").format(**name))
        return
    dataset = shared.dataset()
    labels = [int(dataset.test_labels[index]) for index, *_rest in found]
    words = _(
        "Map {map} of {layer} reaches its largest values in these: {classes}. The frame is what the cell "
        "with the largest value sees of the image. Click an image to follow it."
    )
    st.markdown(words.format(classes=_in_words(labels), **name))
    windows = [network.seen(column, *cell) for *_rest, cell in found]
    with st.container(width=WIDTH, key="excited_images"):
        picture_buttons.show(
            pictures.tiles(dataset.test_images, dataset.test_labels, found, windows),
            looked_at.now().index,
            lambda index: _look_at(index, parts),
            KEY,
        )


def _in_words(labels: list[int]) -> str:
    """How often each class is among them, the most frequent first."""
    return _(", ").join(f"{class_name(label)} × {count}" for label, count in Counter(labels).most_common())


def _look_at(index: int, parts: tuple[str, ...]) -> None:
    st.session_state.looked_at = "test"
    address.choose_image(index)
    address.rerun(*parts)


@st.cache_resource(show_spinner=False, max_entries=32)
def _searching(run_id: str, epochs_done: int, fingerprint: str, place: int) -> Excitement:
    # The arguments that are not read tell one state of the run and of the images from another.
    images: np.ndarray = shared.dataset().test_images
    return Excitement(shared.workers().judge, run_id, place, images)
