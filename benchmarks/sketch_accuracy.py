"""How well drawings by people are recognised: python -m benchmarks.sketch_accuracy [FOLDER] [--paper].

FOLDER (default: ../shared/data/sketches beside the repository) holds drawings of
the Quick, Draw! data set (Google, CC BY 4.0), one file a word, one JSON object a line, `drawing` a list of
strokes [[x…], [y…]]. They are drawn with a round pen on a white canvas, as on the Draw page, and converted by
the same code as there; with --paper they are drawn on the Draw page itself, in a real browser, and a second
table says how they are recognised then. Nothing in this repository is trained on them.
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
            _report(title, canvas, score(model, images), options.json)
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


def score(model, drawings: dict[str, list]) -> dict[str, np.ndarray]:
    """Word → (n, 3) bool: top-1, top-1 with also-right classes, top-3; with a hint, all are wrong."""
    scores = {}
    for word, found in drawings.items():
        images = np.stack([np.zeros((28, 28), np.uint8) if image is None else image for image in found])
        order = np.argsort(-model.predict(images / np.float32(255), verbose=0), axis=1)
        right = RIGHT[word]
        told = np.array([image is not None for image in found])
        marks = [order[:, 0] == right[0], np.isin(order[:, 0], right), (order[:, :3] == right[0]).any(1)]
        scores[word] = np.stack(marks, 1) & told[:, None]
    return scores


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


def _report(title: str, canvas: Canvas, scores: dict[str, np.ndarray], as_json: bool) -> None:
    rows = {word: (len(marks), *marks.mean(0)) for word, marks in scores.items()}
    asked = [marks for word, marks in scores.items() if word in ASKED]
    others = [marks for word, marks in scores.items() if word not in ASKED]
    for name, group in (("the seven words together", asked), ("the other three", others)):
        if group:
            together = np.concatenate(group)
            rows[name] = (len(together), *together.mean(0))
    if as_json:
        print(json.dumps({"network": title, "canvas": vars(canvas), "scores": rows}))
        return
    mirrored = ", mirrored" if canvas.mirrored else ""
    print(f"\n{title}, {canvas.where} {canvas.size} pixels, pen {canvas.pen}{mirrored}")
    print(f"{'word':26}{'drawings':>9}{'top-1':>8}{'also right':>12}{'top-3':>8}")
    for name, (count, first, also, third) in rows.items():
        print(f"{name:26}{count:9}{first:8.0%}{also:12.0%}{third:8.0%}")


if __name__ == "__main__":
    sys.exit(main())
