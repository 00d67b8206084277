"""Do the unit tests notice a mistake? python -m tools.mutants fmnist/evaluation [--sample 150] [--seed 0]

Changes one thing in the package at a time (a comparison, an operator, a number, what is returned), runs the
unit tests that mirror it, and prints the mutants that fail no test, then the share of those that do.
Nothing is written: each mutant lives in a process of its own, forked from one that has the libraries.
Asked: 75 %.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

LIBRARIES = ("numpy", "numpy.random", "PIL.Image", "pytest", "hypothesis", "filelock", "matplotlib")
SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
NOT_NEEDED = ("cacheprovider", "playwright", "anyio", "logging", "junitxml", "pastebin", "doctest")
PATIENCE = 120  # seconds of processor after which a mutant's tests count as failed: it does not end


@dataclass(frozen=True)
class Mutant:
    """One change: in which file, which of its places in the order of `places`."""

    file: Path
    place: int
    line: int
    words: str  # what it says there, and then


def main() -> int:
    """Sample, try, print. 1 if fewer than three quarters are noticed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path, help="a folder or a file of fmnist")
    parser.add_argument("--sample", type=int, default=150, help="how many mutants; default: %(default)s")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    files = [options.package] if options.package.is_file() else sorted(options.package.rglob("*.py"))
    mutants = [mutant for file in files for mutant in mutants_of(file)]
    chosen = random.Random(options.seed).sample(mutants, min(options.sample, len(mutants)))
    for library in LIBRARIES:
        importlib.import_module(library)
    if not passes(None):
        sys.exit("The tests fail without any change.")
    survivors = []
    for done, mutant in enumerate(sorted(chosen, key=lambda one: (one.file, one.place)), 1):
        noticed = not passes(mutant)
        if not noticed:
            survivors.append(mutant)
            print(f"{mutant.file}:{mutant.line}: {mutant.words}", flush=True)
        print(f"\r{done}/{len(chosen)}, {len(survivors)} unnoticed ", end="", file=sys.stderr, flush=True)
    share = 1 - len(survivors) / len(chosen)
    print(f"{options.package}: {share:.0%} of {len(chosen)} mutants noticed (of {len(mutants)} there are)")
    return int(share < 0.75)


def mutants_of(file: Path) -> list[Mutant]:
    """All mutants of a file."""
    tree = ast.parse(file.read_text("utf-8"))
    return [
        Mutant(file, number, node.lineno, f"{ast.unparse(node)}  →  {ast.unparse(changed(node, part))}")
        for number, (node, part) in enumerate(places(tree))
    ]


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, int]]:
    """What can be changed in a tree: nodes, and which of a node's operators."""
    for node in _code(tree):
        if isinstance(node, ast.Compare):
            yield from ((node, number) for number in range(len(node.ops)))
        elif isinstance(node, ast.BinOp | ast.BoolOp):
            if type(node.op) in SWAPS:
                yield node, 0
        elif isinstance(node, ast.UnaryOp):
            if isinstance(node.op, ast.Not | ast.USub):
                yield node, 0
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, bool | int | float):
                yield node, 0
        elif isinstance(node, ast.Return) and not _is_none(node.value):
            yield node, 0


def changed(node: ast.AST, part: int) -> ast.AST:
    """A node with one thing changed."""
    other = copy.deepcopy(node)
    if isinstance(other, ast.Compare):
        other.ops[part] = SWAPS[type(other.ops[part])]()
    elif isinstance(other, ast.BinOp | ast.BoolOp):
        other.op = SWAPS[type(other.op)]()
    elif isinstance(other, ast.UnaryOp):
        other = other.operand
    elif isinstance(other, ast.Constant):
        other.value = not other.value if isinstance(other.value, bool) else other.value + 1
    elif isinstance(other, ast.Return):
        other.value = ast.Constant(None)
    return ast.copy_location(other, node)


def passes(mutant: Mutant | None) -> bool:
    """Whether the unit tests of a mutant's package pass, in a child process. None: without any change."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(_run_tests(mutant))
        finally:
            os._exit(99)
    limit = time.monotonic() + 10 * PATIENCE  # for tests that wait and use no processor
    while time.monotonic() < limit:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _run_tests(mutant: Mutant | None) -> int:
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE + 5))
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    if mutant is not None:
        sys.meta_path.insert(0, _Finder(mutant))
    import pytest

    # Hypothesis, imported ahead, is a plugin whose own assertions pytest would like to have seen first.
    quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning", *(f"-pno:{one}" for one in NOT_NEEDED)]
    return int(pytest.main(["-x", "-q", "-n", "0", *quiet, *_tests(mutant)]))


def _tests(mutant: Mutant | None) -> list[str]:
    """The tests of a file first, then those of its whole package."""
    file = Path(sys.argv[1]) / "x.py" if mutant is None else mutant.file
    folder = Path("tests/unit") / file.parent.relative_to("fmnist") if file.parent.name else Path("tests")
    own = folder / f"test_{file.stem}.py"
    return [str(own)] * own.exists() + [str(one) for one in sorted(folder.glob("test_*.py")) if one != own]


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the one module that has been changed."""

    def __init__(self, mutant: Mutant) -> None:
        name = ".".join(mutant.file.with_suffix("").parts)
        self._name, self._mutant = name.removesuffix(".__init__"), mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        file = self._mutant.file.resolve()
        packages = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname,
            file,
            loader=_Loader(fullname, str(file), self._mutant),
            submodule_search_locations=packages,
        )


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, mutant: Mutant) -> None:
        super().__init__(name, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        tree = ast.parse(Path(self.path).read_text("utf-8"))
        node, part = list(places(tree))[self._mutant.place]
        _Replace(node, changed(node, part)).visit(tree)
        return compile(ast.fix_missing_locations(tree), self.path, "exec")


class _Replace(ast.NodeTransformer):
    def __init__(self, node: ast.AST, other: ast.AST) -> None:
        self._node, self._other = node, other

    def visit(self, node: ast.AST) -> ast.AST:
        return self._other if node is self._node else self.generic_visit(node)


def _is_none(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree that do something: no annotations, no decorators."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                yield each
                yield from _code(each)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
