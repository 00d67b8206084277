"""Is a photo judged like its clean copy? python -m benchmarks.photo_robustness [--quick] [--json]

Test images enlarged smoothly and drawings made by the program are laid on paper and photographed with one
disturbance at a time, then with three at once. Printed for each: the share that the shipped network judges as
it judges the clean copy. The clean copy goes through the same conversion. About three minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from fmnist.data import sources  # noqa: E402
from fmnist.drawing import sketch  # noqa: E402
from fmnist.networks.shipped import MODEL_PATH  # noqa: E402
from fmnist.training.prediction import Models  # noqa: E402
from tools import photographed  # noqa: E402

GARMENTS, DRAWINGS, QUICK = 200, 50, 5  # with --quick, one in QUICK of them
ASKED_ALONE, ASKED_TOGETHER, ASKED_MILLISECONDS = 0.95, 0.85, 400
AT_ONCE = 3
LARGE = 12  # megapixels


def main(arguments: list[str] | None = None) -> int:
    """Print a row for each disturbance; 1 if a share or the time falls short of what is asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help=f"one in {QUICK} of the garments and drawings")
    parser.add_argument("--json", action="store_true", help="one JSON object for each disturbance")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", help="comma-separated: these disturbances only")
    options = parser.parse_args(arguments)
    judge = Judge()
    things = list(_things(options.seed, QUICK if options.quick else 1))
    clean = judge.classes([sketch.convert(photographed.clean(thing)) for _, thing in things])
    rows = [_row(name, things, clean, judge, options.seed) for name in _wanted(options.only)]
    time_taken = milliseconds(things[0][1])
    for row in rows:
        _report(row, options.json)
    _report({"name": f"{LARGE} megapixels, opened and converted", "milliseconds": time_taken}, options.json)
    return int(any(row["share"] < row["asked"] for row in rows) or time_taken > ASKED_MILLISECONDS)


class Judge:
    """The shipped network."""

    def __init__(self) -> None:
        self.models = Models()

    def classes(self, conversions: list[sketch.Conversion]) -> np.ndarray:
        """The predicted class of each, int (n,); -1 for what got a hint."""
        images = np.stack([conversion.image for conversion in conversions])
        found = self.models.predict(MODEL_PATH, images).argmax(1)
        return np.where([bool(conversion.hint) for conversion in conversions], -1, found)


def _things(seed: int, every: int) -> Iterator[tuple[str, Image.Image]]:
    """As many garments of each class, then as many drawings of each class."""
    dataset = sources.load()
    if dataset.notice:
        print(dataset.notice, file=sys.stderr)
    for label in range(10):
        places = np.flatnonzero(dataset.test_labels == label)
        chosen = np.random.default_rng((seed, label)).choice(places, GARMENTS // 10 // every, replace=False)
        for place in chosen:
            yield "garment", photographed.garment(dataset.test_images[place])
    for number in range(DRAWINGS // every):
        yield "drawing", photographed.drawing(number % 10, 1000 * seed + number)


def _wanted(only: str | None) -> list[str]:
    names = [*photographed.DISTURBANCES, "three at once"]
    return [name for name in names if only is None or name in only.split(",")]


def _row(
    name: str, things: list[tuple[str, Image.Image]], clean: np.ndarray, judge: Judge, seed: int
) -> dict:
    random = Random(f"{seed} {name}")
    conversions = []
    for number, (_, thing) in enumerate(things):
        names = (
            tuple(random.sample(sorted(photographed.DISTURBANCES), AT_ONCE)) if "once" in name else (name,)
        )
        file = photographed.file_of(thing, photographed.disturbed(names, 1000 * seed + number))
        conversions.append(sketch.convert(sketch.open_picture(file)))
    same = judge.classes(conversions) == clean
    kinds = np.array([kind for kind, _ in things])
    asked = ASKED_TOGETHER if "once" in name else ASKED_ALONE
    shares = {kind: float(same[kinds == kind].mean()) for kind in ("garment", "drawing")}
    return {"name": name, "share": float(same.mean()), "asked": asked, **shares}


def milliseconds(thing: Image.Image) -> float:
    """Opening and converting a photo of LARGE megapixels, the median of five."""
    photo = photographed.Photo(megapixels=LARGE, noise=5, paper=200, shade=0.2, quality=85)
    file, times = photographed.file_of(thing, photo), []
    for _ in range(5):
        begun = time.perf_counter()
        sketch.convert(sketch.open_picture(file))
        times.append(1000 * (time.perf_counter() - begun))
    return float(np.median(times))


def _report(row: dict, as_json: bool) -> None:
    if as_json:
        print(json.dumps(row), flush=True)
    elif "share" in row:
        short = "" if row["share"] >= row["asked"] else f"   less than {row['asked']:.0%}"
        kinds = f"garments {row['garment']:6.1%}, drawings {row['drawing']:6.1%}"
        print(f"{row['name']:16}{row['share']:7.1%}   {kinds}{short}", flush=True)
    else:
        print(f"{row['name']}: {row['milliseconds']:.0f} ms", flush=True)


if __name__ == "__main__":
    sys.exit(main())
