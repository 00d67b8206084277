"""Compare classes: average images, variation, pixel values, and the pairs that are hard to tell apart."""

from __future__ import annotations

import streamlit as st

from fmnist.data import statistics as exploration
from fmnist.data.class_words import class_name
from fmnist.data.facts import CLASS_NAMES
from fmnist.data.sources import Dataset
from fmnist.language import _
from fmnist.lesson.explore_address import ALL, class_or_all
from fmnist.plots import figures, thumbnails
from fmnist.plots.charts import explore as charts
from pages.parts.explore import inputs
from pages.parts.shell import shared

PAIRS = 4
HEIGHT = 420  # pixels that the pictures take, about
RANGE = 8  # pixel values in one bar of the histogram


def show(dataset: Dataset) -> None:
    """All comparisons, of the training images."""
    with shared.waiting(_("Averaging 60,000 images …"), HEIGHT):
        statistics = _statistics(dataset.fingerprint, dataset)
    left, right = st.columns(2, gap="large")
    with left:
        _show_means(dataset.fingerprint, statistics)
        _show_pairs(statistics)
    with right:
        _show_variation(statistics)
        _show_histogram(statistics)


@st.cache_resource(show_spinner=False, max_entries=2)
def _statistics(fingerprint: str, _dataset: Dataset) -> exploration.ClassStatistics:
    return exploration.class_statistics(_dataset.train_images, _dataset.train_labels)


@st.cache_resource(show_spinner=False, max_entries=4)
def _means(fingerprint: str, dark: bool, _statistics: exploration.ClassStatistics) -> bytes:
    return figures.to_png(figures.grid(_statistics.means, range(10), dark=dark))


def _show_means(fingerprint: str, statistics: exploration.ClassStatistics) -> None:
    st.subheader(_("The average image of each class"), anchor=False)
    shared.show_picture(
        _means(fingerprint, shared.is_dark(), statistics),
        alt=_("The average image of each of the ten classes: soft grey shapes, still easy to recognise"),
        caption=_(
            "Sharp parts are alike in all images of a class; soft grey parts differ from image to image."
        ),
        width="stretch",
    )


def _show_pairs(statistics: exploration.ClassStatistics) -> None:
    st.subheader(_("Pairs that look alike"), anchor=False)
    st.markdown(
        _(
            "These averages are the most similar, so a network will mostly confuse these classes: shirts are "
            "hard. Once you have trained one, look at its mistakes on the Predict page."
        )
    )
    for first, second, distance in statistics.closest_pairs(PAIRS):
        names = {"first": class_name(first), "second": class_name(second)}
        difference = _("**{first} and {second}**  \ndiffer by {distance:.0f} of 255 in a typical pixel")
        with st.container(horizontal=True, vertical_alignment="center"):
            shared.show_picture(
                thumbnails.strip_png(statistics.means[[first, second]], scale=3),
                alt=_("The average images of {first} and {second} side by side").format(**names),
            )
            st.markdown(difference.format(**names, distance=distance), width="content")


def _show_variation(statistics: exploration.ClassStatistics) -> None:
    st.subheader(_("How much a class varies"), anchor=False)
    shared.show_chart(
        charts.variation(statistics.variation),
        key="explore_variation",
        alt=_("Bars: how far a pixel typically is from the average of its class, most varied class on top"),
    )
    most, least = (
        class_name(label) for label in (statistics.variation.argmax(), statistics.variation.argmin())
    )
    st.caption(
        _("Images of the class {most} differ most from each other, those of {least} least.").format(
            most=most, least=least
        )
    )


def _show_histogram(statistics: exploration.ClassStatistics) -> None:
    st.subheader(_("Which pixel values occur"), anchor=False)
    name = inputs.choice(_("Class"), "histogram_class")
    counts = statistics.histogram
    if name != ALL:
        counts = counts[CLASS_NAMES.index(name)]
    background, shares = exploration.garment_values(counts, RANGE)
    shared.show_chart(
        charts.pixel_histogram(shares, RANGE),
        key="explore_histogram",
        alt=_("Histogram of the pixel values above 0 of {name}").format(name=class_or_all(name)),
    )
    st.caption(
        _("{background:.0%} of the pixels are 0, the background; the bars share out the others.").format(
            background=background
        )
    )
