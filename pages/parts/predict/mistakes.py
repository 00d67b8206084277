"""The view `mistakes` of Predict: how many, which, how sure, and why."""

from __future__ import annotations

import streamlit as st

from fmnist.data.facts import CLASS_NAMES, HUMAN_ACCURACY
from fmnist.evaluation.scores import Evaluation, most_confused_pairs, per_class_scores, reliability, select
from fmnist.language import N_, _
from fmnist.lesson import predict_address as view_state
from fmnist.lesson.glossary import meaning
from fmnist.lesson.predict_address import CELLS
from fmnist.plots import tiles
from fmnist.plots.charts import predict as charts
from fmnist.runs.store import Snapshot
from pages.parts.predict import address, compare, gallery, run_choice
from pages.parts.predict import matrix as predict_matrix
from pages.parts.predict import pairs as predict_pairs
from pages.parts.predict import why as predict_why
from pages.parts.predict.compare import Judged
from pages.parts.shell import shared

CELL_WORDS = {"counts": N_("Counts"), "shares": N_("Shares")}


def show(run: Snapshot) -> None:
    """Show the view for a run that has predictions."""
    evaluation = run_choice.evaluation_of(run)
    if evaluation is None:
        return
    companions = compare.companions()
    _begin_with_a_mistake(evaluation)
    _totals(evaluation, run.history[-1].test_loss if run.history else None)
    _which_for_which(evaluation)
    images, why = st.columns([7, 4], gap="large")
    with images:
        _images(evaluation)
    with st.container(key="scores"):
        _scores(evaluation)
    _certainty(evaluation)
    for companion in companions[:1]:
        compare.show_difference(Judged(run_choice.title_of(run), evaluation), companion)
    with why:  # last, because the first look at a run takes seconds
        predict_why.show(run, evaluation)


def _begin_with_a_mistake(evaluation: Evaluation) -> None:
    """Explain the first of the mistakes shown, unless an image was chosen or the one at hand is a mistake."""
    if "test_index" in st.query_params or not evaluation.right[st.session_state.test_index]:
        return
    wanted = view_state.wanted_images(address.values())
    found = select(evaluation, wanted)
    if wanted.outcome == "wrong" and len(found):
        address.choose_image(int(found[0]))


def _totals(evaluation: Evaluation, loss: float | None) -> None:
    """The numbers above all. The loss is the one measured in training: stored probabilities are rounded."""
    loss = evaluation.loss if loss is None else loss
    images = len(evaluation.labels)
    with st.container(horizontal=True):
        mistakes = int((~evaluation.right).sum())
        st.metric(_("Mistakes in {images:,}").format(images=images), f"{mistakes:,}", width=180)
        difference = _("{difference:+.3f} vs people")  # the sign comes first, for it is what colours it
        st.metric(
            _("Test accuracy"),
            f"{evaluation.accuracy:.4f}",
            difference.format(difference=evaluation.accuracy - HUMAN_ACCURACY),
            help=meaning("accuracy"),
            width=180,
        )
        st.metric(
            _("People, untrained"),
            f"{HUMAN_ACCURACY}",
            width=180,
            help=_("People without fashion training named 835 of 1,000 test images as the shop did."),
        )
        st.metric(_("Test loss"), f"{loss:.4f}", help=meaning("loss"), width=180)


def _which_for_which(evaluation: Evaluation) -> None:
    st.subheader(_("Which class is taken for which?"), anchor=False)
    matrix, pairs = st.columns([7, 4], gap="large")
    with matrix:
        _matrix(evaluation)
    with pairs:
        _pairs(evaluation)


@st.fragment  # a click in a fragment leaves the rest of the page alone
def _pairs(evaluation: Evaluation) -> None:
    with st.container(key="pairs"):
        st.markdown(_("**The ten most frequent mistakes**"))
        predict_pairs.show(most_confused_pairs(evaluation.confusion), address.choose_cell)


@st.fragment(key=address.MATRIX)
def _matrix(evaluation: Evaluation) -> None:
    address.send_values()
    words = _("Each row is a true class. Blue cells are right, red ones are mistakes. **Click a cell.**")
    st.markdown(words)
    st.segmented_control(
        _("Numbers"),
        CELLS,
        format_func=lambda name: _(CELL_WORDS[name]),
        key="cells",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    cells = tiles.matrix_cells(evaluation.confusion, st.session_state.cells == "shares")
    wanted = view_state.wanted_images(address.values())
    one = None not in (wanted.true_class, wanted.predicted_class)
    chosen = (wanted.true_class, wanted.predicted_class) if one else None
    predict_matrix.show(cells, chosen, address.choose_cell)
    address.write()


@st.fragment(key=address.IMAGES)
def _images(evaluation: Evaluation) -> None:
    address.send_values()
    st.subheader(_("The images"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        gallery.choose_classes(address.show_cell)
        gallery.choose_order()
        st.button(
            _("All mistakes"),
            key="all_mistakes",
            icon=":material/filter_alt_off:",
            on_click=address.choose_cell,
            args=(None, None),
        )
    wanted = view_state.wanted_images(address.values())
    found = select(evaluation, wanted)
    if address.begins_with_first() and len(found):
        address.choose_image(int(found[0]))
    words = _("{which}: **{count:,} of {images:,}** images. Click one to see why.")
    if not len(found):
        words = _("{which}: **none** of {images:,} images.")
    st.markdown(words.format(which=_in_words(wanted), count=len(found), images=len(evaluation.labels)))
    if len(found) > 1 and wanted.order == "confidence" and wanted.outcome == "wrong":
        st.caption(_("Certain and wrong come first: a network can be wrong even when it is very confident."))
    if len(found):
        gallery.show(evaluation, found)
    address.write()


def _in_words(wanted: view_state.Filter) -> str:
    words = [_("Mistakes") if wanted.outcome == "wrong" else _("Right answers")]
    if wanted.true_class is not None:
        words.append(_("true class {name}").format(name=CLASS_NAMES[wanted.true_class]))
    if wanted.predicted_class is not None:
        words.append(_("predicted {name}").format(name=CLASS_NAMES[wanted.predicted_class]))
    return _(", ").join(words)


def _scores(evaluation: Evaluation) -> None:
    st.subheader(_("Each class"), anchor=False)
    st.markdown(
        _(
            "**Precision**: of the images called so, the share that are. **Recall**: of the images that are "
            "so, the share called so. **F1** is the harmonic mean of both."
        )
    )
    part = _("{count} of {images:,}")
    scores = per_class_scores(evaluation.confusion)
    shared.show_table(
        {
            _("Class"): [CLASS_NAMES[score.label] for score in scores],
            _("Mistakes"): [part.format(count=score.mistakes, images=score.images) for score in scores],
            _("Precision"): [f"{score.precision:.3f}" for score in scores],
            _("Recall"): [f"{score.recall:.3f}" for score in scores],
            "F1": [f"{score.f1:.3f}" for score in scores],
        }
    )


def _certainty(evaluation: Evaluation) -> None:
    st.subheader(_("Can its confidence be believed?"), anchor=False)
    measured = reliability(evaluation.labels, evaluation.probabilities)
    surest = measured.bins[-1]
    wrong = round(surest.images * (1 - surest.accuracy))
    words = _(
        "Of the **{images:,}** images judged with more than {low:.0%} confidence, "
        "**{wrong:,}** are wrong ({share:.1%}): being sure is not being right. If confidence "
        "could be believed, the bars would reach the dashed line. The mean gap, weighted by images, is the "
        "expected calibration error: **{error:.3f}**."
    )
    st.markdown(
        words.format(
            images=surest.images,
            low=surest.low,
            wrong=wrong,
            share=1 - surest.accuracy,
            error=measured.expected_calibration_error,
        )
    )
    shared.show_chart(
        charts.reliability_diagram(measured), alt=charts.reliability_in_words(measured), width=520
    )
