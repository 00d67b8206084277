"""What the fuzzer tries: pictures, messages of the drawing paper, IDX files and run folders.

A target makes inputs of two kinds, those that ought to be taken and broken ones, and puts one through the
program. That raises nothing but a `SaidError`, a sentence for a person; anything else is a fault.
"""

from __future__ import annotations

import copy
import gzip
import io
import json
import os
import random
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from fmnist.data import idx
from fmnist.drawing import examples
from fmnist.drawing.paper import PAPER, SIDE, Drawing, Message, Sheet
from fmnist.drawing.picture_files import open_picture, png_file
from fmnist.drawing.sketch import convert
from fmnist.evaluation.run_predictions import stands_at, why_not
from fmnist.evaluation.scores import Evaluation
from fmnist.language import SaidError
from fmnist.lesson import glossary, run_text
from fmnist.networks.config import RunConfig
from fmnist.runs import files
from fmnist.runs.store import EpochRow, Progress, Store

Random = random.Random
GZIP = b"\x1f\x8b"
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I")
KINDS = ("PNG", "JPEG", "WEBP")
MODES_OF = {
    "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I"},
    "JPEG": {"1", "L", "RGB", "CMYK", "YCbCr"},
}
NUMBERS = (0, 1, -1, 0.5, 1e308, -1e308, float("nan"), float("inf"), 2**31, 2**63, 10**400, 1e-320)
WORDS = (
    "",
    "\x00",
    "a" * 5_000,
    "\ud800",
    "<b>",
    "**x**",
    "🧥",
    "../../etc",
    "NaN",
    "٣",
    "queued",
    "running",
)
TOKENS = (
    b"\x00",
    b"\xff" * 4,
    b"\n",
    b",",
    b'"',
    b"nan",
    b"1e999",
    b"-1",
    b"[" * 3_000,
    b"{",
    b"\xef\xbb\xbf",
    b"\r",
)


def damaged(content: bytes, chance: Random) -> bytes:
    """Bytes changed in a few places: turned, cut out, repeated, exchanged or replaced."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        place = chance.randrange(len(changed) + 1)
        end = min(len(changed), place + chance.choice((1, 2, 4, 8, 64, 1_000)))
        how = chance.randrange(6)
        if how == 0 and place < len(changed):
            changed[place] ^= 1 << chance.randrange(8)
        elif how == 1:
            del changed[place:end]
        elif how == 2:
            changed[place:place] = changed[place:end]
        elif how == 3:
            changed[place:end] = chance.randbytes(end - place)
        elif how == 4:
            changed[place:place] = chance.choice(TOKENS)
        elif chance.random() < 0.2:
            del changed[place:]
    return bytes(changed)


def junk(chance: Random, depth: int = 0) -> Any:
    """Any value that JSON can hold, and some that it cannot."""
    simple = (None, True, False, chance.choice(NUMBERS), chance.choice(WORDS))
    if depth > 2 or chance.random() < 0.7:
        return chance.choice(simple)
    inner = [junk(chance, depth + 1) for _ in range(chance.randrange(4))]
    return inner if chance.random() < 0.5 else {str(number): value for number, value in enumerate(inner)}


def with_junk(value: Any, chance: Random) -> Any:
    """A copy of a tree of lists and tables in which one node is replaced, removed or repeated."""
    value = copy.deepcopy(value)
    node, keys = value, [None]
    while isinstance(node, dict | list) and node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = chance.choice(keys)
        if not isinstance(node[key], dict | list) or not node[key] or chance.random() < 0.3:
            if chance.random() < 0.2:
                del node[key]
            elif isinstance(node, list) and chance.random() < 0.2:
                node.extend([node[key]] * chance.choice((1, 10, 600)))
            else:
                node[key] = junk(chance)
            return value
        node = node[key]
    return junk(chance)


class Pictures:
    """Picture files → `open_picture` → `convert`."""

    name = "pictures"

    def seeds(self) -> list[bytes]:
        """Drawings and garment-like shapes, in every kind of file."""
        small = [_example(title) for title in examples.titles()[:3]]
        blob = Image.fromarray(
            np.pad(np.full((50, 40, 3), 60, np.uint8), ((30,), (40,), (0,)), constant_values=230)
        )
        return [_saved(each, "RGB", kind, Random(0)) for each in (*small, blob) for kind in KINDS]

    def valid(self, seed: bytes, chance: Random) -> bytes:
        """The picture, transformed and saved anew in some mode and kind."""
        try:
            picture = open_picture(seed).convert("RGB")
        except SaidError:
            picture = Image.new("RGB", (60, 60), (chance.randrange(256),) * 3)
        size = [
            max(1, min(1_500, round(edge * chance.choice((0.02, 0.3, 0.7, 1, 1, 1.5, 4)))))
            for edge in picture.size
        ]
        changes: list[Callable[[Image.Image], Image.Image]] = [
            lambda found: found.resize(size),
            lambda found: found.rotate(
                chance.uniform(-180, 180), expand=True, fillcolor=(chance.randrange(256),) * 3
            ),
            lambda found: found.filter(ImageFilter.GaussianBlur(chance.uniform(0, 5))),
            lambda found: ImageEnhance.Brightness(found).enhance(chance.uniform(0, 3)),
            lambda found: ImageEnhance.Contrast(found).enhance(chance.uniform(0, 3)),
            lambda found: Image.blend(
                found, Image.effect_noise(found.size, 90).convert("RGB"), chance.random()
            ),
            lambda found: found.crop((chance.randrange(found.width), 0, found.width, found.height)),
        ]
        for change in chance.sample(changes, chance.randrange(3)):
            picture = change(picture)
        kind = chance.choice(KINDS)
        modes = [mode for mode in MODES if mode in MODES_OF.get(kind, {"L", "RGB", "RGBA"})]
        return _saved(picture, chance.choice(modes), kind, chance)

    def broken(self, seed: bytes, chance: Random) -> bytes:
        """A file whose bytes are damaged."""
        return damaged(seed, chance)

    def try_out(self, data: bytes) -> None:
        """As an upload goes."""
        found = convert(open_picture(data))
        assert found.image.shape == (28, 28) and found.image.dtype == np.uint8, found.image
        assert all(step.title and step.explanation for step in found.steps)


class Papers:
    """What the drawing paper sends → `Drawing` → `Sheet` → `convert`; inputs are JSON."""

    name = "papers"

    def seeds(self) -> list[bytes]:
        """An empty paper, a picture with a stroke upon it, and strokes."""
        laid = Drawing.of_picture(_example(examples.titles()[0]))
        numbers = {"left": 40.5, "top": 30, "width": 90, "height": 9, "scaleX": 1, "scaleY": 1}
        ends = {"strokeLineCap": "round", "strokeLineJoin": "round", "strokeMiterLimit": 10}
        look = {"fill": None, "stroke": "#000000", "strokeWidth": 8, "originX": "left", "originY": "top"}
        path = [["M", 1, 2], ["Q", 3, 4, 5, 6], ["L", 7, 8]]
        stroke = {"type": "Path", **numbers, **ends, **look, "path": path}
        marks = [[], [stroke], [*laid.marks, stroke], [stroke] * 20]
        return [json.dumps({"marks": each, "paint": 3, "steps": "uruc"}).encode() for each in marks]

    def valid(self, seed: bytes, chance: Random) -> bytes:
        """Other strokes, another picture, other steps back and forth."""
        message = json.loads(seed)
        for mark in message.get("marks") or ():
            for key in ("left", "top", "strokeWidth"):
                if isinstance(mark, dict) and key in mark:
                    mark[key] = chance.uniform(0, 300)
        steps = "".join(chance.choice("urcamt") for _ in range(chance.randrange(8)))
        return json.dumps(message | {"paint": chance.randrange(40), "steps": steps}).encode()

    def broken(self, seed: bytes, chance: Random) -> bytes:
        """A message in which something is of another kind, or that is none."""
        message = json.loads(seed)
        changed = with_junk(message["marks"], chance) if "marks" in message else junk(chance)
        return json.dumps(message | {"marks": changed, "spoil": chance.randrange(1, 2**32)}).encode()

    def try_out(self, data: bytes) -> None:
        """As a drawing goes, with steps back and forth, and out of a browser's memory again."""
        message = json.loads(data)
        chance = Random(int(message.get("paint", 0)))
        picture = png_file(_scribble(chance))
        if (spoil := message.get("spoil", 0)) % 2:
            picture = damaged(picture, Random(spoil))
        said = Message.read({"objects": message.get("marks"), "background": Sheet().ground}, picture)
        drawing, sheet = said.drawing, Sheet().after(said)
        moves: dict[str, Callable[[Sheet], Sheet]] = {
            "u": Sheet.undo,
            "r": Sheet.redo,
            "c": Sheet.clear,
            "a": Sheet.anew,
            "m": lambda found: found.after(Message(drawing, found.ground)),
            "t": lambda found: Sheet.found(Drawing.of_text(found.now.text())),
        }
        for step in str(message.get("steps", "")):
            sheet = moves[step](sheet) if step in moves else sheet
        for found in (drawing, sheet.now):
            assert convert(found.image(), paper=PAPER).image.shape == (28, 28)


class IdxFiles:
    """Files of images and labels, packed or not → `idx.read` and `idx.check`; the first byte says which."""

    name = "idx files"

    def __init__(self) -> None:
        shapes = {b"i": (30, 28, 28), b"l": (30,)}
        self.files = {
            letter: idx.OfficialFile(official.name, 0, "0" * 64, shapes[letter], "0" * 64)
            for letter, official in zip(shapes, idx.OFFICIAL_FILES, strict=False)
        }

    def seeds(self) -> list[bytes]:
        """Both files, packed, unpacked, and packed in two parts."""
        raws = {
            letter: file.header + bytes(number % 10 for number in range(prod(file.shape)))
            for letter, file in self.files.items()
        }
        in_parts = [
            letter + gzip.compress(raw[:50]) + gzip.compress(raw[50:]) for letter, raw in raws.items()
        ]
        packed = [letter + gzip.compress(raw) for letter, raw in raws.items()]
        return [*in_parts, *packed, *(letter + raw for letter, raw in raws.items())]

    def valid(self, seed: bytes, chance: Random) -> bytes:
        """Other pixels, packed in another way."""
        letter = chance.choice(list(self.files))
        file = self.files[letter]
        most = 256 if len(file.shape) == 3 else 10
        raw = file.header + bytes(chance.randrange(most) for _ in range(prod(file.shape)))
        cut, level = chance.randrange(len(raw)), chance.randrange(10)
        ways = (raw, gzip.compress(raw, level), gzip.compress(raw[:cut], level) + gzip.compress(raw[cut:]))
        return letter + chance.choice(ways)

    def broken(self, seed: bytes, chance: Random) -> bytes:
        """Damaged bytes, of the file or of what is packed in it."""
        letter, content = seed[:1], seed[1:]
        if chance.random() < 0.4 and content[:2] == GZIP:
            with suppress(OSError, EOFError, zlib.error):
                return letter + gzip.compress(damaged(gzip.decompress(content), chance))
        return letter + damaged(content, chance)

    def try_out(self, data: bytes) -> None:
        """As a file of the data folder."""
        file, content = self.files[data[:1]], data[1:]
        array = idx.read(content, file)
        assert array.shape == file.shape and array.dtype == np.uint8
        with suppress(SaidError):  # it is not the official one
            idx.check(content, file)


class RunFolders:
    """Folders of runs → all that pages read of them; inputs are zip archives of one folder."""

    name = "run folders"

    def __init__(self) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="fuzz-")
        self.root = Path(self._place.name) / "runs"

    def seeds(self) -> list[bytes]:
        """Runs in every state."""
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder))
            for number, state in enumerate(("finished", "stopped", "failed", "queued", "running")):
                run = store.create(
                    RunConfig(epochs=3), info={"data": {"is_real": True, "source": "x"}}, name="A run"
                )
                run.write_progress(Progress(state, epoch=1, epochs=3, message="Why it ended."))
                if number < 3:
                    run.append_epoch(EpochRow(1, 0.5, 0.8, 0.5, 0.8, 1.0, 0.6, 0.79))
                    run.append_batches([(0.25, 0.9, 0.5), (0.5, 0.7, 0.6)])
                    run.save_model(_save_nothing)
                    run.write_predictions(np.full((10_000, 10), 0.1, np.float32))
                    (run.path / "log.txt").write_text("a line\n")
            return [_zipped(path) for path in sorted(Path(folder).iterdir())]

    def valid(self, seed: bytes, chance: Random) -> bytes:
        """Other settings, numbers, names, and epochs."""
        found = _unzipped(seed)
        config = RunConfig(
            epochs=chance.randint(1, 100), learning_rate=chance.uniform(1e-5, 1), seed=chance.randrange(99)
        )
        rows = [
            (number + 1, *(chance.random() for _ in range(4)), chance.uniform(0, 99))
            for number in range(chance.randint(1, 30))
        ]
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder))
            run = store.create(config, info={}, name=chance.choice(WORDS[5:]))
            run.annotate(chance.choice(WORDS[5:]))
            for row in rows if files.HISTORY in found else ():
                run.append_epoch(EpochRow(*row))
            run.write_progress(
                Progress(chance.choice(("finished", "stopped", "failed", "queued")), epochs=config.epochs)
            )
            return _zipped(
                run.path, {name: found[name] for name in (files.MODEL, files.PREDICTIONS) if name in found}
            )

    def broken(self, seed: bytes, chance: Random) -> bytes:
        """One file damaged: bytes, a value in it, gone, or something that is no file."""
        found = _unzipped(seed) or {files.CONFIG: b""}
        name = chance.choice(list(found))
        content, how = found[name], chance.random()
        if how < 0.1:
            del found[name]
        elif how < 0.2:
            found[name] = chance.choice((b"FOLDER", b"LINK", b"PIPE", b"UNREADABLE", b""))
        elif how < 0.6 and name.endswith(".json"):
            try:
                found[name] = json.dumps(with_junk(json.loads(content), chance)).encode()
            except (ValueError, RecursionError):
                found[name] = damaged(content, chance)
        else:
            found[name] = damaged(content, chance)
        return _packed(found)

    def try_out(self, data: bytes) -> None:
        """All that pages read of a run."""
        shutil.rmtree(self.root, ignore_errors=True)
        _lay_out(_unzipped(data), self.root / "20260101-000000-000000-0000")
        store = Store(self.root)
        listed = store.list()
        assert len(listed) == 1, listed
        run = store.open(listed[0].id)
        for found in (listed[0], store.snapshot(run.id)):
            words = [
                found.problem,
                found.progress.message,
                run_text.title(found.name, found.config),
                found.note,
            ]
            words += [run_text.progress_line(found.progress, found.history), stands_at(found), found.created]
            words += [
                run.name,
                run.note,
                run.log,
                run.problem,
                run.info,
                run.owner,
                why_not(run.id, store, listed),
            ]
            " ".join(map(str, words)).encode("utf-8")
            _ = found.batches, found.seconds, found.test_accuracy, found.data, run.progress, run.history
            probabilities = found.predictions()
            if found.config is not None:
                glossary.numbers(found.config, found.history, None)
                run_text.differing_settings(found.config)
        if probabilities is not None:
            _ = Evaluation(np.zeros(10_000, np.uint8), probabilities).confusion
        store.delete(run.id) if run.state not in ("queued", "running") else run.request_stop()


TARGETS = {target.name: target for target in (Pictures, Papers, IdxFiles, RunFolders)}


# --------------------------------------------------------------------------------------------- internal


def _example(title: str) -> Image.Image:
    return open_picture(examples.png_of(title)).convert("RGB")


def _saved(picture: Image.Image, mode: str, kind: str, chance: Random) -> bytes:
    if mode.startswith("I"):
        picture = Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    options: dict[str, Any] = {"PNG": {}, "WEBP": {"quality": chance.randint(1, 100)}}.get(
        kind, {"quality": chance.randint(1, 100), "progressive": chance.random() < 0.5}
    )
    if chance.random() < 0.2:
        options["exif"] = Image.Exif()
        options["exif"][0x0112] = chance.randint(0, 9)
    if chance.random() < 0.2 and kind == "PNG" and mode in ("L", "P"):
        options["transparency"] = chance.randrange(256)
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _scribble(chance: Random) -> Image.Image:
    picture = Image.new("L", (SIDE, SIDE), PAPER)
    for _ in range(chance.randrange(6)):
        corner = chance.randrange(SIDE), chance.randrange(SIDE)
        size = chance.randint(1, SIDE // 2), chance.randint(1, SIDE // 2)
        picture.paste(chance.randrange(256), (*corner, corner[0] + size[0], corner[1] + size[1]))
    return picture


def _save_nothing(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights", bytes(100))


def _zipped(folder: Path, more: dict[str, bytes] | None = None) -> bytes:
    names = [path for path in folder.iterdir() if path.name not in (files.LOCK, files.RESERVE)]
    return _packed({path.name: path.read_bytes() for path in names} | (more or {}))


def _packed(contents: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def _unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _lay_out(contents: dict[str, bytes], folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, content in contents.items():
        path = folder / name
        if content == b"FOLDER":
            path.mkdir()
        elif content == b"LINK":
            path.symlink_to("/etc/passwd")
        elif content == b"PIPE":
            os.mkfifo(path)
        else:
            path.write_bytes(content)
            path.chmod(0 if content == b"UNREADABLE" else 0o644)
