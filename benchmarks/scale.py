"""What 300, 3,000 and 30,000 students need: python -m benchmarks.scale [--click 0.05] [--run 4] …

A simulation on top of what was measured on one machine. A web process answers one click at a time, so it is
a queue: each of its visitors thinks, clicks, and waits for the page. Trainings wait for a seat, which trains
one run at a time. Printed: how many visitors a process carries, how many processes, seats, cores and how much
memory and disk a lesson needs, and what it costs. Compare the first with `benchmarks.classroom --limit`.
"""

from __future__ import annotations

import argparse
import heapq
import math
from dataclasses import dataclass

import numpy as np

CLASSES = (300, 3_000, 30_000)  # students who have the lesson at the same time
SLOWEST = 1.0  # seconds within which 95 % of the clicks are answered
LONGEST_WAIT = 10.0  # seconds within which 95 % of the trainings begin
SIMULATED = 600.0  # seconds of a lesson


@dataclass(frozen=True)
class Assumed:
    """What a lesson is like, and what was measured: docs/figures.md says where."""

    click: float = 0.05  # processor seconds of the web process for a click, on a quiet machine
    pause: float = 3.0  # seconds between the answer to a click and the next one
    process: float = 310.0  # megabytes of a web process without visitors
    visitor: float = 1.3  # megabytes for each visitor
    runs: float = 6.0  # trainings of a student in a lesson
    run: float = 4.0  # seconds of the tutorial's network from start to score, on a seat that is warm
    slow_share: float = 0.1  # of the trainings, those of a convolutional network
    slow: float = 60.0  # seconds of the small convolutional network
    seat: float = 600.0  # megabytes of a training process with TensorFlow
    lesson: float = 45.0  # minutes
    folder: float = 5.0  # megabytes of a run with its moments
    price: float = 0.04  # for a core and an hour, in the currency of whoever pays


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    defaults = Assumed()
    for name, value in vars(defaults).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=value)
    assumed = Assumed(**vars(parser.parse_args()))
    carried = visitors_of_a_process(assumed)
    print(f"a web process carries {carried} visitors: 95 % of their clicks are answered within {SLOWEST:g} s")
    columns = ("students", "web processes", "seats", "cores", "memory GB", "disk GB", "cost of a lesson")
    print("   ".join(columns))
    for students in CLASSES:
        row = needs(students, carried, assumed)
        print("   ".join(f"{value:>{len(name)},}" for name, value in zip(columns, row, strict=True)))


def visitors_of_a_process(assumed: Assumed) -> int:
    """The most visitors of one web process whose clicks are answered in time."""
    low, high = 1, 2 * math.ceil(assumed.pause / assumed.click)
    while low < high:
        middle = (low + high + 1) // 2
        if np.quantile(answers(middle, assumed), 0.95) <= SLOWEST:
            low = middle
        else:
            high = middle - 1
    return low


def answers(visitors: int, assumed: Assumed) -> np.ndarray:
    """Seconds from click to answer of all clicks of one process's visitors, (clicks,) float64.

    A closed queue with one server: think times exponential around the pause, services around the click's
    with a coefficient of variation of a half (pages differ that much).
    """
    chance = np.random.default_rng(visitors)
    events = [(float(at), number) for number, at in enumerate(chance.exponential(assumed.pause, visitors))]
    heapq.heapify(events)
    free, taken = 0.0, []
    while events[0][0] < SIMULATED:
        clicked, number = heapq.heappop(events)
        free = max(free, clicked) + chance.gamma(4.0, assumed.click / 4.0)
        taken.append(free - clicked)
        heapq.heappush(events, (free + chance.exponential(assumed.pause), number))
    return np.array(taken)


def needs(students: int, carried: int, assumed: Assumed) -> tuple[int, int, int, int, int, int, float]:
    """Students, web processes, seats, cores, gigabytes of memory and of disk, and the price of a lesson."""
    processes = math.ceil(students / carried)
    seats = seats_for(students, assumed)
    cores = processes + seats
    memory = processes * assumed.process + students * assumed.visitor + seats * assumed.seat
    disk = students * assumed.runs * assumed.folder
    cost = round(cores * assumed.lesson / 60 * assumed.price, 2)
    return students, processes, seats, cores, math.ceil(memory / 1000), math.ceil(disk / 1000), cost


def seats_for(students: int, assumed: Assumed) -> int:
    """The fewest seats on which 95 % of the trainings begin in time."""
    chance = np.random.default_rng(students)
    count = round(students * assumed.runs)
    begins = np.sort(chance.uniform(0, 60 * assumed.lesson, count))
    lasts = np.where(chance.random(count) < assumed.slow_share, assumed.slow, assumed.run)
    low = max(1, math.floor(lasts.sum() / (60 * assumed.lesson)))
    high = 4 * low + 4
    while low < high:
        middle = (low + high) // 2
        if np.quantile(waits(begins, lasts, middle), 0.95) <= LONGEST_WAIT:
            high = middle
        else:
            low = middle + 1
    return low


def waits(begins: np.ndarray, lasts: np.ndarray, seats: int) -> np.ndarray:
    """Seconds for which each training waits, first come, first served, (n,) float64."""
    free = [0.0] * seats
    waited = np.empty(len(begins))
    for place, (begin, last) in enumerate(zip(begins.tolist(), lasts.tolist(), strict=True)):
        start = max(begin, heapq.heappop(free))
        waited[place] = start - begin
        heapq.heappush(free, start + last)
    return waited


if __name__ == "__main__":
    main()
