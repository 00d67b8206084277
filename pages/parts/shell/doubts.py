"""What networks doubt about the training labels, and what this visitor has judged of them."""

from __future__ import annotations

import zlib
from collections import Counter
from itertools import takewhile

import numpy as np
import streamlit as st

from fmnist.data.sources import Dataset
from fmnist.evaluation.doubtful import Doubtful, Estimate, drawn_by_lot, find_doubtful, stratified_share
from fmnist.networks.config import RunConfig
from fmnist.runs.label_judgements import RIGHT, WRONG, LabelJudgements
from fmnist.workers.detective import Status
from pages.parts.shell import shared, visitor

MOST = 500  # images of each kind that are drawn by lot


def status(dataset: Dataset) -> Status:
    """How the search of the tutorial's network stands; all pages speak of that one."""
    return shared.workers().detective.status(RunConfig(), dataset)


def found(dataset: Dataset, probabilities: np.ndarray) -> Doubtful:
    """The doubtful labels, by the result of the search, (n, 10)."""
    return _found(dataset.fingerprint, dataset, probabilities)


@st.cache_resource(show_spinner=False, max_entries=2)
def _found(fingerprint: str, _dataset: Dataset, _probabilities: np.ndarray) -> Doubtful:
    return find_doubtful(_dataset.train_labels, _probabilities)


def judgements(dataset: Dataset) -> LabelJudgements:
    """What people have judged."""
    return LabelJudgements(shared.store().root, dataset.fingerprint)


def mine(dataset: Dataset) -> dict[int, str]:
    """What this visitor has judged, by image, in the order in which it was."""
    return judgements(dataset).of(visitor.me().owner)


def drawn(dataset: Dataset, found: Doubtful) -> np.ndarray:
    """The images that are drawn by lot for this visitor, (m,) int64; each visitor has others."""
    return _drawn(dataset.fingerprint, visitor.me().owner, len(dataset.train_labels), found.images)


@st.cache_resource(show_spinner=False, max_entries=64)
def _drawn(fingerprint: str, owner: str, images: int, _doubtful: np.ndarray) -> np.ndarray:
    return drawn_by_lot(_doubtful, images, zlib.crc32(owner.encode()), MOST)


def estimate(dataset: Dataset, found: Doubtful) -> Estimate | None:
    """How many labels are wrong by what this visitor has judged; None before the first two by lot."""
    judged, doubtful = mine(dataset), set(map(int, found.images))
    counts = {True: Counter[str](), False: Counter[str]()}
    for image in takewhile(judged.__contains__, map(int, drawn(dataset, found))):  # no choice of what counts
        counts[image in doubtful][judged[image]] += 1
    sizes = {True: len(found), False: len(dataset.train_labels) - len(found)}
    return stratified_share(
        [(sizes[part], each[WRONG], each[WRONG] + each[RIGHT]) for part, each in counts.items()]
    )
