"""The image a view looks at: a test image, or what the visitor has drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_name
from fmnist.drawing import sketch
from fmnist.drawing.paper import PAPER
from fmnist.drawing.sketch import SketchError
from fmnist.language import N_, _
from pages.parts.predict import address, image_choice
from pages.parts.shell import shared

SOURCES = {"test": N_("Test image"), "drawing": N_("My drawing")}


@dataclass(frozen=True)
class LookedAt:
    """An image (28, 28) uint8; the index and the class of a test image, None for a drawing."""

    image: np.ndarray
    index: int | None = None
    label: int | None = None

    @property
    def alt(self) -> str:
        """What it shows, in words."""
        if self.index is None:
            return _("Your drawing as the network gets it, 28×28 pixels")
        return _("Test image {index}: {name}").format(index=self.index, name=class_name(self.label))


def choose(parts: tuple[str, ...]) -> LookedAt:
    """The widgets, and the image they stand at; `parts` as for `image_choice.show`."""
    source = st.segmented_control(
        _("Image"),
        SOURCES,
        format_func=lambda name: _(SOURCES[name]),
        key="looked_at",
        default="test",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
        on_change=address.rerun,
        args=parts,
    )
    if source == "test":
        with st.container(width=700):
            image_choice.show(parts)
    elif drawn() is None:
        st.info(_("Nothing is drawn yet: this is the test image chosen last."), icon=":material/draw:")
    return now()


def now() -> LookedAt:
    """The image that `choose` stands at."""
    if st.session_state.get("looked_at") == "drawing" and (image := drawn()) is not None:
        return LookedAt(image)
    dataset, index = shared.dataset(), st.session_state.test_index
    return LookedAt(dataset.test_images[index], index, int(dataset.test_labels[index]))


def drawn() -> np.ndarray | None:
    """What lies on the paper of the view `draw`, converted to 28×28; None while that is no garment."""
    sheet = st.session_state.get("sheet")
    if sheet is None or not sheet.now.marks:
        return None
    try:
        conversion = sketch.convert(sheet.now.image(), paper=PAPER)
    except SketchError:
        return None
    return None if conversion.hint else conversion.image
