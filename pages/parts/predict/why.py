"""Why one image was judged so: similar training images, the pixels that spoke for a class, class averages."""

from __future__ import annotations

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_name
from fmnist.data.statistics import class_statistics
from fmnist.drawing.picture_files import png_file
from fmnist.evaluation.scores import Evaluation, select
from fmnist.language import _
from fmnist.lesson.predict_address import wanted_images
from fmnist.networks.architectures import neighbour_pool
from fmnist.plots import figures
from fmnist.plots.thumbnails import ink_on_white, thumbnail
from fmnist.runs.store import RunError, Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.predict import address, gallery, one_image, through_time
from pages.parts.shell import shared, small_pictures
from pages.parts.shell.small_pictures import SmallPicture

NEIGHBOURS = 3
SMALL = 130, 230  # pixels: the width of the picture and of the bars
EDGE = 104  # pixels of a small picture on the page


@st.fragment(key=address.IMAGE)
def show(run: Snapshot, evaluation: Evaluation) -> None:
    """The chosen test image and what the judgement rests on; a sentence while no image fits the filter."""
    if not len(select(evaluation, wanted_images(address.values()))):
        st.subheader(_("Why?"), anchor=False)
        st.info(_("There is no image to explain: none fits."), icon=":material/filter_alt_off:")
        address.write()
        return
    index = st.session_state.test_index
    with st.container(key=gallery.SHOWN_IN):
        st.subheader(_("Why? Test image {index}").format(index=index), anchor=False)
        one_image.show(evaluation, index, SMALL)
    address.write()
    with st.container(key="reasons"):
        _averages(evaluation, index)
        if through_time.chosen() is not None:
            words = _("Which pixels spoke for it and what it resembles are told of the last moment alone.")
            st.caption(words)
            return
        try:
            _evidence(run, evaluation, index)
            _neighbours(run, index)
        except (WorkerError, RunError) as error:
            st.warning(shared.plain(str(error)), icon=":material/error:")


def _neighbours(run: Snapshot, index: int) -> None:
    dataset, config = shared.dataset(), run.settings
    words = _("Looking for similar training images … the first time takes a few seconds.")
    with shared.waiting(words, 2 * EDGE):
        indices, distances = _nearest(run.id, run.epochs_done, index, dataset.fingerprint)
    pool = neighbour_pool(config)
    where = _("pixels (it has no hidden layer)") if config.network == "softmax" else _("last hidden layer")
    words = _(
        "**What it resembles.** The {count} training images most like this one to it, compared "
        "in its {where}, among the first {images:,}:"
    )
    if pool == len(dataset.train_labels):
        words = _(
            "**What it resembles.** The {count} training images most like this one to it, compared "
            "in its {where}, among all {images:,}:"
        )
    st.markdown(words.format(count=NEIGHBOURS, where=where, images=pool))
    row = []
    for number, distance in zip(indices, distances, strict=True):
        name = class_name(dataset.train_labels[number])
        picture = ink_on_white(dataset.train_images[number])
        alt = _("Training image {index}: {name}").format(index=number, name=name)
        row.append(_small(picture, name, alt, _("distance {distance:.2f}").format(distance=distance)))
    small_pictures.show(row, EDGE)


def _evidence(run: Snapshot, evaluation: Evaluation, index: int) -> None:
    image = shared.dataset().test_images[index]
    classes = list(dict.fromkeys([int(evaluation.predicted[index]), int(evaluation.labels[index])]))
    with shared.waiting(_("Loading the network … the first time takes a few seconds."), 2 * EDGE):
        maps = shared.workers().judge.evidence(run.id, image, classes)
    exact = run.settings.network == "softmax"
    how = _("weight times pixel value, exactly")
    if not exact:
        how = _("gradient times pixel value, an approximation")
    words = _("**Which pixels spoke for it.** Blue spoke for the class, red against it ({how}).")
    st.markdown(words.format(how=how))
    alt = _("Evidence map: pixels that spoke for (blue) or against (red) {name}")
    row = []
    for label, picture in zip(classes, figures.evidence_pictures(image, maps), strict=True):
        name = class_name(label)
        row.append(_small(picture, _("for {name}").format(name=name), alt.format(name=name)))
    small_pictures.show(row, EDGE)


def _averages(evaluation: Evaluation, index: int) -> None:
    classes = list(dict.fromkeys([int(evaluation.predicted[index]), int(evaluation.labels[index])]))
    means = _mean_images(shared.dataset().fingerprint)
    st.markdown(_("**The average image** of the predicted and of the true class:"))
    alt = _("The average of all training images of the class {name}")
    small_pictures.show(
        [_small(means[label], class_name(label), alt.format(name=class_name(label))) for label in classes],
        EDGE,
    )


def _small(image: np.ndarray, title: str, alt: str, note: str = "") -> SmallPicture:
    return SmallPicture(png_file(thumbnail(image, EDGE)), title, alt, note)


@st.cache_data(max_entries=500, show_spinner=False)
def _nearest(run_id: str, epochs_done: int, index: int, fingerprint: str) -> tuple[np.ndarray, np.ndarray]:
    # The arguments that are not read tell one state of the run and of the images from another.
    return shared.workers().judge.neighbours(run_id, shared.dataset().test_images[index], NEIGHBOURS)


@st.cache_resource(max_entries=2, show_spinner=False)
def _mean_images(fingerprint: str) -> np.ndarray:
    # The argument tells the images of one source from those of another.
    dataset = shared.dataset()
    return ink_on_white(class_statistics(dataset.train_images, dataset.train_labels).means)
