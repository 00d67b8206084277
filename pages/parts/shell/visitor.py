"""Who looks at the page, known by a secret of their browser, and the field for the teacher's passphrase."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable

import streamlit as st

from fmnist.language import _
from fmnist.runs.store import Snapshot
from fmnist.workers.classroom import Classroom
from fmnist.workers.door import TeachersDoor
from fmnist.workers.sharing import Actions, Rules, Visitor, owner_of
from pages.parts.shell import shared

COOKIE = "fmnist_visitor"
YEAR = 365 * 24 * 3600
# Streamlit cannot set a cookie, but a script in the page can. If another tab was quicker, its secret stays.
REMEMBER = """<script>
if (!document.cookie.split("; ").some(cookie => cookie.startsWith("{name}=")))
  document.cookie = "{name}={secret}; path=/; max-age={age}; samesite=strict"
    + (location.protocol === "https:" ? "; secure" : "");
</script>"""


def actions() -> Actions:
    """What this visitor may do with runs; in many-user mode more is refused than outside it."""
    return Actions(shared.workers(), rules(), me(), classroom())


@st.cache_resource(show_spinner=False)
def rules() -> Rules:
    """What the environment says about many-user mode."""
    return Rules.from_environment()


@st.cache_resource(show_spinner=False)
def classroom() -> Classroom:
    """What this server knows of its class; one for all visitors."""
    return Classroom()


def me() -> Visitor:
    """Who this visitor is. Outside many-user mode nobody in particular: nothing is kept in the browser."""
    if not rules().shared:
        return Visitor()
    return Visitor(
        owner_of(_secret()), is_teacher=st.session_state.get("is_teacher", False), address=_address()
    )


def is_mine(run: Snapshot) -> bool:
    """Whether this visitor has started a run; outside many-user mode there is only one visitor."""
    return not rules().shared or run.owner == me().owner


def remember() -> None:
    """In many-user mode, see to it that the browser shows the same secret on its next visits."""
    if rules().shared and COOKIE not in st.context.cookies:
        script = REMEMBER.format(name=COOKIE, secret=_secret(), age=YEAR)
        st.html(script, unsafe_allow_javascript=True)


def has_teacher() -> bool:
    """Whether somebody may be the teacher here."""
    return rules().shared and bool(rules().passphrase)


def note(*, page: str = "", step: str = "") -> None:
    """Where there is a teacher, let them see what this visitor has just done."""
    if has_teacher() and not st.session_state.get("is_teacher"):
        classroom().note_visit(me().owner, time.time(), page=page, step=step)


def show_teachers_field(show_class: Callable[[], None]) -> None:
    """In many-user mode, where a teacher types the passphrase that unlocks all runs, and sees the class."""
    if not has_teacher():
        return
    is_teacher = st.session_state.get("is_teacher", False)
    with st.expander(_("For the teacher"), icon=":material/key:", expanded=is_teacher, key="teachers"):
        if is_teacher:
            show_class()
            st.markdown(_("You can stop, continue, rename and delete every run."))
            st.session_state.count_addresses = classroom().counts_addresses  # another may have switched it
            st.toggle(
                _("Count waiting runs by network address, too"),
                key="count_addresses",
                help=_(
                    "At most {count} runs from one address wait at once, whatever browsers they were started "
                    "in. Switch it off where the whole class comes through one address."
                ).format(count=rules().waiting_per_address),
                on_change=_switch_addresses,
            )
            st.button(_("Lock again"), key="lock", on_click=_lock)
            return
        with st.form("teacher", border=False):  # Enter sends it
            st.text_input(_("Passphrase"), type="password", key="passphrase", max_chars=200)
            st.form_submit_button(_("Unlock all runs"), key="unlock", on_click=_unlock)
        if message := st.session_state.pop("unlock_error", None):
            st.error(str(message))


def _secret() -> str:
    """From the cookie; made anew on the first visit."""
    shown = st.context.cookies.get(COOKIE, "")
    if re.fullmatch("[0-9a-f]{32}", shown):
        return shown
    return st.session_state.setdefault("visitor_secret", secrets.token_hex(16))


@st.cache_resource(show_spinner=False)
def _door() -> TeachersDoor:
    return TeachersDoor(rules().passphrase)


def _unlock() -> None:
    typed, st.session_state.passphrase = st.session_state.get("passphrase", ""), ""
    st.session_state.is_teacher = _door().opens(typed, owner_of(_secret()), _address())
    if st.session_state.is_teacher:
        classroom().forget(me().owner)
    else:
        st.session_state.unlock_error = _("That is not the passphrase.")


def _address() -> str:
    return st.context.ip_address or ""  # none for this computer's own


def _switch_addresses() -> None:
    if st.session_state.get("is_teacher"):
        classroom().counts_addresses = st.session_state.count_addresses


def _lock() -> None:
    st.session_state.is_teacher = False
