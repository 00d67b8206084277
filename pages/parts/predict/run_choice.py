"""Which run judges, and which others beside it; what to do while there is none."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist import language
from fmnist.evaluation import run_predictions
from fmnist.evaluation.scores import Evaluation
from fmnist.language import _
from fmnist.lesson import experiments, glossary, run_text
from fmnist.lesson.predict_address import MOST_COMPARED
from fmnist.networks.config import RunConfig
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import RunChanged, RunError, Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.predict import through_time
from pages.parts.shell import shared, visitor

MOST_OFFERED = 200  # runs in the list to choose from: a browser is slow with more
_REASON = "run_reason"  # which run the page has chosen, and why
REFRESH = 0.5  # seconds between two looks at a run that has no predictions yet


def choose(head: DeltaGenerator, comparing: bool, waiting: bool) -> Snapshot | None:
    """The widgets for the run and, where it is `comparing`, its companions; None while no run can judge.

    They go into the page's `head`, what is to be said about them below it. Where the page is `waiting` for
    a run that has been asked for and has no predictions yet, the run is given as it is: see `wait_for`.
    """
    summaries = shared.store().list()
    asked = st.session_state.run
    usable = _offered(summaries, [asked, *st.session_state.compare])
    to_come = next((each for each in summaries if each.id == asked and each.state in ACTIVE), None)
    if waiting and to_come and asked not in usable:
        with head:
            _choose_run({asked: to_come} | usable)
        return to_come
    if asked not in usable:
        _choose_another(asked, summaries, usable)
    if not usable:
        return None
    with head:
        chosen = _choose_run(usable)
        if comparing:
            _choose_companions(usable, chosen, summaries)
        if why := _why_this_one(chosen):
            st.caption(why, width="content")
    if through_time.chosen() is None and (words := run_predictions.stands_at(usable[chosen])):
        st.caption(words)
    return usable[chosen]


def _choose_another(asked: str, summaries: list[Snapshot], usable: dict[str, Snapshot]) -> None:
    """Choose a run where none is asked for, or one that cannot judge."""
    runs = list(usable.values())
    chosen, why = experiments.to_judge(runs, visitor.is_mine) if runs else (None, "")
    if asked:
        _say_why_not(asked, summaries, chosen)
    if chosen:
        st.session_state.run = chosen.id
        st.session_state[_REASON] = (chosen.id, "" if asked else why)


def _why_this_one(run_id: str) -> str:
    """The sentence for a run that the page has chosen, "" once the visitor has chosen another."""
    chosen, why = st.session_state.get(_REASON, ("", ""))
    return _(why) if why and run_id == chosen else ""


def _offered(summaries: list[Snapshot], asked: list[str]) -> dict[str, Snapshot]:
    """The runs that can judge, by id: the newest, and those asked for however old they are."""
    usable = [summary for summary in summaries if summary.has_predictions]
    older = [summary for summary in usable[MOST_OFFERED:] if summary.id in asked]
    return {summary.id: summary for summary in [*usable[:MOST_OFFERED], *older]}


def _say_why_not(asked: str, summaries: list[Snapshot], instead: Snapshot | None) -> None:
    """Why the run asked for is not shown, and which one is."""
    why = run_predictions.why_not(asked, shared.store(), summaries)
    title = next((run_text.title(each.name, each.config) for each in summaries if each.id == asked), "")
    parts = [f"{shared.plain(title)}:" if title else "", shared.plain(why)]
    if instead:
        parts.append(_("Shown here instead: {run}.").format(run=f"**{shared.plain(_title(instead))}**"))
    st.warning(language.in_a_row(*parts), icon=":material/info:")


def _choose_run(usable: dict[str, Snapshot]) -> str:
    return st.selectbox(
        _("Run"),
        list(usable),
        format_func=lambda run_id: _title(usable[run_id]) if run_id in usable else run_id,
        key="run",
        persist_state="session",
        label_visibility="collapsed",
        width="stretch",
    )


def _choose_companions(usable: dict[str, Snapshot], chosen: str, summaries: list[Snapshot]) -> None:
    others = [run_id for run_id in usable if run_id != chosen]
    asked = st.session_state.compare
    for unknown in [run_id for run_id in asked if run_id not in usable]:
        why = run_predictions.why_not(unknown, shared.store(), summaries)
        st.warning(shared.plain(why), icon=":material/info:")
    st.session_state.compare = [run_id for run_id in asked if run_id in others][:MOST_COMPARED]
    if not others:
        return
    chosen_ones = len(st.session_state.compare)
    label = _("Compare ({count})").format(count=chosen_ones) if chosen_ones else _("Compare")
    with st.popover(label, icon=":material/compare_arrows:"):
        st.multiselect(
            _("Compare with"),
            others,
            format_func=lambda run_id: _title(usable[run_id]) if run_id in usable else run_id,
            key="compare",
            persist_state="session",
            max_selections=MOST_COMPARED,
            placeholder=_("Up to three other runs"),
            width=420,
        )
        for run_id in st.session_state.compare:  # its tag may be too short for the name
            st.caption(shared.plain(_title(usable[run_id])))


def _title(summary: Snapshot) -> str:
    parts = [run_text.title(summary.name, summary.config)]
    if summary.state in ACTIVE:
        parts.append(_(run_text.STATE_WORDS[summary.state]))
    if summary.test_accuracy is not None:
        parts.append(_("{accuracy:.1%} right").format(accuracy=summary.test_accuracy))
    if visitor.rules().shared and visitor.is_mine(summary):
        parts.append(_("yours"))
    parts.append(summary.created.astimezone().strftime(_("%d %b %H:%M")))
    return " · ".join(parts)


def title_of(run: Snapshot) -> str:
    """What to call a run in a heading, safe to show as Markdown."""
    return shared.plain(run_text.title(run.name, run.config))


def evaluation_of(run: Snapshot) -> Evaluation | None:
    """How a run judges the test images; None after a sentence on the page about why that is unknown."""
    dataset, epoch = shared.dataset(), through_time.chosen()
    try:
        if epoch is not None and through_time.is_kept(run, epoch):
            return through_time.evaluation(run, epoch)
        evaluation = _evaluation(run.id, run.epochs_done, dataset.fingerprint, run)
    except RunChanged:
        st.rerun()  # the page begins anew with what the run is now
    except (ValueError, WorkerError, RunError) as error:
        st.warning(str(error), icon=":material/error:")
        return None
    if words := run_predictions.foreign_images(run, dataset):
        st.warning(words, icon=":material/info:")
    return evaluation


def known(run: Snapshot | None) -> tuple[str, glossary.Numbers]:
    """The title and the numbers of a run, for the list of words; nothing where they cannot be read."""
    try:
        if run is None:
            return "", {}
        evaluation = _evaluation(run.id, run.epochs_done, shared.dataset().fingerprint, run)
        return title_of(run), glossary.numbers(run.settings, run.history, evaluation)
    except (ValueError, WorkerError, RunError):
        return "", {}


@st.cache_resource(max_entries=16, show_spinner=False)
def _evaluation(run_id: str, epochs_done: int, fingerprint: str, _run: Snapshot) -> Evaluation:
    # The three arguments that are not read tell one state of the run and of the images from another.
    return run_predictions.evaluation(_run, shared.dataset(), shared.workers().judge)


def offer_training() -> None:
    """Say that no run can judge yet and offer to train the tutorial's; or show the one that trains."""
    active = [summary for summary in shared.store().list() if summary.state in ACTIVE]
    if active:
        _watch(active[-1].id)
        return
    with st.container(border=True):
        st.subheader(_("No trained network yet"), anchor=False)
        st.markdown(
            _(
                "Predictions need a network that has learned from the training images. The tutorial's needs "
                "a few seconds, and then names about 87 of 100 test images correctly."
            )
        )
        st.button(
            _("Train the tutorial network"),
            key="train_tutorial",
            type="primary",
            icon=":material/model_training:",
            on_click=_train_tutorial,
        )
    if message := st.session_state.pop("train_error", None):
        st.error(str(message))


def wait_for(run: Snapshot) -> None:
    """Say that a run which has been asked for still trains, and show how far it is."""
    with st.container(border=True):
        words = _("{run} is still training").format(run=title_of(run))
        st.subheader(words, anchor=False)
        _watch(run.id)


def _train_tutorial() -> None:
    try:
        st.session_state.watched = visitor.actions().start(RunConfig())
    except (WorkerError, RunError) as error:
        st.session_state.train_error = error.sentence


@st.fragment(run_every=REFRESH)
def _watch(run_id: str) -> None:
    """How far a run is; the whole page follows once there is something to show."""
    try:
        run = shared.store().snapshot(run_id)
    except RunError:  # deleted meanwhile
        st.rerun()
    if run.has_predictions or run.state not in ACTIVE:
        st.rerun()
    words = shared.plain(run.progress.message) or run_text.progress_line(run.progress, run.history)
    st.progress(run_text.share_done(run.progress), words)
    st.caption(_("The predictions appear here after the first epoch."))
    label = _("Watch it learn on the Train page")
    st.page_link(shared.TRAIN, label=label, icon=":material/show_chart:")
