"""The map of hidden activations: test images near each other where the last hidden layer finds them alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_names
from fmnist.data.statistics import Axes, map_sample, principal_axes
from fmnist.evaluation import at_moment
from fmnist.evaluation.scores import Evaluation
from fmnist.evaluation.stories import KINDS
from fmnist.language import N_, _
from fmnist.lesson.predict_address import ARRANGED_BY
from fmnist.networks.architectures import is_dense
from fmnist.plots import colors
from fmnist.plots.charts.explore import DARK_COLORS, LIGHT_COLORS
from fmnist.runs.store import RunError, Snapshot
from fmnist.workers.moment_reader import version_of
from fmnist.workers.queue import WorkerError
from pages.parts.predict import address, life, through_time
from pages.parts.shell import shared
from pages.parts.shell.component import component

IMAGES = 1_000
PART = "arrangement_part"
KEY = "arrangement"
STEPS = 1_000  # places along each axis
HEIGHT = 420  # pixels
COLOR_WORDS = {
    "class": N_("class"),
    "right": N_("right or wrong"),
    "story": N_("life story"),
}
GLYPHS = "●▲■✕"  # a mark tells its group without its colour

_map = component("arrangement", '<div class="arrangement"></div>', "predict/arrangement")


@dataclass(frozen=True)
class Groups:
    """The group of each image (n,), and of each group its mark, its colour and its name."""

    of_images: np.ndarray
    legend: list[dict[str, str]]


@st.fragment(key=PART)
def show(run: Snapshot, evaluation: Evaluation) -> None:
    """The map at the moment that is shown, or a sentence where that moment cannot tell."""
    st.subheader(_("How it arranges the test images"), anchor=False)
    if run.settings.network == "softmax":
        st.caption(_("This network has no hidden layer: to it images are as alike as their pixels are."))
        return
    indices = map_sample(evaluation.labels, IMAGES)
    try:
        with st.spinner(_("Asking the network …")):  # it is seen after half a second only
            axes, bounds = _axes(run.id, run.epochs_done, shared.dataset().fingerprint, run)
            places = _places(run, axes, bounds)
    except (WorkerError, RunError) as error:
        st.caption(shared.plain(str(error)))
        return
    groups = _choose_groups(run, evaluation, indices)
    _map(
        key=KEY,
        data={
            "places": places.ravel().tolist(),
            "indices": indices.tolist(),
            "groups": groups.of_images.tolist(),
            "legend": groups.legend,
            "steps": STEPS,
            "height": HEIGHT,
            "chosen": st.session_state.test_index,
            "alt": _("Map of {count:,} test images in two dimensions").format(count=len(indices)),
            "point": _("Test image {index}: {group}. Click to choose it."),
            "idle": _("Point at a mark, or click one to choose its image."),
        },
        on_opened_change=lambda: _open(indices),
    )
    words = _(
        "{count:,} test images. Those for which the last hidden layer gives similar numbers lie near each "
        "other. Directions and scale are those in which they differ most at the last moment "
        "({share:.0%} of all differences), the same at every moment; what would lie outside is on the edge."
    )
    st.caption(words.format(count=len(indices), share=sum(axes.explained)))
    address.write()


def _open(indices: np.ndarray) -> None:
    index = st.session_state[KEY].opened
    if index in indices.tolist():  # it comes from a browser, which can send anything
        address.choose_image(index)
        address.rerun()


# ---- where the images lie


@st.cache_resource(max_entries=32, show_spinner=False)
def _axes(run_id: str, epochs_done: int, fingerprint: str, _run: Snapshot) -> tuple[Axes, np.ndarray]:
    """Those of the last moment, and the least and the largest place of an image on each then: (2, 2)."""
    # The first three arguments tell one state of the run and of the images from another.
    values = _last_values(_run)
    axes = principal_axes(values)
    points = axes.points(values)
    return axes, np.stack([points.min(axis=0), points.max(axis=0)])


def _places(run: Snapshot, axes: Axes, bounds: np.ndarray) -> np.ndarray:
    epoch, fingerprint = through_time.chosen(), shared.dataset().fingerprint
    version = None if epoch is None else version_of(run, epoch)
    return _placed(run.id, run.epochs_done, version, fingerprint, run, axes, bounds)


@st.cache_resource(max_entries=256, show_spinner=False)
def _placed(
    run_id: str,
    epochs_done: int,
    version: tuple[float, int] | None,
    fingerprint: str,
    _run: Snapshot,
    _axes: Axes,
    _bounds: np.ndarray,
) -> np.ndarray:
    """Each image's place, (n, 2) int64 from 0 to STEPS, the second downwards as on a screen."""
    values = _last_values(_run) if version is None else _values_at(_run, version[0])
    low, high = _bounds
    shares = (_axes.points(values) - low) / np.maximum(high - low, 1e-9)  # 0 and 1: where the last ones end
    shares[:, 1] = 1 - shares[:, 1]
    return np.rint(np.clip(shares, 0, 1) * STEPS).astype(np.int64)


def _sample() -> np.ndarray:
    dataset = shared.dataset()
    return dataset.test_images[map_sample(dataset.test_labels, IMAGES)]


def _last_values(run: Snapshot) -> np.ndarray:
    judge = shared.workers().judge
    if is_dense(run.settings):
        return at_moment.hidden(judge.dense_network(run.id), _sample())
    return judge.hidden(run.id, _sample())


def _values_at(run: Snapshot, epoch: float) -> np.ndarray:
    moment = run.moment(epoch)
    if is_dense(run.settings):
        return at_moment.hidden(at_moment.network_at(run.settings, moment), _sample())
    if not moment.weights:
        raise RunError(N_("The weights of this network were not kept whole at this moment."))
    return shared.workers().judge.hidden_at(run.id, moment.weights, _sample())


# ---- what their colours tell


def _choose_groups(run: Snapshot, evaluation: Evaluation, indices: np.ndarray) -> Groups:
    by = st.segmented_control(
        _("Colours by"),
        ARRANGED_BY,
        format_func=lambda name: _(COLOR_WORDS[name]),
        key="arranged_by",
        required=True,
        persist_state="session",
    )
    palette = colors.palette(shared.is_dark())
    if by == "right":
        names = (_("right"), _("wrong"))
        legend = _legend("●✕", (palette.right, palette.wrong), names)
        return Groups(np.where(evaluation.right[indices], 0, 1), legend)
    if by == "story":
        told = through_time.stories_of(run)
        if told is not None:
            names = tuple(_(life.KIND_WORDS[kind]) for kind in KINDS)
            inks = (palette.right, palette.unjudged, colors.ACCENTS[1], palette.wrong)
            return Groups(told.kinds[indices], _legend(GLYPHS, inks, names))
        words = _("This run has kept too few moments of its training for colours by life story.")
        through_time.show_no_stories([run], words)
    digits = [f"{label}" for label in range(len(class_names()))]
    inks = DARK_COLORS if shared.is_dark() else LIGHT_COLORS
    return Groups(evaluation.labels[indices].astype(np.int64), _legend(digits, inks, class_names()))


def _legend(glyphs: Sequence[str], inks: Sequence[str], names: Sequence[str]) -> list[dict[str, str]]:
    return [
        {"glyph": glyph, "color": color, "name": name}
        for glyph, color, name in zip(glyphs, inks, names, strict=True)
    ]
