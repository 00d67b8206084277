"""What visitors do in the live tests: open a page, start a run, wait for words."""

from contextlib import asynccontextmanager

from fmnist.runs.store import Store
from tests.live.processes import kill, training_child
from tools.streamlit_session import Session

LIMIT = 120  # seconds for something to appear on the page, for busy machines
LONG = "train?epochs=100"
SHORT = "train?epochs=2&training_images=1000"


@asynccontextmanager
async def visitor_on(server, page, **options):
    """A visitor who has opened a page and sees it whole; options as for a Session."""
    async with Session(server.url, page, **options) as visitor:
        await visitor.until(lambda: "Looking for the images" not in visitor.text(), LIMIT, "no images")
        yield visitor
        assert visitor.exceptions == []


@asynccontextmanager
async def watching_a_long_run(server, epochs=1):
    """A visitor who has started a run of 100 epochs, of which some are finished; ends it afterwards."""
    async with visitor_on(server, LONG) as visitor:
        run = await begins(visitor, server, epochs)
        try:
            yield visitor, run
        finally:
            if run.path.exists() and run.state == "running":
                kill(training_child(server, run.id))


async def begins(visitor, server, epochs=1):
    """Press Train and wait until some epochs are finished; returns the run."""
    await visitor.click("train")
    run = newest(server)
    await visitor.until(lambda: len(run.history) >= epochs, LIMIT, "no epoch was finished")
    return run


async def sees(visitor, words, seconds=LIMIT):
    """Wait until the page says something."""
    await visitor.until(lambda: words in visitor.text(), seconds, f"the page does not say {words!r}")


async def trains(server, page=SHORT):
    """Whether a new run works from its start to its end; returns it."""
    async with visitor_on(server, page) as visitor:
        await visitor.click("train")
        run = newest(server)
        await visitor.until(lambda: run.state not in ("queued", "running"), LIMIT, "the run does not end")
        await sees(visitor, "%, test loss ")
    assert run.state == "finished"
    return run


def newest(server):
    """The run started last."""
    store = Store(server.runs_dir)
    return store.open(store.list()[0].id)
