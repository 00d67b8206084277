"""The right side of Train: one run, live while it trains; its curves, its log, and what to do next."""

from __future__ import annotations

import streamlit as st

from fmnist.data.facts import HUMAN_ACCURACY
from fmnist.language import N_, _
from fmnist.lesson import glossary, run_text
from fmnist.lesson.train_address import FORM
from fmnist.networks import export
from fmnist.plots.charts import train as charts
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import RunError, Snapshot
from fmnist.workers.queue import WorkerError
from pages.parts.shell import number, shared, visitor
from pages.parts.train import address, film, same_on_all

FIRST_REFRESH = 0.5  # seconds between two looks at the run folder until the first epoch is there
REFRESH = 1.0  # seconds between two looks later: each costs computing that training would use
LONG_REFRESH = 3.0  # seconds between two looks for a run that somebody else starts
LOG_LINES = 200
NUMBER_WIDTH = 155  # pixels: two side by side on a phone
WORDS = {
    N_("Training loss"): "loss",
    N_("Training accuracy"): "accuracy",
    N_("Validation accuracy"): "validation",
    N_("Test accuracy"): "test set",
}
FORMATS = dict.fromkeys(WORDS, ".1%") | {"Training loss": ".3f"}
STATE_BADGES = {
    "queued": ("orange", ":material/hourglass_empty:"),
    "running": ("violet", ":material/model_training:"),
    "finished": ("green", ":material/check_circle:"),
    "stopped": ("orange", ":material/stop_circle:"),
    "failed": ("orange", ":material/error:"),
    "interrupted": ("orange", ":material/power_off:"),
    "damaged": ("orange", ":material/broken_image:"),
}


def show(summaries: list[Snapshot]) -> None:
    """Show the run this visitor chose, else the one of theirs that trains, else their newest."""
    run = _watched(summaries)
    if run is None:
        st.fragment(_show_nothing_yet, run_every=LONG_REFRESH)()
        return
    stage = _stage(run)
    interval = {"ended": None, "beginning": FIRST_REFRESH, "learning": REFRESH}[stage]
    st.fragment(_show_run, run_every=interval)(run.id, stage)
    if st.session_state.pop("just_started", False):
        shared.bring_into_view(".st-key-progress")


def known() -> tuple[str, glossary.Numbers]:
    """The title and the numbers of the run that is shown, for the list of words."""
    run = _watched(shared.store().list())
    if run is None or run.state == "damaged":
        return "", {}
    title = shared.plain(run_text.title(run.name, run.config))
    return title, glossary.numbers(run.settings, run.history)


def judging_run(summaries: list[Snapshot]) -> str | None:
    """The id of the run that is shown, if it has predictions to look at."""
    shown = _watched(summaries)
    return shown.id if shown is not None and shown.has_predictions else None


def _stage(run: Snapshot) -> str:
    """How often a look at the run is worth it: "beginning", "learning" or "ended"."""
    if run.state not in ACTIVE:
        return "ended"
    return "learning" if run.history else "beginning"


def _watched(summaries: list[Snapshot]) -> Snapshot | None:
    chosen = [run for run in summaries if run.id == st.session_state.get("watched")]
    mine = [run for run in summaries if visitor.is_mine(run)]  # in many-user mode nobody is shown another's
    active = [run for run in mine if run.state in ACTIVE]
    return next(iter(chosen or active[-1:] or mine), None)


def _show_nothing_yet() -> None:
    if _watched(shared.store().list()) is not None:
        st.rerun()
    with st.container(border=True):
        st.subheader(_("No run yet"), anchor=False)
        words = _("Press **Train**: the curves of the network with your settings will grow here.")
        if address.form.values() == FORM.defaults:
            words = _(
                "The settings are the tutorial's. Press **Train**: in a few seconds "
                "curves grow here, and about 87 of 100 test images will be named correctly."
            )
        st.markdown(words)


def _show_run(run_id: str, last_stage: str) -> None:
    try:
        run = shared.store().snapshot(run_id)
    except RunError as error:  # its folder has vanished
        st.info(str(error))
        return
    _draw_run(run, last_stage)


def _draw_run(run: Snapshot, last_stage: str) -> None:
    if _stage(run) != last_stage:
        st.rerun()  # the rest of the page (table, buttons) follows, and how often it is looked at
    with st.container(key="progress", gap="xsmall"):
        _heading(run)
        _progress(run)
    if run.state == "damaged":
        return
    _numbers(run)
    with st.container(key="curves"):
        _curves(run)
    film.show(run)
    _after(run)
    with st.expander(_("Show me the code"), key="code", icon=":material/code:", on_change="rerun") as code:
        if code.open:  # the page looks at the run twice a second: what nobody sees is not sent
            _code(run)
    with st.expander(_("Log"), key="log", icon=":material/terminal:", on_change="rerun") as log:
        if log.open:
            lines = run.log().splitlines()[-LOG_LINES:]
            st.code("\n".join(lines) or _("Nothing yet."), language=None, height=240)


def _heading(run: Snapshot) -> None:
    state = run.state
    color, icon = STATE_BADGES[state]
    title = run_text.title(run.name, None if state == "damaged" else run.config)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run_heading"):
        st.subheader(shared.plain(title), anchor=False, width="content")
        st.badge(_(run_text.STATE_WORDS[state]), color=color, icon=icon)
        if state in ACTIVE and visitor.actions().may_change(run.owner):
            label = _("Stop") if state == "running" else _("Leave the queue")
            st.button(label, key="stop", icon=":material/stop:", on_click=_stop, args=(run.id,))


def _stop(run_id: str) -> None:
    """End a run and stay with it: what trains next would have its own Stop in the same place."""
    st.session_state.live_error, st.session_state.watched = "", run_id
    try:
        visitor.actions().stop(run_id)
    except (WorkerError, RunError) as error:
        st.session_state.live_error = error.sentence


def _progress(run: Snapshot) -> None:
    if message := st.session_state.get("live_error"):  # it stays until the next click
        st.error(str(message))
    progress = run.progress
    if run.state == "damaged":
        st.warning(shared.plain(run.problem))
    elif run.state == "queued":
        place = shared.workers().place(run.id)
        words = _("About to start")
        if place:
            words = _("Waiting: place {place} in the queue").format(place=place)
        st.progress(0.0, words)
    elif run.state == "running":
        words = shared.plain(progress.message) or run_text.progress_line(progress, run.history)
        st.progress(run_text.share_done(progress), words)
        if silence := run_text.silence(progress):
            st.warning(_silent(silence, visitor.actions().may_change(run.owner)))
    else:
        took = run_text.duration(run.seconds)
        words = _("{done} of {epochs} epochs in {time}") if run.history else _("{done} of {epochs} epochs")
        words = words.format(done=progress.epoch, epochs=progress.epochs, time=took)
        st.progress(run_text.share_done(progress), words)
        message = shared.workers().last_words(run.id) or progress.message
        if message and run.state != "finished":
            st.warning(shared.plain(message))


def _silent(silence: str, may_stop: bool) -> str:
    words = _("For {time} nothing has been heard of the process that trains this run.").format(time=silence)
    if may_stop:
        words += " " + _(
            "If it hangs, **Stop** ends it, and its finished epochs are kept. If the computer is only very "
            "busy, it goes on by itself."
        )
    return words


def _numbers(run: Snapshot) -> None:
    progress, history = run.progress, run.history
    last = history[-1] if history else None
    now = progress if progress.state == "running" and progress.loss is not None else last
    shown = {"Training loss": now and now.loss, "Training accuracy": now and now.accuracy}
    if run.settings.validation_share:
        shown["Validation accuracy"] = last and last.val_accuracy
    shown["Test accuracy"] = last and last.test_accuracy
    known_numbers = glossary.numbers(run.settings, history)
    with st.container(horizontal=True, key="numbers"):
        for label, value in shown.items():
            st.metric(
                _(label),
                "–" if value is None else format(value, FORMATS[label]),
                help=glossary.explain(WORDS[label], known_numbers),
                width=NUMBER_WIDTH,
            )


def _curves(run: Snapshot) -> None:
    history, config = run.history, run.settings
    words = _("Curve of the {metric} over {epochs} finished epochs.")
    for column, metric in zip(st.columns(2), charts.METRICS, strict=True):
        chart = charts.curves_of_one_run(
            history, run.batches, config.epochs, metric, validated=config.validation_share > 0
        )
        with column:
            shared.show_chart(
                chart,
                alt=words.format(metric=_(metric), epochs=len(history)),
                key=f"live_{metric}",
            )


def _after(run: Snapshot) -> None:
    if run.state in ACTIVE:
        return
    _offer_the_next(run)
    last = run.history[-1] if run.history else None
    if last is not None and last.test_accuracy is not None:
        reached = _(
            "Test accuracy {accuracy:.1%}, test loss {loss:.3f}. "
            "People without training in fashion name {people:.1%} correctly."
        )
        st.success(
            reached.format(accuracy=last.test_accuracy, loss=last.test_loss, people=HUMAN_ACCURACY),
            icon=":material/flag:",
        )
        same_on_all.show(run)
    look, more, go_on = st.columns([5, 4, 5], vertical_alignment="bottom")
    if run.has_predictions and look.button(
        _("See what it gets wrong"),
        key="see_mistakes",
        icon=":material/search:",
        type="primary",
        width="stretch",
    ):
        st.switch_page(shared.PREDICT, query_params={"view": "mistakes", "run": run.id})
    most = run_text.epochs_left(run.history)
    lost = run.state == "failed" and not run.history  # there is nothing to go on from
    if not most or lost or not visitor.actions().may_change(run.owner):
        return
    with more:
        epochs = number.show(_("More epochs"), "more_epochs", 1, most, min(5, most))
    go_on.button(
        _("Continue training"),
        key="continue",
        icon=":material/resume:",
        width="stretch",
        help=_past_the_cycle(run, epochs),
        on_click=_continue,
        args=(run.id, epochs),
    )


def _past_the_cycle(run: Snapshot, more_epochs: int) -> str | None:
    """What to expect of epochs after the last of a learning-rate cycle."""
    config = run.config
    if config is None or config.schedule == "constant":
        return None
    if config.schedule == "growing":
        return _("Its learning rate goes on growing.")
    if len(run.history) + more_epochs <= config.planned_epochs:
        return None
    return _(
        "Its learning-rate cycle ends with epoch {epochs}: later ones go on at the last, smallest rate."
    ).format(epochs=config.planned_epochs)


def _offer_the_next(run: Snapshot) -> None:
    """While another run trains: a way to look at it."""
    runs = filter(visitor.is_mine, shared.store().list())
    following = [each for each in runs if each.state in ACTIVE and each.id != run.id]
    if following:
        title = shared.plain(run_text.title(following[-1].name, following[-1].config))
        st.button(
            _("Watch {run}, which trains now").format(run=title),
            key="watch_next",
            icon=":material/visibility:",
            on_click=_watch,
            args=(following[-1].id,),
        )


def _watch(run_id: str) -> None:
    st.session_state.watched = run_id


def _code(run: Snapshot) -> None:
    st.caption(
        _(
            "A plain Keras program that does the same without this dashboard, from the same starting "
            "weights and with the images in the same order. Its numbers differ a little: by rounding, and "
            "by the random numbers of dropout and augmentation where the network has them."
        )
    )
    config = run.settings
    script, notebook = st.columns(2)
    script.download_button(
        _("Python script"),
        export.script(config),
        f"{run.id}.py",
        "text/x-python",
        key="download_script",
        on_click="ignore",
    )
    notebook.download_button(
        _("Notebook"),
        export.notebook(config),
        f"{run.id}.ipynb",
        "application/json",
        key="download_notebook",
        on_click="ignore",
    )
    st.code(export.script(config), language="python", height=400)


def _continue(run_id: str, epochs: int) -> None:
    st.session_state.live_error = ""
    try:
        visitor.actions().resume(run_id, epochs)
        st.session_state.watched = run_id
    except (WorkerError, RunError) as error:
        st.session_state.live_error = error.sentence
