"""How well drawings by people are recognised: python -m benchmarks.sketch_accuracy [FOLDER] [--paper].

FOLDER (default: ../shared/data/sketches beside the repository) holds drawings of
the Quick, Draw! data set (Google, CC BY 4.0), one file a word, one JSON object a line, `drawing` a list of
strokes [[x…], [y…]]. They are drawn with a round pen on a white canvas, as on the Draw page, and converted by
the same code as there; with --paper they are drawn on the Draw page itself, in a real browser, and a second
table says how they are recognised then. Nothing in this repository is trained on them.

The expected calibration error is the mean distance between confidence and share of right answers (also-right
classes included) in ten bins of confidence (Guo and others 2017), without drawings that are told to be none.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from fmnist.data import sources
from fmnist.drawing import sketch
from fmnist.networks.shipped import MODEL_PATH

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "sketches"

# What a word should be called, then what is right as well: a jacket may be a pullover or a shirt.
RIGHT = {
    "t-shirt": (0,),
    "pants": (1,),
    "sweater": (2,),
    "jacket": (4, 2, 6),
    "flip-flops": (5,),
    "shoe": (7, 9),
    "purse": (8,),
    "shorts": (1,),
    "backpack": (8,),
    "suitcase": (8,),
}
ASKED = ("t-shirt", "pants", "sweater", "jacket", "flip-flops", "shoe", "purse")


@dataclass(frozen=True)
class Canvas:
    """How a drawing is put on the canvas."""

    size: int = 320  # pixels, square
    pen: int = 8  # pixels
    filling: float = 0.8  # share of the canvas that the longest edge takes
    mirrored: bool = False

    where: str = "canvas"


PENS = (
    Canvas(),
    Canvas(280, 4),
    Canvas(400, 6, 0.6),
    Canvas(280, 12, 0.9),
    Canvas(400, 16, 0.7, True),
    Canvas(mirrored=True),
)
PAGE = Canvas(where="paper of the Draw page,")


def main(arguments: list[str] | None = None) -> int:
    """Judge all drawings with the tutorial network and with Sketch-ready, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--model", type=Path, default=MODEL_PATH, help="default: the shipped Sketch-ready")
    parser.add_argument(
        "--tutorial", type=Path, help="a trained tutorial network; default: train one, 5 epochs"
    )
    parser.add_argument("--without-tutorial", action="store_true", help="judge with Sketch-ready only")
    parser.add_argument("--all-pens", action="store_true", help="also other canvases, pens, and mirrored")
    parser.add_argument(
        "--both-views",
        action="store_true",
        help="also the mean judgement of each drawing and its mirror image",
    )
    parser.add_argument("--paper", action="store_true", help="also drawn on the Draw page in Chromium")
    parser.add_argument("--json", action="store_true", help="one JSON object for each network and canvas")
    options = parser.parse_args(arguments)
    drawings = read(options.folder)
    if not drawings:
        print(f"No drawings (*.ndjson of the ten words) in {options.folder}.", file=sys.stderr)
        return 1
    papers = [(canvas, from_files(drawings, canvas)) for canvas in (PENS if options.all_pens else PENS[:1])]
    if options.paper:
        papers.append((PAGE, on_page(drawings)))
    for title, model in _judges(options):
        for canvas, images in papers:
            _report(title, canvas, Judged.by(model, images), options.json)
            if options.both_views:
                _report(f"{title}, both views", canvas, Judged.by(model, images, True), options.json)
    return 0


def read(folder: Path) -> dict[str, list]:
    """Word → its drawings, each a list of strokes."""
    files = {word: folder / f"{word}.ndjson" for word in RIGHT}
    return {
        word: [json.loads(line)["drawing"] for line in file.read_text("utf-8").splitlines() if line.strip()]
        for word, file in files.items()
        if file.is_file()
    }


def on_canvas(strokes: list, canvas: Canvas) -> Image.Image:
    """The strokes drawn with a round black pen on white paper."""
    picture = Image.new("L", (canvas.size, canvas.size), 255)
    pencil = ImageDraw.Draw(picture)
    radius = canvas.pen / 2
    for placed in placed_on(canvas, strokes):
        pencil.line(placed.ravel().tolist(), fill=0, width=canvas.pen)
        for x, y in placed.tolist():
            pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return picture


def placed_on(canvas: Canvas, strokes: list) -> Iterable[np.ndarray]:
    """The points (n, 2) of each stroke in pixels of the canvas."""
    points = [np.array(stroke[:2], float).T for stroke in strokes]
    low, high = np.concatenate(points).min(0), np.concatenate(points).max(0)
    scale = canvas.filling * canvas.size / max((high - low).max(), 1)
    for stroke in points:
        yield (stroke - (low + high) / 2) * scale * (-1 if canvas.mirrored else 1, 1) + canvas.size / 2


def from_files(drawings: dict[str, list], canvas: Canvas) -> dict[str, list]:
    """Word → what the network is given of each drawing: (28, 28) uint8, or None if it is told to be none."""
    return {
        word: [_image(sketch.convert(on_canvas(drawing, canvas))) for drawing in strokes]
        for word, strokes in drawings.items()
    }


def _image(conversion: sketch.Conversion) -> np.ndarray | None:
    return None if conversion.hint else conversion.image


def on_page(drawings: dict[str, list]) -> dict[str, list]:
    """What `from_files` gives, of strokes drawn with a mouse on the paper of the running dashboard."""
    from tools.drawn_paper import Paper
    from tools.server import Server, open_browser

    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        runs = Path(folder) / "runs"
        runs.mkdir()
        with Server(runs) as server:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            paper = Paper(page).open(server.url, f"&brush={PAGE.pen}")
            return {word: [_drawn(paper, each) for each in strokes] for word, strokes in drawings.items()}


def _drawn(paper, strokes: list) -> np.ndarray | None:
    """Draw on the empty paper, take the image the network is given, and clear the paper again."""
    for placed in placed_on(PAGE, strokes):
        paper.draw((placed / PAGE.size).tolist())
    paper.wait_for_marks(len(strokes))
    button = paper.page.locator(".st-key-download button")
    image = None
    if button.count():
        with paper.page.expect_download() as download:
            button.click()
        image = np.asarray(Image.open(download.value.path()))
    paper.press("Clear")
    paper.wait_for_marks(0)
    return image


@dataclass(frozen=True)
class Judged:
    """Word → (n, 10) probabilities, and (n,) bool: whether a drawing was taken for one."""

    probabilities: dict[str, np.ndarray]
    told: dict[str, np.ndarray]

    @classmethod
    def by(cls, model, drawings: dict[str, list], both_views: bool = False) -> Judged:
        """What a network makes of the images that `from_files` gives."""
        probabilities, told = {}, {}
        for word, found in drawings.items():
            images = np.stack([np.zeros((28, 28), np.uint8) if image is None else image for image in found])
            views = (images, images[:, :, ::-1]) if both_views else (images,)
            judged = [model.predict(view / np.float32(255), verbose=0) for view in views]
            probabilities[word] = np.mean(judged, axis=0)
            told[word] = np.array([image is not None for image in found])
        return cls(probabilities, told)

    def scores(self) -> dict[str, np.ndarray]:
        """Word → (n, 3) bool: top-1, top-1 with also-right classes, top-3; with a hint, all are wrong."""
        scores = {}
        for word, probabilities in self.probabilities.items():
            order, right = np.argsort(-probabilities, axis=1), RIGHT[word]
            marks = [order[:, 0] == right[0], np.isin(order[:, 0], right), (order[:, :3] == right[0]).any(1)]
            scores[word] = np.stack(marks, 1) & self.told[word][:, None]
        return scores

    def calibration_error(self) -> float:
        """The expected calibration error of all drawings taken for one."""
        told = np.concatenate(list(self.told.values()))
        confidence = np.concatenate([each.max(1) for each in self.probabilities.values()])[told]
        right = np.concatenate([marks[:, 1] for marks in self.scores().values()])[told]
        return expected_calibration_error(confidence, right)


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """The mean distance between confidence (n,) and share of right answers, bool (n,), in equal bins."""
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[places == place].sum() - right[places == place].sum()) for place in range(bins)]
    return float(sum(gaps) / len(confidence))


def _judges(options: argparse.Namespace):
    import keras

    if not options.without_tutorial:
        yield (
            "tutorial network",
            keras.models.load_model(options.tutorial) if options.tutorial else _tutorial(),
        )
    yield "Sketch-ready", keras.models.load_model(options.model)


def _tutorial():
    """The network of TensorFlow's tutorial, trained as there."""
    import keras

    dataset = sources.load()
    if not dataset.is_real:
        print(dataset.notice, file=sys.stderr)
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Flatten(), keras.layers.Dense(128, "relu"), keras.layers.Dense(10, "softmax")]
    model = keras.Sequential([keras.Input((28, 28)), *layers])
    model.compile("adam", "sparse_categorical_crossentropy", steps_per_execution=75)
    model.fit(dataset.train_images / np.float32(255), dataset.train_labels, epochs=5, verbose=0)
    return model


def _report(title: str, canvas: Canvas, judged: Judged, as_json: bool) -> None:
    scores, error = judged.scores(), judged.calibration_error()
    rows = {word: (len(marks), *marks.mean(0)) for word, marks in scores.items()}
    asked = [marks for word, marks in scores.items() if word in ASKED]
    others = [marks for word, marks in scores.items() if word not in ASKED]
    for name, group in (("the seven words together", asked), ("the other three", others)):
        if group:
            together = np.concatenate(group)
            rows[name] = (len(together), *together.mean(0))
    if as_json:
        print(
            json.dumps({"network": title, "canvas": vars(canvas), "scores": rows, "calibration_error": error})
        )
        return
    mirrored = ", mirrored" if canvas.mirrored else ""
    print(f"\n{title}, {canvas.where} {canvas.size} pixels, pen {canvas.pen}{mirrored}")
    print(f"{'word':26}{'drawings':>9}{'top-1':>8}{'also right':>12}{'top-3':>8}")
    for name, (count, first, also, third) in rows.items():
        print(f"{name:26}{count:9}{first:8.0%}{also:12.0%}{third:8.0%}")
    print(f"expected calibration error of all {error:.3f}")


if __name__ == "__main__":
    sys.exit(main())
