"""A page whose server was restarted goes on by itself."""

from __future__ import annotations

from pages.parts.shell.component import component

_component = component("reconnect", "", "shell/reconnect")


def take_up() -> None:
    """Have the browser ask for the whole page when the connection is back after a break.

    Streamlit (1.67) then waits for a click; and if the click is in a fragment of the page, as most are, a
    server that was restarted does not know it, and drops the click without a word.
    """
    _component(key="reconnect", on_reconnected_change=lambda: None)
