"""A teacher's lesson: in each line of a text a link of this program, and a sentence to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fmnist.language import N_, Words, say
from fmnist.lesson import links
from fmnist.runs.store import reason

MOST_STEPS, MOST_BYTES = 20, 64_000
LONGEST = 200  # letters of a sentence


@dataclass(frozen=True)
class LessonStep:
    """A page to open, and what is said to it."""

    page: str  # "explore", "train" or "predict"
    query: Mapping[str, str]
    words: str  # as typed: no Markdown, no HTML


Lesson = tuple[LessonStep, ...]


def read(text: str) -> tuple[Lesson, list[Words]]:
    """The steps of a lesson, and a sentence for each fault; with a fault there are no steps.

    Parameters
    ----------
    text : str
        Empty lines and those that begin with "#" are remarks.
    """
    steps: list[LessonStep] = []
    faults: list[Words] = []
    for number, line in enumerate(text.splitlines(), 1):
        link, _blank, words = line.strip().partition(" ")
        if not link or link.startswith("#"):
            continue
        found, words = links.read_link(link), " ".join(words.split())
        if found is None:
            message = N_("Line {line}: “{link:.60}” is no link of this dashboard.")
            faults.append(say(message, line=number, link=link))
        elif not words:
            faults.append(say(N_("Line {line} has no sentence after its link."), line=number))
        elif len(words) > LONGEST:
            message = N_("Line {line}: the sentence is longer than {most} letters.")
            faults.append(say(message, line=number, most=LONGEST))
        else:
            steps.append(LessonStep(*found, words))
    if len(steps) > MOST_STEPS:
        message = N_("A lesson has at most {most} steps; this one has {count}.")
        faults.append(say(message, most=MOST_STEPS, count=len(steps)))
    if not steps and not faults:
        faults.append(say(N_("This lesson has no steps: write a link and a sentence in each line.")))
    return () if faults else tuple(steps), faults


def load(file: Path | None) -> tuple[Lesson, list[Words]]:
    """`read` a file of UTF-8 text; nothing, and no fault, when there is none to be read."""
    if file is None:
        return (), []
    unreadable = N_("The lesson {file} cannot be read: {reason}.")
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES:,} bytes")
        return read(content.decode("utf-8-sig"))
    except OSError as error:
        return (), [say(unreadable, file=file.name, reason=reason(error))]
    except ValueError as error:
        return (), [say(unreadable, file=file.name, reason=error)]
