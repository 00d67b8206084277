"""The language of a visit: from the address, else chosen before, else the browser's; and its choice.

The address names a language that was chosen, so that a link and a reload bring it back. English needs no
name, unless the browser asks for another language, which the next reload would then choose.
"""

from __future__ import annotations

import streamlit as st

from fmnist import language
from fmnist.language import ENGLISH, LANGUAGES, _
from pages.parts.shell import streamlit_internals

ADDRESS = "lang"  # the name in the address
_CODE, _NOTICE, _LAST = "language_code", "language_notice", "language_shown"
# Screen readers and browsers' own translators go by the language that the page says it is in.
_SAY_SO = '<script>document.documentElement.lang = "{code}"</script>'


def begin() -> None:
    """Find the language of this visit, and keep it in the address if it was chosen there or on the page."""
    asked = st.query_params.get(ADDRESS)
    if asked is not None and asked != st.session_state.get(_CODE):
        known = language.nearest(asked)
        st.session_state[_CODE] = known or _of_browser()
        st.session_state[_NOTICE] = None if known else (asked, st.context.url)
    if _CODE in st.session_state:
        _write(st.session_state[_CODE])
    language.use(_of_visit())
    if st.session_state.get(_LAST, language.current()) != language.current():
        _send_choices_again()
    st.session_state[_LAST] = language.current()


def choose() -> None:
    """A button for each other language, with what it calls itself."""
    for code, name in LANGUAGES.items():
        if code != language.current():
            st.button(name, key=f"language_{code}", type="tertiary", on_click=_change, args=(code,))


def tell_browser() -> None:
    """Say in the page which language it is in."""
    st.html(_SAY_SO.format(code=language.current()), unsafe_allow_javascript=True)


def show_notice() -> None:
    """What was wrong with the language in the address, as long as the visitor stays on the page."""
    asked, page = st.session_state.get(_NOTICE) or (None, None)
    if asked and page == st.context.url:
        names = ", ".join(f"{name} ({ADDRESS}={code})" for code, name in LANGUAGES.items())
        message = _("The language “{asked}” is not known here, so this is {name}. There are: {names}.")
        st.info(
            message.format(asked=f"{asked:.20}", name=LANGUAGES[language.current()], names=names),
            icon=":material/info:",
        )


def _change(code: str) -> None:
    st.session_state[_CODE], st.session_state[_NOTICE] = code, None
    _write(code)
    language.use(code)


def _write(code: str) -> None:
    """Name the language chosen in the address where it would not be found without; see above."""
    needed = code if code != ENGLISH or _of_browser() != ENGLISH else None
    if needed is None:
        st.query_params.pop(ADDRESS, None)
    elif st.query_params.get(ADDRESS) != needed:
        st.query_params[ADDRESS] = needed


def _send_choices_again() -> None:
    """The browser knows what is chosen by its words in the last language, and would now lose it."""
    for key, value in st.session_state.items():
        if isinstance(value, str) or (value and isinstance(value, list) and isinstance(value[0], str)):
            st.session_state[key] = value


def _of_visit() -> str:
    if not streamlit_internals.has_visitor():
        return ENGLISH
    asked = language.nearest(st.query_params.get(ADDRESS, ""))
    return st.session_state.get(_CODE) or asked or _of_browser()


def _of_browser() -> str:
    return language.nearest(st.context.locale or "") or ENGLISH


language.ask(_of_visit)
