"""What the data set is: the tutorial's facts, its 25 images, the ten classes, how many images of each."""

from __future__ import annotations

import streamlit as st

from fmnist.data import statistics
from fmnist.data.class_words import class_name, meanings
from fmnist.data.facts import CLASS_NAMES
from fmnist.data.sources import Dataset
from fmnist.language import _
from fmnist.plots import figures
from pages.parts.shell import shared

CLASS_STYLE = """<style>
.classes { width: 100%; border-collapse: collapse; font-size: 0.875rem }
.classes td, .classes th { padding: 0.25rem 0.5rem; border-bottom: 1px solid rgb(128 128 128 / 0.3) }
.classes th { font-weight: 600; text-align: left }
.classes td:nth-child(n + 3) { width: 30%; white-space: nowrap }
.classes i { display: block; height: 0.5rem; margin-bottom: 0.125rem; background: var(--accent-0) }
.classes td:last-child i { background: var(--accent-1) }
.classes small { white-space: nowrap; opacity: 0.75 }
</style>"""


def show(dataset: Dataset) -> None:
    """Facts beside the first images, and the table of classes with bars for their numbers of images."""
    training, test = map(statistics.label_counts, (dataset.train_labels, dataset.test_labels))
    left, right = st.columns(2, gap="large")
    with left:
        _show_facts(dataset)
        _show_classes(training, test)
    with right:
        _show_first_images(dataset)


def _show_facts(dataset: Dataset) -> None:
    facts = statistics.tutorial_facts(
        dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels
    )
    for expression, result, sentence in facts:
        st.markdown(f"`{expression}` → `{result}`  \n{sentence}")


def _show_classes(training, test) -> None:
    st.subheader(_("The ten classes"), anchor=False)
    most = max(training.max(), test.max())
    rows = "".join(
        f"<tr><td>{label}<td>{name}{_count(training[label], most)}{_count(test[label], most)}"
        for label, name in enumerate(map(_named, CLASS_NAMES, meanings()))
    )
    titles = (_("label"), _("class name"), _("training images"), _("test images"))
    head = "<tr>" + "".join(f"<th>{title}" for title in titles)
    st.html(f"{CLASS_STYLE}<table class='classes'>{head}{rows}</table>")
    st.caption(statistics.balance(training))


def _named(name: str, meaning: str) -> str:
    """The name of a class, which is the same in all languages, and in another language what it means."""
    return name if meaning == name else f"{name} <small>{meaning}</small>"


def _count(images: int, most: int) -> str:
    """A cell with a number of images and a bar as long as it is large."""
    return f"<td><i style='width: {100 * images / most:.1f}%'></i>{images:,}"


def _show_first_images(dataset: Dataset) -> None:
    names = ", ".join(class_name(label) for label in dataset.train_labels[:25])
    shared.show_picture(
        _first_images(dataset.fingerprint, shared.is_dark(), dataset),
        alt=_("The first 25 training images in five rows, each with its class name: {names}").format(
            names=names
        ),
        caption=_("The first 25 training images and their class names"),
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def _first_images(fingerprint: str, dark: bool, _dataset: Dataset) -> bytes:
    return figures.to_png(figures.grid(_dataset.train_images[:25], _dataset.train_labels[:25], dark=dark))
