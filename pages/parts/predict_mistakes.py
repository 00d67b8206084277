"""The view `mistakes` of Predict: how many, which, how sure, and why."""

from __future__ import annotations

import streamlit as st

from fmnist import tiles, view_state
from fmnist.charts import predict as charts
from fmnist.data import CLASS_NAMES
from fmnist.evaluation import (
    HUMAN_ACCURACY,
    Evaluation,
    most_confused_pairs,
    per_class_scores,
    reliability,
    select,
)
from fmnist.glossary import meaning
from fmnist.runs import Run
from fmnist.view_state import CELLS
from pages.parts import (
    predict_address,
    predict_compare,
    predict_gallery,
    predict_matrix,
    predict_runs,
    predict_why,
    shared,
)
from pages.parts.predict_compare import Judged


def show(run: Run) -> None:
    """Show the view for a run that has predictions."""
    evaluation = predict_runs.evaluation_of(run)
    if evaluation is None:
        return
    companions = predict_compare.companions()
    _begin_with_a_mistake(evaluation)
    _totals(evaluation, run.history[-1].test_loss if run.history else None)
    _matrix_part(evaluation)
    images, why = st.columns([7, 4], gap="large")
    with images:
        _images(evaluation)
    _scores(evaluation)
    _certainty(evaluation)
    for companion in companions[:1]:
        predict_compare.show_difference(Judged(predict_runs.title_of(run), evaluation), companion)
    with why:  # last, because the first look at a run takes seconds
        predict_why.show(run, evaluation)


def _begin_with_a_mistake(evaluation: Evaluation) -> None:
    """Explain the first of the mistakes shown, unless an image was chosen or the one at hand is a mistake."""
    if "test_index" in st.query_params or not evaluation.right[st.session_state.test_index]:
        return
    wanted = view_state.wanted_images(predict_address.values())
    found = select(evaluation, wanted)
    if wanted.outcome == "wrong" and len(found):
        predict_address.choose_image(int(found[0]))


def _totals(evaluation: Evaluation, loss: float | None) -> None:
    """The numbers above all. The loss is the one measured in training: stored probabilities are rounded."""
    loss = evaluation.loss if loss is None else loss
    images = len(evaluation.labels)
    with st.container(horizontal=True):
        st.metric(f"Mistakes in {images:,}", f"{int((~evaluation.right).sum()):,}", width=180)
        st.metric(
            "Test accuracy",
            f"{evaluation.accuracy:.4f}",
            f"{evaluation.accuracy - HUMAN_ACCURACY:+.3f} to people",
            help=meaning("accuracy"),
            width=180,
        )
        st.metric(
            "People, untrained",
            f"{HUMAN_ACCURACY}",
            width=180,
            help="People without fashion training named 835 of 1,000 test images as the shop did.",
        )
        st.metric("Test loss", f"{loss:.4f}", help=meaning("loss"), width=180)


@st.fragment(key=predict_address.MATRIX)
def _matrix_part(evaluation: Evaluation) -> None:
    st.subheader("Which class is taken for which?", anchor=False)
    matrix, pairs = st.columns([7, 4], gap="large")
    with matrix:
        _matrix(evaluation)
    with pairs:
        _pairs(evaluation)
    predict_address.write()


def _matrix(evaluation: Evaluation) -> None:
    st.markdown("Each row is a true class. Blue cells are right, red ones are mistakes. **Click a cell.**")
    st.segmented_control(
        "Numbers",
        CELLS,
        format_func=str.capitalize,
        key="cells",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    cells = tiles.matrix_cells(evaluation.confusion, st.session_state.cells == "shares")
    wanted = view_state.wanted_images(predict_address.values())
    one = None not in (wanted.true_class, wanted.predicted_class)
    chosen = (wanted.true_class, wanted.predicted_class) if one else None
    predict_matrix.show(cells, chosen, predict_address.choose_cell)


def _pairs(evaluation: Evaluation) -> None:
    st.markdown("**The ten most frequent mistakes**")
    with st.container(key="pairs", gap="xxsmall"):
        for place, pair in enumerate(most_confused_pairs(evaluation.confusion)):
            st.button(
                f"{CLASS_NAMES[pair.true]} taken for {CLASS_NAMES[pair.predicted]}: "
                f"{pair.count} ({pair.share:.0%})",
                key=f"pair_{place}",
                type="tertiary",
                on_click=predict_address.choose_cell,
                args=(pair.true, pair.predicted),
            )


@st.fragment(key=predict_address.IMAGES)
def _images(evaluation: Evaluation) -> None:
    st.subheader("The images", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        predict_gallery.choose_classes(predict_address.show_cell)
        predict_gallery.choose_order()
        st.button(
            "All mistakes",
            key="all_mistakes",
            icon=":material/filter_alt_off:",
            on_click=predict_address.choose_cell,
            args=(None, None),
        )
    wanted = view_state.wanted_images(predict_address.values())
    found = select(evaluation, wanted)
    st.markdown(
        f"{_in_words(wanted)}: **{len(found):,} of {len(evaluation.labels):,}** images. Click one to see why."
    )
    if wanted.order == "confidence" and wanted.outcome == "wrong":
        st.caption("Certain and wrong come first: a network can be wrong even when it is very confident.")
    predict_gallery.show(evaluation, found)
    predict_address.write()


def _in_words(wanted: view_state.Filter) -> str:
    outcome = "Mistakes" if wanted.outcome == "wrong" else "Right answers"
    true = "" if wanted.true_class is None else f", true class {CLASS_NAMES[wanted.true_class]}"
    predicted = "" if wanted.predicted_class is None else f", predicted {CLASS_NAMES[wanted.predicted_class]}"
    return f"{outcome}{true}{predicted}"


def _scores(evaluation: Evaluation) -> None:
    st.subheader("Each class", anchor=False)
    st.markdown(
        "**Precision**: of the images called so, the share that are. **Recall**: of the images that are so, "
        "the share called so. **F1** is the harmonic mean of both."
    )
    scores = per_class_scores(evaluation.confusion)
    with st.container(key="scores"):
        st.table(
            {
                "Class": [CLASS_NAMES[score.label] for score in scores],
                "Mistakes": [f"{score.mistakes} of {score.images:,}" for score in scores],
                "Precision": [f"{score.precision:.3f}" for score in scores],
                "Recall": [f"{score.recall:.3f}" for score in scores],
                "F1": [f"{score.f1:.3f}" for score in scores],
            },
        )


def _certainty(evaluation: Evaluation) -> None:
    st.subheader("Can its confidence be believed?", anchor=False)
    measured = reliability(evaluation.labels, evaluation.probabilities)
    surest = measured.bins[-1]
    wrong = round(surest.images * (1 - surest.accuracy))
    st.markdown(
        f"Of the **{surest.images:,}** images judged with more than {surest.low:.0%} confidence, "
        f"**{wrong:,}** are wrong ({1 - surest.accuracy:.1%}): being sure is not being right. If confidence "
        "could be believed, the bars would reach the dashed line. The mean gap, weighted by images, is the "
        f"expected calibration error: **{measured.expected_calibration_error:.3f}**."
    )
    shared.show_chart(
        charts.reliability_diagram(measured), alt=charts.reliability_in_words(measured), width=520
    )
