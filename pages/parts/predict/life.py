"""Life stories on the page: one image's line of moments, and the lists of what was learned when."""

from __future__ import annotations

from html import escape
from itertools import groupby

import numpy as np
import streamlit as st

from fmnist.data.class_words import name_shown
from fmnist.data.facts import CLASS_NAMES
from fmnist.evaluation.scores import Evaluation, Filter, select
from fmnist.evaluation.stories import KINDS, ORDERS, Stories
from fmnist.language import N_, _, in_a_row, n_
from fmnist.lesson.predict_address import ANY
from fmnist.plots.tiles import percent
from fmnist.runs import moments
from fmnist.runs.store import Snapshot
from pages.parts.predict import address, through_time

KIND_WORDS = {
    "at-once": N_("Learned at once"),
    "late": N_("Learned late"),
    "forgotten": N_("Forgotten"),
    "never": N_("Never learned"),
}
MEANINGS = {
    "at-once": N_("right from the first epoch on"),
    "late": N_("right for good only after the first epoch"),
    "forgotten": N_("right at some moment, wrong at the last"),
    "never": N_("wrong at every moment"),
}
MOST_CLASSES = 3  # named beside a list
STYLE = """<style>
.life {display: flex; max-width: 640px; font-size: .75rem; line-height: 1.6; gap: .125rem}
.life span {min-width: 3px; padding: 0 .25rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis;
  border-radius: 3px; flex: 1 1 0}
.life .right {background: color-mix(in srgb, var(--right-ground) 45%, transparent)}
.life .wrong {background: color-mix(in srgb, var(--wrong-ground) 45%, transparent)}
</style>"""


def show_story(run: Snapshot, index: int) -> None:
    """One image's story: a line of moments, blue where it was right, and the same in a sentence."""
    told = through_time.stories_of(run)
    if told is None:
        words = _("Its life story is not known: this run has kept too few moments of its training.")
        through_time.show_no_stories([run], words)
        return
    with st.container(key="life_story", gap="xsmall"):
        st.html(STYLE + _line(told, index))
        st.caption(in_words(told, index))


def _line(told: Stories, index: int) -> str:
    epochs = [_("Epoch {epoch}").format(epoch=moments.named(each)) for each in told.epochs]
    seen = list(zip(epochs, told.predicted[:, index].tolist(), strict=True))
    spans = []
    for label, group in groupby(seen, key=lambda each: each[1]):
        whole = [epoch for epoch, _label in group]
        kind = "right" if label == told.labels[index] else "wrong"
        name = name_shown(CLASS_NAMES[label])
        when = whole[0] if len(whole) == 1 else f"{whole[0]} – {whole[-1]}"
        title = escape(f"{when}: {name}")
        spans.append(
            f'<span class="{kind}" style="flex-grow: {len(whole)}" title="{title}">{escape(name)}</span>'
        )
    label = escape(_("What the image was taken for, from the start of the training to its end"))
    return f'<div class="life" role="img" aria-label="{label}">{"".join(spans)}</div>'


def in_words(told: Stories, index: int) -> str:
    """An image's story as a sentence or two, in the visitor's language."""
    first, learned, end = told.first_right[index], told.learned[index], len(told.epochs)
    if first == end:
        words = [_("Wrong at every kept moment.")]
    else:
        words = [_("First right at epoch {epoch}.").format(epoch=moments.named(told.epochs[first]))]
        if learned == end:
            words.append(_("Wrong at the end."))
        elif learned == first:
            words.append(_("Right ever since."))
        else:
            for_good = _("Right for good from epoch {epoch} on.")
            words.append(for_good.format(epoch=moments.named(told.epochs[learned])))
    changes, forgotten = int(told.changes[index]), int(told.forgotten[index])
    if changes:
        changed = n_("Changed its class once.", "Changed its class {count} times.", changes)
        words.append(changed.format(count=changes))
    if forgotten:
        lost = n_("Forgotten once.", "Forgotten {count} times.", forgotten)
        words.append(lost.format(count=forgotten))
    return in_a_row(*words)


def arranged(run: Snapshot, evaluation: Evaluation, wanted: Filter) -> np.ndarray:
    """The images that pass a filter, of the list that is chosen, in its order, those of stories included."""
    kind = st.session_state.story
    if kind == ANY and wanted.order not in ORDERS:
        return select(evaluation, wanted)
    told = through_time.stories_of(run)
    found = select(evaluation, wanted)
    if told is None:
        words = _("This run has kept too few moments of its training for lists and orders by life story.")
        through_time.show_no_stories([run], words)
        return found
    return told.arranged(found, None if kind == ANY else kind, wanted.order)


def choose_list() -> None:
    """Which list the gallery shows."""
    st.selectbox(
        _("Life story"),
        (ANY, *KINDS),
        format_func=lambda kind: _("any") if kind == ANY else _(KIND_WORDS[kind]),
        key="story",
        persist_state="session",
        on_change=address.restart_pages,
        width=200,
    )


def show_lists(run: Snapshot) -> None:
    """How many images each list holds, with ways to them and to the classes that it concerns most."""
    told = through_time.stories_of(run)
    if told is None:
        return
    images = len(told.labels)
    with st.container(key="stories", gap="xsmall"):
        st.subheader(_("When it learned which image"), anchor=False)
        for column, kind in enumerate(KINDS):
            count = int(told.table[:, column].sum())
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                words = _("**{list}**, {meaning}: {count:,} ({share})")
                st.markdown(
                    words.format(
                        list=_(KIND_WORDS[kind]),
                        meaning=_(MEANINGS[kind]),
                        count=count,
                        share=percent(count / images) if count else "0%",
                    ),
                    width=470,
                )
                if not count:
                    continue
                _link(kind, None, _("All"))
                for label in np.argsort(-told.table[:, column], kind="stable")[:MOST_CLASSES]:
                    if of_class := int(told.table[label, column]):
                        _link(kind, int(label), f"{name_shown(CLASS_NAMES[label])} {of_class:,}")


def _link(kind: str, label: int | None, words: str) -> None:
    place = "all" if label is None else label
    key = f"story_{kind}_{place}"
    st.button(words, key=key, on_click=_show_list, args=(kind, label))


def _show_list(kind: str, label: int | None) -> None:
    st.session_state.update(
        story=kind,
        outcome="all",
        confidence=(0, 100),
        true_class=ANY if label is None else CLASS_NAMES[label],
        predicted_class=ANY,
    )
    address.restart_pages()
