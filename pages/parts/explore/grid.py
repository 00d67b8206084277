"""Browse images: any page of any class of either set; a click on one opens it above."""

from __future__ import annotations

import streamlit as st

from fmnist.data import statistics
from fmnist.data.class_words import class_name
from fmnist.data.facts import CLASS_NAMES
from fmnist.data.sources import Dataset
from fmnist.language import _
from fmnist.lesson.explore_address import ALL, SHUFFLED
from fmnist.plots.thumbnails import ink_address
from pages.parts.explore import address, image, inputs
from pages.parts.shell import frame
from pages.parts.shell.component import PICTURE_BUTTONS, component

_tiles = component(
    "image_tiles", '<div class="tiles picture-buttons"></div>', "explore/grid", PICTURE_BUTTONS
)


def show(dataset: Dataset) -> None:
    """Inputs and the grid of images."""
    controls, seen = frame.stage(4, 7)
    with controls:
        split, wanted, side, seed = _show_filters()
        images, labels = image.images_and_labels(dataset, split)
        found = statistics.select(labels, wanted, seed)
        start = _show_pages(len(found), side * side)
    with seen:
        show_tiles(images, labels, found[start : start + side * side], split, side)


def _show_filters() -> tuple[str, int | None, int, int | None]:
    row, below = st.container(horizontal=True, vertical_alignment="bottom"), st.container()
    with below:
        address.bound("grid_seed")
    with row:
        split = inputs.one_of_few(_("Set"), "grid_split")
        name = inputs.choice(_("Class"), "grid_class")
        size = inputs.choice(_("Size"), "grid_size")
        order = inputs.one_of_few(_("Order"), "grid_order")
        seed = inputs.number(_("Seed"), "grid_seed") if order == SHUFFLED else None
    wanted = None if name == ALL else CLASS_NAMES.index(name)
    return split, wanted, int(size.split()[0]), seed


def _show_pages(count: int, per_page: int) -> int:
    last = max(0, count - per_page)
    row, below = st.container(horizontal=True, vertical_alignment="bottom"), st.container()
    with below:
        address.bound("grid_start", last)
    with row:
        start = inputs.number(_("From (0–{last:,})").format(last=last), "grid_start")
        back, forward = max(0, start - per_page), min(last, start + per_page)
        st.button(_("Previous page"), key="grid_previous", disabled=start == 0, on_click=_go, args=(back,))
        st.button(_("Next page"), key="grid_next", disabled=start == last, on_click=_go, args=(forward,))
    st.caption(
        _("Images {first:,} to {last:,} of {count:,}. Click one to open it above.").format(
            first=start, last=start + per_page - 1, count=count
        )
    )
    return start


def _go(start: int) -> None:
    st.session_state.grid_start = start


def show_tiles(images, labels, indices, split: str, side: int) -> None:
    """Pictures of images (n, 28, 28) at these indices, in `side` columns; a click opens one above."""
    title, alt = _("Open {split} image {index}: {name}"), _("{name}, {split} image {index}")
    tiles = []
    for index in map(int, indices):
        words = {"split": _(split), "index": index, "name": class_name(labels[index])}
        tiles.append(
            {
                "index": index,
                "name": words["name"],
                "picture": ink_address(images[index]),
                "title": title.format(**words),
                "alt": alt.format(**words),
            }
        )
    _tiles(
        key="grid_tiles",
        data={"columns": side, "split": split, "tiles": tiles},
        on_opened_change=_open,
    )


def _open() -> None:
    opened = st.session_state.grid_tiles.opened
    image.open_image(opened.get("split"), opened.get("index"))
