"""The words of a page, explained on demand with the numbers of the run that it shows."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from fmnist.language import _
from fmnist.lesson import glossary
from fmnist.lesson.glossary import TERMS, Numbers
from fmnist.lesson.views import View

Known = Callable[[], tuple[str, Numbers]]


def nothing_known() -> tuple[str, Numbers]:
    """For a page that shows no run."""
    return "", {}


@st.fragment
def show(view: View, known: Known = nothing_known) -> None:
    """A small button that opens the list; what nobody opens is neither computed nor sent.

    Parameters
    ----------
    view : View
        Where it has no words, there is no button.
    known : callable
        The title of the run that is shown ("" for none), safe as Markdown, and its numbers.
    """
    if not view.words:
        return
    words = st.popover(
        _("Words on this page"), key="words", icon=":material/menu_book:", type="tertiary", on_change="rerun"
    )
    if words.open:
        with words:
            _list(view.words, *known())


def _list(keys: tuple[str, ...], title: str, numbers: Numbers) -> None:
    if title:
        st.caption(_("“This run” is {title}.").format(title=title))
    for key in keys:
        example = glossary.example(key, numbers)
        title = _("**{word}.**").format(word=_(TERMS[key].title))
        st.markdown(f"{title} {glossary.meaning(key)}" + (f" *{example}*" if example else ""))
