"""What a network looked for at a kept moment: all its weights where they were kept, else its first ones."""

from __future__ import annotations

import numpy as np
import streamlit as st

from fmnist.data.facts import PIXELS
from fmnist.evaluation import at_moment
from fmnist.evaluation.dense import DenseNetwork
from fmnist.evaluation.layers import LayeredNetwork
from fmnist.language import _
from fmnist.networks.architectures import is_dense
from fmnist.plots import weight_pictures
from fmnist.runs.moments import Moment
from fmnist.runs.store import Snapshot
from pages.parts.shell import shared, small_pictures
from pages.parts.shell.small_pictures import SmallPicture

EDGE = 84  # pixels of a picture: three screen pixels for each of an image's


def network_or_units(run: Snapshot, epoch: float) -> DenseNetwork | LayeredNetwork | None:
    """The whole network of a moment; None after pictures of what was kept of it, and a sentence.

    Raises
    ------
    RunError
        If there is no such moment or its file is damaged.
    WorkerError
        If the layers of a network that is not dense cannot be read.
    """
    moment = run.moment(epoch)
    if moment.weights and is_dense(run.settings):
        return at_moment.network_at(run.settings, moment)
    if moment.weights:
        with shared.waiting(_("Reading the network's layers …"), 400):
            last = shared.workers().judge.layered_network(run.id)
        return at_moment.layered_at(last, moment)
    words = _("Of this moment only what leads into the first units was kept. Choose the last one for all.")
    if not is_dense(run.settings):
        words = _(
            "Of this network, too large to be kept whole at each moment, these are the first filters then. "
            "Choose the last moment for what they make of an image."
        )
    st.info(words, icon=":material/info:")
    small_pictures.show(_pictures(moment), EDGE)
    return None


def _pictures(moment: Moment) -> list[SmallPicture]:
    kernel = moment.kernel
    side = 28 if kernel.shape[0] == PIXELS else kernel.shape[0]
    grids = np.moveaxis(kernel.reshape(side, -1, kernel.shape[-1])[:, :side], -1, 0)
    limit, dark = weight_pictures.color_limit(kernel), shared.is_dark()
    alt = _("Weights of unit {unit} as a picture")
    return [
        SmallPicture(
            weight_pictures.signed_png(grid, limit, dark, EDGE // side), f"u{unit}", alt.format(unit=unit)
        )
        for unit, grid in enumerate(grids)
    ]
