"""Map of images: 2,000 test images as points, near each other when a rule finds them similar."""

from __future__ import annotations

import streamlit as st

from fmnist.data import statistics
from fmnist.data.sources import Dataset
from fmnist.language import _
from fmnist.lesson import run_text
from fmnist.lesson.explore_address import NETWORK
from fmnist.plots.charts import explore as charts
from fmnist.plots.thumbnails import ink_address
from fmnist.runs.store import Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.explore import image as explore_image
from pages.parts.explore import inputs
from pages.parts.shell import shared
from pages.parts.shell.component import component

_clicks = component("map_clicks", "<span></span>", "explore/map")


def show(dataset: Dataset) -> None:
    """The map, by pixels or by the last hidden layer of a run."""
    projection = _show_inputs(dataset)
    if projection is None:
        return
    indices = statistics.map_sample(dataset.test_labels)
    chart = charts.image_map(
        projection,
        indices,
        dataset.test_labels[indices],
        _pictures(dataset.fingerprint, dataset),
        shared.is_dark(),
    )
    with st.container(key="explore_map"):
        words = _("Map of 2,000 test images in two dimensions, coloured and shaped by class")
        st.altair_chart(chart, alt=words)
        _clicks(key="map_clicks", on_opened_change=_open)
    st.caption(
        _(
            "Point at a mark to see the garment; click it to open it above. "
            "Click a class to switch it off or on."
        )
    )


def _show_inputs(dataset: Dataset) -> statistics.Projection | None:
    trained = {run.id: run for run in shared.store().list() if run.has_model}
    if not trained:
        st.markdown(
            _(
                "Images with similar pixels lie near each other. Train a network, and this map can also show "
                "how the network sorts the images."
            )
        )
        return _pixel_map(dataset.fingerprint, dataset)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rule = inputs.one_of_few(_("Similar by"), "map_by")
        run = trained[_choose_run(trained)] if rule == NETWORK else None
    if run is None:
        st.markdown(_("Images with similar pixels lie near each other; many classes overlap."))
        return _pixel_map(dataset.fingerprint, dataset)
    st.markdown(
        _(
            "Images for which the last hidden layer gives similar numbers lie near each other: training "
            "pulls the classes apart."
        )
    )
    return _network_map(dataset, run)


def _choose_run(trained: dict[str, Snapshot]) -> str:
    return st.selectbox(
        _("Run"),
        list(trained),
        format_func=lambda run_id: (
            f"{run_text.title(trained[run_id].name, trained[run_id].config)} · {run_id}"
        ),
        key="map_run",
        width=420,
    )


def _network_map(dataset: Dataset, run: Snapshot) -> statistics.Projection | None:
    try:
        with shared.waiting(_("Asking the network …"), charts.MAP_HEIGHT):
            return _hidden_map(dataset.fingerprint, run.id, run.epochs_done, dataset)
    except WorkerError as error:
        st.warning(str(error), icon=":material/error:")
        return None


def _sample(dataset: Dataset):
    return dataset.test_images[statistics.map_sample(dataset.test_labels)]


@st.cache_resource(show_spinner=False, max_entries=2)
def _pixel_map(fingerprint: str, _dataset: Dataset) -> statistics.Projection:
    images = _sample(_dataset)
    return statistics.principal_components(images.reshape(len(images), -1))


@st.cache_resource(show_spinner=False, max_entries=8)
def _hidden_map(fingerprint: str, run_id: str, epochs: int, _dataset: Dataset) -> statistics.Projection:
    return statistics.principal_components(shared.workers().judge.hidden(run_id, _sample(_dataset)))


@st.cache_resource(show_spinner=False, max_entries=2)
def _pictures(fingerprint: str, _dataset: Dataset) -> list[str]:
    return [ink_address(image) for image in _sample(_dataset)]


def _open() -> None:
    explore_image.open_image("test", st.session_state.map_clicks.opened.get("index"))
