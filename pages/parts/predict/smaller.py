"""The view `break` of Predict, the network made smaller: fewer bits for a weight, half of them set to 0."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from fmnist.language import _
from fmnist.networks.forms import BITS, FORMS, Form
from fmnist.plots.charts import smaller as charts
from fmnist.runs.store import Snapshot
from fmnist.workers.smaller import Smaller
from pages.parts.shell import frame, growing, shared

WHOLE = FORMS[0]
LITTLE = 0.01  # of the test images: what a smaller form may lose and still count as good


def show(run: Snapshot) -> None:
    """Show a table and a chart, which grow while the forms are measured, and then what they say."""
    st.markdown(
        _(
            "Each weight takes 32 bits. Round the weights to multiples of one step, so that fewer bits will "
            "do, or set the smallest half of each layer's weights to 0: how many test images does the "
            "network still name?"
        )
    )
    measured = _measuring(run.id, run.epochs_done, shared.dataset().fingerprint)
    words = _("Judging all test images with smaller networks: {share:.0%}")
    growing.show([measured], lambda: _draw(measured), words)


def _draw(measured: Smaller) -> None:
    accuracy, sizes = dict(measured.accuracy), dict(measured.bytes)
    table, chart = frame.stage(6, 7)
    with table:
        if measured.is_done:
            st.markdown(in_words(accuracy, sizes))
        shared.show_table(_table(accuracy, sizes))
        st.caption(
            _(
                "Biases and what normalises stay as they are. Where half is 0, one bit for each weight says "
                "which half it is in."
            )
        )
    with chart:
        shared.show_chart(
            charts.accuracy_over_size(accuracy, sizes), key="smaller", alt=charts.in_words(accuracy, sizes)
        )


def _table(accuracy: Mapping[Form, float], sizes: Mapping[Form, int]) -> dict[str, list[str]]:
    columns = {_("Bits of a weight"): [str(bits) for bits in BITS]}
    for halved, size, named in (
        (False, _("Size"), _("Named")),
        (True, _("Size, half 0"), _("Named, half 0")),
    ):
        forms = [Form(bits, halved) for bits in BITS]
        columns[size] = [_in_kilobytes(sizes[form]) if form in accuracy else "…" for form in forms]
        columns[named] = [f"{accuracy[form]:.1%}" if form in accuracy else "…" for form in forms]
    return columns


def in_words(accuracy: Mapping[Form, float], sizes: Mapping[Form, int]) -> str:
    """What is the least size that loses little, and which form loses the most. All forms are known."""
    whole = accuracy[WHOLE]
    good = [form for form in FORMS[1:] if accuracy[form] >= whole - LITTLE]
    if good:
        best = min(good, key=lambda form: sizes[form])
        words = _(
            "**{form} will do**: {size} instead of {whole_size}, {times:.1f} times less, and {share:.1%} of "
            "the test images are named correctly instead of {whole:.1%}."
        ).format(
            form=_form_in_words(best),
            size=_in_kilobytes(sizes[best]),
            whole_size=_in_kilobytes(sizes[WHOLE]),
            times=sizes[WHOLE] / sizes[best],
            share=accuracy[best],
            whole=whole,
        )
    else:
        words = _("No smaller form stays within a point of {whole:.1%}.").format(whole=whole)
    worst = min(FORMS, key=lambda form: accuracy[form])
    if whole - accuracy[worst] <= LITTLE:
        return words
    lost = _("The most is lost with {form}: {share:.1%} are left.")
    return f"{words} {lost.format(form=_form_in_words(worst), share=accuracy[worst])}"


def _form_in_words(form: Form) -> str:
    words = _("{bits} bits and half of the weights 0") if form.halved else _("{bits} bits")
    return words.format(bits=form.bits)


def _in_kilobytes(size: int) -> str:
    return f"{size / 1000:,.1f} kB"


@st.cache_resource(show_spinner=False, max_entries=16)
def _measuring(run_id: str, epochs_done: int, fingerprint: str) -> Smaller:
    # The arguments that are not read tell one state of the run and of the images from another.
    dataset = shared.dataset()
    return Smaller(shared.workers().judge, run_id, dataset.test_images, dataset.test_labels)
