"""What the data set is: the tutorial's facts, its 25 images, the ten classes, how many images of each."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmnist import exploration, figures
from fmnist.charts import explore as charts
from fmnist.data import CLASS_NAMES, Dataset
from pages.parts import shared


def show(dataset: Dataset) -> None:
    """Facts and the table of classes beside the images and the chart of label counts."""
    training, test = map(exploration.label_counts, (dataset.train_labels, dataset.test_labels))
    left, right = st.columns(2, gap="large")
    with left:
        _show_facts(dataset)
        _show_classes(training, test)
    with right:
        _show_first_images(dataset)
        _show_counts(training, test)


def _show_facts(dataset: Dataset) -> None:
    facts = exploration.tutorial_facts(
        dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels
    )
    for expression, result, sentence in facts:
        st.markdown(f"`{expression}` → `{result}`  \n{sentence}")


def _show_classes(training, test) -> None:
    st.subheader("The ten classes", anchor=False)
    table = pd.DataFrame(
        {
            "label": range(10),
            "class name": CLASS_NAMES,
            "training images": [f"{count:,}" for count in training],
            "test images": [f"{count:,}" for count in test],
        }
    )
    st.table(table, border="horizontal", alt="The ten labels, their class names and numbers of images")
    st.caption(exploration.balance(training))


def _show_first_images(dataset: Dataset) -> None:
    names = ", ".join(CLASS_NAMES[label] for label in dataset.train_labels[:25])
    st.image(
        _first_images(dataset.fingerprint, shared.is_dark(), dataset),
        alt=f"The first 25 training images in five rows, each with its class name: {names}",
        caption="The first 25 training images and their class names",
    )


def _show_counts(training, test) -> None:
    shared.show_chart(
        charts.label_counts(training, test),
        key="explore_counts",
        alt="Bars: images of each class in the training and in the test set; the table has the numbers",
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def _first_images(fingerprint: str, dark: bool, _dataset: Dataset) -> bytes:
    return figures.to_png(figures.grid(_dataset.train_images[:25], _dataset.train_labels[:25], dark=dark))
