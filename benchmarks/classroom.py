"""A class of thirty on one laptop: python -m benchmarks.classroom [--visitors 30] [--minutes 3] [--limit]

Starts the real server, trains one run with more waiting, and lets the visitors (real connections to
Streamlit's socket, pictures fetched as a browser does) click through Explore, Predict and Draw, each every
three seconds. Prints the time from a click to the finished page, the memory of the web process, and errors.
Before it, one visitor clicks alone: the processor time of a click, by page, of the web process, of the
children that it asks, and of the simulated visitor. After it, eight visitors press Train at the same moment,
and every run has to finish, in order. With --limit, short classes that grow are held instead of the one,
until the 95th percentile passes one second.
Asked: 95th percentile 1 s, 5 MB for each visitor, memory back within 10 % a minute after they left, no error.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from PIL import Image, ImageDraw

from fmnist.data.facts import TEST_IMAGES
from fmnist.drawing import paper
from fmnist.drawing.picture_files import png_address, png_file
from fmnist.runs.store import Store
from tools.server import Server
from tools.streamlit_session import Session, SessionError

PAUSE = 3.0  # seconds between a visitor's clicks
LEFT_ALONE = 60.0  # seconds after which memory is to be back
PRESSING_TRAIN = 8
CLICKS_ALONE = 8  # of each kind; the operating system counts in hundredths of a second
SETTLED = 0.4  # seconds after a click in which what it has caused ends
SHORT_CLASS = 40.0  # seconds
GROWING = range(20, 101, 10)  # visitors
SLOW = 1.0  # seconds
LONG_RUNS = 8  # in the queue, one after the other, so that one trains all the while
MEGABYTE = 1e6

Step = Callable[[Session, random.Random], Awaitable[None]]


@dataclass
class Record:
    """What the visitors experienced."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # by what was done
    errors: list[str] = field(default_factory=list)

    def all(self) -> list[float]:
        """Seconds of every click."""
        return [seconds for times in self.seconds.values() for seconds in times]


# ---------------------------------------------------------------------------------- what a visitor does


async def explore(visitor: Session, chance: random.Random) -> None:
    """Open Explore from the navigation."""
    await visitor.follow("explore")


async def any_image(visitor: Session, chance: random.Random) -> None:
    """Press Random."""
    await visitor.click("explore_random")


async def image_by_number(visitor: Session, chance: random.Random) -> None:
    """Type the number of an image."""
    await visitor.set("explore_index", chance.randrange(TEST_IMAGES))


async def predict(visitor: Session, chance: random.Random) -> None:
    """Look at one test image."""
    await visitor.visit("predict?view=test")


async def test_image_by_number(visitor: Session, chance: random.Random) -> None:
    """Type the number of a test image."""
    await visitor.set("test_index", chance.randrange(TEST_IMAGES))


async def mistakes(visitor: Session, chance: random.Random) -> None:
    """Look at the mistakes."""
    await visitor.visit("predict?view=mistakes")


async def draw(visitor: Session, chance: random.Random) -> None:
    """Open the drawing paper."""
    await visitor.visit("predict?view=draw")


async def stroke(visitor: Session, chance: random.Random) -> None:
    """Draw a garment with one stroke."""
    await visitor.set("canvas", a_drawing(chance, ground_of(visitor)))


LESSON: tuple[Step, ...] = (
    explore,
    any_image,
    image_by_number,
    any_image,
    predict,
    test_image_by_number,
    test_image_by_number,
    mistakes,
    draw,
    stroke,
    stroke,
)


def ground_of(visitor: Session) -> str:
    """The colour of the sheet that the visitor's browser shows."""
    return json.loads(visitor.find("canvas").content.json)["initialDrawing"]["background"]


def a_drawing(chance: random.Random, ground: str) -> dict:
    """A wobbly outline of a T-shirt, as the paper sends it from a sheet of this colour."""
    corners = [(107, 64), (214, 64), (279, 107), (250, 150), (218, 129), (218, 264), (104, 264), (104, 129)]
    corners += [(71, 150), (43, 107), (107, 64)]
    picture = Image.new("L", (paper.SIDE, paper.SIDE), paper.PAPER)
    wobbly = [(x + chance.uniform(-9, 9), y + chance.uniform(-9, 9)) for x, y in corners]
    ImageDraw.Draw(picture).line(wobbly, fill=0, width=8)
    path = [["M" if number == 0 else "L", *point] for number, point in enumerate(wobbly)]
    objects = [{"type": "Path", "path": path, "stroke": "#000000", "strokeWidth": 8}]
    return {
        "drawing": {"raw": {"objects": objects, "background": ground}, "data": png_address(png_file(picture))}
    }


# ---------------------------------------------------------------------------------------- the class


async def attend(url: str, number: int, seconds: float, record: Record) -> None:
    """One visitor from arrival to leaving: a click every PAUSE seconds, however long the last one took."""
    chance = random.Random(number)
    await asyncio.sleep(PAUSE * chance.random())
    try:
        async with Session(url, "explore", pictures=True) as visitor:
            start = asyncio.get_running_loop().time()
            for count, step in enumerate(lesson(number)):
                due = start + count * PAUSE
                if due > start + seconds:
                    break
                await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
                await measure(step, visitor, chance, record)
            record.errors.extend(visitor.exceptions)
    except (SessionError, OSError) as error:
        record.errors.append(f"visitor {number}: {error}")


def lesson(number: int) -> Iterator[Step]:
    """The steps of the lesson again and again; not all begin on the same page."""
    begin = {0: 0, 1: LESSON.index(predict), 2: LESSON.index(draw)}[number % 3]
    steps = LESSON[begin:] + LESSON[:begin]
    while True:
        yield from steps


async def measure(step: Step, visitor: Session, chance: random.Random, record: Record) -> None:
    """Do one step and note how long it took."""
    started = time.perf_counter()
    try:
        await step(visitor, chance)
    except SessionError as error:
        record.errors.append(f"{step.__name__}: {error}")
        return
    record.seconds[step.__name__].append(time.perf_counter() - started)


async def hold_class(
    server: Server, visitors: int, seconds: float, left_alone: float = LEFT_ALONE
) -> tuple[Record, dict[str, float]]:
    """The whole class: what it experienced, and the web process's megabytes before, during and after."""
    record, memory = Record(), {}
    async with Session(server.url, "train", pictures=True) as teacher:
        await train(server, epochs=1)
        await teacher.until(lambda: states(server) == ["finished"], 120, "the first run did not finish")
        for seed in range(1, 1 + LONG_RUNS):
            await train(server, epochs=100, seed=seed)
        for step in LESSON:  # what is loaded once is loaded before memory is looked at
            await measure(step, teacher, random.Random(0), Record())
        memory["before"] = memory["during"] = megabytes(server)
        watching = asyncio.create_task(note_largest(server, memory))
        await asyncio.gather(*(attend(server.url, number, seconds, record) for number in range(visitors)))
        watching.cancel()
        if "running" not in states(server):
            record.errors.append("No run trained all the while, so these are not the figures asked for.")
        await asyncio.sleep(left_alone)
        memory["after"] = megabytes(server)
        record.errors.extend(teacher.exceptions)
    return record, memory


def states(server: Server) -> list[str]:
    """The state of each run."""
    return [run.state for run in Store(server.runs_dir).list()]


async def train(server: Server, **settings: object) -> None:
    """Start a run with these settings, as a person does who opens a link to them."""
    address = "train?" + "&".join(f"{name}={value}" for name, value in settings.items())
    async with Session(server.url, address) as visitor:
        await visitor.until(lambda: visitor.has("train"), 60, "Train did not appear")
        await visitor.click("train")


def megabytes(server: Server) -> float:
    """Resident memory of the web process."""
    return psutil.Process(server.process.pid).memory_info().rss / MEGABYTE


async def cost_of_clicks(server: Server) -> dict[str, tuple[float, float, float]]:
    """By what one visitor does alone: mean processor seconds of server, its children and visitor."""
    spent: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    chance = random.Random(0)
    async with Session(server.url, "train", pictures=True) as visitor:
        await train(server, epochs=1)
        await visitor.until(lambda: states(server) == ["finished"], 120, "the run did not finish")
        for round_ in range(1 + CLICKS_ALONE):
            for step in LESSON:
                before = processor_seconds(server)
                await step(visitor, chance)
                await asyncio.sleep(SETTLED)
                after = processor_seconds(server)
                if round_:  # in the first one things are loaded
                    spent[step.__name__].append(tuple(b - a for a, b in zip(before, after, strict=True)))
    return {name: tuple(map(statistics.fmean, zip(*rows, strict=True))) for name, rows in spent.items()}


def processor_seconds(server: Server) -> tuple[float, float, float]:
    """Processor time so far: of the web process, of its children, of this one."""
    web = psutil.Process(server.process.pid)
    times = []
    for process in (web, *web.children(recursive=True), psutil.Process()):
        with contextlib.suppress(psutil.NoSuchProcess):
            used = process.cpu_times()
            times.append(used.user + used.system)
    return times[0], sum(times[1:-1]), times[-1]


def find_limit(folder: str) -> int | None:
    """How many visitors it takes until the 95th percentile of a click passes a second; None if more."""
    for visitors in GROWING:
        with Server(new_folder(folder, f"class-{visitors}")) as server:
            record, _ = asyncio.run(hold_class(server, visitors, SHORT_CLASS, left_alone=0.0))
        median, p95 = statistics.median(record.all()), percentile_95(record.all())
        print(f"{visitors} visitors: median {median:.3f} s, 95 % within {p95:.3f} s", flush=True)
        if p95 > SLOW:
            return visitors
    return None


async def note_largest(server: Server, memory: dict[str, float]) -> None:
    """Keep the largest amount of memory seen in memory["during"]."""
    while True:
        memory["during"] = max(memory["during"], megabytes(server))
        await asyncio.sleep(0.5)


async def press_train_at_once(server: Server, store: Store) -> str:
    """Eight visitors press Train at the same moment; what became of it, in words."""
    visitors = [Session(server.url, f"train?epochs=1&seed={seed}") for seed in range(PRESSING_TRAIN)]
    for visitor in visitors:
        await visitor.__aenter__()
        await visitor.until(lambda visitor=visitor: visitor.has("train"), 60, "Train did not appear")
    try:
        await asyncio.gather(*(visitor.click("train") for visitor in visitors))
        limit = time.monotonic() + 60 * PRESSING_TRAIN
        while any(run.state in ("queued", "running") for run in store.list()) and time.monotonic() < limit:
            await asyncio.sleep(0.5)
    finally:
        for visitor in visitors:
            await visitor.__aexit__()
    return judge_runs(store)


def judge_runs(store: Store) -> str:
    """Whether eight runs with one epoch each have finished, one after the other."""
    runs = store.list()[::-1]
    began = [run.progress.started for run in runs]
    faults = [f"{run.id} is {run.state}" for run in runs if (run.state, run.epochs_done) != ("finished", 1)]
    if sorted(run.config.seed for run in runs) != list(range(PRESSING_TRAIN)):
        faults.append(f"the seeds are {[run.config.seed for run in runs]}")
    if began != sorted(began):
        faults.append("they did not begin in the order in which they were started")
    return "; ".join(faults) or f"all {PRESSING_TRAIN} finished, in order, none lost or doubled"


# -------------------------------------------------------------------------------------------- figures


def report(record: Record, memory: dict[str, float], visitors: int) -> None:
    """Print the figures."""
    for name, times in [*record.seconds.items(), ("all clicks", record.all())]:
        median, p95 = statistics.median(times), percentile_95(times)
        print(f"{name:22} {len(times):5}   median {median:6.3f} s   p95 {p95:6.3f} s")
    each = (memory["during"] - memory["before"]) / visitors
    print("web process, MB:", ", ".join(f"{when} {size:.0f}" for when, size in memory.items()))
    print(f"for each visitor: {each:.1f} MB; after/before: {memory['after'] / memory['before']:.2f}")
    print(f"errors: {len(record.errors)}", *record.errors[:10], sep="\n  ")


def percentile_95(times: list[float]) -> float:
    """The time within which 95 % of these end."""
    return sorted(times)[round(0.95 * (len(times) - 1))]


def report_costs(costs: dict[str, tuple[float, float, float]]) -> None:
    """Print processor time by what was done, the most expensive first."""
    print(f"{'processor time, ms':22} web process  children  visitor")
    for name, (web, children, visitor) in sorted(costs.items(), key=lambda item: -item[1][0]):
        print(f"{name:22} {1000 * web:11.0f} {1000 * children:9.0f} {1000 * visitor:8.0f}")
    web = statistics.fmean(costs[step.__name__][0] for step in LESSON)
    print(f"{'mean of the lesson':22} {1000 * web:11.0f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--limit", action="store_true", help="how many visitors one process carries")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Server(new_folder(folder, "alone")) as server:
        report_costs(asyncio.run(cost_of_clicks(server)))
    if wanted.limit:
        with tempfile.TemporaryDirectory() as folder:
            print(f"more than {SLOW:g} s with {find_limit(folder) or f'more than {GROWING[-1]}'} visitors")
        return
    with tempfile.TemporaryDirectory() as folder, Server(new_folder(folder, "lesson")) as server:
        record, memory = asyncio.run(hold_class(server, wanted.visitors, 60 * wanted.minutes))
        report(record, memory, wanted.visitors)
    with tempfile.TemporaryDirectory() as folder, Server(new_folder(folder, "rush")) as server:
        said = asyncio.run(press_train_at_once(server, Store(server.runs_dir)))
        print(f"{PRESSING_TRAIN} press Train at once: {said}")


def new_folder(parent: str, name: str) -> Path:
    """An empty runs folder."""
    folder = Path(parent) / name
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
