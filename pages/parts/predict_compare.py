"""Several runs: one image judged by each, the images on which they disagree, how their matrices differ."""

from __future__ import annotations

import numpy as np
import streamlit as st

from fmnist import figures
from fmnist.data import CLASS_NAMES
from fmnist.evaluation import Evaluation, disagreements
from fmnist.runs import Run
from fmnist.tiles import verdict
from pages.parts import predict_address, predict_one, predict_runs, shared


def _others() -> list[tuple[Run, Evaluation]]:
    judged = [(run, predict_runs.evaluation_of(run)) for run in predict_runs.companions()]
    return [(run, evaluation) for run, evaluation in judged if evaluation is not None]


def show_one_image(run: Run, index: int) -> None:
    """One test image judged by each of the runs chosen beside the first."""
    others = _others()
    if not others:
        return
    st.subheader(f"What the other runs say to test image {index}", anchor=False)
    with st.container(horizontal=True):
        for other, evaluation in others:
            with st.container(width=300, border=True):
                st.markdown(f"**{predict_runs.title_of(other)}**")
                label = int(evaluation.labels[index])
                png = figures.to_png(
                    figures.probability_bars(evaluation.probabilities[index], label, shared.is_dark())
                )
                st.image(png, alt=predict_one.bars_in_words(evaluation, index))
                mark = "✓" if evaluation.right[index] else "✗"
                st.markdown(f"{mark} {verdict(evaluation, index)}")


def choose_disagreements(run: Run, evaluation: Evaluation, found: np.ndarray) -> np.ndarray:
    """Those of the images found on which the first two runs give different classes, if that is asked for."""
    others = _others()
    if not others:
        return found
    other, second = others[0]
    differing = disagreements(evaluation, second)
    only = st.toggle(
        f"Only the {len(differing):,} images to which {predict_runs.title_of(run)} and "
        f"{predict_runs.title_of(other)} give different classes",
        key="disagree",
        persist_state="session",
        on_change=predict_address.restart_pages,
    )
    return found[np.isin(found, differing)] if only else found


def show_difference(run: Run, evaluation: Evaluation) -> None:
    """How the confusion matrix of the first run differs from that of the second."""
    others = _others()
    if not others:
        return
    other, second = others[0]
    names = (predict_runs.title_of(run), predict_runs.title_of(other))
    st.subheader(f"{names[0]} minus {names[1]}", anchor=False)
    st.markdown(
        f"How many images more (+) or fewer (−) {names[0]} put into each cell. On the diagonal more is "
        "better, elsewhere fewer."
    )
    difference = evaluation.confusion - second.confusion
    rows = {"true ↓ predicted →": list(CLASS_NAMES)}
    for label, name in enumerate(CLASS_NAMES):
        rows[name] = [f"{count:+d}".replace("-", "−") if count else "·" for count in difference[:, label]]
    with st.container(key="difference"):
        st.table(rows)
