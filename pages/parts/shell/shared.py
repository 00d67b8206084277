"""What every page uses: the data, the runs, the child processes, the theme, and links between pages."""

from __future__ import annotations

import atexit
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from fmnist import environment
from fmnist.data import sources
from fmnist.drawing.picture_files import png_address
from fmnist.language import Words, _, as_markdown
from fmnist.plots.charts import Chart
from fmnist.runs.store import Store, default_root
from fmnist.workers import logs
from fmnist.workers.queue import Workers

EXPLORE, TRAIN, PREDICT = "pages/explore.py", "pages/train.py", "pages/predict.py"
WAIT = 0.25  # seconds between two looks at a download
PATIENCE = 1.0  # seconds a page waits for images that may be on this computer, before it shows how far it is
FIRST_PAGE = (
    5.0  # seconds from the start, mostly enough for a first page; then TensorFlow is loaded, on all cores
)


def dataset() -> sources.Dataset:
    """The images. While they are on their way the page shows how far, and goes on by itself."""
    workers()
    status = _loader().wait(PATIENCE)
    if status.dataset is None:
        _show_loading()
        st.stop()
    if not status.done:
        _watch_download()
    return status.dataset


def begin_to_load() -> None:
    """Load the images and start the child processes, before there is a visitor."""
    _loader()
    workers()


def close() -> None:
    """End the child processes: runs in training and in the queue are then interrupted."""
    workers().close()


def store() -> Store:
    """All runs on disk."""
    return workers().store


@st.cache_resource(show_spinner=False)
def workers() -> Workers:
    """The child processes that train and predict; one set for all visitors."""
    logs.to_standard_error()
    environment.mention_faults()
    processes = Workers(Store(default_root()))
    processes.start(warm_after=FIRST_PAGE)
    atexit.register(processes.close)
    return processes


@st.cache_resource(show_spinner=False)
def _loader() -> sources.Loader:
    loader = sources.Loader()
    loader.start()
    return loader


def look_again() -> None:
    """Forget the images, so that they are looked for anew: the files may be in their folder by now."""
    _loader.clear()


@st.fragment(run_every=WAIT)
def _show_loading() -> None:
    status = _loader().status()
    st.progress(status.fraction, str(status.message) or _("Looking for the images …"))
    if status.dataset is not None:
        st.rerun()


@st.fragment(run_every=2)
def _watch_download() -> None:
    status = _loader().status()
    if status.done:
        st.rerun()
    st.progress(status.fraction, str(status.message))


@contextmanager
def waiting(words: str, height: int) -> Iterator[None]:
    """While the block runs: these words, and a grey field of this height where its result will be."""
    with st.spinner(words), st.skeleton(height):
        yield


def show_chart(chart: Chart, **options) -> None:
    """Show an interactive chart; the options are those of `st.vega_lite_chart`."""
    st.vega_lite_chart(chart.table, chart.spec, **options)


def show_picture(png: bytes, **options) -> None:
    """Show a PNG file; the options are those of `st.image`.

    It travels with the page. A browser that has to fetch it shows it a thirtieth of a second later, and the
    server has to keep it for each visitor.
    """
    st.image(png_address(png), **options)


def show_table(columns: dict[str, list[str]]) -> None:
    """Show a table of short texts by the names of its columns. They are read as Markdown.

    It is one text for the whole table: in `st.table` each cell is a text of its own, which takes a browser
    several times as long, again at every click on the page.
    """
    rows = [list(columns), ["---"] * len(columns), *zip(*columns.values(), strict=True)]
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def is_dark() -> bool:
    """Whether the visitor's theme is dark, for pictures that bring their own background."""
    return st.context.theme.type == "dark"


def scroll_to(selector: str) -> None:
    """Bring the first element that a CSS selector finds into view."""
    st.html(
        f"""<script>
        // {secrets.token_hex(4)}: a script that was here before would not run again
        document.querySelector("{selector}").scrollIntoView({{
          behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" }});
        </script>""",
        unsafe_allow_javascript=True,
    )


def bring_into_view(selector: str) -> None:
    """As `scroll_to`, unless all of the element is on the screen already, as it is on a large one."""
    st.html(
        f"""<script>
        // {secrets.token_hex(4)}: a script that was here before would not run again
        {{
          const element = document.querySelector("{selector}"), place = element?.getBoundingClientRect();
          if (element && (place.top < 0 || place.bottom > innerHeight)) element.scrollIntoView({{
            behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" }});
        }}
        </script>""",
        unsafe_allow_javascript=True,
    )


def plain(words: Words) -> str:
    """What people typed or a file holds, shown by Streamlit as it is: no Markdown, no HTML, no icons."""
    return as_markdown(words)
