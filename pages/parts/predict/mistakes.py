"""The view `mistakes` of Predict: how many, which, how sure, and why."""

from __future__ import annotations

import streamlit as st

from fmnist.data.class_words import class_name
from fmnist.data.facts import HUMAN_ACCURACY
from fmnist.evaluation.scores import Evaluation, most_confused_pairs, per_class_scores, reliability, select
from fmnist.evaluation.verdict import believable
from fmnist.language import N_, _, in_a_row
from fmnist.lesson import predict_address as view_state
from fmnist.lesson.glossary import meaning
from fmnist.lesson.predict_address import CELLS
from fmnist.plots import tiles
from fmnist.plots.charts import predict as charts
from fmnist.runs.store import Snapshot
from pages.parts.predict import address, compare, gallery, life, run_choice, through_time
from pages.parts.predict import matrix as predict_matrix
from pages.parts.predict import pairs as predict_pairs
from pages.parts.predict import why as predict_why
from pages.parts.predict.compare import Judged
from pages.parts.shell import frame, shared

CELL_WORDS = {"counts": N_("Counts"), "shares": N_("Shares")}


def show(run: Snapshot) -> None:
    """Show the view for a run that has predictions."""
    evaluation = run_choice.evaluation_of(run)
    if evaluation is None:
        return
    companions = compare.companions()
    _begin_with_a_mistake(evaluation)
    _totals(evaluation, through_time.test_loss(run))
    matrix, images, why = frame.stage(6, 5, 5)
    with matrix:
        _matrix(evaluation)
        if companions:  # below the matrix, which is to lie on the first screen
            compare.show_whether_real(Judged(run_choice.title_of(run), evaluation), companions)
        _pairs(evaluation)
    with images:
        _images(run, evaluation)
    scores, certainty = frame.stage(1, 1)
    with scores, st.container(key="scores"):
        _scores(evaluation)
    with certainty:
        _certainty(evaluation)
    if companions:
        compare.show_parting(run)
        compare.show_difference(Judged(run_choice.title_of(run), evaluation), companions)
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
    words = _(
        "**{mistakes:,} mistakes** in {images:,} images: **{accuracy:.1%}** right "
        "(people without training: {people:.1%}). Test loss {loss:.3f}."
    )
    mistakes = int((~evaluation.right).sum())
    st.markdown(
        words.format(
            mistakes=mistakes, images=images, accuracy=evaluation.accuracy, people=HUMAN_ACCURACY, loss=loss
        ),
        help=in_a_row(meaning("accuracy"), meaning("loss")),
    )


@st.fragment  # a click in a fragment leaves the rest of the page alone
def _pairs(evaluation: Evaluation) -> None:
    with st.container(key="pairs"):
        st.markdown(_("**The ten most frequent mistakes**"))
        predict_pairs.show(most_confused_pairs(evaluation.confusion), address.choose_cell)


@st.fragment(key=address.MATRIX)
def _matrix(evaluation: Evaluation) -> None:
    address.send_values()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        words = _("Blue is right, red a mistake. **Click a cell.**")
        st.markdown(words, width="stretch")
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
def _images(run: Snapshot, evaluation: Evaluation) -> None:
    address.send_values()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover(_("Choose and order"), icon=":material/filter_alt:"):
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
    found = life.arranged(run, evaluation, wanted)
    chosen_anew = address.begins_with_first()
    if chosen_anew and len(found):
        address.choose_image(int(found[0]))
    words = _("{which}: **{count:,} of {images:,}**. Click one to see why.")
    if not len(found):
        words = _("{which}: **none** of {images:,} images.")
    words = words.format(which=_in_words(wanted), count=len(found), images=len(evaluation.labels))
    with st.container(key="images"):
        gallery.show(evaluation, found, words)
    if chosen_anew:
        shared.bring_into_view(".st-key-images")
    address.write()


def _in_words(wanted: view_state.Filter) -> str:
    words = [_("Mistakes") if wanted.outcome == "wrong" else _("Right answers")]
    if wanted.true_class is not None:
        words.append(_("true class {name}").format(name=class_name(wanted.true_class)))
    if wanted.predicted_class is not None:
        words.append(_("predicted {name}").format(name=class_name(wanted.predicted_class)))
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
            _("Class"): [class_name(score.label) for score in scores],
            _("Mistakes"): [part.format(count=score.mistakes, images=score.images) for score in scores],
            _("Precision"): [f"{score.precision:.1%}" for score in scores],
            _("Recall"): [f"{score.recall:.1%}" for score in scores],
            "F1": [f"{score.f1:.1%}" for score in scores],
        }
    )


def _certainty(evaluation: Evaluation) -> None:
    st.subheader(_("Can its confidence be believed?"), anchor=False)
    measured = reliability(evaluation.labels, evaluation.probabilities)
    st.markdown(believable(measured))
    shared.show_chart(charts.reliability_diagram(measured), alt=charts.reliability_in_words(measured))
