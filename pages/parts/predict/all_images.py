"""The view `break` of Predict, all test images changed at once: curves for one to four runs."""

from __future__ import annotations

import streamlit as st

from fmnist.language import _
from fmnist.plots.charts import robustness as charts
from fmnist.runs.store import Snapshot
from fmnist.workers.robustness import KINDS, STRENGTHS, Place, Robustness
from pages.parts.predict import run_choice
from pages.parts.shell import growing, shared

MARKS = (":violet[■]", ":orange[■]", ":green[■]", ":gray[■]")  # the colours of the curves


def show(run: Snapshot) -> None:
    """Show a table and the curves, which grow while they are measured."""
    st.markdown(
        _(
            "All test images, changed more and more: how many does the network still name? Choose other runs "
            "under **Compare** to lay their curves beside these."
        )
    )
    runs = [run, *(shared.store().snapshot(run_id) for run_id in st.session_state.compare)]
    titles = [run_choice.title_of(each).replace("\\", "") for each in runs]
    names = [_name(titles, place, each.id) for place, each in enumerate(runs)]
    measured = dict(zip(names, map(_robustness, runs), strict=True))
    words = _("Judging all test images again and again: {share:.0%}")
    growing.show(list(measured.values()), lambda: _curves(measured), words)


def _name(titles: list[str], place: int, run_id: str) -> str:
    """A run's name, with the end of its id where another one has the same."""
    title = titles[place]
    return f"{title} ({run_id[-4:]})" if titles.count(title) > 1 else title


def _curves(measured: dict[str, Robustness]) -> None:
    st.markdown(_table_in_words(measured))
    columns = st.columns(4)
    for place, (kind, title) in enumerate(KINDS.items()):
        with columns[place]:
            curves = {name: each.curve(kind) for name, each in measured.items()}
            st.markdown(f"**{_(title)}**")
            shared.show_chart(
                charts.accuracy_curves(kind, curves, STRENGTHS[kind]),
                key=f"robust_{kind}",
                alt=charts.in_words(kind, curves),
            )


def _table_in_words(measured: dict[str, Robustness]) -> str:
    """The numbers that say most: unchanged, moved by two pixels, noise and attack of 8 grey levels."""
    places = {
        _("unchanged"): ("", 0),
        _("moved by 2 pixels"): ("shift", 2),
        _("turned by 15°"): ("turn", 15),
        _("noise ±8"): ("noise", 8),
        _("attack ±8"): ("attack", 8),
    }
    head = [_("Run"), *places]
    rows = [
        [f"{mark} {shared.plain(name)}", *(_share(each, place) for place in places.values())]
        for mark, (name, each) in zip(MARKS, measured.items(), strict=False)
    ]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _share(measured: Robustness, place: Place) -> str:
    return f"{measured.accuracy[place]:.1%}" if place in measured.accuracy else "…"


def _robustness(run: Snapshot) -> Robustness:
    return _measuring(run.id, run.epochs_done, shared.dataset().fingerprint)


@st.cache_resource(show_spinner=False, max_entries=16)
def _measuring(run_id: str, epochs_done: int, fingerprint: str) -> Robustness:
    # The arguments that are not read tell one state of the run and of the images from another.
    dataset = shared.dataset()
    return Robustness(shared.workers().judge, run_id, dataset.test_images, dataset.test_labels)
