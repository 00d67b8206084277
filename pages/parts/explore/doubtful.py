"""Doubtful labels: what a network doubts, judged by a person, and how many labels are wrong by that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_name, class_names
from fmnist.data.facts import CLASSES
from fmnist.data.sources import Dataset
from fmnist.drawing.picture_files import png_file
from fmnist.evaluation.doubtful import Doubtful, Estimate
from fmnist.language import N_, _, n_
from fmnist.lesson.explore_address import BY_LOT, SETTINGS
from fmnist.networks.config import RunConfig
from fmnist.plots.thumbnails import ink_on_white, thumbnail
from fmnist.runs.label_judgements import CANNOT_TELL, RIGHT, WRONG
from fmnist.workers.queue import WorkerError
from pages.parts.explore import grid
from pages.parts.shell import doubts, frame, shared, visitor

REFRESH = 1.0  # seconds between two looks at a search
EDGE = 282  # pixels: ten for each of the image's, and a frame
COLUMNS, TILES = 10, 20
WORDS = {RIGHT: N_("Label is right"), WRONG: N_("Label is wrong"), CANNOT_TELL: N_("Cannot tell")}
ICONS = {RIGHT: ":material/check:", WRONG: ":material/close:", CANNOT_TELL: ":material/question_mark:"}
_ERROR = "doubtful_error"


def show(dataset: Dataset) -> None:
    """The search, then one doubtful label after the other with three buttons, and what follows from them."""
    status = doubts.status(dataset)
    if status.probabilities is None:
        interval = REFRESH if status.is_running else None
        st.fragment(_show_search, run_every=interval)(dataset, status.is_running)
        return
    with shared.waiting(_("Comparing 60,000 labels with what the networks said …"), EDGE):
        found = doubts.found(dataset, status.probabilities)
    _show_found(dataset, found)


# ---- the search


def _show_search(dataset: Dataset, is_watched: bool) -> None:
    status = doubts.status(dataset)
    if status.probabilities is not None or status.is_running != is_watched:
        st.rerun()
    st.markdown(
        _(
            "People label images, and people err. Three networks, each trained on two thirds of the training "
            "images, look at the third that they have not seen: where they are sure of another class, the "
            "label is doubtful. You then judge with your own eyes."
        )
    )
    if message := st.session_state.pop(_ERROR, None):
        st.error(str(message))
    elif status.problem:
        st.warning(str(status.problem), icon=":material/error:")
    if status.is_running:
        words = _("The networks are trained and asked: {share:.0%}").format(share=status.share)
        st.progress(status.share, words)
        return
    st.button(
        _("Look for doubtful labels"),
        key="doubtful_start",
        type="primary",
        icon=":material/search:",
        on_click=_start,
        args=(dataset,),
    )
    st.caption(_("This takes up to half a minute, and is kept."))


def _start(dataset: Dataset) -> None:
    try:
        shared.workers().detective.start(RunConfig(), dataset)
    except WorkerError as error:
        st.session_state[_ERROR] = error.sentence


# ---- judging


def _show_found(dataset: Dataset, found: Doubtful) -> None:
    kept = doubts.judgements(dataset)
    mine = doubts.mine(dataset)
    st.markdown(
        _("Networks doubt **{count:,}** of {all:,} training labels. Who is right?").format(
            count=len(found), all=len(dataset.train_labels)
        )
    )
    turn = _choose_turn()
    order = doubts.drawn(dataset, found) if turn == BY_LOT else found.images
    left = [int(image) for image in order if int(image) not in mine]
    looking, told = frame.stage(6, 7)
    with looking:
        if left:
            _show_question(dataset, found, left[0])
        else:
            st.success(_("You have judged all of them."), icon=":material/check_circle:")
        _show_take_back(mine)
    with told:
        _show_estimate(doubts.estimate(dataset, found), len(dataset.train_labels))
        _show_classes(dataset, found, mine)
        if visitor.rules().shared:
            _show_everybody(dataset, kept.everybody())
    st.subheader(_("The most doubtful ones"), anchor=False)
    st.caption(_("Each with the label it has. Click one to open it above."))
    grid.show_tiles(dataset.train_images, dataset.train_labels, found.images[:TILES], "training", COLUMNS)


def _choose_turn() -> str:
    """The order. As buttons: while the point of a radio button has the focus, digits press nothing else."""
    kind = SETTINGS["doubtful_turn"].kind
    return st.segmented_control(
        _("Order"),
        kind.choices,
        format_func=kind.shown,
        key="doubtful_turn",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )


def _show_question(dataset: Dataset, found: Doubtful, image: int) -> None:
    label = int(dataset.train_labels[image])
    place = np.flatnonzero(found.images == image)
    name = class_name(label)
    shared.show_picture(
        png_file(thumbnail(ink_on_white(dataset.train_images[image]), EDGE)),
        alt=_("Training image {index}, labelled {name}").format(index=image, name=name),
        width=EDGE,
    )
    st.markdown(_("Image **{index:,}** is labelled **{name}**.").format(index=image, name=name))
    if st.session_state.doubtful_turn == BY_LOT:  # what the networks think would lead the judgement
        st.caption(_("Drawn by lot: what the networks take it for is not said before you judge."))
    else:
        words = _("The networks take it for **{likely}**, and give its label {share:.1%}.")
        likely, score = class_name(int(found.likely[place[0]])), float(found.scores[place[0]])
        st.markdown(words.format(likely=likely, share=1 - score))
    with st.container(horizontal=True, key="doubtful_judge"):
        for number, (judgement, words) in enumerate(WORDS.items(), start=1):
            st.button(
                _(words),
                key=f"doubtful_{image}_{number}",
                icon=ICONS[judgement],
                shortcut=str(number),
                on_click=_judge,
                args=(image, judgement),
            )
    if message := st.session_state.pop(_ERROR, None):
        st.error(str(message))


def _judge(image: int, judgement: str) -> None:
    dataset = shared.dataset()
    try:
        doubts.judgements(dataset).note(visitor.me().owner, image, judgement)
    except OSError:
        st.session_state[_ERROR] = _("Your judgement could not be kept: the disk is full or read-only.")


def _show_take_back(mine: Mapping[int, str]) -> None:
    st.button(
        _("Take the last judgement back"),
        key="doubtful_back",
        icon=":material/undo:",
        disabled=not mine,
        on_click=_take_back,
    )


def _take_back() -> None:
    dataset = shared.dataset()
    try:
        doubts.judgements(dataset).take_back(visitor.me().owner)
    except OSError:
        st.session_state[_ERROR] = _("Your judgement could not be kept: the disk is full or read-only.")


# ---- what follows from it


def _show_estimate(estimate: Estimate | None, images: int) -> None:
    st.markdown(_("**How many of the {images:,} labels are wrong?**").format(images=images))
    if estimate is None:
        st.markdown(
            _(
                "Judge images that are **drawn by lot**, by turns a doubtful one and any other: only they "
                "stand for all images. From your first two on, an estimate stands here."
            )
        )
        return
    words = _("About **{wrong:,.0f}** ({share:.1%}); with 95% certainty between {low:,.0f} and {high:,.0f}.")
    st.markdown(
        words.format(
            wrong=estimate.share * images,
            share=estimate.share,
            low=estimate.low * images,
            high=estimate.high * images,
        )
    )
    st.caption(
        n_(
            "It rests on {count} image drawn by lot that you judged right or wrong.",
            "It rests on {count} images drawn by lot that you judged right or wrong.",
            estimate.judged,
        ).format(count=estimate.judged)
    )


def _show_classes(dataset: Dataset, found: Doubtful, mine: Mapping[int, str]) -> None:
    doubted = np.bincount(found.given, minlength=CLASSES)
    judged = {judgement: np.zeros(CLASSES, int) for judgement in WORDS}
    for image, each in mine.items():
        if 0 <= image < len(dataset.train_labels):
            judged[each][dataset.train_labels[image]] += 1
    shared.show_table(
        {
            _("Label"): list(class_names()),
            _("Doubtful"): [f"{count:,}" for count in doubted],
            _("You: right"): [f"{count:,}" for count in judged[RIGHT]],
            _("You: wrong"): [f"{count:,}" for count in judged[WRONG]],
            _("You: cannot tell"): [f"{count:,}" for count in judged[CANNOT_TELL]],
        }
    )


def _show_everybody(dataset: Dataset, everybody: Mapping[int, Counter[str]]) -> None:
    several = {image: each for image, each in everybody.items() if each.total() > 1}
    split = {image: each for image, each in several.items() if each[RIGHT] and each[WRONG]}
    st.markdown(
        _(
            "All visitors together have judged {images:,} images, {several:,} of them more than once; about "
            "{split:,} of these they disagree."
        ).format(images=len(everybody), several=len(several), split=len(split))
    )
    if split:
        most = sorted(split, key=lambda image: -split[image].total())[:COLUMNS]
        rows = [
            _("image {index:,} ({name}): {right} right, {wrong} wrong").format(
                index=image,
                name=class_name(int(dataset.train_labels[image])),
                right=split[image][RIGHT],
                wrong=split[image][WRONG],
            )
            for image in most
            if 0 <= image < len(dataset.train_labels)
        ]
        st.caption(" · ".join(rows))
