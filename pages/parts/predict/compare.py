"""Several runs: one image judged by each, the images on which they disagree, how their matrices differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fmnist.data.class_words import class_names
from fmnist.evaluation.difference import in_words, paired
from fmnist.evaluation.scores import Evaluation, disagreements
from fmnist.evaluation.stories import part_at
from fmnist.evaluation.verdict import verdict
from fmnist.language import _
from fmnist.plots.tiles import count_difference
from fmnist.runs.moments import named
from fmnist.runs.store import Snapshot
from pages.parts.predict import address, one_image, run_choice, through_time
from pages.parts.shell import shared


@dataclass(frozen=True)
class Judged:
    """A run's title, safe as Markdown, and how it judges the test images."""

    title: str
    evaluation: Evaluation


def companions() -> list[Judged]:
    """The runs chosen beside the first, without those whose judgement is unknown; the page says which."""
    runs = [shared.store().snapshot(run_id) for run_id in st.session_state.compare]
    judged = [(_title_then(run), run_choice.evaluation_of(run)) for run in runs]
    return [Judged(title, evaluation) for title, evaluation in judged if evaluation is not None]


def _title_then(run: Snapshot) -> str:
    """A run's title, with a word on its moment if that is not the one that is shown of the first run."""
    title, epoch = run_choice.title_of(run), through_time.chosen()
    if epoch is None or through_time.is_kept(run, epoch):
        return title
    return _("{run} (its last epoch: that moment was not kept)").format(run=title)


def show_parting(run: Snapshot) -> None:
    """At which moment the run and the first of those beside it part, or why that is not known."""
    other = shared.store().snapshot(st.session_state.compare[0])
    told = [through_time.stories_of(each) for each in (run, other)]
    if None in told:
        words = _("When they part is not known: one of them has kept too few moments of its training.")
        through_time.show_no_stories([run, other], words)
        return
    parting = part_at(*told)
    if parting is None:
        words = _("At every moment that both have kept, **{first}** and **{second}** are about equally good.")
        st.markdown(words.format(first=run_choice.title_of(run), second=run_choice.title_of(other)))
        return
    epoch, one, two = parting
    words = _(
        "They begin to differ at epoch {epoch}: {one:.1%} and {two:.1%} of the test images are named "
        "correctly."
    )
    st.markdown(words.format(epoch=named(epoch), one=one, two=two))


def show_one_image(judged: list[Judged], index: int) -> None:
    """One test image judged by each of these runs, side by side."""
    with st.container(horizontal=True):
        for each in judged:
            with st.container(width=330, border=True):
                st.markdown(f"**{each.title}**")
                shared.show_picture(
                    one_image.bars(each.evaluation, index, shared.is_dark()),
                    alt=one_image.bars_in_words(each.evaluation, index),
                )
                st.markdown(one_image.marked(verdict(each.evaluation, index), each.evaluation.right[index]))


def choose_disagreements(first: Judged, second: Judged, found: np.ndarray) -> np.ndarray:
    """Those of the images found to which two runs give different classes, if the visitor wants only them."""
    differing = disagreements(first.evaluation, second.evaluation)
    words = _("Only the {count:,} images to which **{first}** and **{second}** give different classes")
    only = st.toggle(
        words.format(count=len(differing), first=first.title, second=second.title),
        key="disagree",
        persist_state="session",
        on_change=address.restart_pages,
    )
    return found[np.isin(found, differing)] if only else found


def show_whether_real(first: Judged, others: list[Judged]) -> None:
    """Whether a run is really better or worse than each of the others, or it may be chance."""
    for other in others:
        measured = paired(first.evaluation.right, other.evaluation.right)
        st.markdown(in_words(first.title, other.title, measured))


def show_difference(first: Judged, others: list[Judged]) -> None:
    """How the confusion matrix of one run differs from that of the first of the others."""
    second, count = others[0], len(others)
    st.subheader(_("How the two matrices differ"), anchor=False)
    words = _(
        "Images more (+) or fewer (−) that **{first}** puts into each cell than **{second}**: "
        "more is better on the diagonal, fewer elsewhere."
    )
    st.markdown(words.format(first=first.title, second=second.title))
    if count > 1:
        which = _("**{second}** is the first of the {count} runs compared with.")
        st.markdown(which.format(second=second.title, count=count))
    difference = first.evaluation.confusion - second.evaluation.confusion
    rows = {_("true ↓ predicted →"): list(class_names())}
    for label, name in enumerate(class_names()):
        rows[name] = [count_difference(count) for count in difference[:, label]]
    shared.show_table(rows)
