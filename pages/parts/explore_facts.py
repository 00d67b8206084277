"""What the data set is: the tutorial's facts, its 25 images, the ten classes, how many images of each."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmnist import exploration, figures
from fmnist.charts import explore as charts
from fmnist.data import CLASS_NAMES, Dataset
from pages.parts import shared


def show(dataset: Dataset) -> None:
    """Facts beside images, classes below."""
    left, right = st.columns(2, gap="large")
    with left:
        _show_facts(dataset)
    with right:
        st.image(
            _first_images(dataset.fingerprint, shared.is_dark(), dataset),
            alt="The first 25 training images in five rows, dark on white, each with its class name: "
            + ", ".join(CLASS_NAMES[label] for label in dataset.train_labels[:25]),
            caption="The first 25 training images and their class names.",
            width=520,
        )
    _show_classes(dataset)


def _show_facts(dataset: Dataset) -> None:
    facts = exploration.tutorial_facts(
        dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels
    )
    for expression, result, sentence in facts:
        st.markdown(f"`{expression}` → `{result}`  \n{sentence}")


def _show_classes(dataset: Dataset) -> None:
    st.subheader("The ten classes", anchor=False)
    training, test = map(exploration.label_counts, (dataset.train_labels, dataset.test_labels))
    table = pd.DataFrame(
        {
            "label": range(10),
            "class name": CLASS_NAMES,
            "training images": [f"{count:,}" for count in training],
            "test images": [f"{count:,}" for count in test],
        }
    )
    left, right = st.columns(2, gap="large")
    left.table(table, border="horizontal", alt="The ten labels, their class names and numbers of images")
    right.altair_chart(
        charts.label_counts(training, test),
        key="explore_counts",
        alt="Bars: images of each class in the training and in the test set; the table has the numbers",
    )
    right.caption(exploration.balance(training))


@st.cache_resource(show_spinner=False, max_entries=8)
def _first_images(fingerprint: str, dark: bool, _dataset: Dataset) -> bytes:
    return figures.to_png(figures.grid(_dataset.train_images[:25], _dataset.train_labels[:25], dark=dark))
