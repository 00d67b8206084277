"""What learns while a run trains: nine test images with their labels, and the weights of eight units."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from fmnist.data.class_words import name_shown
from fmnist.data.facts import CLASS_NAMES, PIXELS
from fmnist.evaluation import at_moment, run_predictions
from fmnist.language import _
from fmnist.plots import weight_pictures
from fmnist.plots.thumbnails import ink_address
from fmnist.runs import moments
from fmnist.runs.moments import Moment
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import RunError, Snapshot
from pages.parts.shell import pins, shared

EASY, HARD = (0, 2, 11), (12, 17, 23)  # test images that nearly every network learns at once, or late
UNITS = 8
STYLE = """<style>
.learning {display: flex; flex-wrap: wrap; gap: .25rem; font-size: .68rem; line-height: 1.15;
  min-height: 4.2rem}
.learning figure {width: 3.05rem; margin: 0; text-align: center}
.learning img {width: 2.5rem; height: 2.5rem; image-rendering: pixelated}
.learning figcaption {min-height: 2.3em; overflow: hidden; overflow-wrap: anywhere}
.learning .right {color: var(--right)}
.learning .wrong {color: var(--wrong)}
.learning .units {display: flex; flex-wrap: wrap; gap: .15rem}
</style>"""


def show(run: Snapshot) -> None:
    """The last kept moment of a run: how it names nine images, and eight units; nothing before the first."""
    dataset = shared.dataset()
    if run_predictions.foreign_images(run, dataset):
        return
    kept = run.moments()
    if not kept:
        if run.history:
            st.caption(_("This run has kept no moments of its training: there are no images to watch."))
        elif run.state in ACTIVE:
            with st.container(key="learning", gap="xsmall"):  # what stands below does not jump
                st.html(f'{STYLE}<div class="learning"></div>')
                st.caption(_("Nine test images and eight units appear here."))
        return
    epoch = kept[-1]
    try:
        moment = _moment(run.id, epoch, moments.path_of(run.path, epoch).stat().st_mtime_ns, run)
        indices = [*EASY, *HARD, *pins.chosen()]
        labels = _taken_for(run, moment, dataset.test_images[indices], indices)
    except (
        RunError,
        ValueError,
        OSError,
    ):  # written anew at this instant: the next look has it
        return
    pictures = [_image(*each) for each in zip(indices, labels, strict=True)]
    units = "".join(_units(moment, shared.is_dark()))
    words = _("Nine test images and eight units at epoch {epoch}: easy ones, hard ones, those you pinned.")
    with st.container(key="learning", gap="xsmall"):
        st.html(f'{STYLE}<div class="learning">{"".join(pictures)}<div class="units">{units}</div></div>')
        st.caption(words.format(epoch=moments.named(epoch)))


@st.cache_resource(max_entries=32, show_spinner=False)
def _moment(run_id: str, epoch: float, written: int, _run: Snapshot) -> Moment:
    # The first and the third argument tell one file from another.
    return _run.moment(epoch)


def _taken_for(run: Snapshot, moment: Moment, images: np.ndarray, indices: list[int]) -> list[int]:
    if moment.probabilities is not None:
        shares = moment.probabilities[indices]
    else:
        shares = at_moment.judge(at_moment.network_at(run.settings, moment), images)
    return [int(label) for label in shares.argmax(axis=1)]


def _image(index: int, label: int) -> str:
    dataset = shared.dataset()
    is_right = label == dataset.test_labels[index]
    name, mark = name_shown(CLASS_NAMES[label]), "✓" if is_right else "✗"
    true = name_shown(CLASS_NAMES[dataset.test_labels[index]])
    alt = _("Test image {index}: {name}").format(index=index, name=true)
    kind = "right" if is_right else "wrong"
    return (
        f'<figure title="{escape(alt)}"><img src="{ink_address(dataset.test_images[index])}" '
        f'alt="{escape(alt)}"><figcaption class="{kind}">{mark} {escape(name)}</figcaption></figure>'
    )


def _units(moment: Moment, dark: bool) -> list[str]:
    kernel = moment.kernel
    side = 28 if kernel.shape[0] == PIXELS else kernel.shape[0]
    limit = weight_pictures.color_limit(kernel)
    grids = kernel.reshape(side * side, -1, kernel.shape[-1])[:, 0]
    count = min(UNITS, grids.shape[1])
    alt = _("Weights of unit {unit} as a picture")
    addresses = weight_pictures.kernel_addresses(grids, np.arange(count), limit, dark)
    return [
        f'<img src="{address}" alt="{escape(alt.format(unit=unit))}">'
        for unit, address in enumerate(addresses)
    ]
