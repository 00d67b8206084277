"""Where a network looked: pixels that spoke for its answer, what it loses when covered, its last maps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from PIL import Image

from fmnist.data.facts import CLASS_NAMES, IMAGE_SHAPE
from fmnist.drawing.picture_files import png_file
from fmnist.evaluation import occlusion
from fmnist.language import N_, _
from fmnist.plots import figures
from fmnist.plots.thumbnails import thumbnail
from fmnist.runs.store import Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.predict import looked_at
from pages.parts.shell import shared, small_pictures
from pages.parts.shell.small_pictures import SmallPicture

PART = "looking_part"
EDGE = 140
TITLES = {
    "gradient": N_("gradient × pixel"),
    "covered": N_("covered by a square"),
    "maps": N_("Grad-CAM"),
}
SAYS = {
    "gradient": N_(
        "**Gradient × pixel** says what tiny changes of single pixels would do to the score; it is grainy, "
        "and says nothing about larger changes."
    ),
    "covered": N_(
        "**Covering** is an experiment: how much of the probability is lost where a square of 6×6 pixels "
        "hides the garment. But a garment with a hole is like nothing the network has learned from."
    ),
    "maps": N_(
        "**Grad-CAM** says where the last maps that speak for the class are active; it is as coarse as these "
        "maps, and leaves out what speaks against the class."
    ),
}


@st.fragment(key=PART)
def show(run: Snapshot) -> None:
    """The three views of the image that `looked_at` stands at, and what each can and cannot say."""
    looked, judge = looked_at.now(), shared.workers().judge
    st.subheader(_("Where did it look?"), anchor=False)
    try:
        (probabilities,) = judge.predict(run.id, looked.image[None])
        label = int(probabilities.argmax())
        found = {name: way(run.id, looked.image, label) for name, way in WAYS.items()}
    except WorkerError as error:
        st.warning(shared.plain(str(error)), icon=":material/error:")
        return
    words = _("What spoke for **{name}**: blue for it, red against it.")
    st.markdown(words.format(name=CLASS_NAMES[label]))
    pictures = [
        SmallPicture(
            png_file(thumbnail(figures.evidence_pictures(looked.image, values[None])[0], EDGE)),
            _(TITLES[name]),
            _("Places that spoke for {name}, by the method {method}").format(
                name=CLASS_NAMES[label], method=_(TITLES[name])
            ),
        )
        for name, values in found.items()
    ]
    small_pictures.show(pictures, EDGE)
    st.markdown("\n".join(f"- {_(words)}" for words in SAYS.values()))


def _gradient(run_id: str, image: np.ndarray, label: int) -> np.ndarray:
    return shared.workers().judge.evidence(run_id, image, [label])[0]


def _covered(run_id: str, image: np.ndarray, label: int) -> np.ndarray:
    images = np.concatenate([image[None], occlusion.covered(image)])
    probabilities = shared.workers().judge.predict(run_id, images)[:, label]
    return occlusion.lost(float(probabilities[0]), probabilities[1:])


def _maps(run_id: str, image: np.ndarray, label: int) -> np.ndarray:
    coarse = Image.fromarray(shared.workers().judge.grad_cam(run_id, image, label))
    return np.asarray(coarse.resize(IMAGE_SHAPE[::-1], Image.Resampling.BILINEAR))


WAYS: dict[str, Callable[[str, np.ndarray, int], np.ndarray]] = {
    "gradient": _gradient,
    "covered": _covered,
    "maps": _maps,
}
