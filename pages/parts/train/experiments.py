"""Guided experiments on Train: a question, a guess, one click, and the answer once the runs are finished."""

from __future__ import annotations

import math
from dataclasses import replace

import streamlit as st

from fmnist.evaluation import difference
from fmnist.evaluation.doubtful import Estimate
from fmnist.evaluation.rate_range import RateRange, curve, rate_range
from fmnist.evaluation.run_predictions import foreign_images, named_rightly
from fmnist.evaluation.stories import learned_first
from fmnist.language import N_, _, in_a_row, n_
from fmnist.lesson import experiments, run_text
from fmnist.lesson.experiments import EXPERIMENTS, Answer, Arm, Experiment, Measured
from fmnist.lesson.explore_address import BY_LOT, DOUBTFUL
from fmnist.lesson.train_address import LEFT_OUT, NETWORKS_DOUBT, WRONG_LABELS
from fmnist.networks.config import RunConfig
from fmnist.networks.shipped import SKETCH_READY
from fmnist.plots.charts import train as charts
from fmnist.runs.store import Progress, RunError, Snapshot
from fmnist.workers.in_parts import InParts, Once
from fmnist.workers.queue import WorkerError
from fmnist.workers.robustness import Place, Robustness
from pages.parts.shell import doubts, frame, growing, path, shared, visitor
from pages.parts.train import address, wrong_labels
from pages.parts.train import runs as train_runs

REFRESH = 1.0  # seconds between two looks at the runs of an experiment that go on
FIGURE = 170  # pixels: the width of a number
SECTION, CHOSEN = "experiments", "experiment"
_ERROR = "experiment_error"
_SEARCHING = "experiment_searching"  # which experiment waits for a search, and what was guessed


def show(summaries: list[Snapshot]) -> None:
    """The section: which experiments there are, and the chosen one; `summaries` are all runs."""
    st.divider()
    with st.container(key=SECTION):
        st.subheader(_("Guided experiments"), anchor=SECTION)
        st.caption(_("A question, your guess, one click, and then the answer, in numbers of your own runs."))
        is_new = address.experiment.read()
        st.pills(
            _("Experiment"),
            list(EXPERIMENTS),
            format_func=lambda key: _(EXPERIMENTS[key].title),
            key=CHOSEN,
            persist_state="session",
            on_change=_forget_error,
            label_visibility="collapsed",
            wrap=True,
        )
        arrived = CHOSEN in st.query_params and (is_new or path.has_just_opened())
        address.experiment.write()
        if chosen := st.session_state[CHOSEN]:
            with st.container(border=True, key="experiment_card"):
                _show_experiment(EXPERIMENTS[chosen], summaries)
    if arrived:
        shared.scroll_to(f".st-key-{SECTION}")


def _forget_error() -> None:
    st.session_state[_ERROR] = ""


# ---- one experiment


def _show_experiment(experiment: Experiment, summaries: list[Snapshot]) -> None:
    found = _runs_of(experiment, summaries)
    st.markdown(f"**{_(experiment.question)}**")
    if _waits_for_search(experiment):
        st.fragment(_show_search, run_every=REFRESH)()
        return
    if any(found) and not all(map(experiments.is_done, found)):
        _show_progress(experiment, found)
        return
    words, curves = frame.stage(4, 7)
    with words:
        if any(found):
            _show_guess_and_answer(experiment, found)
        else:
            _ask(experiment)
        _show_error()
    with curves:
        _show_curves(experiment, found)


def _show_error() -> None:
    if message := st.session_state.get(_ERROR):  # it stays until the next click
        st.error(str(message))


def _runs_of(experiment: Experiment, summaries: list[Snapshot]) -> list[Snapshot | None]:
    return experiments.runs_of(experiment, summaries, visitor.is_mine, shared.dataset().is_real)


def _ask(experiment: Experiment) -> None:
    st.radio(_("Your guess"), experiment.options, index=None, format_func=_, key=_guess_key(experiment))
    _start_button(experiment, experiment.arms, _("Run the experiment"))


def _guess_key(experiment: Experiment) -> str:
    return f"guess_{experiment.key}"


def _start_button(
    experiment: Experiment, arms: list[Arm], label: str, guessed_before: str | None = None
) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            label,
            key="start_experiment",
            type="primary",
            icon=":material/science:",
            on_click=_start,
            args=(experiment, guessed_before),
        )
        about = n_(
            "{runs} run. Training takes about {time} on two free cores. This also fills in the form above.",
            "{runs} runs, one after the other. Training takes about {time} on two free cores. "
            "This also fills in the form above.",
            len(arms),
        )
        time = run_text.duration(experiments.seconds(arms))
        words = about.format(runs=len(arms), time=time)
        if experiment.asks_about_labels and doubts.status(shared.dataset()).probabilities is None:
            words = in_a_row(words, _("The search before them takes up to half a minute, and is kept."))
        st.caption(words, width="stretch")


def _start(experiment: Experiment, guessed_before: str | None) -> None:
    """Start the runs that are missing, or first the search that they need: after a double click none is.

    The guess is read here: one that was clicked a moment before the button came after the page was drawn.
    """
    guess = guessed_before or st.session_state.get(_guess_key(experiment))
    st.session_state[_ERROR] = ""
    if experiment.asks_about_labels and doubts.status(shared.dataset()).probabilities is None:
        _search(experiment, guess)
    else:
        _start_runs(experiment, guess)


def _search(experiment: Experiment, guess: str | None) -> None:
    try:
        shared.workers().detective.start(RunConfig(), shared.dataset())
        st.session_state[_SEARCHING] = (experiment.key, guess)
    except WorkerError as error:
        st.session_state[_ERROR] = error.sentence


def go_on() -> None:
    """Start the runs of an experiment whose search is over. Before any widget: this fills in the form."""
    key, guess = st.session_state.get(_SEARCHING, ("", None))
    if not key:
        return
    status = doubts.status(shared.dataset())
    if status.is_running:
        return
    del st.session_state[_SEARCHING]
    if status.probabilities is None:
        st.session_state[_ERROR] = status.problem or _("The search ended before it had a result.")
    else:
        _start_runs(EXPERIMENTS[key], guess)


def _waits_for_search(experiment: Experiment) -> bool:
    """Whether this visitor has started the experiment, and its search goes on."""
    return st.session_state.get(_SEARCHING, ("", None))[0] == experiment.key


def _show_search() -> None:
    """How far the search is; once it is over the page goes on with it."""
    status = doubts.status(shared.dataset())
    if not status.is_running:
        st.rerun()
    words = _("The networks are trained and asked: {share:.0%}").format(share=status.share)
    st.progress(status.share, words)


def _settings_of(experiment: Experiment) -> dict[str, object]:
    """What the form shows of an experiment: its unusual run."""
    most = experiment.arms[-1].leaves_out
    labels = WRONG_LABELS.defaults
    if most:
        labels = {"wrong_labels": LEFT_OUT, "doubted_by": NETWORKS_DOUBT, "most_doubtful": most}
    return experiment.settings.as_dict() | labels


def _config_of(arm: Arm) -> RunConfig:
    """The settings of a run that is to be started."""
    if not arm.leaves_out:
        return arm.config
    images = wrong_labels.left_out(arm.leaves_out, arm.config.training_images)
    return replace(arm.config, changed_labels=images)


def _start_runs(experiment: Experiment, guess: str | None) -> None:
    st.session_state.update(_settings_of(experiment) | {"start_error": ""})
    started = []
    try:
        for arm in experiments.missing(experiment, _runs_of(experiment, shared.store().list())):
            started.append(visitor.actions().start(_config_of(arm), name=experiment.name(arm)))
            st.session_state.watched = started[0]
            if guess:
                visitor.actions().annotate(started[-1], f"{experiments.NOTE}{guess}")
    except (WorkerError, RunError) as error:
        st.session_state[_ERROR] = error.sentence


# ---- while it goes on


def _show_progress(experiment: Experiment, found: list[Snapshot | None]) -> None:
    ids = [run and run.id for run in found]
    states = [run and run.state for run in found]
    interval = REFRESH if any(map(experiments.is_active, found)) else None
    guess = experiments.guess_of(experiment, found)
    st.fragment(_show_running, run_every=interval)(experiment, ids, states, guess)
    missing = experiments.missing(experiment, found)
    if missing and interval is None:
        words = experiment.options[guess] if guess is not None else None
        _start_button(experiment, missing, _("Start what is missing"), words)
    _show_error()


def _show_running(
    experiment: Experiment, ids: list[str | None], states: list[str | None], guess: int | None
) -> None:
    """One line for each run, and their curves; the whole page follows when one of them has begun or ended."""
    try:
        runs = [run_id and shared.store().snapshot(run_id) for run_id in ids]
    except RunError:  # deleted meanwhile
        st.rerun()
    progresses = [run and run.progress for run in runs]
    if [progress and progress.state for progress in progresses] != states:
        _follow(ids, progresses)
        st.rerun()
    words, curves = frame.stage(4, 7)
    with words:
        _tell_guess(experiment, guess)
        for arm, run in zip(experiment.arms, runs, strict=True):
            _show_line(arm, run)
    with curves:
        _show_curves(experiment, runs)


def _tell_guess(experiment: Experiment, guess: int | None) -> None:
    told = _("You made no guess.")
    if guess is not None:
        told = _("Your guess: {guess}").format(guess=_(experiment.options[guess]))
    st.markdown(told)


def _follow(ids: list[str | None], progresses: list[Progress | None]) -> None:
    """Let the page show the run of this experiment that trains now, at the end its unusual one."""
    states = {progress.state: run_id for run_id, progress in zip(ids, progresses, strict=True) if progress}
    if "running" in states:
        st.session_state.watched = states["running"]
    elif "queued" not in states and ids[-1]:
        st.session_state.watched = ids[-1]


def _show_line(arm: Arm, run: Snapshot | None) -> None:
    line = _("**{run}**: {state}")
    if run is None:
        st.progress(0.0, line.format(run=_(arm.label), state=_("not started")))
        return
    progress = run.progress
    if progress.state == "queued":
        place = shared.workers().place(run.id)
        words = _("about to start")
        if place:
            words = _("waiting: place {place} in the queue").format(place=place)
    elif progress.state == "running":
        words = run_text.progress_line(progress, run.history)
    else:
        words = _(run_text.STATE_WORDS[progress.state])
        if progress.state != "finished":
            words = _("{state}. {message}").format(state=words, message=shared.plain(progress.message))
    st.progress(run_text.share_done(progress), line.format(run=_(arm.label), state=words))


# ---- once it is finished


def _show_guess_and_answer(experiment: Experiment, found: list[Snapshot]) -> None:
    guess = experiments.guess_of(experiment, found)
    try:
        works = _works(experiment, found)
    except RunError as error:
        st.warning(str(error), icon=":material/error:")
        return
    if not all(each.is_done for each in works):
        growing.show(works, lambda: _tell_guess(experiment, guess), _(_what_goes_on(experiment)))
        return
    measured = _measured(experiment, found)
    answer = experiment.decide(measured)
    st.markdown(_verdict(experiment, guess, answer))
    with st.container(horizontal=True, key="figures"):
        for label, share in experiments.figures(experiment, measured):
            st.metric(label, f"{share:.1%}", width="content" if experiment.changes else FIGURE)
    st.markdown(answer.words)
    if len(found) > 1:
        _show_difference(experiment, measured)
    _offer_next(experiment, found)


def _verdict(experiment: Experiment, guess: int | None, answer: Answer) -> str:
    came = _(experiment.options[answer.option])
    if guess is None:
        return _("What came out: **{came}**.").format(came=came)
    if guess == answer.option:
        return _(":blue[✓ **As you guessed: {came}**.]").format(came=came)
    missed = _(":red[✗ You guessed: {guess}.] What came out: **{came}**.")
    return missed.format(guess=_(experiment.options[guess]), came=came)


def _measured(experiment: Experiment, found: list[Snapshot]) -> list[Measured]:
    """What the runs have reached, once all that `_works` computes is there."""
    measured = []
    rates = _rates_of(found[0]) if experiment.finds_rate else None
    doubted, judged = _doubted() if experiment.asks_about_labels else (math.nan, None)
    for run in found:
        drawings = _drawings_named(run.id).found if experiment.judges_drawings else math.nan
        right = named_rightly(run, shared.dataset())
        learned = _learned_first(run).found if experiment.asks_what_first else ()
        changed = ()
        if experiment.changes:
            accuracy = _when_changed(experiment, run).accuracy
            changed = tuple(accuracy[change[:2]] for change in experiment.changes)
        measured.append(
            Measured(
                run.history[-1].accuracy,
                run.test_accuracy,
                drawings,
                right,
                learned,
                changed,
                doubted,
                rates,
                judged,
            )
        )
    if experiment.judges_drawings:
        measured.append(Measured(drawings=_drawings_named(SKETCH_READY).found))
    return measured


def _rates_of(run: Snapshot) -> RateRange | None:
    return rate_range(run.settings, run.batches)


def _doubted() -> tuple[float, Estimate | None]:
    """The share of labels that networks doubt, and of wrong ones by the visitor's judgements."""
    dataset = shared.dataset()
    probabilities = doubts.status(dataset).probabilities
    if probabilities is None:
        raise RunError(N_("What the search for doubtful labels found is gone: search again in Explore."))
    found = doubts.found(dataset, probabilities)
    return len(found) / len(dataset.train_labels), doubts.estimate(dataset, found)


def _works(experiment: Experiment, found: list[Snapshot]) -> list[InParts]:
    """What has to be computed of the runs before there is an answer; it goes on in the background.

    Raises RunError where that is impossible.
    """
    works: list[InParts] = []
    for run in found:
        if experiment.judges_drawings:
            works.append(_drawings_named(run.id))
        if experiment.asks_what_first:
            works.append(_learned_first(run))
        if experiment.changes:
            works.append(_when_changed(experiment, run))
    if experiment.judges_drawings:
        works.append(_drawings_named(SKETCH_READY))
    return works


def _what_goes_on(experiment: Experiment) -> str:
    """The words on the bar of progress, not translated."""
    if experiment.changes:
        return N_("The networks look at changed test images: {share:.0%}")
    if experiment.judges_drawings:
        return N_("The networks look at drawings: {share:.0%}")
    return N_("The kept moments of the run are being read: {share:.0%}")


def _learned_first(run: Snapshot) -> Once[tuple[float, ...]]:
    """Of each class, the share that was right within the first epoch. Raises RunError where it is unknown."""
    kept = run.moments()
    if foreign_images(run, shared.dataset()) or not any(0 < each < 1 for each in kept):
        raise RunError(N_("This run has kept no moments of its first epoch, so it cannot tell."))
    return _reading(run.id, run.epochs_done, shared.dataset().fingerprint)


@st.cache_resource(max_entries=64, show_spinner=False)
def _reading(run_id: str, epochs_done: int, fingerprint: str) -> Once[tuple[float, ...]]:
    # The arguments that are not read tell one state of the run and of the images from another.
    run, dataset, moments = shared.store().snapshot(run_id), shared.dataset(), shared.workers().moments
    return Once(lambda: tuple(map(float, learned_first(moments.stories(run, dataset).result()))))


def _when_changed(experiment: Experiment, run: Snapshot) -> Robustness:
    """The accuracy of a run on test images that are changed as the experiment says."""
    places = tuple(change[:2] for change in experiment.changes)
    return _changing(run.id, run.epochs_done, shared.dataset().fingerprint, places)


@st.cache_resource(max_entries=64, show_spinner=False)
def _changing(run_id: str, epochs_done: int, fingerprint: str, places: tuple[Place, ...]) -> Robustness:
    dataset, judge = shared.dataset(), shared.workers().judge
    return Robustness(judge, run_id, dataset.test_images, dataset.test_labels, places)


def _drawings_named(model: str) -> Once[float]:
    """The share of drawings that a network names rightly."""
    return _drawn(model, shared.dataset().fingerprint)


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawn(model: str, fingerprint: str) -> Once[float]:
    dataset, judge = shared.dataset(), shared.workers().judge
    return Once(lambda: experiments.drawing_share(judge, model, dataset))


def _show_curves(experiment: Experiment, found: list[Snapshot | None]) -> None:
    """The curves of all runs, which grow while these train; axes alone before."""
    if experiment.finds_rate:
        _show_rates(experiment.arms[0].config, found[0])
        return
    histories = {
        _(arm.label): run.history if run else [] for arm, run in zip(experiment.arms, found, strict=True)
    }
    epochs = max(arm.config.epochs for arm in experiment.arms)
    train_runs.show_curves(histories, "experiment", epochs)


def _show_rates(config: RunConfig, run: Snapshot | None) -> None:
    """The loss over the rate as far as it has grown."""
    points = run.batches if run else ()
    rates, losses = curve(config, points)
    shared.show_chart(
        charts.loss_over_rate(rates, losses, config.learning_rate),
        alt=_("The loss over the learning rate, {count} points.").format(count=len(rates)),
        key="experiment_rates",
    )


def _show_difference(experiment: Experiment, measured: list[Measured]) -> None:
    """Whether the last two of the runs really differ: the test images that only one of them names rightly."""
    if any(each.right is None for each in measured[-2:]):
        return
    first, second = (shared.plain(_(arm.label)) for arm in experiment.arms[-2:])
    st.markdown(
        difference.in_words(first, second, difference.paired(*(each.right for each in measured[-2:])))
    )


def _offer_next(experiment: Experiment, found: list[Snapshot]) -> None:
    if experiment.judges_drawings:
        st.page_link(
            shared.PREDICT,
            label=_("Draw one yourself, for both networks"),
            icon=":material/draw:",
            query_params={"view": "draw", "run": found[0].id},
        )
    if experiment.asks_about_labels:
        st.page_link(
            shared.EXPLORE,
            label=_("Judge images drawn by lot: your estimate then decides here"),
            icon=":material/gavel:",
            query_params={"explore_part": DOUBTFUL, "doubtful_turn": BY_LOT},
        )
    if experiment.changes:
        before, after = found[-2:]
        st.page_link(
            shared.PREDICT,
            label=_("The whole curves, before and after, in Break it"),
            icon=":material/query_stats:",
            query_params={"view": "break", "breaking": "all", "run": after.id, "compare": before.id},
        )
    following = experiments.following(experiment.key)
    if following:
        st.button(
            _("Next experiment: {title}").format(title=_(following.title)),
            key="next_experiment",
            icon=":material/arrow_forward:",
            on_click=_choose,
            args=(following.key,),
        )


def _choose(key: str) -> None:
    st.session_state[CHOSEN] = key
