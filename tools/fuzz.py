"""Look for inputs that end in a traceback: mutated pictures, drawings, IDX files and run folders.

Run it:  python -m tools.fuzz --minutes 20 --seed 0

A loop over seeds that are valid. More than half of the inputs are made so that they ought to be taken, the
others are damaged. It is guided by coverage: an input that reaches a line of fmnist/ which none has reached
becomes a seed. No library for that is needed: `sys.settrace` sees the lines, and there is more to gain from
knowing the formats than from speed. An exception that is no sentence (`SaidError`), a message that says
nothing, or an input that takes ten seconds of processor is a finding: it is kept, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from fmnist.language import SaidError
from tools.fuzz_targets import TARGETS

SHARE_VALID = 0.6
MOST_SECONDS = 10  # of processor for one input
MOST_SEEDS = 400
PACKAGE = str(Path(__file__).resolve().parent.parent / "fmnist")


def main() -> int:
    """Print what was tried and found; 0 when nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=20.0, help="in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=list(TARGETS), help="one kind of input")
    parser.add_argument(
        "--keep", type=Path, help="folder for inputs that were found (default: a temporary one)"
    )
    asked = parser.parse_args()
    keep = asked.keep or Path(tempfile.mkdtemp(prefix="fuzz-found-"))
    names = [asked.only] if asked.only else list(TARGETS)
    warnings.simplefilter("ignore")  # of Pillow: not for the person who gave the picture
    signal.signal(signal.SIGPROF, _give_up)
    found = sum(fuzz(name, asked.minutes * 60 / len(names), asked.seed, keep) for name in names)
    print(f"{found} findings{f', their inputs in {keep}' if found else ''}")
    return 1 if found else 0


def fuzz(name: str, seconds: float, seed: int, keep: Path) -> int:
    """Try inputs of one kind for so long; how many different faults were found."""
    target, chance = TARGETS[name](), random.Random(seed)
    taken, lines, tally = target.seeds(), _Lines(), Counter()
    refused: list[bytes] = []
    faults: dict[str, str] = {}
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if chance.random() < SHARE_VALID:
            data = target.valid(chance.choice(taken), chance)
        else:
            data = target.broken(chance.choice(taken + refused), chance)
        with lines:
            outcome, fault = _try(target, data)
        tally[outcome] += 1
        if fault and fault not in faults:
            faults[fault] = _kept(data, keep, name)
            print(f"{name}: {faults[fault]}\n{fault}", flush=True)
        if lines.grew() and outcome != "fault" and len(taken) + len(refused) < MOST_SEEDS:
            (taken if outcome == "taken" else refused).append(data)
    tried = sum(tally.values())
    print(
        f"{name}: {tried:,} inputs, {tally['taken']:,} taken ({tally['taken'] / max(1, tried):.0%}), ", end=""
    )
    print(f"{tally['refused']:,} refused with a sentence, {len(faults)} faults; ", end="")
    print(f"{len(lines.seen):,} lines reached, {len(taken) + len(refused)} seeds", flush=True)
    return len(faults)


def _try(target: Any, data: bytes) -> tuple[str, str]:
    """What became of an input ("taken", "refused" or "fault"), and the fault in words."""
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    try:
        target.try_out(data)
        return "taken", ""
    except SaidError as error:
        words = str(error)
        if len(words.split()) < 3 or "Errno" in words or "Error(" in words:
            return "fault", f"no sentence: {words!r}"
        return "refused", ""
    except Exception:
        return "fault", "".join(traceback.format_exc(limit=-4))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {MOST_SECONDS} seconds of processor")


def _kept(data: bytes, keep: Path, name: str) -> str:
    keep.mkdir(parents=True, exist_ok=True)
    path = keep / f"{name.replace(' ', '-')}-{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    return str(path)


class _Lines:
    """The lines of fmnist/ that have been reached while it was entered."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()
        self._before = 0

    def __enter__(self) -> None:
        self._before = len(self.seen)
        sys.settrace(self._enter)

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def grew(self) -> bool:
        """Whether a new one was among them."""
        return len(self.seen) > self._before

    def _enter(self, frame: FrameType, event: str, _argument: object) -> Any:
        return self._line if frame.f_code.co_filename.startswith(PACKAGE) else None

    def _line(self, frame: FrameType, event: str, _argument: object) -> Any:
        self.seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


if __name__ == "__main__":
    sys.exit(main())
