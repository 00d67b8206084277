"""The rules of where things lie, each a function from a root folder to what breaks it, in sentences."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ORDER = (
    ("language", "environment"),
    ("data", "drawing"),
    ("networks",),
    ("runs",),
    ("training", "evaluation"),
    ("workers", "plots", "lesson"),
    ("__init__", "__main__"),
)
"""The rooms of fmnist, floor by floor. A room knows those on floors below, and none on its own floor."""

NOT_THE_PROGRAM = ("tests", "tools", "benchmarks", "docs")
TENSORFLOW = ("tensorflow", "keras")
MOST_LOOSE_FILES = 5
TESTS_OF_SEVERAL = {
    "runs/test_on_windows.py": "files, state and store, where there is no fcntl",
    "networks/test_exported_runs.py": "what export writes and training.fit computes",
    "test_command_line.py": "__main__, by its commands",
    "test_sentences.py": "language, the sentences that travel as data",
}
"""Tests in tests/unit whose names are not those of a file in fmnist, and what they test."""


def imports_against_the_order(root: Path) -> list[str]:
    """What a file of the program imports from a room that it is not to know."""
    return [
        f"{path}:{line} imports {module}"
        for path in _program(root)
        for module, line in _imports(root, path)
        if not _may_know(path.with_suffix("").parts, tuple(module.split(".")))
    ]


def tensorflow_outside_training(root: Path) -> list[str]:
    """Where the program imports TensorFlow or Keras elsewhere than in fmnist/training."""
    return [
        f"{path}:{line} imports {module}"
        for path in _program(root)
        if path.parts[:2] != ("fmnist", "training")
        for module, line in _imports(root, path)
        if module.split(".")[0] in TENSORFLOW
    ]


def training_loaded_early(root: Path) -> list[str]:
    """Where a file of the web process has TensorFlow loaded with it, through fmnist/training."""
    return [
        f"{path}:{line} imports {module}"
        for path in _program(root)
        if path.parts[:2] not in (("fmnist", "training"), ("fmnist", "__main__.py"))
        for module, line in _imports(root, path, at_the_top=True)
        if module.startswith("fmnist.training")
    ]


def too_many_loose_files(root: Path) -> list[str]:
    """The Python files that lie directly in fmnist, when there are more than five."""
    loose = sorted(path.name for path in (root / "fmnist").glob("*.py"))
    return loose if len(loose) > MOST_LOOSE_FILES else []


def packages_without_a_purpose(root: Path) -> list[str]:
    """Packages whose `__init__.py` is missing or does not begin with one line that says what they are for."""
    tops = ("fmnist", "pages", "tools", "benchmarks", "docs")
    folders = {path.parent for top in tops for path in (root / top).rglob("*.py")}
    return sorted(str(folder.relative_to(root)) for folder in folders if not _is_one_line(_purpose(folder)))


def tests_without_a_twin(root: Path) -> list[str]:
    """Packages without a folder in tests/unit, and tests there of what is not in fmnist."""
    library, tests = root / "fmnist", root / "tests" / "unit"
    rooms = {path.parent.name for path in library.glob("*/__init__.py")}
    tested = {path.parent.name for path in tests.glob("*/*.py")}
    files = {path.relative_to(tests) for path in tests.rglob("test_*.py")}
    alone = [
        f"tests/unit/{path}"
        for path in sorted(files)
        if str(path) not in TESTS_OF_SEVERAL
        and not (library / path.with_name(path.name.removeprefix("test_"))).is_file()
    ]
    gone = [f"tests/unit/{name}" for name in sorted(TESTS_OF_SEVERAL.keys() - set(map(str, files)))]
    return sorted(f"tests/unit/{name}" for name in rooms ^ tested) + alone + gone


def scripts_without_a_widget(root: Path) -> list[str]:
    """Scripts and style sheets without the Python file of the same name beside them, not shared by many."""
    component = (root / "pages/parts/shell/component.py").read_text("utf-8")
    found = [path for kind in ("js", "css") for path in (root / "pages").rglob(f"*.{kind}")]
    return sorted(
        str(path.relative_to(root))
        for path in found
        if not path.with_suffix(".py").is_file() and f'"shell/{path.name}"' not in component
    )


def _program(root: Path) -> list[Path]:
    files = [path for top in ("fmnist", "pages") for path in sorted((root / top).rglob("*.py"))]
    return [path.relative_to(root) for path in (*files, root / "app.py")]


def _imports(root: Path, path: Path, at_the_top: bool = False) -> Iterator[tuple[str, int]]:
    """Each imported name in full, "fmnist.data.sources.load", with its line, at any depth."""
    for node in _import_statements((root / path).read_text("utf-8")):
        if at_the_top and node.col_offset:
            continue
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        else:
            above = path.parts[: -node.level] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from ((f"{module}.{name.name}", node.lineno) for name in node.names)


@cache  # the tests break one file of a hundred at a time
def _import_statements(code: str) -> list[ast.Import | ast.ImportFrom]:
    return [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import | ast.ImportFrom)]


def _may_know(importer: tuple[str, ...], module: tuple[str, ...]) -> bool:
    """Whether the file with these parts of a path may import the module with these parts of a name."""
    if module[0] == "fmnist":
        return importer[0] != "fmnist" or _is_below(module[1:2], importer[1])
    if importer[0] == "fmnist":
        return module[0] not in ("pages", "app", "streamlit", *NOT_THE_PROGRAM)
    if module[0] == "pages":
        return importer[0] == "app" or _may_page_know(importer, module)
    return module[0] not in ("app", *NOT_THE_PROGRAM)


def _is_below(room: tuple[str, ...], importer: str) -> bool:
    """Whether a room of fmnist, () for all of it, is the importer's own or on a lower floor."""
    floors = {room: floor for floor, rooms in enumerate(ORDER) for room in rooms}
    if not {*room, importer} <= floors.keys() or not room:
        return False
    return room[0] == importer or floors[room[0]] < floors[importer]


def _may_page_know(importer: tuple[str, ...], module: tuple[str, ...]) -> bool:
    """Whether the module is of the shell, or of the same page as the importer, and no page itself."""
    if module[:2] != ("pages", "parts"):
        return False
    importers_page = importer[2] if importer[1] == "parts" else importer[1]
    return module[2] in ("shell", importers_page)


def _purpose(folder: Path) -> str:
    file = folder / "__init__.py"
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "") if file.is_file() else ""


def _is_one_line(text: str) -> bool:
    return text.endswith(".") and "\n" not in text
