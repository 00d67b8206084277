"""In many-user mode: the class as the teacher sees it, and what visitors are told that the teacher sees."""

from __future__ import annotations

import csv
import io
import time

import streamlit as st

from fmnist.language import N_, _
from fmnist.lesson import experiments, links, path, run_text
from fmnist.runs.state import ACTIVE
from fmnist.runs.store import Snapshot
from fmnist.workers.classroom import LONGEST_NAME, LONGEST_WORDS, Visit
from pages.parts.shell import invitation, shared, visitor
from pages.parts.train import deleting

REFRESH = 5.0  # seconds between two looks at the class
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute
SEEN = N_(
    "The teacher sees this name (else “{visitor}”), which steps of the path you have done, what you train, "
    "your best test accuracy, and when you did something last. A name stays in the server's memory until it "
    "ends, and is written nowhere."
)


def show_what_is_seen() -> None:
    """For a student: what the teacher sees of them, and a field for a name."""
    if not visitor.has_teacher() or st.session_state.get("is_teacher"):
        return
    owner, room = visitor.me().owner, visitor.classroom()
    with st.expander(_("What the teacher sees of you"), icon=":material/visibility:", key="seen"):
        visit = room.visits().get(owner)
        st.caption(_(SEEN).format(visitor=_nameless(visit) if visit else _("Visitor")))
        st.session_state.setdefault("my_name", room.name_of(owner))
        st.text_input(
            _("Your name, if you like"),
            key="my_name",
            max_chars=LONGEST_NAME,
            on_change=lambda: room.call(owner, st.session_state.my_name),
            persist_state="session",
        )


def show(summaries: list[Snapshot]) -> None:
    """For the teacher: who is here, and what can be done about all of them or one."""
    del summaries  # as old as the page; the table looks for itself
    st.fragment(_show_table, run_every=REFRESH)()
    _invite()
    room = visitor.classroom()
    st.session_state.pause_trainings = room.is_paused  # another tab may have switched it
    st.toggle(
        _("Pause new trainings"),
        key="pause_trainings",
        help=_("Nobody but you can start or continue a run. What waits or trains already goes on."),
        on_change=_pause,
    )


def _show_table() -> None:
    if not st.session_state.get("is_teacher"):
        return
    visits, runs = visitor.classroom().visits(), shared.store().list()
    if not visits:
        st.caption(_("Nobody else is here yet: each browser will be a row here."))
        return
    by_accuracy = st.toggle(
        _("Rank by test accuracy"), key="rank_class", help=_("Only here: nobody else sees a ranking.")
    )
    rows = {
        owner: row_of(visit, [run for run in runs if run.owner == owner]) for owner, visit in visits.items()
    }
    if by_accuracy:
        accuracy = _("Best test accuracy")
        rows = dict(sorted(rows.items(), key=lambda each: -(each[1][accuracy] or 0)))
    owners = list(rows)
    event = st.dataframe(
        list(rows.values()),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=deleting.key_of("class_of", owners),
        placeholder="–",
        column_config={
            _("Runs of experiments"): st.column_config.NumberColumn(width="small"),
            _("Trains"): st.column_config.TextColumn(width="large"),
            _("Best test accuracy"): st.column_config.NumberColumn(format="%.1f%%", width="small"),
        },
    )
    chosen = next((owners[row] for row in event.selection.rows if row < len(owners)), None)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if chosen is not None:
            name = str(rows[chosen][_("Name")])
            label = _("End all of {name}").format(name=shared.plain(name))
            st.button(label, key="end_all", icon=":material/stop:", on_click=_end_all, args=(chosen,))
        st.download_button(
            _("Download CSV"), as_csv(list(rows.values())), "class.csv", "text/csv", key="class_csv"
        )
    _open_run(chosen, runs)


def _open_run(owner: str | None, runs: list[Snapshot]) -> None:
    """Show the newest run of the browser whose row was clicked, once for each click."""
    if owner == st.session_state.get("class_chosen"):
        return
    st.session_state.class_chosen = owner
    theirs = [run for run in runs if run.owner == owner]
    if owner is not None and theirs:
        active = [run for run in theirs if run.state in ACTIVE]
        st.session_state.watched, st.session_state.just_started = (active[-1:] or theirs)[0].id, True
        st.rerun()


def row_of(
    visit: Visit, runs: list[Snapshot], now: float | None = None
) -> dict[str, str | float | int | None]:
    """What the table says of a browser with these runs, newest first. A table shows words as they are."""
    done = path.steps_done(visit.steps, runs, lambda run: True)
    active = next((run for run in reversed(runs) if run.state in ACTIVE), None)
    best = max((run.test_accuracy for run in runs if run.test_accuracy is not None), default=None)
    ago = run_text.duration((time.time() if now is None else now) - visit.last)
    page = "explore" if visit.page in ("", "start") else visit.page
    return {
        _("Name"): visit.name or _nameless(visit),
        _("Path"): " ".join(f"{_(step.title)} ✓" for step in path.STEPS if step.key in done),
        _("Runs of experiments"): sum(
            run.state == "finished" and experiments.is_of_an_experiment(run) for run in runs
        ),
        _("Trains"): _doing(active) if active else None,
        _("Best test accuracy"): None if best is None else 100 * best,
        _("Last action"): _("{page}, {time} ago").format(page=invitation.title_of(page), time=ago),
    }


def _doing(run: Snapshot) -> str:
    title = run_text.title(run.name, run.config)
    if run.state == "queued":
        return _("{title}: waiting").format(title=title)
    progress = run.progress
    epoch = min(progress.epoch + 1, progress.epochs)
    return _("{title}: epoch {epoch} of {epochs}").format(title=title, epoch=epoch, epochs=progress.epochs)


def _nameless(visit: Visit) -> str:
    return _("Visitor {number}").format(number=visit.number)


def as_csv(rows: list[dict[str, str | float | int | None]]) -> str:
    """The table as a file for a spreadsheet, in which no name becomes a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow("" if cell is None else _harmless(str(cell)) for cell in row.values())
    return "\ufeff" + text.getvalue()  # by which spreadsheets know UTF-8


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(FORMULA) else cell


def _invite() -> None:
    with st.form("invite", border=False):
        st.text_input(
            _("Everybody: open this"),
            key="invite_link",
            max_chars=links.LONGEST,
            placeholder="/train?epochs=10&hide=seed",
            help=_("A link of this dashboard, as “Copy link” gives it. Each visitor opens it by a click."),
        )
        st.text_input(_("What you say to it"), key="invite_words", max_chars=LONGEST_WORDS)
        st.form_submit_button(_("Ask everybody"), key="invite", on_click=_ask)
    if message := st.session_state.pop("invite_error", None):
        st.error(str(message))
    if asked := visitor.classroom().invitation:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            words = _("Everybody is asked to open **{page}**.").format(page=invitation.title_of(asked.page))
            st.markdown(f"{words} {shared.plain(asked.words)}", width="content")
            st.button(_("Ask no longer"), key="invite_no_more", type="tertiary", on_click=_ask_no_longer)


def _ask() -> None:
    if not st.session_state.get("is_teacher"):
        return
    found = links.read_link(st.session_state.invite_link)
    if found is None:
        st.session_state.invite_error = _("That is no link of this dashboard: copy one with “Copy link”.")
    else:
        visitor.classroom().invite(*found, words=st.session_state.invite_words)


def _ask_no_longer() -> None:
    if st.session_state.get("is_teacher"):
        visitor.classroom().invitation = None


def _pause() -> None:
    if st.session_state.get("is_teacher"):
        visitor.classroom().is_paused = st.session_state.pause_trainings


def _end_all(owner: str) -> None:
    if st.session_state.get("is_teacher"):
        visitor.actions().end_all(owner)
