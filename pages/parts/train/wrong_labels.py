"""Doubtful labels, among the settings of Train: learned as they are, left out, or corrected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from fmnist.evaluation.doubtful import likely_instead
from fmnist.language import _, n_
from fmnist.lesson.explore_address import DOUBTFUL
from fmnist.lesson.train_address import (
    CORRECTED,
    DOUBTED_BY_NAMES,
    KEPT,
    LEFT_OUT,
    ME,
    WRONG_LABEL_NAMES,
    WRONG_LABELS,
)
from fmnist.networks.changed_labels import MOST, without, written
from fmnist.networks.config import RANGES
from fmnist.runs.label_judgements import WRONG
from pages.parts.shell import doubts, number, shared


def show() -> None:
    """The choice, and below it which labels are meant, or where to look for them."""
    setting = WRONG_LABELS["wrong_labels"]
    st.selectbox(
        _("Doubtful labels"),
        setting.kind.choices,
        format_func=lambda key: _(WRONG_LABEL_NAMES[key]),
        key=setting.key,
        help=_("Corrected: each is learned as the class that the networks take it for instead."),
        persist_state="session",
    )
    if st.session_state[setting.key] == KEPT:
        return
    dataset = shared.dataset()
    probabilities = doubts.status(dataset).probabilities
    if probabilities is None:
        st.caption(_("Nobody has looked for doubtful labels yet, so all labels are learned as they are."))
        _link(_("Look for doubtful labels"))
        return
    judged = _judged_wrong()
    if judged and _choose_by_whom() == ME:
        st.caption(
            n_(
                "It is the {count:,} label that you judged wrong.",
                "These are the {count:,} labels that you judged wrong.",
                len(judged),
            ).format(count=len(judged))
        )
        _link(_("Judge more labels"))
        return
    most = max(1, min(MOST, len(doubts.found(dataset, probabilities))))
    number.show(
        _("How many: the most doubtful ones"),
        "most_doubtful",
        1,
        most,
        min(WRONG_LABELS["most_doubtful"].default, most),
        step=100,
        help=_("In the order in which the networks doubt them."),
        persist_state="session",
    )
    _link(_("Judge them with your own eyes"))


def _choose_by_whom() -> str:
    return st.segmented_control(
        _("Which labels"),
        list(DOUBTED_BY_NAMES),
        format_func=lambda key: _(DOUBTED_BY_NAMES[key]),
        key="doubted_by",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )


def _link(label: str) -> None:
    st.page_link(
        shared.EXPLORE, label=label, icon=":material/search:", query_params={"explore_part": DOUBTFUL}
    )


def chosen(training_images: int) -> str:
    """The run's `changed_labels` as the form stands now; of the first so many images."""
    state = st.session_state
    if state.wrong_labels == KEPT:
        return ""
    judged = _judged_wrong() if state.doubted_by == ME else []
    return changes(state.wrong_labels, judged, state.most_doubtful, training_images)


def left_out(most: int, training_images: int) -> str:
    """The `changed_labels` that leave out those that networks doubt most."""
    return changes(LEFT_OUT, [], most, training_images)


def changes(choice: str, judged: Sequence[int], most: int, training_images: int) -> str:
    """The `changed_labels` that leave out, or correct, what is doubtful; "" before a search.

    Parameters
    ----------
    choice : str
        LEFT_OUT or CORRECTED.
    judged : sequence of int
        The images that a person judged to be labelled wrong; without any, `most` of those that networks doubt
        are taken, the most doubtful ones.
    training_images : int
        The run learns from the first so many; enough of them stay for a run.
    """
    dataset = shared.dataset()
    probabilities = doubts.status(dataset).probabilities
    if probabilities is None:
        return ""
    images = np.array(judged or doubts.found(dataset, probabilities).images[:most], np.int64)
    images = images[images < min(training_images, len(dataset.train_labels))][:MOST]
    if choice == CORRECTED:
        return written(likely_instead(dataset.train_labels, probabilities, images))
    return without(images[: training_images - int(RANGES["training_images"].low)])


def _judged_wrong() -> list[int]:
    return [image for image, judgement in doubts.mine(shared.dataset()).items() if judgement == WRONG]
